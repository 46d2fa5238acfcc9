"""Similar tracks for the page: filters that fit the track, reasons in words."""

from typing import Any

import pandas as pd
import pytest

from audiolab import Catalog
from audiolab.widgets.alike import alike, limits, where, why
from widgets.written import written

SEED: dict[str, Any] = {
    "id": "x", "tempo_bpm": 120.0, "key_camelot": "8A", "genre_primary": "house",
    "has_vocals": True, "mood_primary": "calm", "mood_secondary": ["deep", "happy"],
}  # fmt: skip


def found(**values: Any) -> "pd.Series[Any]":
    like = {"like_tempo": None, "like_key": None, "like_mood": None}
    return pd.Series({**like, "genre_primary": None, **values}, dtype=object)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"like_tempo": 0.99, "tempo_bpm": 120.5}, "same tempo"),
        ({"like_tempo": 0.6, "tempo_bpm": 124.5}, "near tempo"),
        ({"like_tempo": 0.9, "tempo_bpm": 60.2}, "half tempo"),
        ({"like_tempo": 0.9, "tempo_bpm": 241.0}, "double tempo"),
        ({"like_key": 1.0}, "same key"),
        ({"like_key": 0.75, "genre_primary": "house"}, "keys mix · both house"),
        ({"like_mood": 0.5, "mood_primary": "deep", "mood_secondary": ["calm"]}, "both calm, deep"),
        ({"like_tempo": 0.1, "tempo_bpm": 131.0, "like_key": 0.3}, "a similar sound"),
    ],
)
def test_why(values: dict[str, Any], words: str) -> None:
    assert " · ".join(map(written, why(SEED, found(**values)))) == words


def test_filters_are_those_the_track_can_answer() -> None:
    assert [one["name"] for one in limits(SEED)] == ["key", "tempo", "genre", "vocals"]
    labels = [written(one["label"]) for one in limits({**SEED, "has_vocals": False})]
    assert labels[1::2] == ["Tempo within 6 %", "Without vocals"]
    unknown = dict.fromkeys(SEED)
    assert limits({**unknown, "tempo_bpm": float("nan"), "has_vocals": pd.NA}) == []


def test_filters_and_query_go_together() -> None:
    query = where(SEED, ["key", "tempo"], "year:1990..").to_query()
    assert query == "year:1990.. key:~8A bpm:112.8..127.2"
    assert where(SEED, ["nonsense"], "").to_query() == ""


def test_rows_with_reasons(catalog: Catalog) -> None:
    with_vector = catalog.tracks("title:night").index[0]
    values = {"id": with_vector, **dict(catalog.track(with_vector).items())}
    view = alike(catalog, values, [], "")
    assert view["state"] == "ready"
    assert len(view["rows"]) == 12
    assert all(one["why"] and one["id"] != with_vector for one in view["rows"])
    narrow = alike(catalog, values, ["key"], "artist:fillers")
    assert narrow["rows"]
    assert {one["camelot"] for one in narrow["rows"]} <= {"8A", "9A", "8B"}
    nobody = alike(catalog, values, [], "artist:nobody-at-all")
    assert nobody["rows"] == []
    assert written(nobody["message"]) == "No other track passes these filters."


def test_mistakes_and_tracks_without_embedding(catalog: Catalog) -> None:
    without = catalog.tracks("title:talk").index[0]
    values = {"id": without, **dict(catalog.track(without).items())}
    assert "number" in alike(catalog, values, [], "bpm:fast")["message"]
    view = alike(catalog, values, [], "")
    assert view["state"] == "none"
    assert "no embedding" in view["message"]
