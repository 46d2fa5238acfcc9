"""Metrical level and time signature, told together: which period is the beat, and what bars.

Autocorrelation alone cannot say whether 83 or 166 BPM is the beat; where snares, basses and
harmonies repeat can. Every hypothesis (a multiple of the pulse found, with 4/4, 3/4, 6/8 or no
metre at all) is described by the autocorrelations of five envelopes at fixed multiples of its
beat and by their Fourier tempograms at fixed multiples of its rate, and a multinomial logit picks
one. Levels and metre are told jointly, as in Whiteley, Cemgil & Godsill, "Bayesian modelling of
temporal structure in musical audio", ISMIR 2006.

The weights come from the 40 renderings of the development split (counted three times), 500 drawn
at random from 16 accompaniment patterns and 6 kinds of tunes, 246 (counted twice) from other
patterns, tunes, chorales and quartets, in random keys, tempi and instruments; and from 32 bare
click tracks, which have a tempo but no metre. L2 penalty 0.15, pulling the four metres towards
each other. Then they were refined, held to what they were, on the development split, 105 other
chorales, tunes and quartets, and 144 accompaniments of other patterns at any tempo, which taught
them the octave: on 96 pieces that nothing was fitted to, tempo 0.84 rather than 0.80. Since it has
seen the development split, its score there says little: before that, without it, it scored tempo
0.900, octave-tolerant 0.950, time signature 0.925 there.
`python -m tests.benchmarks.train_meter` fits them again to other files.
"""

from dataclasses import dataclass

import numpy as np

from audiolab.analysis import meter_weights
from audiolab.analysis.stream import FRAMES_PER_SECOND, Doubles
from audiolab.analysis.tempo import HIGHEST_BPM, LOWEST_BPM, Periodicity, at_lags
from audiolab.analysis.tempogram import at_rates

LEVELS = (1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0, 4 / 3, 3 / 2, 2.0, 3.0, 4.0)
RATIOS = np.array([1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 3 / 2, 2, 3, 4, 6, 8])
RATES = np.array([1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3, 4, 6, 8])
SIGNATURES = ("4/4", "3/4", "6/8", None)
WEIGHTS = (
    meter_weights.FOUR_FOUR,
    meter_weights.THREE_FOUR,
    meter_weights.SIX_EIGHT,
    meter_weights.NO_METRE,
)
CENTRE_BPM = 110.0


@dataclass(frozen=True)
class Hypotheses:
    """The metrical levels of a pulse and how probable each is.

    Attributes
    ----------
    bpm : ndarray, shape (levels,)
    probability : ndarray, shape (levels, len(SIGNATURES))
        Summing to 1.
    """

    bpm: Doubles
    probability: Doubles

    @property
    def levels(self) -> Doubles:
        """Probability of each level, whatever the metre."""
        summed: Doubles = self.probability.sum(axis=1)
        return summed

    @property
    def tempo_bpm(self) -> float:
        """The most probable level."""
        return float(self.bpm[self.levels.argmax()])


def metrical_hypotheses(periods: Periodicity, pulse_bpm: float) -> Hypotheses:
    """Weigh the metrical levels around a pulse.

    Parameters
    ----------
    periods : Periodicity
    pulse_bpm : float
        Any level of the metre.
    """
    bpm = metrical_levels(pulse_bpm)
    weights = np.array([np.concatenate(table) for table in WEIGHTS])
    scores = describe_levels(periods, bpm) @ weights.T
    likely = np.exp(scores - scores.max())
    return Hypotheses(bpm, likely / likely.sum())


def metrical_levels(pulse_bpm: float) -> Doubles:
    """The tempi that may be the beat of a pulse, within the range of tempi."""
    bpm = pulse_bpm * np.array(LEVELS)
    return bpm[(bpm >= LOWEST_BPM) & (bpm <= HIGHEST_BPM)]


def describe_levels(periods: Periodicity, bpm: Doubles) -> Doubles:
    """What the weights multiply, shape (tempi, 5 * len(RATIOS) + 5 * len(RATES) + 3)."""
    octaves = np.log2(bpm / CENTRE_BPM)
    rates = bpm[:, None] / 60 * RATES
    return np.column_stack(
        [
            _strengths(periods, bpm),
            *(at_rates(magnitude, rates) for magnitude in periods.tempograms),
            octaves,
            octaves * octaves,
            np.ones(len(bpm)),
        ]
    )


def _strengths(periods: Periodicity, bpm: Doubles) -> Doubles:
    """Highest autocorrelation within 2 % (at least a frame) of each lag: (tempi, 5 * ratios)."""
    lags = 60 * FRAMES_PER_SECOND / bpm[:, None] * RATIOS
    reach = np.maximum(1.0, 0.02 * lags)
    nearby = lags[..., None] + reach[..., None] * np.linspace(-1, 1, 7)
    return np.concatenate(
        [at_lags(correlation, nearby).max(axis=2) for correlation in periods.correlations],
        axis=1,
    )
