"""True peaks of EBU Tech 3341 cases 15 to 19, and that looking only where it matters is exact."""

import numpy as np
import pytest
from audio_samples import Samples, noise

from audiolab.analysis.true_peak import PHASES, TruePeak


def measured(samples: Samples, rate: int = 48_000, block: int = 4_801) -> float:
    peak = TruePeak(rate, samples.shape[1])
    for start in range(0, len(samples), block):
        part = np.ascontiguousarray(samples[start : start + block])
        peak.push(part, float(np.abs(part).max()))
    value = peak.values()["true_peak_dbtp"]
    assert isinstance(value, float)
    return value


@pytest.mark.parametrize(
    ("part_of_rate", "degrees", "amplitude", "expected"),
    [(4, 0, 0.5, -6), (4, 45, 0.5, -6), (6, 60, 0.5, -6), (8, 67.5, 0.5, -6), (4, 45, 1.41, 3)],
)
def test_ebu_tech_3341(
    part_of_rate: int, degrees: float, amplitude: float, expected: float
) -> None:
    phase = 2 * np.pi * np.arange(48_000) / part_of_rate + np.radians(degrees)
    fade = np.minimum(1, np.minimum(np.arange(48_000), np.arange(48_000)[::-1]) / 500)
    sine = (fade * amplitude * np.sin(phase)).astype(np.float32)
    found = measured(np.column_stack([sine, sine]))
    assert expected - 0.4 <= found <= expected + 0.2


@pytest.mark.parametrize("seed", range(5))
def test_equals_interpolating_everywhere(seed: int) -> None:
    generator = np.random.default_rng(seed)
    smooth = np.convolve(generator.standard_normal(30_000), np.hanning(5), "same")
    samples = np.clip(0.3 * smooth, -0.9, 0.9).astype(np.float32)[:, None]
    everywhere = max(np.abs(np.convolve(samples[:, 0], phase)).max() for phase in PHASES)
    expected = 20 * np.log10(max(everywhere, np.abs(samples).max()))
    assert measured(samples, block=777) == pytest.approx(expected, abs=1e-3)


def test_never_below_the_sample_peak_and_unknown_for_silence() -> None:
    samples = noise(0.5).reshape(-1, 1)
    assert measured(samples) >= 20 * np.log10(np.abs(samples).max()) - 1e-6
    silent = TruePeak(44_100, 1)
    silent.push(np.zeros((100, 1), np.float32), 0.0)
    assert silent.values() == {}


@pytest.mark.parametrize("rate", [96_000, 192_000])
def test_high_rates(rate: int) -> None:
    sine = np.sin(2 * np.pi * 997 * np.arange(rate) / rate).astype(np.float32)[:, None]
    assert measured(0.5 * sine, rate) == pytest.approx(-6.02, abs=0.05)
