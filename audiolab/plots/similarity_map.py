"""The similarity map: tracks in the plane, what sounds alike close together."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from audiolab.catalog import Catalog
from audiolab.catalog.fields import Target
from audiolab.errors import QueryError
from audiolab.plots.style import AMOUNTS, OTHERS, PALETTE, Theme, figure, nothing, plain
from audiolab.plots.tracks import NAMES, names_of, target, unit

HEIGHT = 620
LEGEND = {"orientation": "v", "x": 1, "xanchor": "left", "y": 1, "yanchor": "top"}
FEW = 1_000  # tracks that are asked for one by one
Points = pd.DataFrame | tuple[Sequence[str], npt.NDArray[Any]]


def similarity_map(
    points: Points,
    catalog: Catalog | None = None,
    *,
    colour: str | None = "genre_primary",
    theme: Theme = "light",
) -> go.Figure:
    """Tracks at given coordinates, drawn by WebGL, coloured by a field.

    Parameters
    ----------
    points : DataFrame, or tuple of ids and an array of shape (tracks, 2)
        A frame is indexed by track id and has the columns ``x`` and ``y``.
    catalog : Catalog, optional
        Where names and colours come from, as far as the frame lacks them; the settings' catalog if
        left out.
    colour : str or None
        A field with numbers, or with names, of which the most frequent get a colour.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        One trace a colour, or one with a scale; ``customdata`` are the ids.

    Raises
    ------
    QueryError
        If there are no coordinates, or no such field.
    """
    frame = _frame(points)
    of = None if colour is None else target(colour)
    frame = _with_values(frame, catalog, [] if of is None else [of.columns[0].name])
    if frame.empty:
        return nothing(theme, "Similarity", "There are no tracks on the map yet.", height=HEIGHT)
    traces = [_trace(frame)] if of is None else _coloured(frame, of, theme)
    blank = {"visible": False, "scaleanchor": None}
    same_scale = {"visible": False, "scaleanchor": "x"}
    return figure(
        *traces, theme=theme, title="Similarity", height=HEIGHT, xaxis=blank, yaxis=same_scale,
        dragmode="pan", hovermode="closest", legend=LEGEND,
    )  # fmt: skip


def _frame(points: Points) -> pd.DataFrame:
    if isinstance(points, pd.DataFrame):
        if not {"x", "y"} <= set(points):
            raise QueryError("the DataFrame lacks the coordinates: expected columns x and y")
        return points
    ids, matrix = points
    matrix = np.asarray(matrix)
    if matrix.shape != (len(ids), 2):
        raise QueryError(f"expected coordinates of shape ({len(ids)}, 2), got {matrix.shape}")
    return pd.DataFrame(matrix, index=pd.Index(list(ids), name="id"), columns=["x", "y"])


def _with_values(frame: pd.DataFrame, catalog: Catalog | None, columns: list[str]) -> pd.DataFrame:
    """The frame with names and colours; tracks that have gone from the catalog go too."""
    wanted = [name for name in (*NAMES, *columns) if name not in frame]
    if frame.empty or not (set(wanted) - {"filename"} or "title" not in frame):
        return frame
    catalog = catalog if catalog is not None else Catalog.open()
    where = {"id": list(frame.index)} if len(frame) <= FEW else None
    values = catalog.tracks(where, sort="added_at", columns=wanted)
    return frame.join(values, how="inner")


def _coloured(frame: pd.DataFrame, of: Target, theme: Theme) -> list[go.Scattergl]:
    values = frame[of.columns[0].name]
    if of.kind in ("number", "integer"):
        return [_scaled(frame, values, of)]
    names = values.astype(object).map(_first, na_action="ignore")
    frequent = list(names.value_counts().index[: len(PALETTE[theme])])
    rest = frame[~names.isin(frequent)]
    others = [_trace(rest, name="Others", marker={"color": OTHERS, "size": 4})] if len(rest) else []
    return [*others, *(_trace(frame[names == name], name=plain(_word(name))) for name in frequent)]


def _first(value: Any) -> Any:
    """Of a list its first."""
    return (value[0] if value else None) if isinstance(value, list) else value


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool | np.bool_) else str(value)


def _scaled(frame: pd.DataFrame, values: "pd.Series[Any]", of: Target) -> go.Scattergl:
    numbers = values.to_numpy(np.float32, na_value=np.nan)
    heading = {"text": f"{of.label}{unit(of.columns[0].name)}", "side": "right"}
    bar = {"title": heading, "outlinewidth": 0, "ticks": "", "thickness": 12}
    scale = {"color": numbers, "colorscale": AMOUNTS, "colorbar": bar}
    return _trace(frame, name=of.label, marker=scale)


def _trace(
    frame: pd.DataFrame, *, name: str = "Tracks", marker: dict[str, Any] | None = None
) -> go.Scattergl:
    return go.Scattergl(
        x=frame["x"].to_numpy(np.float32),
        y=frame["y"].to_numpy(np.float32),
        mode="markers",
        marker={"size": 5, "opacity": 0.8, **(marker or {})},
        text=names_of(frame),
        customdata=[str(track_id) for track_id in frame.index],
        hovertemplate=f"<b>%{{text}}</b><br>{name}" if name != "Tracks" else "<b>%{text}</b>",
        name=name,
    )
