"""From DataFrames, and from documents, to what the page shows of a track."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

# Columns of the catalog a row is made of.
COLUMNS = (
    "title",
    "artist",
    "album",
    "filename",
    "format",
    "duration_seconds",
    "tempo_bpm",
    "key",
    "key_camelot",
    "energy",
    "genre_primary",
    "tag_genre",
    "mood_primary",
    "instruments",
    "replaygain_track_gain_db",
    "true_peak_dbtp",
    "has_artwork",
)
# Bars of the small waveform, each as a character of `HEIGHTS`: a page of rows stays small.
BARS = 48
HEIGHTS = "0123456789abcdefghijklmnopqrstuvwxyz"
_HEIGHTS = np.frombuffer(HEIGHTS.encode(), "S1")
INSTRUMENTS_SHOWN = 2
LIKE = ("embedding", "tempo", "key", "mood")


def track_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One dict per track, in order; unknown values are None.

    Where the frame tells how similar the tracks are, and why, the rows do too.
    """
    more = ["similarity", *(f"like_{name}" for name in LIKE)]
    names = [*COLUMNS, *(name for name in more if name in frame)]
    columns = {name: frame[name].tolist() for name in names}
    return [
        _row(str(track_id), {name: columns[name][place] for name in names})
        for place, track_id in enumerate(frame.index)
    ]


def track_row(track: pd.Series) -> dict[str, Any]:
    """The same for one track, whose id is the name of the series."""
    return _row(str(track.name), {name: track.get(name) for name in COLUMNS})


def document_rows(documents: Mapping[str, str]) -> list[dict[str, Any]]:
    """The same for texts of JSON objects with `COLUMNS`, by id (`Catalog.document_page`)."""
    return [_row(track_id, json.loads(document)) for track_id, document in documents.items()]


def bars(peaks: npt.NDArray[np.float32]) -> str:
    """A waveform as `BARS` characters: the loudest peak of each part, on the scale of `HEIGHTS`."""
    parts = np.maximum.reduceat(peaks, np.arange(BARS) * len(peaks) // BARS)
    steps = np.round(parts.clip(0, 1) * (len(HEIGHTS) - 1)).astype(int)
    characters: bytes = _HEIGHTS[steps].tobytes()
    return characters.decode()


def _row(track_id: str, values: dict[str, Any]) -> dict[str, Any]:
    known = {name: _known(value) for name, value in values.items()}
    row = {
        "id": track_id,
        "title": known["title"] or known["filename"],
        "artist": known["artist"],
        "album": known["album"],
        "format": known["format"],
        "duration": known["duration_seconds"],
        "bpm": known["tempo_bpm"],
        "key": known["key"],
        "camelot": known["key_camelot"],
        "energy": known["energy"],
        "badges": _badges(known),
        "gain": known["replaygain_track_gain_db"],
        "peak": known["true_peak_dbtp"],
        "artwork": bool(known["has_artwork"]),
    }
    if "similarity" in known:
        row["similarity"] = known["similarity"]
        row["like"] = {name: known.get(f"like_{name}") for name in LIKE}
    return row


def _badges(known: dict[str, Any]) -> list[dict[str, str]]:
    """Genre, mood and instruments: `name` of the field to filter by, and the `value`."""
    genre = "genre_primary" if known["genre_primary"] else "tag_genre"
    pairs = [("genre" if genre == "genre_primary" else genre, known[genre])]
    pairs += [("mood", known["mood_primary"])]
    pairs += [("instrument", one) for one in (known["instruments"] or [])[:INSTRUMENTS_SHOWN]]
    return [{"name": name, "value": value} for name, value in pairs if value]


def _known(value: Any) -> Any:
    """`value`, or None if it is NA in any of pandas' ways."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value
