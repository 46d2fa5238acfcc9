"""What a failed read means: the file is gone, it stumbled, or everything is away."""

import errno
import os
from pathlib import Path

import pytest

from audiolab.scanner.storage import Folder, answers, hash_file, storage_of, trouble


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    (tmp_path / "root/a.mp3").write_bytes(b"content")
    return tmp_path / "root"


GONE = FileNotFoundError(errno.ENOENT, "no such file")
STUMBLED = OSError(errno.EIO, "input/output error")


def test_a_file_of_a_folder_is_the_file_itself(root: Path) -> None:
    folder = Folder(str(root))
    assert folder.status("a.mp3") == (7, (root / "a.mp3").stat().st_mtime_ns)
    with folder.opened("a.mp3") as (file, digest):
        assert (file, digest) == (str(root / "a.mp3"), hash_file(root / "a.mp3"))


def test_only_the_file_is_to_blame_while_its_folder_is_there(root: Path) -> None:
    folder = Folder(str(root))
    assert trouble(folder, "b.mp3", GONE) is None
    assert trouble(folder, "a.mp3", STUMBLED) == "file"
    assert trouble(folder, "a.mp3", PermissionError(errno.EACCES, "no")) is None
    with folder.opened("a.mp3"):
        (root / "a.mp3").unlink()  # emptied, but still the same folder
    assert trouble(folder, "a.mp3", GONE) is None


def test_a_folder_that_comes_back_between_two_looks_is_tried_again(root: Path) -> None:
    assert trouble(Folder(str(root)), "a.mp3", GONE) == "file"


def test_an_empty_folder_is_away_for_who_has_never_read_from_it(root: Path) -> None:
    """A process started after the disk has gone."""
    (root / "a.mp3").unlink()
    folder = Folder(str(root))
    folder.check()
    assert trouble(folder, "a.mp3", GONE) == "root"


def test_a_folder_that_is_gone_or_another_empty_one_is_away(root: Path) -> None:
    folder = Folder(str(root))
    with folder.opened("a.mp3"):
        root.rename(root.with_name("unplugged"))
    assert trouble(folder, "a.mp3", GONE) == trouble(folder, "a.mp3", STUMBLED) == "root"
    root.mkdir()
    assert trouble(folder, "a.mp3", GONE) == "root"
    (root / "b.mp3").touch()  # another disk: then the file is not on it
    assert trouble(folder, "a.mp3", GONE) is None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE, errno.ENOMEM])
def test_what_the_machine_lacks_is_no_files_fault(root: Path, number: int) -> None:
    assert trouble(Folder(str(root)), "a.mp3", OSError(number, os.strerror(number))) == "root"


def test_whether_a_root_answers_is_asked_by_a_process_that_may_hang(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answers(str(root))
    assert not answers(str(root / "nowhere"))
    monkeypatch.setattr("audiolab.scanner.storage.ANSWER_SECONDS", 0.001)
    assert not answers(str(root))


def test_one_storage_for_each_root_of_a_process(root: Path) -> None:
    assert storage_of(str(root)) is storage_of(str(root))
    assert type(storage_of("memory://x")).__name__ == "Remote"
