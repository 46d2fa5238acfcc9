"""The vector of signal features."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from audio_samples import cadence, noise, write

from audiolab.analysis import SignalAnalysis, run_stage
from audiolab.analysis.signal_embedding import WEIGHTS, signal_embedding

USUAL = SignalAnalysis(
    mfcc=[0.0] * 20, mfcc_std=[15.0] * 20, spectral_centroid_hz=2000.0, chroma=[1 / 12] * 12
)


def similarity(a: SignalAnalysis, b: SignalAnalysis) -> float:
    one, other = signal_embedding(a), signal_embedding(b)
    assert one is not None
    assert other is not None
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_it_is_61_finite_numbers_of_limited_size() -> None:
    odd = replace(USUAL, mfcc=[-500.0, 9e9, *[1e5] * 18], tempo_bpm=1e9, spectral_flatness=1e-30)
    vector = signal_embedding(odd)
    assert (vector.shape, vector.dtype) == ((61,), np.float32)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) <= 4 * sum(WEIGHTS.values()) ** 0.5 + 1e-6


def test_silence_has_none() -> None:
    assert signal_embedding(SignalAnalysis(duration_seconds=3.0)) is None


def test_loudness_does_not_count() -> None:
    louder = replace(USUAL, mfcc=[120.0, *[0.0] * 19], loudness_lufs=-6.0)
    assert similarity(USUAL, louder) == pytest.approx(1)


def test_an_unknown_tempo_counts_as_the_usual_one() -> None:
    unknown = signal_embedding(USUAL)
    usual = signal_embedding(replace(USUAL, tempo_bpm=2**6.9))
    assert usual == pytest.approx(unknown, abs=1e-6)


def test_music_is_more_like_music_than_like_noise(tmp_path: Path) -> None:
    sounds = {"c": cadence(0, "major"), "d": cadence(2, "major"), "noise": noise(4, 22_050)}
    found = {
        name: run_stage("signal", write(tmp_path / f"{name}.wav", samples, 22_050)).result
        for name, samples in sounds.items()
    }
    assert similarity(found["c"], found["d"]) > 0.6
    assert similarity(found["c"], found["noise"]) < 0.3
