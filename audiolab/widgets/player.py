"""The player. The sound is the browser's own business; the kernel is told what plays."""

from collections.abc import Iterable
from typing import Any

from traitlets import Bool, Dict, List

from audiolab.catalog import Catalog, Filter
from audiolab.errors import CatalogError, DatabaseError, QueryError
from audiolab.widgets.carry import Carrier
from audiolab.widgets.part import Part
from audiolab.widgets.rows import COLUMNS, track_row, track_rows
from audiolab.widgets.view_state import OWN_SORT

BEHIND = 50  # tracks that follow a list, at a time


class Player(Part):
    """The page's player, docked below the list.

    A page has one audio element, whatever the number of widgets on it.

    Parameters
    ----------
    catalog : Catalog
        Whose tracks.

    Attributes
    ----------
    track : dict
        The track in the player, as `rows.track_row` has it; empty if there is none. Set by the
        browser.
    playing : bool
        Whether it plays. Set by the browser.
    queued : list of str
        Ids of the tracks in the queue, which come before anything else. Set by the browser.

    Examples
    --------
    >>> from audiolab import LibraryBrowser
    >>> browser = LibraryBrowser(cat)
    >>> browser.player.play(browser.frame.index[0])
    >>> browser.player.queue(browser.frame.query("tempo_bpm > 120").index)
    >>> browser.player.observe(lambda change: print(change["new"]), "track")
    """

    module = "player"

    track = Dict(help="The track in the player").tag(sync=True)
    playing = Bool(False, help="Whether it plays").tag(sync=True)
    queued: Any = List(help="Ids of the tracks in the queue").tag(sync=True)

    def __init__(self, catalog: Catalog, **traits: Any) -> None:
        super().__init__(**traits)
        self._catalog = catalog
        self._carrier = Carrier(catalog)
        self.on_msg(self._on_request)

    def play(self, track_id: str) -> None:
        """Play a track from its beginning.

        Raises
        ------
        TrackNotFoundError
            If there is no such track.
        """
        self.send({"type": "play", "track": self._row(track_id)})

    def pause(self) -> None:
        """Pause what plays."""
        self.send({"type": "pause"})

    def seek(self, seconds: float) -> None:
        """Go to a place in the track, in seconds from its beginning."""
        self.send({"type": "seek", "seconds": float(seconds)})

    def queue(self, track_ids: str | Iterable[str], *, next: bool = False) -> None:
        """Add tracks to the queue.

        Parameters
        ----------
        track_ids : str or iterable of str
            One or several, e.g. the index of a frame.
        next : bool
            Before the rest of the queue, not behind it.

        Raises
        ------
        TrackNotFoundError
            If one of them does not exist; then none is added.
        """
        wanted = [track_ids] if isinstance(track_ids, str) else list(track_ids)
        tracks = [self._row(track_id) for track_id in wanted]
        self.send({"type": "queue", "tracks": tracks, "next": next})

    def _row(self, track_id: str) -> dict[str, Any]:
        return track_row(self._catalog.track(track_id))

    def _on_request(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """The page asks for a part of a file, or for what is behind a list."""
        if message.get("type") == "carry":
            answer, parts = self._carrier.answer(message)
            self.send(answer, parts)
        elif message.get("type") == "behind":
            self.send(self._behind(message))

    def _behind(self, message: dict[str, Any]) -> dict[str, Any]:
        """The tracks that come after one, in an order; from the first on without one."""
        request = {"request": str(message.get("request"))}
        after, sort = message.get("after"), str(message.get("sort"))
        try:
            frame = self._catalog.tracks(
                Filter.parse(str(message.get("query", ""))),
                sort=None if sort == OWN_SORT else sort,
                limit=BEHIND,
                after=None if after is None else str(after),
                columns=list(COLUMNS),
            )
        except (QueryError, CatalogError, DatabaseError) as error:
            return {"type": "refused", "reason": str(error), **request}
        return {"type": "behind", "rows": track_rows(frame), **request}
