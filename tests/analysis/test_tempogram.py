"""The Fourier tempogram of a regular envelope."""

import numpy as np
import pytest

from audiolab.analysis.stream import FRAMES_PER_SECOND
from audiolab.analysis.tempogram import at_rates, tempogram


@pytest.mark.parametrize("frames", [400, 2000, 9000])
def test_a_pulse_shows_at_its_rate_and_its_harmonics(frames: int) -> None:
    times = np.arange(frames) / FRAMES_PER_SECOND
    envelope = (np.sin(2 * np.pi * 2 * times) > 0.9).astype(np.float32)
    found = at_rates(tempogram(envelope), np.array([1.0, 2.0, 3.0, 4.0]))
    assert found[1] == pytest.approx(1, abs=0.01)
    assert found[3] > 0.5
    assert max(found[0], found[2]) < 0.2


@pytest.mark.parametrize("frames", [0, 1, 50])
def test_nothing_shows_without_change(frames: int) -> None:
    assert not tempogram(np.ones(frames, np.float32)).any()
