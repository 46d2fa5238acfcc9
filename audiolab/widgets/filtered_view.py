"""What the pages about many tracks share: one filter, in search box, panel and address alike."""

from typing import Any

import ipywidgets
from traitlets import Instance

from audiolab.catalog import Catalog, Filter
from audiolab.widgets.filter_bar import FilterBar
from audiolab.widgets.later import Later
from audiolab.widgets.options import Options, options
from audiolab.widgets.player import Player
from audiolab.widgets.rights import show_rights
from audiolab.widgets.search_box import SearchBox
from audiolab.widgets.suggest import Item, suggest
from audiolab.widgets.url import Params, Url
from audiolab.widgets.view_state import ViewState, chosen_of

# Rows first: the counts beside them take the processor for as long as the rows have taken it.
UNTIL_PAINTED_SECONDS = 0.06


class FilteredView(ipywidgets.VBox):
    """A page under one filter; a subclass adds what it shows of the tracks, and its children.

    Parameters
    ----------
    catalog : Catalog
        Whose tracks.

    Attributes
    ----------
    filter : Filter
        The tracks shown. Set it from code to narrow them; observe it to follow the visitor.
    player : Player
        What plays.
    """

    filter = Instance(Filter, help="The tracks shown")

    def __init__(self, catalog: Catalog, **traits: Any) -> None:
        self._catalog = catalog
        self._state = ViewState()
        self._applying = False
        self._options: Later[ViewState, Options] = Later(
            lambda state, outdated: options(catalog, state, outdated),
            self._show_options,
            pause=UNTIL_PAINTED_SECONDS,
        )
        self._suggestions: Later[str, list[Item]] = Later(
            lambda word, _: suggest(catalog, word), self._show_suggestions
        )
        self._url = Url()
        self._search = SearchBox(suggestions=suggest(catalog, ""))
        self._filters = FilterBar()
        self.player = Player(catalog)
        super().__init__(filter=Filter(), **traits)
        self.add_class("al-browser")
        show_rights(self, catalog)
        self._url.observe(self._on_address, "location")
        self._search.observe(self._on_search, "value")
        self._search.observe(lambda change: self._suggestions.want(change["new"]), "typed")
        self._filters.observe(self._on_choice, "value")
        self.observe(self._on_filter, "filter")

    def refresh(self) -> None:
        """Ask the catalog again and show what it says."""
        raise NotImplementedError

    def _params(self) -> Params:
        """The address of what is shown."""
        return self._state.to_params()

    def _arrive(self, params: Params) -> None:
        """Take from the address what only this page has in it."""

    def _show_state(self) -> None:
        """Let what is around the tracks show the state, beside search box and panel."""

    def _of_filter(self, filter_: Filter) -> ViewState:
        """The state that a filter set from code means."""
        return ViewState(query=filter_.to_query())

    def _go(self, state: ViewState, *, replace: bool = False) -> None:
        """Show `state` and write it into the address."""
        self._state = state
        self._url.show(self._params(), replace=replace)
        self._show_controls()
        self.refresh()

    def _show_controls(self) -> None:
        """Let the controls show the state, without taking it for a visitor."""
        self._applying = True
        try:
            self._search.value = self._state.query
            self._filters.value = dict(self._state.chosen)
            self._show_state()
        finally:
            self._applying = False

    def _show_options(self, found: Options) -> None:
        self._filters.sections = found.sections

    def _show_suggestions(self, items: list[Item]) -> None:
        self._search.suggestions = items

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
            self._arrive(params)
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
            self._go(self._of_filter(change["new"]))
