"""Beats as DJ software wants them: a straight grid, or one that bends where the tempo does.

A tracker's beats lie some milliseconds beside the true ones, and in a quiet beginning or end far
from them; a line through most of them does not. Where no line fits most, several follow each other.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TOLERANCE_SECONDS = 0.035
STEP_BEATS = 8  # the grid may bend every so many beats
FEWEST_BEATS = 4
MOST = 0.75
FITS = 5  # each through the beats that lay near the one before
NEAR = 0.1  # of a tempo that is the beats' own, or a multiple or part of it
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GridPart:
    """Beats at one tempo.

    Attributes
    ----------
    start_seconds : float
        Its first beat.
    bpm : float
    beats : int
        How many there are up to the next part, or to the end.
    """

    start_seconds: float
    bpm: float
    beats: int


def beat_grid(beats: npt.NDArray[np.floating], bpm: float | None) -> list[GridPart]:
    """The grid that beats lie on.

    Parameters
    ----------
    beats : ndarray, shape (beats,)
        Seconds, rising, as `Catalog.beats` gives them.
    bpm : float or None
        The tempo to count in: that of the beats, or two or three times or parts of it.

    Returns
    -------
    list of GridPart
        One for a steady tempo; [] without beats, or where they follow another tempo.
    """
    if bpm is None or not bpm > 0 or len(beats) < FEWEST_BEATS:
        return []
    numbers, times = _numbered(np.asarray(beats, np.float64), 60 / bpm)
    if len(times) < FEWEST_BEATS:
        return []
    steady = _steady(numbers, times)
    if steady is not None:
        return [steady]
    parts, first = [], 0
    while first < len(times):
        last = _reach(numbers, times, first)
        parts.append((first, *_line(numbers[first:last], times[first:last], 60 / bpm)))
        first = last
    ends = [*(numbers[first] for first, *_ in parts[1:]), numbers[-1] + 1]
    return [
        GridPart(max(0.0, float(start)), float(60 / period), int(end - numbers[first]))
        for (first, start, period), end in zip(parts, ends, strict=True)
    ]


def _numbered(times: Floats, period: float) -> tuple[npt.NDArray[np.int64], Floats]:
    """The beats with their numbers at a tempo; none if they do not follow it."""
    own = float(np.median(np.diff(times)))
    numbers = np.cumsum(np.rint(np.diff(times, prepend=times[0]) / own)).astype(np.int64)
    for times_as_fast in (1, 2, 3):
        if abs(own / period / times_as_fast - 1) < NEAR:
            return numbers * times_as_fast, times
        if abs(own / period * times_as_fast - 1) < NEAR:
            kept = numbers % times_as_fast == 0
            return numbers[kept] // times_as_fast, times[kept]
    return numbers[:0], times[:0]


def _steady(numbers: npt.NDArray[np.int64], times: Floats) -> GridPart | None:
    """One line from the first beat that lies on it, if most do."""
    near = np.ones(len(times), bool)
    for _ in range(FITS):
        period, start = np.polyfit(numbers[near], times[near], 1)
        off = np.abs(times - (start + period * numbers))
        near = off < max(TOLERANCE_SECONDS, float(np.quantile(off, MOST)))
    on_it = np.flatnonzero(off < TOLERANCE_SECONDS)
    if len(on_it) < MOST * len(times):
        return None
    first = numbers[on_it[0]]
    while start + period * first < 0:
        first += 1
    return GridPart(float(start + period * first), float(60 / period), int(numbers[-1] - first + 1))


def _reach(numbers: npt.NDArray[np.int64], times: Floats, first: int) -> int:
    """Where a line that begins at a beat has to end."""
    last = min(first + STEP_BEATS, len(times))
    while last < len(times):
        further = min(last + STEP_BEATS, len(times))
        if _misses(numbers[first:further], times[first:further]):
            break
        last = further
    return len(times) if len(times) - last < FEWEST_BEATS else last


def _misses(numbers: npt.NDArray[np.int64], times: Floats) -> bool:
    period, start = np.polyfit(numbers, times, 1)
    off = np.abs(times - (start + period * numbers))
    return bool(np.quantile(off, 0.9) > TOLERANCE_SECONDS)


def _line(numbers: npt.NDArray[np.int64], times: Floats, fallback: float) -> tuple[float, float]:
    """The time of the first beat, and the period."""
    if len(times) < 2:
        return float(times[0]), fallback
    period, start = np.polyfit(numbers - numbers[0], times, 1)
    return float(start), float(period)
