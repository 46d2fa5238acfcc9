"""`audiolab ledger`: files, reasons in groups, stages."""

import json
from pathlib import Path

import pytest

from audiolab import Catalog
from audiolab.catalog.records import StageRow, TrackRecord

from .conftest import Cli


@pytest.fixture
def failed(cli: Cli, database_url: str) -> Cli:
    """A catalog with one good file and five that are no sounds."""
    bad = StageRow("signal", "1", "failed", "not an audio file", 0.1)
    good = StageRow("signal", "1", "done", None, 0.1)
    records = [TrackRecord(f"b{n}\x1b.mp3", "failed", 1, 1, stages=(bad,)) for n in range(5)]
    with Catalog.open(database_url) as catalog:
        root = catalog.root(Path("/music"))
        catalog.write(root, [*records, TrackRecord("a.mp3", "analysed", 1, 1, stages=(good,))])
    return cli


def test_the_summary_counts_stages_and_groups_reasons(failed: Cli) -> None:
    lines = failed("ledger", "--summary").out.splitlines()
    assert lines[1].split() == ["/music", "signal", "6", "1", "5", "0", "0", "0"]
    assert lines[2].startswith("5 × not an audio file: give it its true extension")
    assert lines[3:] == ["    b0�.mp3", "    b1�.mp3", "    b2�.mp3", "    … and 2 more"]


def test_the_summary_for_programs_is_the_stages(failed: Cli) -> None:
    [row] = json.loads(failed("ledger", "--summary", "--format", "json").out)
    assert row["found"] == row["analysed"] + row["failed"] + row["skipped"] + row["waiting"] == 6


def test_what_to_do_is_in_the_files_rows(failed: Cli) -> None:
    rows = json.loads(failed("ledger", "--failed", "--format", "json").out)
    assert {row["advice"] for row in rows} == {
        "give it its true extension, or delete it: it is no sound"
    }
