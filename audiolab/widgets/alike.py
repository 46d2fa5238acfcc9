"""Similar tracks for the page: which are wanted, and in a sentence, why each is there."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from audiolab.catalog import Catalog, Filter
from audiolab.errors import CatalogError, DatabaseError, QueryError
from audiolab.widgets.facts import known
from audiolab.widgets.rows import COLUMNS, track_rows
from audiolab.widgets.texts import Text, t

SHOWN = 12
NEAR_TEMPO = 0.06  # as far as a turntable's pitch reaches

Values = Mapping[str, Any]


def limits(values: Values) -> list[dict[str, Any]]:
    """Filters that make sense for a track: `name` and `label`."""
    found = [(name, label(values)) for name, label in _LABELS.items() if _condition(values, name)]
    return [{"name": name, "label": text} for name, text in found]


def where(values: Values, chosen: Sequence[str], query: str) -> Filter:
    """The tracks that may be in the result.

    Raises
    ------
    QueryError
        If the query cannot be understood.
    """
    found = Filter.parse(query)
    for name in chosen:
        found = found & Filter.of(_condition(values, name) or {})
    return found


def alike(catalog: Catalog, values: Values, chosen: Sequence[str], query: str) -> dict[str, Any]:
    """What `TrackAlike` shows for a track.

    Raises
    ------
    DatabaseError
        If the catalog cannot be asked.
    """
    track_id = str(values["id"])
    base = {"id": track_id, "limits": limits(values)}
    try:
        allowed = where(values, chosen, query)
    except QueryError as error:
        return {**base, "state": "problem", "message": str(error), "rows": []}
    try:
        columns = [*COLUMNS, "mood_secondary"]
        frame = catalog.similar(track_id, SHOWN, allowed, explain=True, columns=columns)
    except DatabaseError:
        raise
    except CatalogError as error:  # it has no embedding, or has gone
        return {**base, "state": "none", "message": str(error), "rows": []}
    rows = track_rows(frame)
    for row, (_, found) in zip(rows, frame.iterrows(), strict=True):
        row["why"] = why(values, found)
    message = "" if rows else t("alike.none")
    return {**base, "state": "ready", "message": message, "rows": rows}


def why(seed: Values, found: "pd.Series[Any]") -> list[Text]:
    """In what a track is like the seed, in words."""
    reasons: list[Text] = []
    tempo, key, mood = (known(found.get(f"like_{name}")) for name in ("tempo", "key", "mood"))
    if tempo is not None and tempo >= 0.5:
        reasons.append(_tempo_reason(seed, found))
    if key is not None and key >= 0.75:
        reasons.append(t("alike.same_key" if key == 1 else "alike.keys_mix"))
    shared = sorted(_moods(seed) & _moods(found)) if mood else []
    if shared:
        reasons.append(t("alike.both", names=shared[:3]))
    genre = known(seed.get("genre_primary"))
    if genre is not None and genre == known(found.get("genre_primary")):
        reasons.append(t("alike.both", names=genre))
    return reasons or [t("alike.similar_sound")]


def _tempo_reason(seed: Values, found: "pd.Series[Any]") -> Text:
    ratio = float(found["tempo_bpm"]) / float(seed["tempo_bpm"])
    if ratio > 1.5 or ratio < 0.67:
        return t("alike.double_tempo" if ratio > 1 else "alike.half_tempo")
    return t("alike.same_tempo" if abs(ratio - 1) < 0.015 else "alike.near_tempo")


def _moods(values: Any) -> set[str]:
    others = values.get("mood_secondary")
    names = [values.get("mood_primary"), *(others if isinstance(others, list) else ())]
    return {name for name in names if isinstance(name, str)}


def _condition(values: Values, name: str) -> dict[str, Any] | None:
    """What `name` asks for; None where the track does not know it."""
    camelot, tempo = known(values.get("key_camelot")), known(values.get("tempo_bpm"))
    genre, vocals = known(values.get("genre_primary")), known(values.get("has_vocals"))
    if name == "key" and camelot:
        return {"key": f"~{camelot}"}
    if name == "tempo" and tempo:
        return {
            "tempo_bpm": (round(tempo * (1 - NEAR_TEMPO), 1), round(tempo * (1 + NEAR_TEMPO), 1))
        }
    if name == "genre" and genre:
        return {"genre": [genre]}
    if name == "vocals" and vocals is not None:
        return {"has_vocals": bool(vocals)}
    return None


_LABELS: dict[str, Any] = {
    "key": lambda values: t("alike.limit_key", code=values["key_camelot"]),
    "tempo": lambda values: t("alike.limit_tempo", percent=round(100 * NEAR_TEMPO)),
    "genre": lambda values: t("alike.limit_genre", name=values["genre_primary"]),
    "vocals": lambda values: t(
        "alike.limit_vocals" if values["has_vocals"] else "alike.limit_no_vocals"
    ),
}
