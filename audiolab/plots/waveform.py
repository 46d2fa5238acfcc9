"""The waveform of a track: its peaks over time."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from audiolab.catalog import Catalog
from audiolab.plots.style import Theme, figure, nothing
from audiolab.plots.time_axis import time_axis
from audiolab.plots.tracks import Sound, sound

HEIGHT = 220


def waveform(
    track: str | Path, catalog: Catalog | None = None, *, theme: Theme = "light"
) -> go.Figure:
    """Peaks of a track over time, mirrored.

    Parameters
    ----------
    track : str or Path
        An id, or the path of an audio file, which is decoded for it.
    catalog : Catalog, optional
        Where the id is; the settings' catalog if left out.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        One filled trace: 800 peaks up, then back below. Silent if the track has not been analysed.

    Raises
    ------
    TrackNotFoundError
        If no track has this id.
    FileNotFoundError, AnalysisError
        If there is no such file, or it cannot be decoded.
    """
    of = sound(track, catalog)
    peaks, seconds = _peaks(of)
    if not seconds:
        return nothing(theme, of.name, "This track has not been analysed yet.", height=HEIGHT)
    return peaks_figure(peaks, seconds, theme=theme, title=of.name)


def peaks_figure(
    peaks: npt.NDArray[np.float32],
    seconds: float,
    *,
    theme: Theme = "light",
    title: str = "",
) -> go.Figure:
    """The same for peaks at hand.

    Parameters
    ----------
    peaks : ndarray, shape (peaks,)
        In [0, 1], evenly spaced.
    seconds : float
        What they span.
    """
    times = ((np.arange(len(peaks)) + 0.5) * seconds / len(peaks)).astype(np.float32)
    trace = go.Scatter(
        x=np.concatenate([times, times[::-1]]),
        y=np.concatenate([peaks, -peaks[::-1]]).astype(np.float32),
        mode="lines",
        line={"width": 0.5},
        fill="toself",
        hoveron="points",
        hovertemplate="%{x:.1f} s<br>peak %{y:.2f}",
        name="Waveform",
    )
    axis = {"range": [-1.02, 1.02], "fixedrange": True, "title": "Peak", "nticks": 5}
    return figure(
        trace, theme=theme, title=title, height=HEIGHT, xaxis=time_axis(0, seconds), yaxis=axis
    )


def _peaks(of: Sound) -> tuple[npt.NDArray[np.float32], float]:
    if of.catalog is not None and of.id is not None:
        duration = of.catalog.track(of.id)["duration_seconds"]
        return of.catalog.waveform(of.id), float(duration or 0)
    from audiolab.analysis.decode import open_audio
    from audiolab.analysis.waveform import Waveform

    found, frames = Waveform(), 0
    with open_audio(of.path) as file:
        for block in file.blocks():
            found.push(np.nan_to_num(block, posinf=0, neginf=0))
            frames += len(block)
        return found.values(), frames / file.sample_rate_hz
