"""Danceability in [0, 1]: how strongly the level moves at the time scales of a beat.

Detrended fluctuation analysis of the level in 10 ms steps: Streich & Herrera, "Detrended
fluctuation analysis of music signals: danceability estimation and further semantic
characterization", AES 118, 2005, with the time scales of essentia's `Danceability` (310 ms to
8.8 s), whose value it reproduces: to 0.5 % in music of a minute, to 4 % in 15 s, where few of the
longest windows fit. That value runs from 0 to about 3; music lies between LOW and HIGH, which
become 0 and 1.
"""

import numba
import numpy as np

from audiolab.analysis.stream import RATE_HZ, Doubles, Floats

SLICE = int(0.01 * RATE_HZ)
SCALES = np.unique((310 * 1.1 ** np.arange(36) / 10).astype(np.int64))
SCALES = SCALES[SCALES <= 880]
LOW, HIGH = 0.6, 1.8
LEAST_SECONDS = 10.0
CLEAR_PULSE = 0.15


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _levels(mono, levels):  # type: ignore[no-untyped-def]
    """Standard deviation of each slice of mono."""
    for i in range(len(levels)):
        start = i * SLICE
        first = np.float64(mono[start])
        total = 0.0
        square = 0.0
        for n in range(start, start + SLICE):
            value = np.float64(mono[n]) - first
            total += value
            square += value * value
        levels[i] = np.sqrt(max(square - total * total / SLICE, 0.0) / (SLICE - 1))


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _fluctuation(walk, scale):  # type: ignore[no-untyped-def]
    """Root of the mean squared distance of the walk from a line in windows of `scale` steps."""
    jump = max(scale // 10, 1)  # windows overlap by nine tenths
    middle = (scale - 1) / 2
    spread = scale * (scale * scale - 1) / 12
    residual = 0.0
    for start in range(0, len(walk) - scale, jump):
        level = walk[start + scale // 2]
        total = 0.0
        square = 0.0
        slope = 0.0
        for i in range(scale):
            away = walk[start + i] - level
            total += away
            square += away * away
            slope += (i - middle) * away
        residual += max(square - total * total / scale - slope * slope / spread, 0.0) / scale
    return np.sqrt(residual * jump / (len(walk) - scale))


class Danceability:
    """Accumulate the level (standard deviation) of each 10 ms of a mono stream at RATE_HZ."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._levels: list[Doubles] = []

    def push(self, mono: Floats) -> None:
        """Take in samples of shape (samples,)."""
        samples = np.concatenate([self._rest, mono])
        levels = np.empty(len(samples) // SLICE, np.float64)
        _levels(samples, levels)
        self._levels.append(levels)
        self._rest = samples[len(levels) * SLICE :]

    def levels(self) -> Doubles:
        """Standard deviation of every complete 10 ms so far."""
        return np.concatenate([*self._levels, np.zeros(0)])

    def values(self, pulse_clarity: float) -> dict[str, object]:
        """``danceability``; left out below 10 s and where the level never moves.

        Parameters
        ----------
        pulse_clarity : float
            In [0, 1]. To fluctuation analysis steady noise is the perfect dance, so that
            danceability falls to 0 with the clarity of the pulse below CLEAR_PULSE.
        """
        exponent = fluctuation_exponent(self.levels())
        if exponent is None:
            return {}
        share = np.clip((1 / exponent - LOW) / (HIGH - LOW), 0, 1)
        return {"danceability": float(share * min(pulse_clarity / CLEAR_PULSE, 1.0))}


def fluctuation_exponent(levels: Doubles) -> float | None:
    """Mean growth of the fluctuation with the time scale: 0.5 noise, 1.5 a slow random walk."""
    scales = SCALES[len(levels) > SCALES]
    if len(levels) < LEAST_SECONDS * 100 or len(scales) < 2:
        return None
    walk = np.cumsum(levels - levels.mean())
    fluctuations = np.array([_fluctuation(walk, scale) for scale in scales])
    if not (fluctuations > 1e-9).all():
        return None
    growth = np.diff(np.log10(fluctuations)) / np.diff(np.log10(scales + 3.0))
    exponent = float(growth.mean())
    return exponent if exponent > 0 else None
