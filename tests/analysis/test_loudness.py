"""Loudness against the test signals of EBU Tech 3341 and 3342, generated from the specification."""

import numpy as np
import pytest
from audio_samples import Samples, noise
from scipy.signal import lfilter

from audiolab.analysis.loudness import Loudness

RATES = (44_100, 48_000)


def tone(levels_dbfs: list[tuple[float, float]], rate: int, channels: int = 2) -> Samples:
    """A 1 kHz sine through (peak level, seconds) in turn, the same in all channels."""
    parts = [np.full(round(seconds * rate), 10 ** (level / 20)) for level, seconds in levels_dbfs]
    envelope = np.concatenate(parts)
    sine = envelope * np.sin(2 * np.pi * 1000 * np.arange(len(envelope)) / rate)
    return np.repeat(sine.astype(np.float32)[:, None], channels, axis=1)


def measured(samples: Samples, rate: int, block: int = 10_007) -> dict[str, object]:
    loudness = Loudness(rate, samples.shape[1])
    for start in range(0, len(samples), block):
        loudness.push(np.ascontiguousarray(samples[start : start + block]))
    return loudness.values()


EBU_3341 = {
    1: [(-23, 20)],
    2: [(-33, 20)],
    3: [(-36, 10), (-23, 60), (-36, 10)],
    4: [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
    5: [(-26, 20), (-20, 20.1), (-26, 20)],
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("case", EBU_3341)
def test_ebu_tech_3341(case: int, rate: int) -> None:
    found = measured(tone(EBU_3341[case], rate), rate)
    expected = -33 if case == 2 else -23
    assert found["loudness_lufs"] == pytest.approx(expected, abs=0.1)
    assert found["replaygain_track_gain_db"] == pytest.approx(-18 - expected, abs=0.1)


@pytest.mark.parametrize("rate", RATES)
def test_ebu_tech_3341_surround(rate: int) -> None:
    """Case 6: L and R at -28, C at -24, surrounds at -30 dBFS; in 5.1 with a loud LFE ignored."""
    gains = 10 ** (np.array([-28, -28, -24, -30, -30]) / 20)
    sine = tone([(0, 20)], rate, 5) * gains.astype(np.float32)
    assert measured(sine, rate)["loudness_lufs"] == pytest.approx(-23, abs=0.1)
    with_lfe = np.insert(sine, 3, 0.9 * noise(20, rate)[: len(sine)], axis=1)
    assert measured(with_lfe, rate)["loudness_lufs"] == pytest.approx(-23, abs=0.1)


def test_noise_is_as_loud_as_through_the_filters_the_standard_tabulates() -> None:
    """BS.1770-5, tables 1 and 2, for 48 kHz; stationary noise passes every gate."""
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285]
    shelf_back = [1, -1.69065929318241, 0.73248077421585]
    high_pass_back = [1, -1.99004745483398, 0.99007225036621]
    hiss = noise(10, 48_000)
    weighted = lfilter([1, -2, 1], high_pass_back, lfilter(shelf, shelf_back, hiss))
    expected = -0.691 + 10 * np.log10((weighted**2).mean())
    found = measured(hiss[:, None], 48_000)["loudness_lufs"]
    assert found == pytest.approx(expected, abs=0.02)
    assert found == pytest.approx(-16.88, abs=0.05)  # -20 dBFS RMS; the shelf lifts the treble


EBU_3342 = {
    10: [(-20, 20), (-30, 20)],
    5: [(-20, 20), (-15, 20)],
    20: [(-40, 20), (-20, 20)],
    15: [(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)],
}


@pytest.mark.parametrize("range_lu", EBU_3342)
def test_ebu_tech_3342(range_lu: int) -> None:
    found = measured(tone(EBU_3342[range_lu], 48_000), 48_000)
    assert found["loudness_range_lu"] == pytest.approx(range_lu, abs=1)


@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000, 192_000])
def test_other_rates(rate: int) -> None:
    found = measured(tone([(-23, 5)], rate), rate)
    assert found["loudness_lufs"] == pytest.approx(-23, abs=0.1)


def test_mono_is_three_lu_softer_than_the_same_in_stereo() -> None:
    mono = measured(tone([(-23, 5)], 48_000, channels=1), 48_000)
    assert mono["loudness_lufs"] == pytest.approx(-26.01, abs=0.05)


def test_what_has_no_loudness() -> None:
    assert measured(np.zeros((48_000, 2), np.float32), 48_000) == {}
    assert measured(tone([(-23, 0.3)], 48_000), 48_000) == {}
    short = measured(tone([(-23, 2)], 48_000), 48_000)
    assert short["loudness_lufs"] == pytest.approx(-23, abs=0.1)
    assert short["loudness_range_lu"] is None
