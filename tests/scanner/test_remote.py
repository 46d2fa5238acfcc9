"""Roots behind URLs: walked, read by workers, told apart from roots that are away."""

import os
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from distributed import Client

from audiolab import Catalog
from audiolab.errors import ScanError
from audiolab.scanner.model import Task
from audiolab.scanner.remote import Entry, Remote, _entry
from audiolab.scanner.remote_walk import find_remote
from audiolab.scanner.roots import check_apart
from audiolab.scanner.run import Runner
from audiolab.scanner.storage import hash_file, trouble
from audiolab.scanner.walk import FoundFile, Skipped, find
from audiolab.scanner.worker import Work, process

from .conftest import tone
from .sftp_server import SftpServer, sftp_server
from .test_job import Scanner, numbers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what makes a walk hard."""
    top = tmp_path / "top"
    tone(top / "music/a/c.wav")
    for name in ("a b.wav", "z.mp3", ".hidden.mp3", "cover.jpg", ".Trash-1/t.mp3", "@eaDir/x.mp3"):
        (top / "music" / name).parent.mkdir(exist_ok=True)
        (top / "music" / name).write_bytes(b"x")
    (top / "music" / os.fsdecode(b"caf\xe9\n.mp3")).write_bytes(b"yy")
    (top / "music/linked.mp3").symlink_to("z.mp3")
    (top / "music/broken.mp3").symlink_to("nowhere")
    (top / "music/loop").symlink_to(".")
    return top


@pytest.fixture
def server(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    monkeypatch.setenv("HOME", str(tmp_path))
    with sftp_server(folder, tmp_path) as server:
        yield server


def test_a_server_is_walked_like_a_folder(folder: Path, server: SftpServer) -> None:
    here = [item for item in find(folder / "music") if isinstance(item, FoundFile)]
    there = list(find_remote(server.url + "/music"))
    files = [item for item in there if isinstance(item, FoundFile)]
    assert [(f.path, f.size) for f in files] == [(f.path, f.size) for f in here]
    whole = [(f.path, f.mtime_ns // 10**9 * 10**9) for f in here]  # SFTP counts seconds
    assert [(f.path, f.mtime_ns) for f in files] == whole
    assert [(item.path, item.reason) for item in there if isinstance(item, Skipped)] == [
        ("broken.mp3", "broken link"), ("loop", "link to a folder on a server"),
    ]  # fmt: skip
    flat = [item.path for item in find_remote(server.url + "/music", recursive=False)]
    assert "a/c.wav" not in flat
    assert "z.mp3" in flat


def test_a_server_whose_key_is_not_known_is_not_believed(
    server: SftpServer, tmp_path: Path
) -> None:
    (tmp_path / ".ssh/known_hosts").write_text("")
    with pytest.raises(ScanError, match="cannot be read: host key is not trusted"):
        list(find_remote(server.url + "/music"))


def test_a_file_is_read_over_the_wire_and_its_copy_removed(
    folder: Path, server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audiolab.scanner.remote.scratch", str(tmp_path / "copies"))
    result = process(Work(server.url, "music/a/c.wav", ("tags", "signal"), 60.0))
    assert [outcome.state for outcome in result.outcomes] == ["done", "done"]
    file = folder / "music/a/c.wav"
    assert result.file_hash == hash_file(file)
    assert (result.size, result.trouble) == (file.stat().st_size, None)
    assert list((tmp_path / "copies").iterdir()) == []
    assert process(Work(server.url, "music/gone.wav", ("tags",), 60.0)).vanished


def test_a_server_that_hangs_up_is_away_and_is_asked_again(server: SftpServer) -> None:
    remote = Remote(server.url + "/music")
    assert remote.status("z.mp3")[0] == 1
    server.stop()
    with pytest.raises(OSError) as caught:  # noqa: PT011 (any line of it may break)
        remote.status("z.mp3")
    assert trouble(remote, "gone.wav", caught.value) == "root"
    server.start()
    assert remote.status("z.mp3")[0] == 1


@pytest.fixture(scope="module")
def threads() -> Iterator[Client]:
    """A cluster in this process, which sees the environment of the tests."""
    with Client(
        processes=False, n_workers=1, threads_per_worker=1, set_as_default=False,
        dashboard_address=None,
    ) as client:  # fmt: skip
        yield client


def test_a_scan_of_a_server_is_like_any_other(
    catalog: Catalog, threads: Client, server: SftpServer, folder: Path
) -> None:
    scan = Scanner(catalog, threads, server.url + "/music")
    assert numbers(scan(stages=("tags",))) == (1, 0, 2, 4)
    assert numbers(scan(stages=("tags",))) == (0, 1, 2, 4)
    (root,) = catalog.roots()
    assert root.address == server.url + "/music"
    before = scan.ids()["a/c.wav"]
    (folder / "music/a/c.wav").rename(folder / "music/moved.wav")
    assert scan(stages=("tags",)).moved == 1
    assert scan.ids()["moved.wav"] == before
    with pytest.raises(ScanError, match="is inside the root"):
        check_apart(server.url + "/music/a", [root.address])


def test_files_of_a_server_that_comes_back_are_all_analysed(
    threads: Client, server: SftpServer, folder: Path
) -> None:
    for number in range(6):
        tone(folder / f"music/{number}.wav", seconds=0.2, hz=200 + number)
    todo = [Task(f"{number}.wav", 10**12, 1, ("tags",), "new") for number in range(6)]
    notes: list[str] = []
    runner = Runner(threads, server.url + "/music", note=notes.append)
    results = runner.results(todo)
    done = [next(outcome for outcome in results if outcome is not None)]
    server.stop()
    while not notes:
        done += [outcome for outcome in [next(results)] if outcome is not None]
    server.start()
    done += [outcome for outcome in results if outcome is not None]
    assert sorted(task.path for task, _ in done) == [task.path for task in todo]
    assert all(result.outcomes[0].reason is None for _, result in done)
    assert "waiting for sftp://" in notes[0]
    assert "is back after" in notes[-1]


def test_files_whose_changes_could_not_be_seen_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    system = fsspec.filesystem("memory")
    system.pipe("/music/a.mp3", b"x")
    try:
        assert [type(item) for item in find_remote("memory://music")] == [FoundFile]
        monkeypatch.setattr("audiolab.scanner.remote.CHANGED", ())
        [item] = find_remote("memory://music")
    finally:
        system.rm("/music", recursive=True)
    assert item == Skipped("a.mp3", "its server does not tell when it was changed")


def test_objects_whose_keys_have_two_slashes_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def listing(self: object, folder: str) -> list[Entry]:
        place = f"bucket/{folder}".rstrip("/")
        inside = {"": "bucket/x", "x": "bucket/x/"}
        return [_entry({"name": inside[folder], "type": "directory"}, place)]

    monkeypatch.setattr(Remote, "listing", listing)
    assert list(find_remote("memory://bucket")) == [Skipped("x/", "folder without a name")]
