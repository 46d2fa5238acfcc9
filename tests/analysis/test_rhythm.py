"""Tempo, metre and beats of generated music, and their absence elsewhere."""

import numpy as np
import pytest
from audio_samples import Samples, cadence, clicks, drums, noise, sine

from audiolab.analysis.danceability import Danceability, fluctuation_exponent
from audiolab.analysis.result import SignalAnalysis
from audiolab.analysis.signal import analyse_blocks

RATE = 22_050


def analysed(mono: Samples) -> SignalAnalysis:
    return analyse_blocks([mono[:, None]], RATE, 1)


@pytest.mark.parametrize("bpm", [*range(40, 241, 20), 53, 75, 113, 127, 155, 174])
def test_click_track_tempo(bpm: int) -> None:
    found = analysed(clicks(bpm, 20))
    assert found.tempo_bpm == pytest.approx(bpm, rel=0.002)
    assert found.time_signature is None  # nothing tells its bars


@pytest.mark.parametrize(("bpm", "beats"), [(96, 4), (124, 4), (100, 3), (138, 3)])
def test_drum_pattern_tempo_and_metre(bpm: int, beats: int) -> None:
    found = analysed(drums(bpm, beats, 20))
    assert found.tempo_bpm == pytest.approx(bpm, rel=0.002)
    assert found.time_signature == f"{beats}/4"
    assert found.tempo_confidence is not None
    assert found.tempo_confidence > 0.3


def test_alternatives_are_other_levels_with_weights() -> None:
    found = analysed(drums(124, 4, 20))
    alternatives = found.tempo_alternatives
    assert alternatives
    weights = [one["weight"] for one in alternatives]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) <= 1
    assert all(abs(one["bpm"] / 124 - 1) > 0.2 for one in alternatives)


@pytest.mark.parametrize("bpm", [75, 120, 160])
def test_beats_fall_on_the_clicks(bpm: int) -> None:
    beats = analysed(clicks(bpm, 20)).beats
    assert beats is not None
    assert beats.dtype == np.float32
    assert len(beats) == pytest.approx(20 * bpm / 60, abs=2)
    period = 60 / bpm
    away = (beats[1:] + period / 2) % period - period / 2
    assert np.abs(away).max() < 0.03
    assert abs(np.median(away)) < 0.012
    assert (np.diff(beats) > 0).all()


def test_beats_are_on_the_drum_and_not_on_the_hat_between() -> None:
    samples, loud_hat = drums(124, 4, 20), noise(0.03, RATE, amplitude=0.5)
    for number in range(40):
        start = round((number + 0.5) * 60 / 124 * RATE)
        samples[start : start + len(loud_hat)] += np.diff(loud_hat, prepend=0)
    beats = analysed(samples).beats
    assert beats is not None
    phase = beats * 124 / 60 % 1
    assert (np.minimum(phase, 1 - phase) < 0.15).mean() > 0.9


def hits(times: list[float], seconds: float) -> Samples:
    samples = np.zeros(round(seconds * RATE), np.float32)
    burst = noise(0.1, RATE) * np.exp(-np.arange(2205) / 400).astype(np.float32)
    for time in times:
        start = round(time * RATE)
        samples[start : start + 2205] += burst[: len(samples) - start]
    return samples


NOT_MUSIC = {
    "silence": np.zeros(20 * RATE, np.float32),
    "white noise": noise(20, RATE),
    "short noise": noise(4, RATE, seed=3),
    "single hit": hits([1.0], 10),
    "three hits": hits([1.0, 5.3, 11.1], 20),
    "hits at random": hits(sorted(np.random.default_rng(2).uniform(0, 19, 40)), 20),
    "steady tone": sine(440, 20, RATE),
    "one sample": np.full(1, 0.5, np.float32),
    "rumble": np.cumsum(noise(20, RATE, amplitude=0.002)).astype(np.float32),
}


@pytest.mark.parametrize("name", NOT_MUSIC)
def test_no_tempo_and_no_metre_are_invented(name: str) -> None:
    found = analysed(NOT_MUSIC[name])
    assert found.tempo_bpm is None
    assert found.time_signature is None
    assert not found.tempo_alternatives
    assert found.tempo_confidence == found.time_signature_confidence == 0
    assert found.beats is not None
    assert len(found.beats) == 0
    assert found.valence is None


@pytest.mark.parametrize("name", [name for name in NOT_MUSIC if name != "hits at random"])
def test_no_key_is_invented(name: str) -> None:
    found = analysed(NOT_MUSIC[name])
    assert (found.key, found.key_camelot, found.key_open, found.key_runner_up) == (None,) * 4
    assert found.key_confidence == 0


def test_onset_rate_counts_clicks() -> None:
    assert analysed(clicks(120, 20)).onset_rate_hz == pytest.approx(2, abs=0.15)
    assert analysed(noise(10, RATE)).onset_rate_hz == pytest.approx(0, abs=0.3)


def test_fluctuation_is_essentias(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    from essentia.standard import Danceability as Reference

    swell = np.repeat(np.random.default_rng(3).uniform(0.2, 1, 80), RATE // 2)
    music = (drums(124, 4, 40) * swell).astype(np.float32)
    levels = Danceability()
    levels.push(music)
    exponent = fluctuation_exponent(levels.levels())
    assert exponent is not None
    assert 1 / exponent == pytest.approx(Reference(sampleRate=RATE)(music)[0], rel=0.02)


def test_danceability_prefers_a_beat_to_noise_and_to_a_fade() -> None:
    beat = analysed(drums(124, 4, 20)).danceability
    hiss = analysed(noise(20, RATE)).danceability
    swell = np.linspace(1, 0, 20 * RATE, dtype=np.float32)
    fade = analysed(np.resize(cadence(0, "major"), 20 * RATE) * swell).danceability
    assert beat is not None
    assert hiss is not None
    assert fade is not None
    assert 0 <= hiss < 0.4 < beat <= 1
    assert fade < beat
