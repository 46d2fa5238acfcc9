"""`audiolab write`: shows, asks, writes, lists and undoes."""

import json
from pathlib import Path

import mutagen
import pytest

from audiolab import Catalog
from audiolab.analysis import run_stages
from audiolab.cli import write as command
from audiolab.scanner.model import Task
from audiolab.scanner.records import to_record
from audiolab.scanner.storage import hash_file
from audiolab.scanner.worker import FileResult
from tests.writeback.samples import tagged

from .conftest import Cli


@pytest.fixture
def song(cli: Cli, database_url: str, tmp_path: Path) -> Path:
    """A flac file in the catalog: 122.03 BPM, F# minor; its tags say 121 and 8A."""
    path = tagged(tmp_path / "music.flac")
    status = path.stat()
    outcomes = run_stages(("tags", "signal"), path)
    result = FileResult(status.st_size, status.st_mtime_ns, hash_file(path), outcomes)
    task = Task(path.name, status.st_size, status.st_mtime_ns, ("tags", "signal"), "new")
    with Catalog.open(database_url) as catalog:
        (track_id,) = catalog.write(catalog.root(tmp_path), [to_record(task, result)])
        catalog.correct(track_id, tempo_bpm=122.034, key="F# minor")
    return path


def test_a_dry_run_shows_and_writes_nothing(cli: Cli, song: Path) -> None:
    before = song.read_bytes()
    shown = cli("write", "--dry-run", "--fields", "bpm,key", "--key-notation", "camelot")
    assert (shown.code, shown.err) == (0, "1 file to change\n")
    assert shown.out == (f"{song}\n    BPM          121 → 122.03\n    Key          8A → 11A\n")
    assert song.read_bytes() == before


def test_without_a_yes_nobody_is_asked_in_a_pipe(cli: Cli, song: Path) -> None:
    before = song.read_bytes()
    refused = cli("write")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert song.read_bytes() == before


@pytest.mark.parametrize("yes", [True, False])
def test_on_a_terminal_it_asks(
    cli: Cli, song: Path, monkeypatch: pytest.MonkeyPatch, yes: bool
) -> None:
    asked = []
    monkeypatch.setattr(command, "_can_ask", lambda: True)
    monkeypatch.setattr(command.typer, "confirm", lambda text, **_: asked.append(text) or yes)
    done = cli("write", "--fields", "bpm")
    assert asked == ["Write into 1 file?"]
    assert "121 → 122.03" in done.out
    assert done.err.splitlines()[-1].startswith("1 file written" if yes else "nothing was written")
    assert mutagen.File(song)["bpm"] == ["122.03" if yes else "121"]


def test_written_listed_and_undone(cli: Cli, song: Path) -> None:
    before = song.read_bytes()
    assert cli("write", "--yes").code == 0
    assert mutagen.File(song)["initialkey"] == ["F#m"]
    assert cli("write", "--dry-run").err == "0 files to change, 1 file as they should be\n"
    line = json.loads(cli("write", "--journal", "--json").out)[0]
    assert line["what"] == "bpm, key, replaygain"
    undone = cli("write", "--undo", str(line["write"]))
    assert undone.code == 0
    assert undone.err.startswith("1 file undone (write ")
    assert song.read_bytes() == before
    assert str(line["write"]) in cli("write", "--journal").out
    assert cli("write", "--undo", str(line["write"])).code == 2


def test_json(cli: Cli, song: Path) -> None:
    plan = json.loads(cli("write", "--dry-run", "--json").out)
    assert (plan["right"], plan["refused"]) == (0, [])
    assert plan["edits"][0]["path"] == str(song)
    assert plan["edits"][0]["changes"][0] == {
        "field": "bpm", "slots": ["BPM"], "old": "121", "new": "122.03",
    }  # fmt: skip
    song.chmod(0o444)
    refused = cli("write", "--yes", "--json")
    assert refused.code == 1
    assert json.loads(refused.out)["refused"] == [{"path": str(song), "reason": "read-only"}]
    song.chmod(0o644)
    report = json.loads(cli("write", "--yes", "--json").out)
    assert (report["written"], report["failed"]) == (1, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fields", "bpm,tempo"], "got 'tempo'"),
        (["--key-notation", "roman"], "name, camelot, open"),
        (["--undo", "first"], "--journal lists"),
        (["--undo", "--journal"], "one of"),
        (["--undo", "99999"], "99999"),
        (["tempoo:1"], "tempoo"),
    ],
)
def test_wrong_arguments_are_one_line(cli: Cli, arguments: list[str], said: str) -> None:
    result = cli("write", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert result.err.count("\n") == 1
