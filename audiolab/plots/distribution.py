"""How the values of one field are distributed among tracks: a histogram, or bars by name."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from audiolab.catalog import Catalog, Filter
from audiolab.catalog.fields import Target
from audiolab.errors import QueryError
from audiolab.plots.style import Theme, count_axis, figure, nothing, plain
from audiolab.plots.tracks import Tracks, target, unit

HEIGHT = 340
NUMBERS = ("number", "integer")
NAMES = ("category", "list", "text", "bool")


def distribution(
    tracks: Tracks,
    field: str,
    catalog: Catalog | None = None,
    *,
    bins: int = 40,
    top: int = 15,
    span: tuple[float, float] | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Tracks by the value of a field.

    Parameters
    ----------
    tracks : DataFrame, Filter, str, dict or None
        Which tracks.
    field : str
        Any name of a field with numbers ("bpm", "year", "key_confidence") or names ("genre",
        "mood", "format", "vocals").
    catalog : Catalog, optional
        Where they are; the settings' catalog if left out.
    bins : int
        Bars of a histogram, at most.
    top : int
        Names shown, the most frequent first.
    span : tuple of (low, high), optional
        What a histogram covers, outer values going into the outer bars; by default all values.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        Bars; ``customdata`` of each is the query that selects its tracks.

    Raises
    ------
    QueryError
        If the field has neither numbers nor names, or a DataFrame lacks it.
    """
    of = target(field)
    if of.kind in NUMBERS:
        shown = _histogram(tracks, of, catalog, bins, span)
        return _upright(of, shown, theme)
    if of.kind in NAMES:
        return _lying(of, counts(tracks, of.name, catalog), top, theme)
    raise QueryError(f"{field!r} has no distribution: expected a field with numbers or names")


def counts(tracks: Tracks, field: str, catalog: Catalog | None) -> "pd.Series[int]":
    """How many tracks have each value, most frequent first; a list counts under each name."""
    if not isinstance(tracks, pd.DataFrame):
        catalog = catalog if catalog is not None else Catalog.open()
        return catalog.facets(field, tracks)
    columns = _columns(tracks, target(field))
    values = pd.concat([tracks[column].astype(object).explode() for column in columns])
    found: pd.Series[int] = values.dropna().value_counts().sort_index()
    return found.sort_values(ascending=False, kind="stable")


def _columns(frame: pd.DataFrame, of: Target) -> list[str]:
    found = [column.name for column in of.columns if column.name in frame]
    if not found:
        raise QueryError(f"the DataFrame lacks the column {of.columns[0].name!r}")
    return found[:1] if of.name == "key" else found  # one key in several notations


def _histogram(
    tracks: Tracks,
    of: Target,
    catalog: Catalog | None,
    bins: int,
    span: tuple[float, float] | None,
) -> pd.DataFrame:
    """Rows of ``low``, ``high`` and ``tracks``."""
    span = span or ((0.0, 1.0) if of.columns[0].limits == (0, 1) else None)
    if isinstance(tracks, pd.DataFrame):
        values = tracks[_columns(tracks, of)[0]].dropna().to_numpy(np.float64)
        edges = _edges(of, span or _extent(values), bins)
        found, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
        return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "tracks": found})
    catalog = catalog if catalog is not None else Catalog.open()
    whole = catalog.histogram(of.name, tracks, 1, span)
    edges = _edges(of, (whole["low"].min(), whole["high"].max()), bins)
    ends = (float(edges[0]), float(edges[-1]))
    return catalog.histogram(of.name, tracks, len(edges) - 1, ends)


def _extent(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)


def _edges(of: Target, span: tuple[float, float], bins: int) -> npt.NDArray[np.float64]:
    """Where bars begin and end; those of whole numbers hold whole numbers."""
    low, high = float(span[0]), float(span[1])
    if of.kind == "integer":
        low, high = np.floor(low), np.floor(high) + 1
        width = max(1.0, np.ceil((high - low) / bins))
        return np.arange(low, high + width, width)
    return np.linspace(low, high if high > low else low + 1, bins + 1)


def _upright(of: Target, shown: pd.DataFrame, theme: Theme) -> go.Figure:
    if not shown["tracks"].sum():
        return _empty(of, theme)
    low, high = shown["low"].to_numpy(), shown["high"].to_numpy()
    whole = of.kind == "integer"
    ends = high - 1 if whole else high
    digits = 0 if whole else _digits(float(high[0] - low[0]))
    names = [
        f"{a:.{digits}f}" if a == b else f"{a:.{digits}f}–{b:.{digits}f}"
        for a, b in zip(low, ends, strict=True)
    ]
    column = of.columns[0]
    queries = [_between(of, float(a), float(b)) for a, b in zip(low, ends, strict=True)]
    bars = go.Bar(
        x=((low + ends) / 2).round(6),
        y=shown["tracks"].to_numpy(),
        width=(high - low).round(6),
        customdata=queries,
        text=[plain(f"{name} {column.unit}") for name in names],
        textposition="none",
        hovertemplate="%{text}<br>%{y:,} tracks",
        name=of.label,
    )
    axis = {"title": f"{of.label}{unit(column.name)}"}
    count = count_axis(int(shown["tracks"].max()))
    return figure(bars, theme=theme, title=of.label, height=HEIGHT, xaxis=axis, yaxis=count)


def _between(of: Target, low: float, high: float) -> str:
    ends = (round(low, 6), round(high, 6))
    return Filter.of({of.name: ends[0] if low == high else ends}).to_query()


def _digits(width: float) -> int:
    """Decimals that tell neighbouring bars apart."""
    return 1 + int(np.ceil(-np.log10(width))) if width < 1 else 0


def _lying(of: Target, found: "pd.Series[int]", top: int, theme: Theme) -> go.Figure:
    if found.empty:
        return _empty(of, theme)
    first = found.head(top).iloc[::-1]
    names = [_name(value) for value in first.index]
    bars = go.Bar(
        x=first.to_numpy(),
        y=[plain(name) for name in names],
        orientation="h",
        customdata=[_query(of, value) for value in first.index],
        hovertemplate="%{y}<br>%{x:,} tracks",
        name=of.label,
    )
    rest = len(found) - len(first)
    title = f"{of.label}, the {top} most frequent of {len(found)}" if rest else of.label
    height = max(200, 110 + 22 * len(first))
    count = count_axis(int(first.max()))
    axis = {"type": "category", "ticks": "", "showgrid": False}
    return figure(bars, theme=theme, title=title, height=height, xaxis=count, yaxis=axis)


def _name(value: Any) -> str:
    return {True: "yes", False: "no"}[bool(value)] if isinstance(value, bool | np.bool_) else value


def _query(of: Target, value: Any) -> str:
    wanted = bool(value) if of.kind == "bool" else f"={value}" if of.kind == "text" else [value]
    return Filter.of({of.name: wanted}).to_query()


def _empty(of: Target, theme: Theme) -> go.Figure:
    return nothing(
        theme, of.label, f"{of.label} is not known of any of these tracks.", height=HEIGHT
    )
