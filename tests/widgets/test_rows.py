"""What the page shows of a track."""

import json

import numpy as np
import pytest

from audiolab import Catalog
from audiolab.widgets.rows import BARS, COLUMNS, bars, document_rows, track_row, track_rows


def test_rows_are_plain_values_in_order(catalog: Catalog) -> None:
    frame = catalog.tracks(sort="tempo_bpm", columns=list(COLUMNS))
    rows = track_rows(frame)
    assert [row["id"] for row in rows] == list(frame.index)
    json.dumps(rows, allow_nan=False)
    tempi = [row["bpm"] for row in rows]
    assert tempi[0] == 60
    assert tempi[-1] is None, "unknown is None, never 0"


def test_rows_of_documents_are_those_of_the_frame(catalog: Catalog) -> None:
    found, _ = catalog.document_page(sort="tempo_bpm", limit=100, columns=COLUMNS, cap=0)
    for of_document, of_frame in zip(
        document_rows(found),
        track_rows(catalog.tracks(sort="tempo_bpm", limit=100, columns=list(COLUMNS))),
        strict=True,
    ):
        close = {
            name: pytest.approx(value, rel=1e-6) if isinstance(value, float) else value
            for name, value in of_frame.items()
        }
        assert of_document == close


def test_a_row_names_the_file_where_there_is_no_title(catalog: Catalog) -> None:
    row = track_rows(catalog.tracks("file:100%", columns=list(COLUMNS)))[0]
    assert row["title"].startswith("100% ")
    assert row["artist"] is None
    assert row["badges"][0] == {"name": "tag_genre", "value": "Folk"}
    assert row["artwork"] is False


def test_one_track_is_shown_as_its_row(catalog: Catalog) -> None:
    row = track_rows(catalog.tracks("night drive", columns=list(COLUMNS)))[0]
    assert track_row(catalog.track(row["id"])) == row
    assert row["artwork"] is True
    assert (row["key"], row["camelot"]) == ("A minor", "8A")


def test_badges_name_the_field_they_filter_by(catalog: Catalog) -> None:
    row = track_rows(catalog.tracks("night drive", columns=list(COLUMNS)))[0]
    assert [(badge["name"], badge["value"]) for badge in row["badges"]] == [
        ("tag_genre", "House"), ("mood", "calm"), ("instrument", "piano"),
        ("instrument", "violin"),
    ]  # fmt: skip


def test_a_waveform_is_a_few_characters() -> None:
    peaks = np.zeros(800, np.float32)
    peaks[-1] = 1.0
    assert bars(peaks) == "0" * (BARS - 1) + "z"
    assert bars(np.full(800, 0.5, np.float32)) == "i" * BARS


def test_similar_rows_say_why(catalog: Catalog) -> None:
    frame = catalog.tracks("night drive").assign(
        similarity=0.9, like_embedding=0.8, like_tempo=0.5, like_key=1.0, like_mood=np.nan
    )
    row = track_rows(frame)[0]
    assert row["similarity"] == 0.9
    assert row["like"] == {"embedding": 0.8, "tempo": 0.5, "key": 1.0, "mood": None}
