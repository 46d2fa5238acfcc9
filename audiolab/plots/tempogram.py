"""The tempogram of a track: at which pace its onsets repeat, over time, with the beats."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from audiolab.catalog import Catalog
from audiolab.plots.style import ORANGE, Theme, figure, nothing
from audiolab.plots.time_axis import COLUMNS, heatmap, time_axis
from audiolab.plots.tracks import sound

if TYPE_CHECKING:
    from audiolab.analysis.excerpt import Excerpt

HEIGHT = 320
SECONDS = 300.0
TEMPI = (40, 60, 80, 100, 120, 140, 160, 180, 200, 240)
Beats = npt.NDArray[np.float32]


def tempogram(
    track: str | Path,
    catalog: Catalog | None = None,
    *,
    start: float = 0.0,
    seconds: float = SECONDS,
    theme: Theme = "light",
) -> go.Figure:
    """How strongly the onsets repeat at each tempo over time, with the track's beats and tempo.

    Parameters
    ----------
    track : str or Path
        An id, or the path of an audio file; of a mere file no beats are known.
    catalog : Catalog, optional
        Where the id is; the settings' catalog if left out.
    start, seconds : float
        Which part, up to 900 s.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        A heatmap of at most 1000 columns in per cent, a mark for each beat, a line at the tempo.

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
    beats, bpm = np.zeros(0, np.float32), None
    if of.catalog is not None and of.id is not None:
        beats, bpm = of.catalog.beats(of.id), of.catalog.track(of.id)["tempo_bpm"]
    excerpt = read_excerpt(of.path, start, seconds)
    return excerpt_figure(excerpt, beats, bpm, theme=theme, title=of.name)


def excerpt_figure(
    excerpt: "Excerpt",
    beats: Beats,
    tempo_bpm: float | None,
    *,
    theme: Theme = "light",
    title: str = "",
) -> go.Figure:
    """The same for samples at hand.

    Parameters
    ----------
    excerpt : Excerpt
    beats : ndarray
        Beats of the whole track in seconds.
    tempo_bpm : float or None
    """
    if not len(excerpt.samples):
        return nothing(theme, title, "There is no sound here.", height=HEIGHT)
    from audiolab.analysis.time_frequency import tempogram as pulse_over_time

    picture = pulse_over_time(excerpt.samples, COLUMNS)
    start, end = excerpt.start_seconds, excerpt.start_seconds + excerpt.seconds
    trace = heatmap(
        replace(picture, values=picture.values * 100),
        start,
        y=picture.rows.round(2),
        zmin=0,
        zmax=100,
        colorbar={"title": {"text": "Strength (%)", "side": "right"}},
        hovertemplate="%{x:.1f} s<br>%{y:.0f} BPM<br>%{z} %",
        name="Tempogram",
    )
    axis = {
        "type": "log",
        "title": "Tempo (BPM)",
        "range": [np.log10(picture.rows[0]), np.log10(picture.rows[-1])],
        "tickvals": TEMPI,
        "fixedrange": True,
        "showgrid": False,
    }
    shown = figure(
        trace,
        _marks(beats[(beats >= start) & (beats < end)], 1.04 * float(picture.rows[0])),
        theme=theme,
        title=title,
        height=HEIGHT,
        xaxis={**time_axis(start, end), "showgrid": False},
        yaxis=axis,
        showlegend=False,
    )
    if tempo_bpm:
        shown.add_hline(y=float(tempo_bpm), line={"color": ORANGE, "width": 1.5, "dash": "dot"})
        shown.add_annotation(_label(float(tempo_bpm)))
    return shown


def _label(bpm: float) -> dict[str, Any]:
    """The tempo beside its line; an annotation on a logarithmic axis is placed by the logarithm."""
    place = {"xref": "paper", "x": 0, "xanchor": "left", "y": np.log10(bpm), "yanchor": "bottom"}
    look = {"font": {"color": ORANGE}, "bgcolor": "rgba(0, 20, 50, 0.7)", "showarrow": False}
    return {"text": f"{bpm:.1f} BPM", **place, **look}


def _marks(beats: Beats, bpm: float) -> go.Scatter:
    return go.Scatter(
        x=beats,
        y=np.full(len(beats), bpm, np.float32),
        mode="markers",
        marker={"symbol": "line-ns", "size": 10, "line": {"width": 1.5, "color": ORANGE}},
        hovertemplate="beat at %{x:.2f} s",
        name="Beats",
    )
