"""The player. The sound is the browser's own business; the kernel is told what plays."""

from collections.abc import Callable
from typing import Any

from traitlets import Bool, Dict

from audiolab.widgets.carry import Carrier
from audiolab.widgets.part import Part


class Player(Part):
    """The page's player, docked below the list.

    A page has one audio element, whatever the number of widgets on it.

    Parameters
    ----------
    look_up : callable
        Track id -> what the player shows of it (`rows.track_row`).
    carrier : Carrier, optional
        Sends files where no server of ours does.

    Attributes
    ----------
    track : dict
        The track in the player; empty if there is none. Set by the browser.
    playing : bool
        Whether it plays. Set by the browser.
    """

    module = "player"

    track = Dict().tag(sync=True)
    playing = Bool(False).tag(sync=True)

    def __init__(
        self,
        look_up: Callable[[str], dict[str, Any]],
        carrier: Carrier | None = None,
        **traits: Any,
    ) -> None:
        super().__init__(**traits)
        self._look_up = look_up
        self._carrier = carrier
        self.on_msg(self._on_request)

    def _on_request(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """The browser asks for a part of a file."""
        if message.get("type") == "carry" and self._carrier is not None:
            answer, parts = self._carrier.answer(message)
            self.send(answer, parts)

    def play(self, track_id: str) -> None:
        """Play a track from its beginning.

        Raises
        ------
        TrackNotFoundError
            If there is no such track.
        """
        self.send({"type": "play", "track": self._look_up(track_id)})

    def pause(self) -> None:
        """Pause what plays."""
        self.send({"type": "pause"})

    def seek(self, seconds: float) -> None:
        """Go to a place in the track, in seconds from its beginning."""
        self.send({"type": "seek", "seconds": float(seconds)})
