"""The player. The sound is the browser's own business; the kernel is told what plays."""

from collections.abc import Callable
from typing import Any

from traitlets import Bool, Dict

from audiolab.widgets.part import Part


class Player(Part):
    """The page's player, docked below the list.

    A page has one audio element, whatever the number of widgets on it.

    Parameters
    ----------
    look_up : callable
        Track id -> what the player shows of it (`rows.track_row`).

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

    def __init__(self, look_up: Callable[[str], dict[str, Any]], **traits: Any) -> None:
        super().__init__(**traits)
        self._look_up = look_up

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
