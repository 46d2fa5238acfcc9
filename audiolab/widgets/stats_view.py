"""StatsView: the library at a glance, as charts and as a map, in Voila and in notebooks."""

from typing import Any

import ipywidgets
import pandas as pd

from audiolab.catalog import Catalog
from audiolab.config import Settings, load_settings
from audiolab.errors import CatalogError, QueryError
from audiolab.scanner.shown import without_paths
from audiolab.widgets.charts import narrowed
from audiolab.widgets.chips import chips
from audiolab.widgets.filtered_view import FilteredView
from audiolab.widgets.later import Later
from audiolab.widgets.similarity_map import SimilarityMap
from audiolab.widgets.stats_charts import StatsCharts
from audiolab.widgets.stats_head import StatsHead
from audiolab.widgets.stats_page import View, answer
from audiolab.widgets.steps import after
from audiolab.widgets.texts import t
from audiolab.widgets.url import Params
from audiolab.widgets.view_state import ViewState

SHOWN = ("charts", "map")
STEPS = ("unchoose", "unchoose_all", "clear")  # of `steps.after`, that make sense here


class StatsView(FilteredView):
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
    >>> from audiolab import Filter
    >>> stats = StatsView(cat)
    >>> stats.filter = Filter(artist="Glass Harbour")
    >>> len(stats.frame)
    2
    """

    def __init__(
        self, catalog: Catalog | None = None, settings: Settings | None = None, **traits: Any
    ) -> None:
        settings = settings or load_settings()
        catalog = catalog if catalog is not None else Catalog.open(settings=settings)
        self._views: Later[ViewState, View | CatalogError] = Later(
            lambda state, outdated: answer(catalog, state, outdated), self._show_view
        )
        self._head = StatsHead()
        self._charts = StatsCharts()
        self._map = SimilarityMap(catalog, settings)
        super().__init__(catalog, **traits)
        body = ipywidgets.Box([self._filters, self._search, self._head, self._charts, self._map])
        body.add_class("al-body")
        self.children = [self._url, body, self.player]
        self.add_class("al-stats")
        for part in (self._head, self._charts, self._map):
            part.on_msg(self._on_message)
        self._url.arrive()

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
            described = {"message": t("stats.described")} if self._state.description else {}
            self._search.problem = described
        self._map.follow(where, self._chosen())
        self._views.want(self._state)
        self._set_filter(where)

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

    def _show_state(self) -> None:
        self._head.chips = chips(self._state.chosen)

    def _arrive(self, params: Params) -> None:
        shown = next(iter(params.get("view", [])), "")
        self._show(shown if shown in SHOWN else "charts")

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
