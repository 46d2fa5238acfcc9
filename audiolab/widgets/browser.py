"""LibraryBrowser: the library page, in Voila and in notebooks."""

import logging
from typing import Any

import ipywidgets
import pandas as pd

from audiolab.catalog import Catalog, Filter
from audiolab.errors import DatabaseError, QueryError, ReadOnlyError
from audiolab.scanner.shown import without_paths
from audiolab.widgets.chips import chips, like_chips, playlist_chip
from audiolab.widgets.filtered_view import FilteredView
from audiolab.widgets.listing import everything, listing
from audiolab.widgets.options import Options
from audiolab.widgets.playlists import Playlists
from audiolab.widgets.rows import COLUMNS, track_rows
from audiolab.widgets.steps import after
from audiolab.widgets.track_list import TrackList
from audiolab.widgets.track_view import TrackView
from audiolab.widgets.view_state import ViewState, ids_of

LOG = logging.getLogger(__name__)


class LibraryBrowser(FilteredView):
    """Search, filter, sort, page and listen.

    Parameters
    ----------
    catalog : Catalog, optional
        Whose tracks; the settings' catalog if left out.

    Attributes
    ----------
    filter : Filter
        The tracks shown. Set it from code to narrow the list; observe it to follow the visitor.
    frame : DataFrame
        Every track that the filter lets through, in the order shown.
    selected : DataFrame
        The rows that are selected.
    player : Player
        ``browser.player.play(id)``.

    Examples
    --------
    >>> browser = LibraryBrowser(cat)
    >>> browser.filter = Filter(artist="Glass Harbour")
    >>> sorted(browser.frame.title)
    ['Neon Harbour', 'Undertow']
    """

    def __init__(self, catalog: Catalog | None = None, **traits: Any) -> None:
        catalog = catalog if catalog is not None else Catalog.open()
        self._titles: dict[str, str | None] = {}  # of tracks that others are to be like
        self._playlists = Playlists(
            catalog, lambda: self._state, self._open_playlist, lambda: self.refresh()
        )
        self._list = TrackList()
        self._holder = ipywidgets.Box()  # of the track view, once somebody opens a track
        self._holder.add_class("al-track-holder")
        super().__init__(catalog, **traits)
        side = ipywidgets.Box([self._playlists, self._filters])
        side.add_class("al-aside")
        body = ipywidgets.Box([side, self._search, self._list])
        body.add_class("al-body")
        self.children = [self._url, body, self._holder, self.player]
        self._list.on_msg(self._on_message)
        self._url.arrive()

    @property
    def frame(self) -> pd.DataFrame:
        """Every track that the filter lets through, in the order shown."""
        return everything(self._catalog, self._state)

    @property
    def selected(self) -> pd.DataFrame:
        """The rows that are selected, in the order shown."""
        chosen = self._list.selected
        if not chosen:
            return self._catalog.tracks(limit=1).head(0)
        if self._state.by_likeness:
            return self.frame.loc[lambda frame: frame.index.isin(chosen)]
        return self._catalog.tracks(Filter(id=chosen), sort=self._state.sort)

    def show_track(self, track_id: str) -> None:
        """Show everything about one track, as its "Details" do."""
        self._go(self._state.with_(track=track_id, page=self._state.page))

    def refresh(self) -> None:
        """Ask the catalog again and show what it says."""
        if self._state.track:
            self._show_track(self._state.track)
            return
        if self._holder.children:
            self.remove_class("al-shows-track")
            self._track_view.clear()
        try:
            self._update()
        except DatabaseError as error:
            LOG.warning("the list cannot be brought up to date: %s", error)
            self._list.explain(without_paths(str(error)))

    def _update(self) -> None:
        """Show the state; one with a mistake leaves the list as it was, or whole at first."""
        try:
            self._show_found()
        except QueryError as error:  # only the catalog knows whether a region is of its map
            self._search.explain(error)
            if self._list.view["state"] != "loading":
                return
            chosen = {name: one for name, one in self._state.chosen.items() if name != "region"}
            self._state = self._state.with_(query="", chosen=chosen)
            self._show_found()
        else:
            self._search.explain(None)

    def _show_found(self) -> None:
        where = self._state.filter()
        self._show_tracks()
        self._options.want(self._state)
        self._set_filter(where)

    @property
    def _track_view(self) -> TrackView:
        """The view of one track; made when it is first needed."""
        if not self._holder.children:
            view = TrackView(catalog=self._catalog, player=self.player, leave=self._on_leave)
            self._holder.children = [view]
        shown: TrackView = self._holder.children[0]
        return shown

    def _show_track(self, track_id: str) -> None:
        """Show a track in place of the list, which is brought up to date when it comes back."""
        self.add_class("al-shows-track")
        self._track_view.show_track(track_id)

    def _on_leave(self, message: dict[str, Any]) -> None:
        """What leads from a track to the list or to another track."""
        state = ViewState() if message.get("type") == "choose" else self._state
        goal = after(state, message)
        if goal is not None:
            self._go(goal)

    def _show_tracks(self) -> None:
        view = listing(self._catalog, self._state)
        self._state = self._state.with_(page=view["page"])
        self._list.exact = None
        self._list.chips = self._chips()
        self._list.view = view
        self._list.explain(None)

    def _show_options(self, found: Options) -> None:
        """Fill the panel; say how many tracks there are where the list could only say "more"."""
        super()._show_options(found)
        self._list.exact = None if self._state.by_likeness else found.total

    def _show_state(self) -> None:
        self._list.chips = self._chips()
        self._playlists.show(self._state)

    def _of_filter(self, filter_: Filter) -> ViewState:
        return ViewState(query=filter_.to_query(), sort=self._state.sort)

    def _on_address(self, change: dict[str, Any]) -> None:
        """A visitor has come, or went back or forward: others may have changed playlists."""
        self._playlists.refresh()
        super()._on_address(change)

    def _open_playlist(self, name: str) -> None:
        self._go(ViewState.of_playlist(name) if name else ViewState())

    def _chips(self) -> list[dict[str, str]]:
        """What is chosen, and the tracks that others are to be like."""
        unknown = [one for one in self._state.similar if one not in self._titles]
        if unknown:
            try:
                rows = track_rows(self._catalog.tracks(Filter(id=unknown), columns=list(COLUMNS)))
            except DatabaseError as error:
                LOG.warning("titles are not known yet: %s", error)
            else:
                found = {row["id"]: row["title"] for row in rows}
                self._titles |= {one: found.get(one) for one in unknown}
        return [
            *playlist_chip(self._state.playlist),
            *like_chips(self._state.similar, self._titles),
            *chips(self._state.chosen),
        ]

    def _on_message(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """What a visitor did in the list."""
        state = after(self._state, message)
        if state is not None:
            self._go(state)
        elif message.get("type") == "retry":
            self.refresh()
        elif message.get("type") == "take_out" and self._state.playlist:
            self._list.selected = []
            self._playlists.take_out(self._state.playlist, ids_of(message.get("ids")))
        elif message.get("type") == "move" and self._state.playlist:
            self._move(ids_of([message.get("id")]), message.get("place"))
        elif message.get("type") in ("remove", "restore"):
            self._change(str(message["type"]), ids_of(message.get("ids")))

    def _move(self, track_ids: tuple[str, ...], place: Any) -> None:
        """Put a track of the open playlist elsewhere, and go on where it is now."""
        if track_ids and isinstance(place, int) and place >= 0:
            page = self._playlists.move(self._state.playlist, track_ids[0], place)
            if page == self._state.page:
                self.refresh()
            else:
                self._go(self._state.with_(page=page), replace=True)

    def _change(self, deed: str, track_ids: tuple[str, ...]) -> None:
        """Take tracks out of the catalog, or bring them back; no file is touched."""
        if not track_ids:
            return
        try:
            changed = getattr(self._catalog, {"remove": "delete"}.get(deed, deed))(track_ids)
        except ReadOnlyError as error:
            self._list.toast(str(error))
            return
        except DatabaseError as error:
            self._list.explain(without_paths(str(error)))
            return
        if deed == "remove":
            self._list.selected = [one for one in self._list.selected if one not in track_ids]
            self._list.removed(track_ids, changed)
        self.refresh()
