"""Time signature: 4/4, 3/4 or 6/8, from which multiples and parts of the beat repeat.

The autocorrelations of the onsets, the bass onsets and the harmonic change are compared at the
lags of bars of three and of four beats, and at thirds and halves of a beat (Gainza, "Automatic
musical meter detection", ICASSP 2009, in spirit).
"""

import numpy as np

from audiolab.analysis.stream import FRAMES_PER_SECOND
from audiolab.analysis.tempo import Periodicity, at_lags

FAST_TRIPLE_BPM = 175.0  # "beats" faster than this in threes are the quavers of a 6/8
LEAST_SUPPORT = 0.25


def _strength(periods: Periodicity, beats: float, bpm: float) -> float:
    lag = 60 * FRAMES_PER_SECOND / bpm * beats
    nearby = np.linspace(lag * 0.985, lag * 1.015, 5)
    return sum(
        float(at_lags(correlation, nearby).max())
        for correlation in (periods.median, periods.bass, periods.change)
    )


def estimate_meter(periods: Periodicity, bpm: float) -> tuple[str | None, float]:
    """Time signature and confidence in [0, 1]; None where bars do not show.

    Parameters
    ----------
    periods : Periodicity
    bpm : float
        The tempo found.
    """
    three = _strength(periods, 3, bpm) + 0.5 * _strength(periods, 6, bpm)
    four = _strength(periods, 4, bpm) + 0.5 * _strength(periods, 2, bpm)
    thirds = 0.5 * (_strength(periods, 1 / 3, bpm) + _strength(periods, 2 / 3, bpm))
    halves = _strength(periods, 1 / 2, bpm)
    triple_bar, triple_beat = three - four - 0.2, thirds - halves - 0.05
    if triple_bar > 0:
        signature = "3/4" if bpm < FAST_TRIPLE_BPM else "6/8"
        margin = triple_bar
    elif triple_beat > 0:
        signature, margin = "6/8", triple_beat
    else:
        signature, margin = "4/4", min(-triple_bar, -triple_beat)
    support = max(three, four) / 4.5
    confidence = float(np.clip(margin / 0.6, 0, 1) * np.clip(support * 2, 0, 1))
    return (signature if support >= LEAST_SUPPORT / 4.5 else None), confidence
