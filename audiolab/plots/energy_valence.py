"""Energy against valence: from sad and calm to happy and wild."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from audiolab.catalog import Catalog
from audiolab.catalog.fields import BY_NAME
from audiolab.errors import QueryError
from audiolab.plots.style import Theme, count_bar, figure, nothing
from audiolab.plots.tracks import Tracks, frame_of, names_of

HEIGHT = 460
MOST_POINTS = 5_000
CELLS = 50
WEBGL_FROM = 1_500
VALENCES = ("valence", "mood_valence")


def energy_valence(
    tracks: Tracks,
    catalog: Catalog | None = None,
    *,
    valence: str = "valence",
    theme: Theme = "light",
) -> go.Figure:
    """Each track at its valence and energy; of more than 5,000, how many there are in each place.

    Parameters
    ----------
    tracks : DataFrame, Filter, str, dict or None
        Which tracks.
    catalog : Catalog, optional
        Where they are; the settings' catalog if left out.
    valence : {"valence", "mood_valence"}
        The signal's, or the one of the networks.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        Points with ids as ``customdata``, or a heatmap of 50 x 50 cells.

    Raises
    ------
    QueryError
        For another valence, or if a DataFrame lacks a column.
    """
    if valence not in VALENCES:
        raise QueryError(f"valence: expected one of {', '.join(VALENCES)}, got {valence!r}")
    frame = frame_of(tracks, catalog, ["energy", valence]).dropna(subset=["energy", valence])
    title = "Energy and valence"
    if frame.empty:
        message = "Energy and valence are not known of any of these tracks."
        return nothing(theme, title, message, height=HEIGHT)
    draw = _points if len(frame) <= MOST_POINTS else _cells
    axes = {
        f"{letter}axis": {"title": f"{BY_NAME[name].label} (0 to 1)", "range": [-0.02, 1.02]}
        for letter, name in (("x", valence), ("y", "energy"))
    }
    return figure(draw(frame, valence), theme=theme, title=title, height=HEIGHT, **axes)


def _points(frame: pd.DataFrame, valence: str) -> go.Scatter | go.Scattergl:
    kind = go.Scattergl if len(frame) > WEBGL_FROM else go.Scatter
    return kind(
        x=frame[valence].to_numpy(np.float32),
        y=frame["energy"].to_numpy(np.float32),
        mode="markers",
        marker={"size": 7, "opacity": 0.65},
        text=names_of(frame),
        customdata=[str(track_id) for track_id in frame.index],
        hovertemplate="<b>%{text}</b><br>energy %{y:.2f}, valence %{x:.2f}",
        name="Tracks",
    )


def _cells(frame: pd.DataFrame, valence: str) -> go.Heatmap:
    span = [[0, 1], [0, 1]]
    found, _, _ = np.histogram2d(frame["energy"], frame[valence], bins=CELLS, range=span)
    return go.Heatmap(
        z=np.where(found, found, np.nan).astype(np.float32),
        x0=0.5 / CELLS,
        dx=1 / CELLS,
        y0=0.5 / CELLS,
        dy=1 / CELLS,
        **count_bar(int(found.max())),
        hovertemplate="%{z:,} tracks<br>energy %{y:.2f}, valence %{x:.2f}",
        name="Tracks",
    )
