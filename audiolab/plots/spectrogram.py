"""The spectrogram of a track: how strong each frequency is, over time."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from audiolab.catalog import Catalog
from audiolab.plots.style import Theme, figure, nothing
from audiolab.plots.time_axis import COLUMNS, heatmap, time_axis
from audiolab.plots.tracks import sound

if TYPE_CHECKING:
    from audiolab.analysis.excerpt import Excerpt

Kind = Literal["mel", "constant_q"]
HEIGHT = 320
RANGE_DB = 80
SECONDS = 300.0
FREQUENCIES = {100: "100", 500: "500", 1000: "1k", 2000: "2k", 5000: "5k", 10_000: "10k"}
NOTE_AXIS = {
    "type": "log",
    "title": "Note",
    "tickvals": [32.703 * 2**octave for octave in range(8)],
    "ticktext": [f"C{octave + 1}" for octave in range(8)],
}
PLAIN = {"fixedrange": True, "showgrid": False}


def spectrogram(
    track: str | Path,
    catalog: Catalog | None = None,
    *,
    kind: Kind = "mel",
    start: float = 0.0,
    seconds: float = SECONDS,
    theme: Theme = "light",
) -> go.Figure:
    """Level of each frequency over time, in dB relative to full scale.

    Parameters
    ----------
    track : str or Path
        An id, or the path of an audio file.
    catalog : Catalog, optional
        Where the id is; the settings' catalog if left out.
    kind : {"mel", "constant_q"}
        128 bands as the ear spaces them, or three steps a semitone from C1 to C9.
    start, seconds : float
        Which part, up to 900 s.
    theme : {"light", "dark"}

    Returns
    -------
    plotly.graph_objects.Figure
        A heatmap of at most 1000 columns, in whole dB.

    Raises
    ------
    TrackNotFoundError
        If no track has this id.
    FileNotFoundError, AnalysisError
        If there is no such file, or it cannot be decoded.
    ValueError
        For another kind, or a part that cannot be.
    """
    if kind not in ("mel", "constant_q"):
        raise ValueError(f"kind: expected mel or constant_q, got {kind!r}")
    from audiolab.analysis.excerpt import read_excerpt

    of = sound(track, catalog)
    return excerpt_figure(read_excerpt(of.path, start, seconds), kind, theme=theme, title=of.name)


def excerpt_figure(
    excerpt: "Excerpt", kind: Kind = "mel", *, theme: Theme = "light", title: str = ""
) -> go.Figure:
    """The same for samples at hand."""
    if not len(excerpt.samples):
        return nothing(theme, title, "There is no sound here.", height=HEIGHT)
    from audiolab.analysis.time_frequency import constant_q, mel_spectrogram

    picture = (mel_spectrogram if kind == "mel" else constant_q)(excerpt.samples, COLUMNS)
    frequency = "%{y}" if kind == "mel" else "%{y:.1f} Hz"
    top = min(0.0, float(picture.values.max()))
    trace = heatmap(
        picture,
        excerpt.start_seconds,
        y=[f"{hz:.0f} Hz" for hz in picture.rows] if kind == "mel" else picture.rows.round(1),
        zmin=top - RANGE_DB,
        zmax=top,
        colorbar={"title": {"text": "dBFS", "side": "right"}},
        hovertemplate=f"%{{x:.2f}} s<br>{frequency}<br>%{{z}} dBFS",
        name="Spectrogram",
    )
    axis = {**(_mel_axis(picture.rows) if kind == "mel" else NOTE_AXIS), **PLAIN}
    end = excerpt.start_seconds + excerpt.seconds
    time = {**time_axis(excerpt.start_seconds, end), "showgrid": False}
    return figure(trace, theme=theme, title=title, height=HEIGHT, xaxis=time, yaxis=axis)


def _mel_axis(hz: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Evenly spaced bands, as the ear has them, with frequencies written beside some."""
    places = np.interp(list(FREQUENCIES), hz, np.arange(len(hz)))
    return {
        "type": "category",
        "title": "Frequency (Hz)",
        "tickvals": places.round().astype(int).tolist(),
        "ticktext": list(FREQUENCIES.values()),
    }
