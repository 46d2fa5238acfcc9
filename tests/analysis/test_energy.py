"""Energy and valence: where known kinds of music land, and what they ignore or refuse."""

import numpy as np
import pytest
from audio_samples import Samples, chord, drums, noise

from audiolab.analysis.energy import energy
from audiolab.analysis.signal import analyse_blocks
from audiolab.analysis.valence import valence

RATE = 22_050


def nocturne() -> Samples:
    """Soft single piano-like notes over low fifths."""
    samples = np.zeros(12 * RATE, np.float32)
    for number, note in enumerate((60, 64, 67, 72, 67, 64, 62, 65, 69, 74, 69, 65)):
        sound = 0.2 * chord([note, 48 + 2 * (number // 6)], 1.0, RATE)
        samples[number * RATE :][:RATE] += sound
    return samples


def metal() -> Samples:
    """Distorted power chords, fast drums, clipped."""
    time = np.arange(12 * RATE) / RATE
    riff = 2 * np.pi * np.cumsum(82.4 * 2 ** ((time * 2 // 1 % 4) / 12)) / RATE
    guitars = np.tanh(8 * (np.sin(riff) + np.sin(1.5 * riff) + noise(12, RATE)))
    mixed = 0.7 * guitars + 1.2 * drums(180, 4, 12) + 0.5 * drums(360, 4, 12)
    return np.clip(mixed, -0.98, 0.98).astype(np.float32)


def test_a_nocturne_is_low_and_a_metal_master_is_high() -> None:
    low = analyse_blocks([nocturne()[:, None]], RATE, 1).energy
    high = analyse_blocks([metal()[:, None]], RATE, 1).energy
    assert low is not None
    assert high is not None
    assert low < 0.15
    assert high > 0.85


def test_energy_rises_with_each_of_its_parts() -> None:
    usual = energy(-16, 1500, 1.2)
    assert usual == pytest.approx(0.5)
    assert energy(-10, 1500, 1.2) > usual  # type: ignore[operator]
    assert energy(-16, 2500, 1.2) > usual  # type: ignore[operator]
    assert energy(-16, 1500, 2.0) > usual  # type: ignore[operator]
    assert energy(-70, 50, 0) >= 0  # type: ignore[operator]
    assert energy(3, 9000, 9) <= 1  # type: ignore[operator]


def test_energy_is_unknown_if_a_part_is() -> None:
    assert energy(None, 1500, 1.2) is None
    assert energy(-16, None, 1.2) is None
    assert energy(-16, 1500, None) is None


def test_valence_follows_mode_tempo_and_brightness() -> None:
    happy = valence("C major", 0.9, 150, 2500)
    sad = valence("C minor", 0.9, 65, 900)
    assert happy is not None
    assert sad is not None
    assert 0 <= sad < 0.25 < 0.75 < happy <= 1
    unsure = valence("C minor", 0.0, 65, 900)
    assert unsure is not None
    assert unsure > sad


@pytest.mark.parametrize("missing", range(3))
def test_valence_is_unknown_if_a_part_is(missing: int) -> None:
    parts: list[object] = ["C major", 120.0, 1500.0]
    parts[missing] = None
    assert valence(parts[0], 0.5, parts[1], parts[2]) is None  # type: ignore[arg-type]
