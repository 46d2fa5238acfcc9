"""What the statistics page shows of a state, as plain values."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from audiolab.catalog import Catalog
from audiolab.catalog.schema import VISIBLE_STATES
from audiolab.clock import clock
from audiolab.errors import CatalogError
from audiolab.widgets.charts import SURE, charts, doubts
from audiolab.widgets.options import BARS, BPM_SPAN, LOUDNESS_SPAN
from audiolab.widgets.texts import Text, number, t
from audiolab.widgets.view_state import ViewState

LOG = logging.getLogger(__name__)

DAY, HOUR = 86_400, 3_600
UNFINISHED = ("failed", "missing")
CELLS = 10
AT_ONCE = 2  # connections that count at the same time
MOST_YEARS = 40  # bars
STEPS = (1, 2, 5, 10, 20, 50, 100)  # years in a bar

View = dict[str, Any]
Span = tuple[float, float]


def page(catalog: Catalog, state: ViewState) -> View:
    """The view of `StatsCharts`.

    Parameters
    ----------
    catalog : Catalog
        Whose tracks.
    state : ViewState
        Which of them: its query and what is chosen.

    Raises
    ------
    QueryError
        If the query cannot be understood, or a region is of another map.
    """
    where = state.filter()
    base = ViewState(query=where_query(state), chosen=state.chosen).to_params()
    if not catalog.count(where, cap=1):
        kind = "no_match" if where else "empty"
        return {"state": kind, "base": base, "totals": [], "doubts": [], "charts": []}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        coming = pool.submit(catalog.overview, _bars(catalog), where)
        worth = pool.submit(catalog.outliers, where)
        named = {name: pool.submit(catalog.facets, name, where) for name in _named(catalog)}
        found = coming.result()
        names = {name: one.result() for name, one in named.items()}
    return {
        "state": "ready",
        "base": base,
        "totals": totals(catalog.totals(where), catalog.states()),
        "doubts": doubts(worth.result()),
        "charts": charts(found, names, state),
        "approximate": found.approximate,
    }


def _named(catalog: Catalog) -> list[str]:
    """Fields whose names are counted; before networks have listened, genres of the files' tags."""
    genre, *others = (
        name if len(catalog.facets(name, limit=1)) else ""
        for name in ("genre", "mood", "instrument")
    )
    return [genre or "tag_genre", *filter(None, others)]


def _bars(catalog: Catalog) -> dict[str, tuple[int, Span]]:
    return {
        "tempo_bpm": (BARS, BPM_SPAN),
        "loudness_lufs": (40, LOUDNESS_SPAN),
        "year": _years(catalog),
        **dict.fromkeys(SURE, (CELLS, (0.0, 1.0))),
    }


def _years(catalog: Catalog) -> tuple[int, Span]:
    """Bars over the decades of the whole library, whatever is chosen, so that they stay put."""
    decades = [int(decade) for decade in catalog.facets("decade").index if int(decade) > 0]
    if not decades:
        return 1, (1900, 1901)
    low, high = min(decades), max(decades) + 10
    step = next((one for one in STEPS if (high - low) / one <= MOST_YEARS), STEPS[-1])
    number = -(-(high - low) // step)
    return number, (low, low + number * step)


def where_query(state: ViewState) -> str:
    """The query without what describes a sound, which filters nothing."""
    return state.query if not state.description else state.with_(chosen={}).filter().to_query()


def totals(found: dict[str, float], states: dict[str, int]) -> list[dict[str, Any]]:
    """`label`, `value` and a `note` each, of `Catalog.totals` and `Catalog.states`."""
    waiting = [
        t(f"unfinished.{name}", count=states[name]) for name in UNFINISHED if states.get(name)
    ]
    files = sum(number for name, number in states.items() if name != "excluded")
    analysed = sum(states.get(name, 0) for name in VISIBLE_STATES)
    seconds, tracks = found["duration_seconds"], int(found["tracks"])
    on_average = clock(seconds / tracks if tracks else 0)
    return [
        {"label": t("stats.tracks"), "value": number(tracks), "note": ""},
        {"label": t("stats.duration"), "value": _long(seconds),
         "note": t("stats.on_average", time=on_average)},
        {"label": t("stats.size"), "value": _bytes(int(found["file_size_bytes"])), "note": ""},
        {"label": t("stats.analysed"), "value": _percent(analysed / files if files else 0.0),
         "note": waiting or t("stats.nothing_failed")},
    ]  # fmt: skip


def answer(
    catalog: Catalog, state: ViewState, outdated: Callable[[], bool] = lambda: False
) -> View | CatalogError:
    """The view, or why there is none: on a thread nobody could catch it."""
    try:
        return page(catalog, state)
    except CatalogError as error:
        LOG.warning("the charts cannot be brought up to date: %s", error)
        return error


def _percent(share: float) -> Text:
    """Never 100 % while something is left."""
    shown = min(int(share * 1000), 999) / 10 if share < 1 else 100
    return t("all.percent", number=shown)


def _long(seconds: float) -> Text:
    if seconds >= 2 * DAY:
        return t("stats.days", number=number(seconds / DAY, 1))
    if seconds >= HOUR:
        return t("stats.hours", number=number(seconds / HOUR, 1))
    return t("stats.minutes", number=number(seconds / 60, 1))


def _bytes(size: int) -> Text:
    for unit, of in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if size >= of:
            return t("all.with_unit", value=number(size / of, 1), unit=unit)
    return t("all.with_unit", value=number(size / 1e3), unit="kB")
