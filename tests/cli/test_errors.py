"""Wrong usage and bad input: exit code 2 and one line that says what to do."""

import sys
from pathlib import Path

import pytest

from .conftest import Cli


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["scna"], "No such command 'scna'. Did you mean 'scan'? (see 'audiolab --help')"),
        (["scan", "--bogus"], "No such option: --bogus; see 'audiolab scan --help'"),
        (["scan", "--workers", "0", "."], "'--workers'"),
        (["scan"], "no folder to scan: name one"),
        (["scan", "nowhere"], "does not exist: check the path"),
        (["scan", ".", "--stages", "tag"], "unknown stage 'tag': expected some of tags, signal"),
        (["scan", ".", "--stages", ""], "no stage to run"),
        (["ls", "--format", "xml"], "'xml' is not one of 'table', 'csv', 'json', 'parquet'"),
        (["ls", "--limit", "0"], "'--limit'"),
        (["ls", "a", "b"], "see 'audiolab ls --help'"),
        (["show"], "Missing argument 'TRACK'; see 'audiolab show --help'"),
        (["ledger", "--format", "parquet"], "is not one of 'table', 'csv', 'json'"),
        (["db"], "see 'audiolab db --help'"),
        (["db", "halt"], "No such command 'halt'"),
        (["dashboard", "--port", "99999999"], "'--port'"),
        (["dashboard", "--theme", "pink"], "is not one of 'dark', 'light'"),
        (["--log-level", "loud", "ls"], "AUDIOLAB_LOG_LEVEL"),
        (["--database-url", "mysql://x", "ls"], "AUDIOLAB_DATABASE_URL: expected an address"),
        (["--database-url", "postgresql://u@127.0.0.1:1/x", "ls"], "Connection refused"),
    ],
)
def test_bad_usage_is_one_line(bare: Cli, arguments: list[str], says: str) -> None:
    result = bare(*arguments)
    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert result.err.startswith("audiolab: ")
    assert result.err.count("\n") == 1


def test_a_secret_in_a_setting_is_not_repeated(bare: Cli) -> None:
    result = bare("--database-url", "mysql://me:hunter2@host/x", "ls")
    assert "hunter2" not in result.err


def test_a_data_folder_that_cannot_be_written_is_named(bare: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = bare("--data-dir", str(tmp_path / "file"), "ls")
    assert result.code == 2
    assert f"the data folder {tmp_path / 'file'} cannot be written" in result.err
    assert "AUDIOLAB_DATA_DIR" in result.err


def test_a_query_that_does_not_parse_says_where(cli: Cli) -> None:
    result = cli("ls", "bmp:120")
    assert result.code == 2
    assert "did you mean bpm" in result.err
    assert "at character 1 of 'bmp:120'" in result.err
    assert "did you mean bpm" in cli("ls", "--sort", "bmp").err
    unknown = cli("ls", "--sort", "zzz")
    assert (unknown.code, "expected one like -added_at" in unknown.err) == (2, True)


def test_a_track_that_is_not_there(cli: Cli, ids: list[str]) -> None:
    for reference in ("nope", "ffffffffffff", "music/nope.mp3"):
        result = cli("show", reference)
        assert result.code == 2
        assert "audiolab ls shows them" in result.err


def test_a_reader_that_leaves_is_no_error(
    cli: Cli, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(text: str) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(sys.stdout, "write", gone)
    result = cli("ls", "--format", "json")
    assert (result.code, result.err) == (0, "")
