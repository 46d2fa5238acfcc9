"""LibraryBrowser: the library page, in Voila and in notebooks."""

import logging
from typing import Any

import ipywidgets
import pandas as pd
from traitlets import Instance

from audiolab.catalog import Catalog, Filter
from audiolab.errors import DatabaseError, QueryError
from audiolab.widgets.carry import Carrier
from audiolab.widgets.chips import chips, without
from audiolab.widgets.filter_bar import FilterBar
from audiolab.widgets.later import Later
from audiolab.widgets.options import Options, options
from audiolab.widgets.player import Player
from audiolab.widgets.rows import COLUMNS, track_row, track_rows
from audiolab.widgets.search_box import SearchBox
from audiolab.widgets.suggest import Item, suggest
from audiolab.widgets.track_list import TrackList
from audiolab.widgets.url import Url
from audiolab.widgets.view_state import DEFAULT_SORT, SORTS, ViewState, chosen_of

LOG = logging.getLogger(__name__)

PAGE_SIZE = 50
# Filtered tracks are counted up to this many before the rows are shown: "1–50 of 1,000+".
COUNTED = 1_000


class LibraryBrowser(ipywidgets.VBox):
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
    >>> browser = LibraryBrowser()  # doctest: +SKIP
    >>> browser.frame.tempo_bpm.median()  # doctest: +SKIP
    """

    filter = Instance(Filter, help="The tracks shown")

    def __init__(self, catalog: Catalog | None = None, **traits: Any) -> None:
        self._catalog = catalog if catalog is not None else Catalog.open()
        self._state = ViewState()
        self._applying = False
        self._options: Later[ViewState, Options] = Later(
            lambda state, outdated: options(self._catalog, state, outdated), self._show_options
        )
        self._suggestions: Later[str, list[Item]] = Later(
            lambda word, _: suggest(self._catalog, word), self._show_suggestions
        )
        self._url = Url()
        self._search = SearchBox(suggestions=suggest(self._catalog, ""))
        self._filters = FilterBar()
        self._list = TrackList()
        self.player = Player(
            lambda track_id: track_row(self._catalog.track(track_id)),
            Carrier(self._catalog.path, self._catalog.waveform),
        )
        body = ipywidgets.Box([self._filters, self._search, self._list])
        body.add_class("al-body")
        super().__init__(children=[self._url, body, self.player], filter=Filter(), **traits)
        self.add_class("al-browser")
        self._listen()

    @property
    def frame(self) -> pd.DataFrame:
        """Every track that the filter lets through, in the order shown."""
        return self._catalog.tracks(self._state.filter(), sort=self._state.sort)

    @property
    def selected(self) -> pd.DataFrame:
        """The rows that are selected, in the order shown."""
        chosen = set(self._list.selected)
        frame = self.frame
        return frame[frame.index.isin(chosen)]

    def refresh(self) -> None:
        """Ask the catalog again and show what it says."""
        try:
            self._update()
        except DatabaseError as error:
            LOG.warning("the list cannot be brought up to date: %s", error)
            self._list.explain(str(error))

    def _update(self) -> None:
        """Show the state; a query with a mistake leaves the list as it was, or whole at first."""
        try:
            where = self._state.filter()
        except QueryError as error:
            self._search.explain(error)
            if self._list.view["state"] != "loading":
                return
            self._state = self._state.with_(query="")
            where = self._state.filter()
        else:
            self._search.explain(None)
        self._show_tracks(where)
        self._options.want(self._state)
        self._set_filter(where)

    def _listen(self) -> None:
        self._url.observe(self._on_address, "location")
        self._search.observe(self._on_search, "value")
        self._search.observe(lambda change: self._suggestions.want(change["new"]), "typed")
        self._filters.observe(self._on_choice, "value")
        self._list.on_msg(self._on_message)
        self.observe(self._on_filter, "filter")

    def _go(self, state: ViewState, *, replace: bool = False) -> None:
        """Show `state` and write it into the address."""
        self._state = state
        self._show_controls()
        self._url.show(state.to_params(), replace=replace)
        self.refresh()

    def _show_tracks(self, where: Filter) -> None:
        total = self._catalog.count(where, cap=COUNTED if where else None)
        more = bool(where) and total > COUNTED
        frame = self._page(where)
        if frame.empty and self._state.page > 1:  # beyond the last page
            total, more = self._catalog.count(where), False
            self._state = self._state.with_(page=max(1, -(-total // PAGE_SIZE)))
            frame = self._page(where)
        self._list.exact = None
        view: dict[str, Any] = {
            "state": "ready" if total else "no_match" if where else "empty",
            "rows": track_rows(frame),
            "total": COUNTED if more else total,
            "more": more,
            "page": self._state.page,
            "size": PAGE_SIZE,
            "sort": self._state.sort,
            "query": where.to_query(),
            "code": self._code(where),
        }
        self._list.view = view
        self._list.explain(None)

    def _code(self, where: Filter) -> str:
        """The line of Python that gives these tracks."""
        parts = [f"where={where.to_code()}"] if where else []
        if self._state.sort != DEFAULT_SORT:
            parts.append(f"sort={self._state.sort!r}")
        return f"cat.tracks({', '.join(parts)})"

    def _page(self, where: Filter) -> pd.DataFrame:
        """The page of the state."""
        return self._catalog.page(
            where,
            sort=self._state.sort,
            number=self._state.page,
            size=PAGE_SIZE,
            columns=list(COLUMNS),
        )

    def _show_options(self, found: Options) -> None:
        """Fill the panel; say how many tracks there are where the list could only say "more"."""
        self._filters.sections = found.sections
        self._list.exact = found.total

    def _show_suggestions(self, items: list[Item]) -> None:
        self._search.suggestions = items

    def _show_controls(self) -> None:
        """Let search box and filter panel show the state, without taking it for a visitor."""
        self._applying = True
        try:
            self._search.value = self._state.query
            self._filters.value = dict(self._state.chosen)
            self._list.chips = chips(self._state.chosen)
        finally:
            self._applying = False

    def _set_filter(self, filter_: Filter) -> None:
        self._applying = True
        try:
            self.filter = filter_
        finally:
            self._applying = False

    def _on_address(self, change: dict[str, Any]) -> None:
        """A visitor has come, or went back or forward."""
        params = change["new"].get("params")
        if params is not None:
            self._state = ViewState.from_params(params)
            self._show_controls()
        self.refresh()

    def _on_search(self, change: dict[str, Any]) -> None:
        if not self._applying:
            typing_on = bool(self._state.query) and bool(change["new"])
            self._go(self._state.with_(query=change["new"]), replace=typing_on)

    def _on_choice(self, change: dict[str, Any]) -> None:
        if not self._applying:
            self._go(self._state.with_(chosen=chosen_of(change["new"])))

    def _on_filter(self, change: dict[str, Any]) -> None:
        if not self._applying:
            self._go(ViewState(query=change["new"].to_query(), sort=self._state.sort))

    def _on_message(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """What a visitor did in the list."""
        kind = message.get("type")
        if kind == "sort" and str(message.get("sort")).removeprefix("-") in SORTS:
            self._go(self._state.with_(sort=str(message["sort"])))
        elif kind == "page" and isinstance(message.get("page"), int) and message["page"] > 0:
            self._go(self._state.with_(page=message["page"]))
        elif kind == "clear":
            self._go(self._state.without_filters())
        elif kind == "unchoose":
            rest = without(self._state.chosen, str(message.get("name")), str(message.get("value")))
            self._go(self._state.with_(chosen=rest))
        elif kind == "unchoose_all":
            self._go(self._state.with_(chosen={}))
        elif kind == "retry":
            self.refresh()
