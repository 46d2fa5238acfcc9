"""Loudness over time, as EBU meters show it."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from audiolab.catalog import Catalog
from audiolab.plots.style import Theme, figure, nothing
from audiolab.plots.time_axis import COLUMNS, time_axis
from audiolab.plots.tracks import sound

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
HEIGHT = 300
QUIETEST_LUFS = -60.0


def loudness(
    track: str | Path, catalog: Catalog | None = None, *, theme: Theme = "light"
) -> go.Figure:
    """Short-term (3 s) and momentary (0.4 s) loudness of a track, with its integrated loudness.

    EBU Tech 3341; the whole file is decoded.

    Parameters
    ----------
    track : str or Path
        An id, or the path of an audio file.
    catalog : Catalog, optional
        Where the id is; the settings' catalog if left out.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        Two lines of at most 1000 points, gaps where it is silent, and a level line.

    Raises
    ------
    TrackNotFoundError
        If no track has this id.
    FileNotFoundError, AnalysisError
        If there is no such file, or it cannot be decoded.
    """
    from audiolab.analysis.decode import open_audio
    from audiolab.analysis.loudness import Loudness

    of = sound(track, catalog)
    with open_audio(of.path) as file:
        meter, frames = Loudness(file.sample_rate_hz, file.channels), 0
        for block in file.blocks():
            meter.push(np.nan_to_num(block, posinf=0, neginf=0))
            frames += len(block)
        seconds = frames / file.sample_rate_hz
    if seconds < 3:
        return nothing(theme, of.name, "Loudness needs three seconds of sound.", height=HEIGHT)
    lines = [
        _line(*meter.over_time(0.4), "Momentary", {"width": 1}, opacity=0.45),
        _line(*meter.over_time(3.0), "Short-term", {"width": 2.5}),
    ]
    integrated = meter.values().get("loudness_lufs")
    if isinstance(integrated, float):
        lines.append(_level(integrated, seconds))
    return figure(
        *lines,
        theme=theme,
        title=of.name,
        height=HEIGHT,
        xaxis=time_axis(0, seconds),
        yaxis={"title": "Loudness (LUFS)", "range": _span(lines[0].y), "fixedrange": True},
    )


def _span(lufs: Floats) -> list[float]:
    """What shows most of the music, in steps of 5 LU."""
    heard = lufs[np.isfinite(lufs)]
    if not len(heard):
        return [QUIETEST_LUFS, 0.0]
    low, high = np.percentile(heard, 3) - 3, heard.max() + 3
    return [max(QUIETEST_LUFS, float(5 * np.floor(low / 5))), float(5 * np.ceil(high / 5))]


def _level(lufs: float, seconds: float) -> go.Scatter:
    return go.Scatter(
        x=[0, seconds],
        y=[lufs, lufs],
        mode="lines",
        line={"width": 1.5, "dash": "dash"},
        name=f"Integrated {lufs:.1f} LUFS",
        hoverinfo="skip",
    )


def _line(seconds: Doubles, lufs: Doubles, name: str, line: dict[str, Any], **more: Any) -> Any:
    """The loudest of the values that share a column of the screen; nothing below -60 LUFS."""
    step = max(1, -(-len(lufs) // COLUMNS))
    starts = np.arange(0, len(lufs), step)
    loudest = np.maximum.reduceat(lufs, starts)
    return go.Scatter(
        x=seconds[starts].astype(np.float32),
        y=np.where(loudest > QUIETEST_LUFS, loudest, np.nan).round(2).astype(np.float32),
        mode="lines",
        line=line,
        name=name,
        hovertemplate=f"{name} %{{y:.1f}} LUFS<br>%{{x:.1f}} s",
        **more,
    )
