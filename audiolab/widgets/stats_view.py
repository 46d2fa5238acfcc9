"""StatsView: the library at a glance, as charts and as a map, in Voila and in notebooks."""

from typing import Any

import ipywidgets
import pandas as pd
from traitlets import Instance

from audiolab.catalog import Catalog, Filter
from audiolab.config import Settings, load_settings
from audiolab.errors import CatalogError, QueryError
from audiolab.scanner.shown import without_paths
from audiolab.widgets.charts import narrowed
from audiolab.widgets.chips import chips
from audiolab.widgets.filter_bar import FilterBar
from audiolab.widgets.later import Later
from audiolab.widgets.options import Options, options
from audiolab.widgets.player import Player
from audiolab.widgets.rights import show_rights
from audiolab.widgets.search_box import SearchBox
from audiolab.widgets.similarity_map import SimilarityMap
from audiolab.widgets.stats_charts import StatsCharts
from audiolab.widgets.stats_head import StatsHead
from audiolab.widgets.stats_page import View, answer
from audiolab.widgets.steps import after
from audiolab.widgets.suggest import Item, suggest
from audiolab.widgets.url import Params, Url
from audiolab.widgets.view_state import ViewState, chosen_of

SHOWN = ("charts", "map")
STEPS = ("unchoose", "unchoose_all", "clear")  # of `steps.after`, that make sense here
DESCRIBED = (
    "a description of sound (after ~) finds the tracks that fit best and leaves none out: "
    "the charts cannot follow it"
)


class StatsView(ipywidgets.VBox):
    """Totals, distributions, what is worth a look, and the similarity map, under one filter.

    In the dashboard a click on a bar opens the library with its tracks; in a notebook it narrows
    the filter.

    Parameters
    ----------
    catalog : Catalog, optional
        Whose tracks; the settings' catalog if left out.
    settings : Settings, optional
        What the process that makes a map is given; read from the environment if left out.

    Attributes
    ----------
    filter : Filter
        The tracks shown. Set it from code to narrow them; observe it to follow the visitor.
    frame : DataFrame
        Every track that the filter lets through.
    player : Player
        What plays.

    Examples
    --------
    >>> stats = StatsView(cat)
    >>> stats.filter = Filter(artist="Glass Harbour")
    >>> len(stats.frame)
    2
    """

    filter = Instance(Filter, help="The tracks shown")

    def __init__(
        self, catalog: Catalog | None = None, settings: Settings | None = None, **traits: Any
    ) -> None:
        settings = settings or load_settings()
        self._catalog = catalog if catalog is not None else Catalog.open(settings=settings)
        self._state = ViewState()
        self._applying = False
        self._views: Later[ViewState, View | CatalogError] = Later(
            lambda state, outdated: answer(self._catalog, state, outdated), self._show_view
        )
        self._options: Later[ViewState, Options] = Later(
            lambda state, outdated: options(self._catalog, state, outdated), self._show_options
        )
        self._suggestions: Later[str, list[Item]] = Later(
            lambda word, _: suggest(self._catalog, word), self._show_suggestions
        )
        self._url = Url()
        self._search = SearchBox(suggestions=suggest(self._catalog, ""))
        self._filters = FilterBar()
        self._head = StatsHead()
        self._charts = StatsCharts()
        self._map = SimilarityMap(self._catalog, settings)
        self.player = Player(self._catalog)
        body = ipywidgets.Box([self._filters, self._search, self._head, self._charts, self._map])
        body.add_class("al-body")
        super().__init__(children=[self._url, body, self.player], filter=Filter(), **traits)
        self.add_class("al-browser")
        self.add_class("al-stats")
        show_rights(self, self._catalog)
        self._listen()

    @property
    def frame(self) -> pd.DataFrame:
        """Every track that the filter lets through."""
        return self._catalog.tracks(self._state.filter())

    def refresh(self) -> None:
        """Ask the catalog again and show what it says; a query with a mistake changes nothing."""
        try:
            where = self._state.filter()
        except QueryError as error:
            self._search.explain(error)
            if self._charts.view["state"] != "loading":
                return
            self._state = self._state.with_(query="")
            where = self._state.filter()
        else:
            described = QueryError(DESCRIBED) if self._state.description else None
            self._search.explain(described)
        self._map.follow(where, self._chosen())
        self._views.want(self._state)
        self._set_filter(where)

    def _listen(self) -> None:
        self._url.observe(self._on_address, "location")
        self._search.observe(self._on_search, "value")
        self._search.observe(lambda change: self._suggestions.want(change["new"]), "typed")
        self._filters.observe(self._on_choice, "value")
        self._head.on_msg(self._on_message)
        self._charts.on_msg(self._on_message)
        self._map.on_msg(self._on_message)
        self.observe(self._on_filter, "filter")

    def _go(self, state: ViewState, *, replace: bool = False) -> None:
        """Show `state` and write it into the address."""
        self._state = state
        self._show_controls()
        self._url.show(self._params(), replace=replace)
        self.refresh()

    def close(self) -> None:
        """Stop following what makes a map; it goes on."""
        self._map.close()
        super().close()

    def _chosen(self) -> Params:
        """The part of the address that leads to the same tracks on another page."""
        return ViewState(query=self._state.query, chosen=self._state.chosen).to_params()

    def _params(self) -> Params:
        """The address of what is shown."""
        return {**self._chosen(), **({"view": ["map"]} if self._head.shown == "map" else {})}

    def _show(self, shown: str) -> None:
        self._head.shown = shown
        (self.add_class if shown == "map" else self.remove_class)("al-shows-map")
        if shown == "map":
            self._map.show()

    def _show_view(self, found: View | CatalogError) -> None:
        if isinstance(found, QueryError):
            self._search.explain(found)
        elif isinstance(found, CatalogError):
            self._head.explain(without_paths(str(found)))
        else:
            self._head.explain(None)
            self._charts.view = found
            self._options.want(self._state)  # only now: the charts were first
            return
        if self._charts.view["state"] == "loading":  # a page without anything would load for ever
            self._charts.view = {"state": "no_match", "base": {}}

    def _show_options(self, found: Options) -> None:
        self._filters.sections = found.sections

    def _show_suggestions(self, items: list[Item]) -> None:
        self._search.suggestions = items

    def _show_controls(self) -> None:
        """Let search box and filter panel show the state, without taking it for a visitor."""
        self._applying = True
        try:
            self._search.value = self._state.query
            self._filters.value = dict(self._state.chosen)
            self._head.chips = chips(self._state.chosen)
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
            shown = next(iter(params.get("view", [])), "")
            self._show(shown if shown in SHOWN else "charts")
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
            self._go(ViewState(query=change["new"].to_query()))

    def _on_message(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """What a visitor did; what makes no sense is left out."""
        kind = message.get("type")
        if kind == "show" and message.get("shown") in SHOWN:
            self._show(str(message["shown"]))
            self._url.show(self._params())
        elif kind == "retry":
            self.refresh()
        else:
            state = narrowed(self._state, message.get("add")) if kind == "narrow" else None
            goal = state or (after(self._state, message) if kind in STEPS else None)
            if goal is not None:
                self._go(goal)
