"""Figures of one track against its samples and against the catalog."""

import json
from pathlib import Path
from uuid import uuid4

import numpy as np
import plotly.graph_objects as go
import pytest

from audiolab import Catalog, plots
from audiolab.analysis.excerpt import Excerpt
from audiolab.errors import AnalysisError, TrackNotFoundError
from audiolab.plots.tempogram import excerpt_figure as tempogram_of
from audiolab.plots.time_axis import time_axis
from audiolab.plots.waveform import peaks_figure

from .conftest import HOSTILE, SECONDS

EACH = (plots.waveform, plots.spectrogram, plots.chromagram, plots.tempogram, plots.loudness)


@pytest.mark.parametrize("make", EACH)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_figure_is_whole(make, theme: str, catalog: Catalog, track: str) -> None:  # type: ignore[no-untyped-def]
    figure = make(track, catalog, theme=theme)
    assert isinstance(figure, go.Figure)
    assert "(" in figure.layout.yaxis.title.text + figure.layout.xaxis.title.text, "units"
    assert figure.layout.template.layout.paper_bgcolor in ("#FFFFFF", "#14151A")
    assert figure.layout.title.text.startswith("&lt;a href=")
    text = figure.to_json()
    assert len(text) < 500_000
    assert go.Figure(json.loads(text)).to_dict().keys() == figure.to_dict().keys()
    assert "Plotly.newPlot" in figure.to_html(include_plotlyjs=False)


@pytest.mark.parametrize("make", EACH)
def test_what_is_not_there(make, catalog: Catalog, frame, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TrackNotFoundError):
        make(str(uuid4()), catalog)
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"nothing" * 99)
    with pytest.raises(AnalysisError, match="not an audio file"):
        make(broken)
    gone = str(frame.index[frame["path"] == "track-01.wav"][0])
    if make is not plots.waveform:  # its peaks are in the catalog
        with pytest.raises(FileNotFoundError):
            make(gone, catalog)


def test_waveform_shows_the_peaks_of_the_catalog(catalog: Catalog, track: str) -> None:
    trace = plots.waveform(track, catalog).data[0]
    np.testing.assert_allclose(trace.y[:800], catalog.waveform(track))
    np.testing.assert_allclose(trace.y[800:], -catalog.waveform(track)[::-1])
    assert trace.x[0] == pytest.approx(SECONDS / 1600)
    assert trace.x[799] == pytest.approx(SECONDS - SECONDS / 1600)


def test_waveform_of_a_file(catalog: Catalog, track: str) -> None:
    figure = plots.waveform(catalog.path(track))
    assert figure.layout.title.text == "track-00.wav"
    assert np.max(figure.data[0].y) == pytest.approx(10 ** (-23 / 20), rel=0.01)


def test_a_part_of_the_waveform_in_detail() -> None:
    peaks = np.full(100, 0.5, np.float32)
    burst = np.zeros(22_050, np.float32)
    burst[11_025:12_000] = 0.2
    trace = peaks_figure(peaks, 100, detail=Excerpt(burst, 22_050, 40.0)).data[0]
    times, heights = np.split(trace.x, 2)[0], np.split(trace.y, 2)[0]
    assert (np.diff(times) > 0).all()
    inside = (times > 40) & (times < 41)
    assert inside.sum() == 1600
    assert heights[~inside].tolist() == [0.5] * 99
    loud = times[inside & (heights > 0)]
    assert (loud.min(), loud.max()) == pytest.approx((40.5, 40.544), abs=0.002)
    assert heights[inside].max() == pytest.approx(0.5), "as high as the peaks it stands for"


def test_waveform_before_the_analysis(catalog: Catalog, frame) -> None:  # type: ignore[no-untyped-def]
    bare = str(frame.index[frame["path"] == "bare.wav"][0])
    figure = plots.waveform(bare, catalog)
    assert not figure.data
    assert "not been analysed" in figure.layout.annotations[0].text


@pytest.mark.parametrize("kind", ["mel", "constant_q"])
def test_spectrogram_of_a_tone(catalog: Catalog, track: str, kind: str) -> None:
    trace = plots.spectrogram(track, catalog, kind=kind, start=3, seconds=6).data[0]  # type: ignore[arg-type]
    column = np.asarray(trace.z)[:, trace.z.shape[1] // 2]
    loudest = float(str(trace.y[column.argmax()]).removesuffix(" Hz"))
    assert loudest == pytest.approx(440, rel=0.02)
    assert column.max() == pytest.approx(-23, abs=2)
    assert trace.z.dtype == np.int8
    assert trace.z.shape[1] <= 1000
    assert 3 <= trace.x0 < 3.1
    assert trace.x0 + trace.dx * (trace.z.shape[1] - 1) == pytest.approx(9, abs=0.1)
    with pytest.raises(ValueError, match="mel or constant_q"):
        plots.spectrogram(track, catalog, kind="bark")  # type: ignore[arg-type]


def test_chromagram_of_a_tone(catalog: Catalog, track: str) -> None:
    trace = plots.chromagram(track, catalog).data[0]
    assert trace.y[int(np.asarray(trace.z)[:, 100].argmax())] == "A"


def test_loudness_of_a_tone(catalog: Catalog, track: str) -> None:
    """EBU Tech 3341, case 1, at 440 Hz, where the K-weighting takes 0.7 dB off."""
    momentary, short, level = plots.loudness(track, catalog).data
    assert np.nanmedian(short.y) == pytest.approx(-23.7, abs=0.15)
    assert np.nanmedian(momentary.y) == pytest.approx(-23.7, abs=0.15)
    assert short.x[0] == pytest.approx(3)
    assert short.x[-1] == pytest.approx(SECONDS, abs=0.1)
    assert level.name == f"Integrated {level.y[0]:.1f} LUFS"


def test_beats_of_the_part_that_is_shown() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 22_050 * 10).astype(np.float32)
    beats = np.arange(0, 60, 0.5, dtype=np.float32)
    figure = tempogram_of(Excerpt(noise, 22_050, 20.0), beats, 120.0)
    np.testing.assert_allclose(figure.data[1].x, np.arange(20, 30, 0.5))
    assert figure.layout.shapes[0].y0 == 120
    assert figure.layout.annotations[0].text == "120.0 BPM"
    silent = tempogram_of(Excerpt(noise[:0], 22_050, 99.0), beats, None)
    assert "no sound" in silent.layout.annotations[0].text


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [(0, 240, "0:00", "4:00"), (61, 75, "1:02", "1:14"), (0, 7300, "0:00", "2:00:00")],
)
def test_time_reads_as_a_clock(start: float, end: float, first: str, last: str) -> None:
    texts = time_axis(start, end)["ticktext"]
    assert (texts[0], texts[-1]) == (first, last)
    assert 3 <= len(texts) <= 9


def test_no_markup_of_a_title_is_left() -> None:
    assert "<b>" in HOSTILE
