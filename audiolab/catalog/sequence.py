"""Sequences: tracks in an order to play them in, each going well with the one before. Pure.

A sequence t(1) … t(n) costs, with every likeness in [0, 1] and unknown ones counting a half,

    sum over neighbours   w_sound * (1 - like_embedding) + w_key * (1 - like_key)
                          + w_tempo * (1 - like_tempo)
    + sum over places     w_curve * |log2(tempo / wanted tempo)| / log2(1.1), at most 1

where the likenesses are those of `likeness` and, for sound, of the embeddings: 1 for equal ones, 0
for two that are further apart than nine of ten pairs. What is sought is the cheapest: greedily from
some first tracks, then improved by what makes it cheaper most, turning a part round (2-opt: Croes,
"A method for solving traveling-salesman problems", 1958) or taking another track, until nothing
does; the best of these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from audiolab.catalog.likeness import FAR_TEMPO, key_likeness, tempo_likeness

Curve = Literal["warm-up", "arc", "wind-down", "level", "none"]
Numbers = npt.NDArray[np.float64]

CURVES: tuple[str, ...] = get_args(Curve)
WEIGHTS = {"sound": 1.0, "key": 1.0, "tempo": 1.0, "curve": 2.0}
UNKNOWN = 0.5
PEAK = 2 / 3  # where an arc is highest
LOW, HIGH = 0.1, 0.9  # quantiles of the tempi that a curve runs between
MOST_TRACKS = 200
FIRST_TRACKS = 10  # tried when none is given


@dataclass(frozen=True)
class Likeness:
    """How the tracks of a pool go together, shape (tracks, tracks) each; NaN where unknown."""

    embedding: Numbers
    key: Numbers
    tempo: Numbers

    def step_costs(self, weights: Mapping[str, float]) -> Numbers:
        """What it costs to go from each track to each other."""
        costs = np.zeros_like(self.embedding)
        for name, like in (("sound", self.embedding), ("key", self.key), ("tempo", self.tempo)):
            costs += weights[name] * (1 - np.where(np.isnan(like), UNKNOWN, like))
        return costs


def likeness(tracks: pd.DataFrame, unit: npt.NDArray[np.float32]) -> Likeness:
    """Compare all tracks of a pool.

    Parameters
    ----------
    tracks : pandas.DataFrame
        With ``key`` and ``tempo_bpm``.
    unit : ndarray of float32, shape (tracks, dimensions)
        Their embeddings as unit vectors; NaN where there is none.
    """
    count = len(tracks)
    key, tempo = np.full((count, count), np.nan), np.full((count, count), np.nan)
    names, beats = tracks["key"].tolist(), tracks["tempo_bpm"].tolist()
    for a in range(count):
        for b in range(a, count):
            key[a, b] = key[b, a] = _number(key_likeness(names[a], names[b]))
            tempo[a, b] = tempo[b, a] = _number(tempo_likeness(beats[a], beats[b]))
    return Likeness(_sound(unit), key, tempo)


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _sound(unit: npt.NDArray[np.float32]) -> Numbers:
    far = 1 - unit.astype(np.float64) @ unit.T.astype(np.float64)
    apart = far[np.triu_indices(len(far), 1)]
    known = apart[np.isfinite(apart)]
    scale = max(float(np.quantile(known, 0.9)), 1e-6) if len(known) else 1.0
    return np.clip(1 - far / scale, 0, 1)


def wanted_tempi(
    tempi: Numbers, length: int, curve: str, start_bpm: float | None
) -> Numbers | None:
    """The tempo in BPM that each place of a sequence should have; None for no curve.

    Parameters
    ----------
    tempi : ndarray
        Those of the pool; NaN where unknown.
    length : int
        Places.
    curve : str
        One of `CURVES`: ``warm-up`` rises to the peak at the end, ``arc`` to a peak at two thirds
        and half back, ``wind-down`` falls, ``level`` stays.
    start_bpm : float or None
        Where it begins; by default at a low tempo of the pool (a high one to wind down, the
        middle one for level).
    """
    known = tempi[np.isfinite(tempi) & (tempi > 0)]
    if curve == "none" or not len(known):
        return None
    low, middle, high = np.quantile(known, [LOW, 0.5, HIGH])
    first = {"wind-down": high, "level": middle}.get(curve, low)
    goal = {"wind-down": low, "level": start_bpm or middle}.get(curve, high)
    begin, end = np.log2(start_bpm or first), np.log2(goal)
    share = np.linspace(0, 1, length)
    if curve == "arc":
        share = np.where(share <= PEAK, share / PEAK, 1 - 0.5 * (share - PEAK) / (1 - PEAK))
    wanted: Numbers = 2 ** (begin + share * (end - begin))
    return wanted


def place_costs(tempi: Numbers, wanted: Numbers | None, length: int, weight: float) -> Numbers:
    """What each track costs at each place, shape (tracks, places)."""
    if wanted is None:
        return np.zeros((len(tempi), length))
    known = np.where(tempi > 0, tempi, np.nan)
    off = np.abs(np.log2(known[:, None] / wanted[None, :])) / np.log2(1 + FAR_TEMPO)
    return weight * np.where(np.isnan(off), UNKNOWN, np.minimum(off, 1))


def order(
    steps: Numbers, places: Numbers, start: int | None = None, end: int | None = None
) -> list[int]:
    """Which tracks of a pool to play, in order.

    Parameters
    ----------
    steps : ndarray, shape (tracks, tracks)
        What it costs to go from one to another; the same both ways.
    places : ndarray, shape (tracks, length)
        What a track costs at a place.
    start, end : int, optional
        The first and the last track.
    """
    starts = [start]
    if start is None:
        cheapest = [int(track) for track in places[:, 0].argsort(kind="stable") if track != end]
        starts = [*cheapest[:FIRST_TRACKS]] or [end]
    found = [_improved(_greedy(steps, places, first, end), steps, places, start, end)
             for first in starts]  # fmt: skip
    return min(found, key=lambda chosen: cost(chosen, steps, places))


def _improved(
    chosen: list[int], steps: Numbers, places: Numbers, start: int | None, end: int | None
) -> list[int]:
    """The sequence once no single change makes it cheaper; fixed ends stay."""
    first = 0 if start is None else 1
    last = len(chosen) - (0 if end is None else 1)
    for _ in range(8 * len(chosen)):
        if not _improve(chosen, steps, places, first, last):
            break
    return chosen


def cost(chosen: list[int], steps: Numbers, places: Numbers) -> float:
    """What a sequence costs."""
    there = places[chosen, np.arange(len(chosen))].sum()
    return float(there + steps[chosen[:-1], chosen[1:]].sum())


def _greedy(steps: Numbers, places: Numbers, start: int | None, end: int | None) -> list[int]:
    """From place to place, what is cheapest next."""
    length = places.shape[1]
    free = np.ones(len(steps), bool)
    if end is not None:
        free[end] = False
    chosen: list[int] = []
    for place in range(length):
        if place == 0 and start is not None:
            track = start
        elif place == length - 1 and end is not None:
            track = end
        else:
            price = places[:, place] + (steps[chosen[-1]] if chosen else 0)
            track = int(np.where(free, price, np.inf).argmin())
        free[track] = False
        chosen.append(track)
    return chosen


def _improve(chosen: list[int], steps: Numbers, places: Numbers, first: int, last: int) -> bool:
    """Make the one change in places [first, last) that saves most; False if none does."""
    if last <= first:
        return False
    turned, (i, j) = _best_turn(chosen, steps, places, first, last)
    taken, (place, track) = _best_replacement(chosen, steps, places, first, last)
    if min(turned, taken) > -1e-9:
        return False
    if turned <= taken:
        chosen[i : j + 1] = chosen[i : j + 1][::-1]
    else:
        chosen[place] = track
    return True


def _best_turn(
    chosen: list[int], steps: Numbers, places: Numbers, first: int, last: int
) -> tuple[float, tuple[int, int]]:
    """The part i … j that saves most when it is played backwards."""
    length = len(chosen)
    tracks = np.array(chosen)
    between = steps[np.ix_(tracks, tracks)]
    at = places[tracks]  # what the track of a place costs at another place
    # Sums along the diagonals k + l = i + j: what a turned part costs where it comes to be.
    sums = np.zeros((length + 2, length + 2))
    for k in range(length):
        sums[k + 1, 1 : length + 1] = at[k] + sums[k, 2 : length + 2]
    ahead = np.concatenate([[0.0], at[np.arange(length), np.arange(length)].cumsum()])
    i, j = np.triu_indices(last - first, 1)
    i, j = i + first, j + first
    saved = sums[j + 1, i + 1] - sums[i, j + 2] - (ahead[j + 1] - ahead[i])
    before, after = i > 0, j < length - 1
    saved += np.where(before, between[i - 1, j] - between[i - 1, i], 0)
    following = np.minimum(j + 1, length - 1)
    saved += np.where(after, between[i, following] - between[j, following], 0)
    if not len(saved):
        return 0.0, (0, 0)
    best = int(saved.argmin())
    return float(saved[best]), (int(i[best]), int(j[best]))


def _best_replacement(
    chosen: list[int], steps: Numbers, places: Numbers, first: int, last: int
) -> tuple[float, tuple[int, int]]:
    """The unused track that saves most in the place of another."""
    unused = np.setdiff1d(np.arange(len(steps)), chosen)
    if not len(unused):
        return 0.0, (0, 0)
    tracks = np.array(chosen)
    where = np.arange(first, last)
    price = places.T[where]  # (places, tracks)
    if len(tracks) > 1:
        before, after = np.maximum(where - 1, 0), np.minimum(where + 1, len(tracks) - 1)
        price = price + np.where(where > 0, 1, 0)[:, None] * steps[tracks[before]]
        price = price + np.where(where < len(tracks) - 1, 1, 0)[:, None] * steps[tracks[after]]
    saved = price[:, unused] - price[np.arange(len(where)), tracks[where]][:, None]
    place, column = np.unravel_index(int(saved.argmin()), saved.shape)
    return float(saved[place, column]), (int(where[place]), int(unused[column]))
