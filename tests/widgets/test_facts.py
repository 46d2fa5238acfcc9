"""What the track view says of a track: formatted, sourced, and honest about what is unknown."""

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from audiolab.catalog.fields import BY_NAME
from audiolab.widgets.beside import beside
from audiolab.widgets.facts import groups, shown, warnings
from widgets.written import written

STAGES = pd.DataFrame(
    {"version": ["1", "2", "a" * 40], "state": ["done"] * 3, "reason": [None] * 3},
    index=["tags", "signal", "networks"],
)
NO_STAGES = pd.DataFrame({"version": [], "state": [], "reason": []})
VALUES: dict[str, Any] = {
    "tempo_bpm": 124.04, "tempo_confidence": 0.9, "key": None, "key_runner_up": None,
    "tempo_alternatives": [{"bpm": 62.0, "weight": 0.2}], "time_signature": "4/4",
    "time_signature_confidence": 0.5, "danceability": 0.5, "chroma": [1 / 12] * 12,
    "mfcc": [float(number) for number in range(20)], "genre_primary": "house",
    "genre_secondary": ["techno"], "genre_confidence": 0.4, "has_vocals": False,
    "loudness_lufs": float("nan"), "duration_seconds": 3725.0, "decoded_share": 1.0,
}  # fmt: skip


def group(name: str, **more: Any) -> dict[str, Any]:
    """One group of the page."""
    made = groups(
        {**VALUES, **more.get("values", {})}, more.get("stages", STAGES),
        more.get("scores", {}), more.get("corrections", {}),
    )  # fmt: skip
    return next(one for one in made if one["name"] == name)


def row(name: str, field: str, **more: Any) -> dict[str, Any]:
    return next(one for one in group(name, **more)["rows"] if one["field"] == field)


def test_a_value_has_unit_confidence_source_and_meaning() -> None:
    tempo = row("rhythm", "tempo_bpm")
    assert (written(tempo["text"]), tempo["unit"], tempo["confidence"]) == ("124.0", "BPM", 0.9)
    assert written(tempo["source"]) == "Analysis of the sound, version 2"
    assert tempo["meaning"] == BY_NAME["tempo_bpm"].meaning.text
    assert tempo["alternatives"] == [{"bpm": 62.0, "weight": 0.2}]
    genre = row("genre", "genre_primary")
    assert written(genre["source"]) == "Neural networks, version aaaaaaaaaa…"
    assert genre["correctable"]
    assert row("rhythm", "danceability")["share"] == 0.5


def test_what_one_would_look_for_is_said_to_be_unknown() -> None:
    key = row("tonal", "key")
    assert (written(key["text"]), key["value"], key["alternatives"]) == ("unknown", None, [])
    assert written(row("dynamics", "loudness_lufs")["text"]) == "unknown"
    fields = [one["field"] for one in group("dynamics")["rows"]]
    assert fields == ["loudness_lufs"], "the rest is left out"
    assert "decoded_share" not in [one["field"] for one in group("identity")["rows"]]


def test_a_correction_says_what_the_analysis_said() -> None:
    tempo = row("rhythm", "tempo_bpm", corrections={"tempo_bpm": 62.02})
    assert (tempo["corrected"], written(tempo["analysed"])) == (True, "62.0 BPM")
    assert (written(tempo["source"]), tempo["confidence"]) == ("You", None)
    genre = row("genre", "genre_primary", corrections={"genre_primary": None})
    assert written(genre["analysed"]) == "unknown"


def test_class_scores() -> None:
    scores = {
        "genre": pd.Series({f"Electronic---Style {n}": 1 - n / 100 for n in range(87)}),
        "voice": pd.Series({"voice": 0.8, "instrumental": 0.2}),
    }
    [bars] = group("genre", scores=scores)["bars"]
    assert (bars["first"], bars["total"], len(bars["classes"])) == (8, 87, 60)
    assert bars["classes"][0] == {"name": "Electronic · Style 0", "share": 1.0}
    [voice] = group("voice", scores=scores)["bars"]
    assert (voice["first"], voice["classes"][0]["name"]) == (1, "voice")


def test_without_networks_the_page_says_how_to_get_them() -> None:
    unknown = dict.fromkeys(("genre_primary", "genre_secondary", "has_vocals"))
    assert "audiolab models download" in written(group("genre", values=unknown)["note"])
    assert group("rhythm")["note"] == ""
    assert group("genre")["note"] == ""


def test_profiles_have_names() -> None:
    chroma = row("tonal", "chroma")["profile"]
    assert [one["name"] for one in chroma][:3] == ["C", "Db", "D"]
    mfcc = row("timbre", "mfcc")["profile"]
    assert [one["value"] for one in mfcc] == list(range(1, 20)), "without mere loudness"


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("duration_seconds", 3725.4, "1:02:05"), ("duration_seconds", 59.6, "0:59"),
        ("spectral_centroid_hz", 1234.5, "1234"), ("loudness_lufs", -9.04, "−9.0"),
        ("sample_rate_hz", 44_100, "44.1"), ("file_size_bytes", 3_456_789, "3.5"),
        ("has_vocals", True, "yes"), ("genre_secondary", ["a", "b"], "a, b"),
        ("energy", 0.456, "0.46"), ("key", None, "unknown"), ("silence_end_seconds", 1.234, "1.23"),
        ("added_at", datetime(2024, 5, 6, 7, 8, tzinfo=UTC), "2024-05-06T07:08:00+00:00"),
    ],
)  # fmt: skip
def test_values_as_text(field: str, value: Any, text: str) -> None:
    assert written(shown(BY_NAME[field], value)) == text


def test_warnings() -> None:
    failed = STAGES.assign(
        state=["done", "failed", "done"], reason=[None, "not an audio file", None]
    )
    assert warnings({"state": "analysed"}, STAGES) == []
    [one] = warnings({"state": "partial"}, failed)
    text = written(one["text"])
    assert text.startswith("Some of this file could not be analysed (signal): not an audio")
    broken = STAGES.assign(state="failed", reason="not an audio file")
    [one] = warnings({"state": "failed"}, broken)
    assert "(tags, signal, networks): not an audio file: give it its true ext" in written(
        one["text"]
    )
    [one] = warnings({"state": "missing"}, NO_STAGES)
    assert "no longer where it was" in written(one["text"])
    assert warnings({"state": "excluded"}, NO_STAGES)[0]["kind"] == "excluded"
    [one] = warnings({"state": "partial", "decoded_share": 0.25}, STAGES)
    assert "25 %" in written(one["text"])


def test_tags_beside_the_analysis() -> None:
    tags = {"bpm": ["62"], "initialkey": ["8A"], "genre": ["Deep House"]}
    rows = {one["field"]: one for one in beside({**VALUES, "tags": tags})}
    tempo = rows["tempo_bpm"]
    assert [written(tempo[one]) for one in ("said", "found")] == ["62.0 BPM", "124.0 BPM"]
    assert tempo["value"] == 62.0
    assert (tempo["verdict"], written(tempo["text"])) == (
        "related",
        "another level of the same pulse",
    )
    assert (rows["key"]["said"], rows["key"]["found"]) == ("A minor", "–")
    assert written(rows["key"]["text"]) == "only the tags say"
    assert rows["genre_primary"]["verdict"] == "related"
    same = beside({**VALUES, "tags": {"bpm": ["124"]}})
    assert same[0]["value"] is None, "nothing to correct"
