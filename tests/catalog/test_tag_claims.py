"""What tags claim, against what was found."""

import pytest

from audiolab.catalog.fields import BY_NAME, COLUMNS
from audiolab.catalog.meanings import MEANINGS
from audiolab.catalog.tag_claims import claims, genre_verdict, key_verdict, tempo_verdict


@pytest.mark.parametrize(
    ("claimed", "found", "verdict"),
    [
        (124, 124.3, "same"), (123.5, 124.0, "same"), (62, 124.1, "related"), (186, 124, "related"),
        (100, 124, "different"), (41.4, 124, "related"), (128, 124, "different"),
    ],
)  # fmt: skip
def test_tempo(claimed: float, found: float, verdict: str) -> None:
    assert tempo_verdict(claimed, found) == verdict


@pytest.mark.parametrize(
    ("claimed", "found", "verdict"),
    [
        ("8A", "A minor", "same"), ("Gb major", "F# major", "same"),
        ("C major", "A minor", "related"), ("A major", "A minor", "related"),
        ("E minor", "A minor", "related"), ("F# minor", "A minor", "different"),
    ],
)  # fmt: skip
def test_key(claimed: str, found: str, verdict: str) -> None:
    assert key_verdict(claimed, found) == verdict


@pytest.mark.parametrize(
    ("claimed", "found", "verdict"),
    [
        ("Hip-Hop", ["hiphop"], "same"), ("Rock; Jazz", ["jazz", "blues"], "same"),
        ("Deep House", ["house"], "related"), ("Polka", ["techno"], "different"),
        ("R", ["rock"], "different"),
    ],
)  # fmt: skip
def test_genre(claimed: str, found: list[str], verdict: str) -> None:
    assert genre_verdict(claimed, found) == verdict


def test_tags_are_read_into_columns() -> None:
    found = claims(
        {
            "tags": {
                "bpm": ["not a number", "124,5"], "initialkey": ["5A"], "genre": ["House"],
                "replaygain_track_gain": ["-7.30 dB"], "title": ["x"], "mood": ["  "],
            },
            "tempo_bpm": 62.2, "key": "C minor", "genre_primary": "techno",
            "genre_secondary": ["house"], "replaygain_track_gain_db": -9.0,
        }
    )  # fmt: skip
    assert [(one.column, one.tag, one.claimed, one.verdict) for one in found] == [
        ("tempo_bpm", "bpm", 124.5, "related"),
        ("key", "initialkey", "C minor", "same"),
        ("genre_primary", "genre", "House", "same"),
        ("replaygain_track_gain_db", "replaygain_track_gain", -7.3, "different"),
    ]


def test_what_makes_no_sense_claims_nothing() -> None:
    assert claims({}) == claims({"tags": None}) == claims({"tags": ["bpm"]}) == []
    odd = {"bpm": [0, "0", "9999"], "key": "silence", "genre": None}
    assert claims({"tags": odd, "tempo_bpm": 120.0, "key": "C major"}) == []


def test_what_the_analysis_does_not_say_is_unconfirmed() -> None:
    [one] = claims({"tags": {"bpm": "120"}, "tempo_bpm": float("nan")})
    assert (one.found, one.verdict) == (None, "unconfirmed")


def test_every_column_has_a_meaning() -> None:
    assert tuple(MEANINGS) == COLUMNS
    for name, meaning in MEANINGS.items():
        assert BY_NAME[name].meaning.text.endswith("."), name
        assert meaning.confidence == "" or BY_NAME[meaning.confidence].limits == (0, 1)
