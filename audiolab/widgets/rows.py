"""From DataFrames to what the page shows of a track."""

import math
from typing import Any

import pandas as pd

# Columns of the catalog a row is made of.
COLUMNS = (
    "title",
    "artist",
    "album",
    "filename",
    "duration_seconds",
    "tempo_bpm",
    "key",
    "key_camelot",
    "energy",
    "genre_primary",
    "tag_genre",
    "has_artwork",
)


def track_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One dict per track, in order; unknown values are None."""
    columns = {name: frame[name].tolist() for name in COLUMNS}
    return [
        _row(str(track_id), {name: columns[name][place] for name in COLUMNS})
        for place, track_id in enumerate(frame.index)
    ]


def track_row(track: pd.Series) -> dict[str, Any]:
    """The same for one track, whose id is the name of the series."""
    return _row(str(track.name), {name: track.get(name) for name in COLUMNS})


def _row(track_id: str, values: dict[str, Any]) -> dict[str, Any]:
    known = {name: _known(value) for name, value in values.items()}
    return {
        "id": track_id,
        "title": known["title"] or known["filename"],
        "artist": known["artist"],
        "album": known["album"],
        "duration": known["duration_seconds"],
        "bpm": known["tempo_bpm"],
        "key": known["key"],
        "camelot": known["key_camelot"],
        "energy": known["energy"],
        "genre": known["genre_primary"] or known["tag_genre"],
        "artwork": bool(known["has_artwork"]),
    }


def _known(value: Any) -> Any:
    """`value`, or None if it is NA in any of pandas' ways."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value
