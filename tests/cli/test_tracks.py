"""Listing and showing tracks in every format."""

import csv
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from audiolab.catalog.fields import COLUMNS
from audiolab.cli.output import fit

from .conftest import Cli


def test_json_has_every_column_and_null_where_unknown(cli: Cli, ids: list[str]) -> None:
    result = cli("ls", "--format", "json", "--sort", "path")
    assert (result.code, result.err) == (0, "")
    rows = json.loads(result.out)
    assert [row["id"] for row in rows] == [ids[2], ids[0], ids[1]]
    for row in rows:
        assert set(row) == {"id", *COLUMNS}
    bare, full, hostile = rows
    assert (full["tempo_bpm"], full["artist"], full["mfcc"]) == (124.0, "NA", [1.0, 2.0])
    assert full["tags"] == {"title": ["Night Drive"]}
    assert (bare["title"], bare["tempo_bpm"], bare["tags"]) == (None, None, None)
    assert hostile["artist"] == "null"
    assert full["added_at"].endswith("+00:00")


def test_no_tracks_are_an_empty_list(cli: Cli) -> None:
    result = cli("ls", "--format", "json")
    assert (result.code, json.loads(result.out), result.err) == (0, [], "")
    result = cli("ls")
    assert (result.code, result.out) == (0, "")
    assert "audiolab scan FOLDER" in result.err


def test_csv_can_be_read_back(cli: Cli, ids: list[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("ls", "--format", "csv", "--sort", "path").out)))
    assert [row["path"] for row in rows] == ["bare.wav", "deep/full.mp3", "hostile.ogg"]
    assert (rows[0]["title"], rows[1]["artist"]) == ("", "NA")
    assert json.loads(rows[1]["tags"]) == {"title": ["Night Drive"]}


def test_parquet_can_be_read_back(
    cli: Cli, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stdout = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr("sys.stdout", stdout)
    assert cli("ls", "--format", "parquet").code == 0
    frame = pd.read_parquet(stdout.buffer).set_index("id")
    assert set(frame.index) == set(ids)
    assert frame.loc[ids[0], "tempo_bpm"] == 124.0
    assert json.loads(frame.loc[ids[0], "tags"]) == {"title": ["Night Drive"]}


def test_parquet_is_not_poured_over_a_terminal(
    cli: Cli, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    result = cli("ls", "--format", "parquet")
    assert (result.code, result.out) == (2, "")
    assert "> tracks.parquet" in result.err


def test_the_table_tells_tracks_apart_and_is_safe_to_print(cli: Cli, ids: list[str]) -> None:
    result = cli("ls", "--sort", "path")
    lines = result.out.splitlines()
    assert lines[0].split() == ["Title", "Artist", "BPM", "Key", "Energy", "Genre", "Length", "Id"]
    assert lines[2].split() == ["Night", "Drive", "NA", "124.0", "A", "minor", "0.75", "1:02:05",
                                ids[0][-8:]]  # fmt: skip
    assert "bare.wav" in lines[1]
    assert "\x1b" not in result.out


def test_query_sort_and_limit(cli: Cli, ids: list[str]) -> None:
    def listed(*arguments: str) -> list[str]:
        return [row["id"] for row in json.loads(cli("ls", *arguments, "--format", "json").out)]

    assert listed("bpm:120..130") == [ids[0]]
    assert listed("night drive") == [ids[0]]
    assert listed("--sort", "tempo_bpm") == [ids[1], ids[0], ids[2]]
    assert listed("--sort", "-tempo_bpm", "--limit", "1") == [ids[0]]
    assert cli("ls", "bpm:500..600").err == "no track matches\n"


def test_a_track_by_id_part_of_one_or_path(
    cli: Cli, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reference in (ids[0], ids[0][:-2], ids[0][-8:], "deep/full.mp3", "/music/deep/full.mp3"):
        result = cli("show", reference, "--format", "json")
        assert result.code == 0, result.err
        assert json.loads(result.out)["id"] == ids[0]


def test_show_is_readable(cli: Cli, ids: list[str]) -> None:
    result = cli("show", ids[0])
    assert result.out.startswith(f"Night Drive  {ids[0]}\nanalysed, in /music\n")
    assert "BPM                        124 BPM" in result.out
    assert "\x1b" not in cli("show", ids[1]).out


def test_stats(cli: Cli, ids: list[str]) -> None:
    numbers = json.loads(cli("stats", "--format", "json").out)
    assert (numbers["tracks"], numbers["mean_tempo_bpm"]) == (3, 107.25)
    assert json.loads(cli("stats", "bpm:>100", "--format", "json").out)["tracks"] == 1
    assert "tracks                   3\n" in cli("stats").out


def test_columns_share_the_room_and_the_least_important_go_first() -> None:
    natural, text, droppable = [60, 20, 6, 8], [0, 1], [1]
    assert fit(natural, text, droppable, 200) == {0: 60, 1: 20, 2: 6, 3: 8}
    assert fit(natural, text, droppable, 80) == {0: 38, 1: 20, 2: 6, 3: 8}
    assert fit(natural, text, droppable, 50) == {0: 30, 2: 6, 3: 8}
    for room in range(30, 200):
        assert sum(width + 2 for width in fit(natural, text, droppable, room).values()) <= max(
            room, 36
        )


def test_the_terminal_is_never_overrun(ids: list[str], cli: Cli, monkeypatch) -> None:
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    for width in (50, 80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = re.sub(r"\x1b\[[0-9;]*m", "", cli("ls").out).splitlines()
        assert ids[0][-8:] in "".join(lines)
        assert max(map(len, lines)) <= width
