"""The chromagram of a track: which of the twelve notes sound, over time."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from audiolab import keys
from audiolab.catalog import Catalog
from audiolab.plots.style import Theme, figure, nothing
from audiolab.plots.time_axis import COLUMNS, heatmap, time_axis
from audiolab.plots.tracks import sound

if TYPE_CHECKING:
    from audiolab.analysis.excerpt import Excerpt

HEIGHT = 300
SECONDS = 300.0


def chromagram(
    track: str | Path,
    catalog: Catalog | None = None,
    *,
    start: float = 0.0,
    seconds: float = SECONDS,
    theme: Theme = "light",
) -> go.Figure:
    """Strength of the twelve pitch classes over time, the strongest at each time being 100 %.

    Parameters
    ----------
    track : str or Path
        An id, or the path of an audio file.
    catalog : Catalog, optional
        Where the id is; the settings' catalog if left out.
    start, seconds : float
        Which part, up to 900 s.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        A heatmap of 12 rows, C first, and at most 1000 columns.

    Raises
    ------
    TrackNotFoundError
        If no track has this id.
    FileNotFoundError, AnalysisError
        If there is no such file, or it cannot be decoded.
    ValueError
        For a part that cannot be.
    """
    from audiolab.analysis.excerpt import read_excerpt

    of = sound(track, catalog)
    return excerpt_figure(read_excerpt(of.path, start, seconds), theme=theme, title=of.name)


def excerpt_figure(excerpt: "Excerpt", *, theme: Theme = "light", title: str = "") -> go.Figure:
    """The same for samples at hand."""
    if not len(excerpt.samples):
        return nothing(theme, title, "There is no sound here.", height=HEIGHT)
    from audiolab.analysis.time_frequency import chromagram as chroma_over_time

    picture = chroma_over_time(excerpt.samples, COLUMNS)
    trace = heatmap(
        replace(picture, values=picture.values * 100),
        excerpt.start_seconds,
        y=list(keys.TONICS),
        zmin=0,
        zmax=100,
        colorbar={"title": {"text": "Strength (%)", "side": "right"}},
        hovertemplate="%{x:.2f} s<br>%{y}<br>%{z} %",
        name="Chromagram",
    )
    axis = {"title": "Pitch class", "fixedrange": True, "showgrid": False, "dtick": 1}
    end = excerpt.start_seconds + excerpt.seconds
    time = {**time_axis(excerpt.start_seconds, end), "showgrid": False}
    return figure(trace, theme=theme, title=title, height=HEIGHT, xaxis=time, yaxis=axis)
