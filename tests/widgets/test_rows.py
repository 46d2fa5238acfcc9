"""What the page shows of a track."""

import json

from audiolab import Catalog
from audiolab.widgets.rows import COLUMNS, track_row, track_rows


def test_rows_are_plain_values_in_order(catalog: Catalog) -> None:
    frame = catalog.tracks(sort="tempo_bpm", columns=list(COLUMNS))
    rows = track_rows(frame)
    assert [row["id"] for row in rows] == list(frame.index)
    json.dumps(rows, allow_nan=False)
    tempi = [row["bpm"] for row in rows]
    assert tempi[0] == 60
    assert tempi[-1] is None, "unknown is None, never 0"


def test_a_row_names_the_file_where_there_is_no_title(catalog: Catalog) -> None:
    row = track_rows(catalog.tracks("file:100%", columns=list(COLUMNS)))[0]
    assert row["title"].startswith("100% ")
    assert row["artist"] is None
    assert row["genre"] == "Folk"
    assert row["artwork"] is False


def test_one_track_is_shown_as_its_row(catalog: Catalog) -> None:
    row = track_rows(catalog.tracks("night drive", columns=list(COLUMNS)))[0]
    assert track_row(catalog.track(row["id"])) == row
    assert row["artwork"] is True
    assert (row["key"], row["camelot"]) == ("A minor", "8A")
