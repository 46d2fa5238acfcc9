"""The overview of 800 peaks, and silence at both ends."""

import numpy as np
import pytest
from audio_samples import noise, sine

from audiolab.analysis.silence import Silence
from audiolab.analysis.waveform import COLUMNS, MOST_WINDOWS, Waveform


def overview(samples: np.ndarray, block: int = 9_973) -> np.ndarray:
    waveform = Waveform()
    for start in range(0, len(samples), block):
        waveform.push(np.ascontiguousarray(samples[start : start + block]))
    return waveform.values()


@pytest.mark.parametrize("frames", [799, 800, 801, 44_100, MOST_WINDOWS, MOST_WINDOWS + 1, 700_001])
def test_columns_are_the_peaks_of_their_share(frames: int) -> None:
    generator = np.random.default_rng(frames)
    samples = generator.uniform(-1, 1, (frames, 2)).astype(np.float32)
    samples *= np.linspace(0, 1, frames, dtype=np.float32)[:, None]
    found = overview(samples)
    assert found.shape == (COLUMNS,)
    assert found.dtype == np.float32
    if frames >= COLUMNS:
        peaks = np.abs(samples).max(axis=1)
        edges = np.arange(COLUMNS + 1) * frames / COLUMNS
        bounds = zip(np.floor(edges[:-1]).astype(int), np.ceil(edges[1:]).astype(int), strict=True)
        expected = np.array([peaks[start:stop].max() for start, stop in bounds])
        assert np.abs(found - expected).max() < 0.08
        assert np.abs(found - expected).mean() < 0.005


def test_opposite_channels_do_not_cancel_and_overs_are_clipped() -> None:
    tone = sine(100, 1)[:, None]
    assert overview(np.hstack([tone, -tone])).min() > 0.3
    assert overview(3 * tone).max() == 1


def test_short_and_empty() -> None:
    assert overview(np.full((1, 1), -0.25, np.float32)) == pytest.approx(np.full(COLUMNS, 0.25))
    assert not Waveform().values().any()


def silences(samples: np.ndarray) -> tuple[float, float]:
    silence = Silence(10_000)
    for start in range(0, len(samples), 777):
        part = np.ascontiguousarray(samples[start : start + 777])
        silence.push(part, float(np.abs(part).max()))
    values = silence.values()
    return values["silence_start_seconds"], values["silence_end_seconds"]  # type: ignore[return-value]


def test_silence_at_both_ends() -> None:
    samples = np.zeros((50_000, 2), np.float32)
    samples[10_000:42_000, 1] = 0.5
    samples[:10_000] = 0.0005 * noise(1, 10_000).reshape(-1, 1).clip(-1, 1)
    assert silences(samples) == pytest.approx((1.0, 0.8))


def test_no_silence_and_nothing_but_silence() -> None:
    assert silences(np.full((5_000, 1), 0.1, np.float32)) == (0, 0)
    assert silences(np.zeros((5_000, 1), np.float32)) == (0.5, 0.5)
