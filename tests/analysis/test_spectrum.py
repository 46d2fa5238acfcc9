"""Timbre against librosa and against sounds whose spectrum is known."""

import librosa
import numpy as np
import pytest
from audio_samples import Samples, cadence, noise, sine

from audiolab.analysis.mel_scale import mel_frequencies
from audiolab.analysis.result import SignalAnalysis
from audiolab.analysis.signal import analyse_blocks
from audiolab.analysis.spectrum import MFCC_COUNT
from audiolab.analysis.stream import RATE_HZ


def analysed(mono: Samples) -> SignalAnalysis:
    return analyse_blocks([mono[:, None]], RATE_HZ, 1)


@pytest.mark.parametrize("sound", ["noise", "cadence"])
def test_shapes_equal_librosa(sound: str) -> None:
    mono = noise(4, RATE_HZ) if sound == "noise" else cadence(3, "minor")
    found = analysed(mono)
    magnitude = np.abs(librosa.stft(mono))
    for name, value in {
        "spectral_centroid_hz": librosa.feature.spectral_centroid(S=magnitude, sr=RATE_HZ),
        "spectral_bandwidth_hz": librosa.feature.spectral_bandwidth(S=magnitude, sr=RATE_HZ),
        "spectral_rolloff_hz": librosa.feature.spectral_rolloff(S=magnitude, sr=RATE_HZ),
        "spectral_flatness": librosa.feature.spectral_flatness(S=magnitude),
    }.items():
        assert getattr(found, name) == pytest.approx(value.mean(), rel=2e-3), name
    mel = librosa.feature.melspectrogram(S=magnitude**2, sr=RATE_HZ)
    mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=MFCC_COUNT)
    assert found.mfcc == pytest.approx(mfcc.mean(axis=1), abs=0.05)
    assert found.mfcc_std == pytest.approx(mfcc.std(axis=1), abs=0.05)


def test_mel_scale_is_slaneys() -> None:
    expected = librosa.mel_frequencies(n_mels=130, fmax=RATE_HZ / 2)
    assert mel_frequencies(130, RATE_HZ / 2) == pytest.approx(expected)
    assert mel_frequencies(5, 800)[-1] == pytest.approx(800)


@pytest.mark.parametrize("hz", [220, 1000, 4000])
def test_sine(hz: float) -> None:
    found = analysed(sine(hz, 3, RATE_HZ))
    assert found.spectral_centroid_hz == pytest.approx(hz, rel=0.1, abs=60)
    assert found.spectral_rolloff_hz == pytest.approx(hz, abs=25)
    assert found.spectral_flatness < 1e-3
    assert found.zero_crossing_rate == pytest.approx(2 * hz / RATE_HZ, rel=0.01)


def test_linear_sweep_has_its_centroid_in_the_middle() -> None:
    time = np.arange(6 * RATE_HZ) / RATE_HZ
    sweep = 0.5 * np.sin(2 * np.pi * (500 * time + (4500 - 500) / 12 * time**2))
    assert analysed(sweep.astype(np.float32)).spectral_centroid_hz == pytest.approx(2500, rel=0.02)


def test_white_noise_is_flat_and_silence_has_no_timbre() -> None:
    assert analysed(noise(4, RATE_HZ)).spectral_flatness == pytest.approx(0.56, abs=0.03)
    silent = analysed(np.zeros(2 * RATE_HZ, np.float32))
    assert silent.spectral_centroid_hz is None
    assert silent.mfcc is None
    assert silent.chroma is None
