"""How alike two tracks are in tempo, key and mood: each in [0, 1], None where unknown. Pure."""

import math
from typing import Any

import pandas as pd

from audiolab import keys

EXPLAINED = ("embedding", "tempo", "key", "mood")
COMPARED = ("tempo_bpm", "key", "mood_primary", "mood_secondary")  # columns of both
FAR_TEMPO = 0.1  # so far off, two tempi have nothing in common
COMPATIBLE = 0.75


def reasons(reference: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Why tracks are in a result: their likeness to its seed, one column each of `EXPLAINED`.

    Parameters
    ----------
    reference : pandas.DataFrame
        The seed, or no row for a vector of one's own.
    found : pandas.DataFrame
        Tracks with their ``similarity``.
    """
    seed = reference.iloc[0] if len(reference) else None
    rows = [_reason(seed, row) for _, row in found.iterrows()]
    columns = [f"like_{name}" for name in EXPLAINED]
    return pd.DataFrame(rows, index=found.index, columns=columns, dtype="float64")


def _reason(seed: Any, row: Any) -> list[float | None]:
    if seed is None:
        return [row.similarity, None, None, None]
    return [
        row.similarity,
        tempo_likeness(seed.tempo_bpm, row.tempo_bpm),
        key_likeness(seed.key, row.key),
        mood_likeness(seed, row),
    ]


def tempo_likeness(a: Any, b: Any) -> float | None:
    """1 at the same tempo or its double or half, 0 from a tenth off."""
    if pd.isna(a) or pd.isna(b) or not (a > 0 and b > 0):
        return None
    octaves = abs(math.log2(a / b))
    off = abs(2 ** (octaves - round(octaves)) - 1)
    return max(0.0, 1 - off / FAR_TEMPO)


def key_likeness(a: Any, b: Any) -> float | None:
    """1 for the same key, 0.75 for compatible ones, then less by steps round the circle."""
    if pd.isna(a) or pd.isna(b):
        return None
    try:
        first, second = keys.parse(str(a)), keys.parse(str(b))
    except ValueError:
        return None
    if first == second:
        return 1.0
    if second in keys.compatible(first):
        return COMPATIBLE
    steps = abs(int(keys.camelot(*first)[:-1]) - int(keys.camelot(*second)[:-1]))
    return max(0.0, 0.6 - 0.1 * min(steps, 12 - steps))


def mood_likeness(a: Any, b: Any) -> float | None:
    """The share of moods that both have (Jaccard)."""
    first, second = (
        {mood for mood in (row.mood_primary, *(row.mood_secondary or ())) if isinstance(mood, str)}
        for row in (a, b)
    )
    return len(first & second) / len(first | second) if first and second else None
