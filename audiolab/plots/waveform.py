"""The waveform of a track: its peaks over time."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from audiolab.catalog import Catalog
from audiolab.plots.style import Theme, figure, nothing
from audiolab.plots.time_axis import time_axis
from audiolab.plots.tracks import Sound, sound

if TYPE_CHECKING:
    from audiolab.analysis.excerpt import Excerpt

Floats = npt.NDArray[np.float32]
HEIGHT = 220
DETAIL = 1600  # peaks of a part


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
    peaks: Floats,
    seconds: float,
    *,
    detail: "Excerpt | None" = None,
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
    detail : Excerpt, optional
        A part that is drawn finer than the peaks are.
    """
    times = ((np.arange(len(peaks)) + 0.5) * seconds / len(peaks)).astype(np.float32)
    if detail is not None and len(detail.samples):
        times, peaks = _with_detail(times, peaks, detail)
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


def _with_detail(times: Floats, peaks: Floats, detail: "Excerpt") -> tuple[Floats, Floats]:
    """The peaks with those of a part in place of their own, brought to the same height."""
    count = min(DETAIL, len(detail.samples))
    starts = np.arange(count) * len(detail.samples) // count
    fine = np.maximum.reduceat(np.abs(detail.samples), starts)
    start, end = detail.start_seconds, detail.start_seconds + detail.seconds
    inside = (times >= start) & (times <= end)
    if inside.any() and fine.max() > 0:
        fine = fine * (peaks[inside].max() / fine.max())
    places = start + (np.arange(count) + 0.5) * detail.seconds / count
    before, after = times < start, times > end
    joined = [np.concatenate([a[before], b, a[after]]) for a, b in ((times, places), (peaks, fine))]
    return joined[0].astype(np.float32), joined[1].astype(np.float32)


def _peaks(of: Sound) -> tuple[Floats, float]:
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
