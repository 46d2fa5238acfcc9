"""Mel bands against librosa's."""

import librosa
import numpy as np
import pytest

from audiolab.analysis.networks.bands import hz_to_mel, mel_to_hz, triangles


@pytest.mark.parametrize(("low", "high"), [(0.0, 8_000.0), (50.0, 14_000.0)])
def test_the_bands_are_slaneys(low: float, high: float) -> None:
    edges = mel_to_hz(np.linspace(hz_to_mel(low), hz_to_mel(high), 66))
    expected = librosa.filters.mel(sr=48_000, n_fft=1024, n_mels=64, fmin=low, fmax=high)
    assert np.abs(triangles(edges, 48_000, 1024) - expected.T).max() < 1e-8


@pytest.mark.parametrize("hz", [0.0, 440.0, 1_000.0, 9_999.0])
def test_there_and_back(hz: float) -> None:
    assert mel_to_hz(np.array([hz_to_mel(hz)]))[0] == pytest.approx(hz)
