"""Beats: the times that follow the onsets and keep the tempo best.

Dynamic programming over an onset envelope: Ellis, "Beat tracking by dynamic programming",
Journal of New Music Research 36, 2007. The envelope is not that of all bands alone, which a hi-hat
between the beats dominates, but adds what sounds on them: basses and changes of harmony. On the
development split and 90 other accompaniments that lifts the F-measure (of beats within 70 ms,
the tempo given) from 0.70 to 0.82 and from 0.77 to 0.82; weights fitted to other accompaniments
did better on these and worse on the split.
"""

import numba
import numpy as np

from audiolab.analysis.onsets import OnsetEnvelopes
from audiolab.analysis.stream import FRAMES_PER_SECOND, Floats

TIGHTNESS = 100.0
OF_BASS, OF_CHANGE = 2.0, 1.0  # times the envelope of all bands, each by its spread
# An onset shows in the first frames whose windows reach it, before their centres do: by this much
# for click tracks, whatever their tempo.
ONSET_LEAD_SECONDS = 0.023


@numba.njit(cache=True, nogil=True)
def _best_path(strength, period, tightness, score, link):  # type: ignore[no-untyped-def]
    earliest = round(2 * period)
    latest = round(period / 2)
    cost = np.empty(earliest - latest + 1)
    for i in range(len(cost)):
        deviation = np.log((latest + i) / period)
        cost[i] = -tightness * deviation * deviation
    for t in range(len(strength)):
        best = 0.0
        link[t] = -1
        for i in range(len(cost)):
            before = t - latest - i
            if before < 0:
                break
            value = score[before] + cost[i]
            if value > best:
                best = value
                link[t] = before
        score[t] = strength[t] + best


def beat_strength(envelopes: OnsetEnvelopes, change: Floats) -> Floats:
    """How much a beat may be in each frame, from the onset envelopes and the harmonic change."""
    parts = ((envelopes.mean, 1.0), (envelopes.bass, OF_BASS), (change, OF_CHANGE))
    weighted = [weight / part.std() * part for part, weight in parts if part.std() > 0]
    strength: Floats = np.sum([np.zeros(len(change)), *weighted], axis=0).astype(np.float32)
    return strength


def track_beats(envelope: Floats, bpm: float) -> Floats:
    """Times of the beats.

    Parameters
    ----------
    envelope : ndarray, shape (frames,)
        Where beats may be, at FRAMES_PER_SECOND: see beat_strength.
    bpm : float
        The tempo to keep.

    Returns
    -------
    ndarray, shape (beats,), float32
        Seconds, rising. Beats before the first and after the last clear onset are left out.
    """
    spread = envelope.std()
    if len(envelope) < 2 or not spread > 0:
        return np.zeros(0, np.float32)
    period = 60 * FRAMES_PER_SECOND / bpm
    reach = round(period)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * 32 / period) ** 2)
    strength = np.convolve(envelope / spread, kernel, "same")[: len(envelope)].astype(np.float64)
    score, link = np.zeros(len(strength)), np.zeros(len(strength), np.int64)
    _best_path(strength, period, TIGHTNESS, score, link)
    beats = _follow(score, link, reach)
    return _refined(strength, _trimmed(strength, beats))


def _follow(score: np.ndarray, link: np.ndarray, reach: int) -> np.ndarray:
    last = (
        len(score) - reach + int(score[-reach:].argmax())
        if reach < len(score)
        else (int(score.argmax()))
    )
    path = []
    while last >= 0:
        path.append(last)
        last = int(link[last])
    return np.array(path[::-1])


def _trimmed(strength: np.ndarray, beats: np.ndarray) -> np.ndarray:
    strong = np.flatnonzero(strength[beats] > 0.5 * np.sqrt(np.mean(strength[beats] ** 2)))
    return beats[strong[0] : strong[-1] + 1] if len(strong) else beats[:0]


def _refined(strength: np.ndarray, beats: np.ndarray) -> Floats:
    """Between frames, where the parabola through the neighbours peaks."""
    inner = np.clip(beats, 1, len(strength) - 2)
    before, top, after = strength[inner - 1], strength[inner], strength[inner + 1]
    curve = before - 2 * top + after
    shift = np.where(curve < -1e-9, 0.5 * (before - after) / np.minimum(curve, -1e-9), 0)
    frames = inner + np.clip(shift, -0.5, 0.5)
    seconds = np.maximum(frames / FRAMES_PER_SECOND + ONSET_LEAD_SECONDS, 0)
    refined: Floats = seconds.astype(np.float32)
    return refined
