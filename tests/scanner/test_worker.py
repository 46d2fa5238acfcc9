"""What happens to one file in a worker, called directly."""

import os
from pathlib import Path

import pytest

from audiolab.analysis import FileTags, Installed, StageOutcome
from audiolab.scanner.storage import hash_file
from audiolab.scanner.worker import FileResult, Work, process

from .conftest import tone


def work(path: Path, *stages: str) -> Work:
    return Work(str(path.parent), path.name, stages or ("tags", "signal"), 60.0)


def test_a_good_file_has_a_hash_and_every_stage(tmp_path: Path) -> None:
    file = tone(tmp_path / "a.wav")
    result = process(work(file))
    assert [(o.stage, o.state) for o in result.outcomes] == [("tags", "done"), ("signal", "done")]
    assert result.file_hash == hash_file(file)
    assert (result.size, result.mtime_ns) == (file.stat().st_size, file.stat().st_mtime_ns)


def test_the_hash_depends_on_every_byte(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_bytes(bytes(3_000_000))
    other.write_bytes(bytes(2_999_999) + b"\1")
    assert len(hash_file(one)) == 16
    assert hash_file(one) != hash_file(other)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("a.mp3", b"", "empty file"), ("a.flac", b"Dear diary, " * 99, "not an audio file")],
)
def test_a_bad_file_fails_with_its_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    outcomes = process(work(tmp_path / name)).outcomes
    assert {(o.state, o.reason) for o in outcomes} == {("failed", reason)}


def test_what_cannot_be_opened_fails_with_what_the_system_said(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").mkdir()
    outcomes = process(work(tmp_path / "a.mp3")).outcomes
    assert [(o.stage, o.state, o.reason) for o in outcomes] == [
        ("tags", "failed", "is a directory"),
        ("signal", "failed", "is a directory"),
    ]


def test_a_file_that_is_gone_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "still there.mp3").touch()
    assert process(work(tmp_path / "gone.mp3")) == FileResult(vanished=True)


def test_a_file_replaced_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    file.write_bytes(b"first")
    titles = []

    def run(stages: tuple[str, ...], path: str, _: Installed) -> tuple[StageOutcome, ...]:
        titles.append(Path(path).read_bytes().decode())
        if len(titles) == 1:
            file.write_bytes(b"second")
        return (StageOutcome(stages[0], "1", "done", None, 0.0, FileTags(title=titles[-1])),)

    result = process(work(file, "tags"), run)
    assert titles == ["first", "second"]
    assert result.outcomes[0].result.title == "second"
    assert (result.size, result.file_hash) == (6, hash_file(file))


def test_a_file_that_never_rests_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    file.touch()

    def run(stages: tuple[str, ...], path: str, _: Installed) -> tuple[StageOutcome, ...]:
        with file.open("ab") as stream:
            stream.write(b"more")
        return (StageOutcome(stages[0], "1", "done", None, 0.0, FileTags()),)

    assert [o.reason for o in process(work(file, "tags"), run).outcomes] == ["still being written"]


def test_a_name_of_any_bytes_is_analysed(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    tone(tmp_path / "a.wav").rename(file)
    assert {o.state for o in process(work(file)).outcomes} == {"done"}
