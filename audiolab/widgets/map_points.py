"""The similarity map as a page draws it: places, colours and what a filter leaves, as bytes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from audiolab.catalog import Catalog, Filter
from audiolab.catalog.fields import TARGETS
from audiolab.errors import QueryError

SCALE = 65_535  # the map's width and height
UNKNOWN = 255  # code of what has no colour of its own
MOST_NAMES = 7  # colours that everybody can tell apart
STEPS = 254
# What points can be coloured by, and the column that says it.
COLOURS = {
    "genre": "genre_primary",
    "mood": "mood_primary",
    "key": "key_camelot",
    "tempo": "tempo_bpm",
    "energy": "energy",
    "root": "",
    "occurrence": "occurrence",
}
CAMELOT = [f"{number}{letter}" for letter in "AB" for number in range(1, 13)]
Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Points:
    """Where the tracks of a map are.

    Attributes
    ----------
    version : int
        Of the map.
    ids : pandas.Index
        The tracks.
    across, up : ndarray of uint16, shape (tracks,)
        Places, in parts of `SCALE`.
    occurrence : ndarray of float32, shape (tracks,)
        How many tracks each is a near neighbour of; NaN where that is not known.
    """

    version: int
    ids: "pd.Index[str]"
    across: npt.NDArray[np.uint16]
    up: npt.NDArray[np.uint16]
    occurrence: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Colouring:
    """A colour for each point.

    Attributes
    ----------
    codes : ndarray of uint8, shape (tracks,)
        Of names their place in the legend, of numbers steps from low to high; `UNKNOWN` for what
        is neither.
    legend : dict
        `kind`: "names", "keys" (whose codes are those of the Camelot wheel, minor first)
        or "scale"; the `names` with `tracks`, or `low` and `high` with their `unit`.
    """

    codes: Codes
    legend: dict[str, Any]


def points(catalog: Catalog) -> Points | None:
    """All points of the map; None if there is no map."""
    info = catalog.map_info()
    if info is None:
        return None
    found = catalog.map()
    across, up = (
        np.rint(found[name].to_numpy(np.float64).clip(0, 1) * SCALE).astype("<u2")
        for name in ("x", "y")
    )
    occurrence = found["occurrence"].to_numpy(np.float32, na_value=np.nan)
    return Points(info.version, found.index, across, up, occurrence)


def mask(catalog: Catalog, shown: Points, where: Filter) -> npt.NDArray[np.bool_]:
    """Which points a filter leaves.

    Raises
    ------
    QueryError
        If a region is of another map.
    """
    left = np.zeros(len(shown.ids), bool)
    places = shown.ids.get_indexer(catalog.map(where).index)
    left[places[places >= 0]] = True
    return left


def colouring(catalog: Catalog, shown: Points, by: str) -> Colouring:
    """What the points are coloured by.

    Raises
    ------
    QueryError
        If there is no such way.
    """
    if by not in COLOURS:
        raise QueryError(f"colour: expected one of {', '.join(COLOURS)}, got {by!r}")
    if by == "occurrence":
        return _scaled(shown.occurrence.astype(np.float64), {"unit": ""})
    values = _values(catalog, shown, by)
    if by == "key":
        codes = values.map({code: at for at, code in enumerate(CAMELOT)}).astype(float)
        counts = values.value_counts()
        names = [{"name": code, "tracks": int(counts.get(code, 0))} for code in CAMELOT]
        legend = {"kind": "keys", "names": names}
        return Colouring(_bytes(codes.to_numpy(np.float64, na_value=np.nan)), legend)
    if by in ("tempo", "energy"):
        unit = TARGETS[COLOURS[by]].columns[0].unit
        return _scaled(values.to_numpy(np.float64, na_value=np.nan), {"unit": unit})
    return _named(values)


def _values(catalog: Catalog, shown: Points, by: str) -> "pd.Series[Any]":
    """Of each point, in order; NA for tracks that have gone meanwhile."""
    if by == "root":
        return catalog.map_roots().reindex(shown.ids).astype(object)
    column = COLOURS[by]
    found = catalog.map(columns=[column])[column].reindex(shown.ids)
    return found.astype(object) if by in ("genre", "mood", "key") else found


def _named(values: "pd.Series[Any]") -> Colouring:
    """The most frequent names get a colour; the last entry of the legend is the others."""
    counts = values.value_counts()
    first = list(counts.index[:MOST_NAMES])
    codes = values.map({name: at for at, name in enumerate(first)}).astype(float)
    names = [{"name": str(name), "tracks": int(counts[name])} for name in first]
    legend = {"kind": "names", "names": names,
              "others": int(counts.iloc[MOST_NAMES:].sum()),
              "unknown": int(values.isna().sum())}  # fmt: skip
    return Colouring(_bytes(codes.to_numpy(np.float64, na_value=np.nan)), legend)


def _scaled(numbers: npt.NDArray[np.float64], legend: dict[str, Any]) -> Colouring:
    """Steps between the 1st and the 99th percentile, so that a few odd ones do not flatten it."""
    known = numbers[np.isfinite(numbers)]
    low, high = np.percentile(known, [1, 99]) if len(known) else (0.0, 1.0)
    width = high - low or 1.0
    steps = np.rint((numbers - low) / width * STEPS).clip(0, STEPS)
    legend |= {"kind": "scale", "low": float(low), "high": float(high),
               "unknown": int(len(numbers) - len(known))}  # fmt: skip
    return Colouring(_bytes(steps), legend)


def _bytes(codes: npt.NDArray[Any]) -> Codes:
    return np.where(np.isfinite(codes), codes, UNKNOWN).astype(np.uint8)
