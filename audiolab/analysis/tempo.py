"""Pulse: the period at which onsets repeat, to a few hundredths of a per cent.

The onset envelopes' autocorrelation, averaged over 12 s windows so that slow drift does not blur
it, is read by a comb (the period, its multiples and its parts) under a log-normal preference for
about 120 BPM (Parncutt, "A perceptual model of pulse salience and metrical accent", 1994; Ellis,
"Beat tracking by dynamic programming", 2007). The winner is then sharpened on 2, 4 and 8 periods,
where the same error in frames is a smaller error in tempo.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft

from audiolab.analysis.onsets import OnsetEnvelopes
from audiolab.analysis.stream import FRAMES_PER_SECOND, Doubles, Floats
from audiolab.analysis.tempogram import tempogram

WINDOW_SECONDS, WINDOW_HOP_SECONDS, LONGEST_LAG_SECONDS = 12.0, 2.0, 9.0
LOWEST_BPM, HIGHEST_BPM, CANDIDATES = 38.0, 250.0, 600
BATCH_WINDOWS = 64
LEAST_CHANGE = 1e-4
LONGEST_MULTIPLE_SECONDS, LONGEST_SHARE = 8.0, 0.85  # of the duration
SHORTEST_CHANCE_LAG = 20
PREFERRED_BPM, PREFERENCE_OCTAVES = 120.0, 0.9


@dataclass(frozen=True)
class Periodicity:
    """How the onset envelopes and the harmonic change repeat.

    Attributes
    ----------
    mean, median, bass, treble, change : ndarray, shape (lags,)
        Autocorrelation by lag in frames; 1 at lag 0.
    tempograms : tuple of ndarray
        Fourier tempograms of the same five: see tempogram.py.
    """

    mean: Doubles
    median: Doubles
    bass: Doubles
    treble: Doubles
    change: Doubles
    tempograms: tuple[Doubles, ...]

    @property
    def correlations(self) -> tuple[Doubles, ...]:
        """The five autocorrelations, in the order of the tempograms."""
        return self.mean, self.median, self.bass, self.treble, self.change


def sharpened(envelope: Floats) -> Floats:
    """What exceeds the mean of the surrounding second; nothing of an envelope shorter than that."""
    around = round(FRAMES_PER_SECOND)
    if len(envelope) < around:
        return np.zeros(0, np.float32)
    local = np.convolve(envelope, np.ones(around) / around, "same")
    return np.maximum(envelope - local, 0)


def autocorrelation(sharp: Floats) -> Doubles:
    """Mean normalised autocorrelation of a sharpened envelope over windows of 12 s every 2 s.

    Returns
    -------
    ndarray, shape (lags,)
        Up to 9 s; zeros for an envelope without change.
    """
    lags = int(LONGEST_LAG_SECONDS * FRAMES_PER_SECOND)
    if not len(sharp):
        return np.zeros(lags)
    window = int(WINDOW_SECONDS * FRAMES_PER_SECOND)
    hop = int(WINDOW_HOP_SECONDS * FRAMES_PER_SECOND)
    size = scipy.fft.next_fast_len(window + lags, real=True)
    starts = np.arange(0, max(1, len(sharp) - window), hop)
    length = min(window, len(sharp))
    reliable = np.arange(lags) < length * 7 / 8
    total, count = np.zeros(lags), 0
    for some in np.array_split(starts, -(-len(starts) // BATCH_WINDOWS)):
        parts = np.lib.stride_tricks.sliding_window_view(sharp, length)[some]
        parts = parts - parts.mean(axis=1, keepdims=True)
        parts = parts[parts.std(axis=1) > LEAST_CHANGE]
        power = np.abs(scipy.fft.rfft(parts, size, axis=1)) ** 2
        found = scipy.fft.irfft(power, size, axis=1)[:, :lags]
        total += (found / found[:, :1]).sum(axis=0)
        count += len(parts)
    overlap = length / np.maximum(length - np.arange(lags), 1)
    return np.where(reliable, total * overlap, 0) / max(1, count)


def periodicity(envelopes: OnsetEnvelopes, change: Floats) -> Periodicity:
    """Autocorrelations and tempograms of all envelopes."""
    mean, median, bass, treble, changing = (
        sharpened(envelope)
        for envelope in (
            envelopes.mean,
            envelopes.median,
            envelopes.bass,
            envelopes.treble,
            change,
        )
    )
    return Periodicity(
        mean=autocorrelation(mean),
        median=autocorrelation(median),
        bass=autocorrelation(bass),
        treble=autocorrelation(treble),
        change=autocorrelation(changing),
        tempograms=tuple(tempogram(one) for one in (mean, median, bass, treble, changing)),
    )


def at_lags(correlation: Doubles, lags: Doubles) -> Doubles:
    """Autocorrelation at fractional lags; 0 beyond the longest."""
    return np.interp(lags, np.arange(len(correlation)), correlation, right=0)


def _salience(periods: Periodicity, bpm: Doubles) -> Doubles:
    lag = 60 * FRAMES_PER_SECOND / bpm
    total = np.zeros(len(bpm))
    for correlation in (periods.mean, periods.median):
        total += at_lags(correlation, lag)
        total += 0.5 * at_lags(correlation, 2 * lag) + 0.5 * at_lags(correlation, 4 * lag)
        parts = np.maximum(at_lags(correlation, lag / 2), at_lags(correlation, lag / 3))
        total += 0.25 * parts
    return total


def _preference(bpm: Doubles) -> Doubles:
    octaves = np.log2(bpm / PREFERRED_BPM) / PREFERENCE_OCTAVES
    return np.exp(-0.5 * octaves * octaves)


def _sharpened(periods: Periodicity, bpm: float) -> float:
    """The tempo refined on the peaks at 1, 2, 4 and 8 periods."""
    correlation = periods.mean + periods.median
    period = 60 * FRAMES_PER_SECOND / bpm
    for multiple in (1, 2, 4, 8):
        lag = period * multiple
        width = 0.04 * lag if multiple == 1 else max(1.0, 0.02 * lag)
        first, last = int(np.floor(lag - width)), int(np.ceil(lag + width))
        if last >= len(correlation) - 2:
            break
        peak = first + int(np.argmax(correlation[first : last + 1]))
        if first < peak < last and correlation[peak] > 0:
            before, top, after = correlation[peak - 1 : peak + 2]
            curve = before - 2 * top + after
            shift = 0.5 * (before - after) / curve if abs(curve) > 1e-9 else 0.0
            period = (peak + shift) / multiple
    return float(60 * FRAMES_PER_SECOND / period)


def strongest_pulse(periods: Periodicity) -> float | None:
    """The pulse that stands out most near the preferred tempo, in BPM.

    It is some level of the metre, not always the beat: see meter.py. None without any onsets.
    """
    if not periods.mean.any():
        return None
    candidates = np.geomspace(LOWEST_BPM, HIGHEST_BPM, CANDIDATES)
    salience = _salience(periods, candidates) * _preference(candidates)
    return _sharpened(periods, float(candidates[np.argmax(salience)]))


def pulse_clarity(periods: Periodicity, bpm: float) -> float:
    """Mean autocorrelation at one, two and four periods, in [0, 1]."""
    lags = 60 * FRAMES_PER_SECOND / bpm * np.array([1.0, 2.0, 4.0])
    nearby = lags[:, None] + np.array([-1.0, 0.0, 1.0])
    found = [
        at_lags(correlation, nearby.ravel()).reshape(nearby.shape).max(axis=1).mean()
        for correlation in (periods.mean, periods.median)
    ]
    return float(np.clip(max(found), 0, 1))


def pulse_persistence(periods: Periodicity, bpm: float, seconds: float) -> float:
    """How far the autocorrelation at all multiples of the period stands out of its fluctuations.

    In standard errors. A soft pulse that is kept for long scores high, chance does not.

    Parameters
    ----------
    periods : Periodicity
    bpm : float
    seconds : float
        Duration of the recording.
    """
    correlation = (periods.mean + periods.median) / 2
    longest = min(LONGEST_MULTIPLE_SECONDS, LONGEST_SHARE * seconds) * FRAMES_PER_SECOND
    lags = 60 * FRAMES_PER_SECOND / bpm * np.linspace(0.99, 1.01, 41)
    multiples = np.arange(1, int(longest / lags[-1]) + 1)
    chance = correlation[SHORTEST_CHANCE_LAG : int(longest)]
    if len(multiples) < 2 or not chance.std() > 0:
        return 0.0
    highest = at_lags(correlation, lags[:, None] * multiples).mean(axis=1).max()
    return float((highest - chance.mean()) / chance.std() * np.sqrt(len(multiples)))
