"""Walking through real folders with everything that people's disks hold."""

import os
import socket
from pathlib import Path

import pytest

from audiolab.catalog.paths import decode
from audiolab.errors import ScanError
from audiolab.scanner.walk import LEADS_OUT, FoundFile, Skipped, find


def put(root: Path, *paths: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")


def names(root: Path, recursive: bool = True) -> set[str]:
    return {item.path for item in find(root, recursive) if isinstance(item, FoundFile)}


def skips(root: Path) -> dict[str, str]:
    return {item.path: item.reason for item in find(root) if isinstance(item, Skipped)}


def test_finds_audio_by_extension_in_any_case(tmp_path: Path) -> None:
    put(tmp_path, "a.mp3", "b.FLAC", "sub/c.Ogg", "notes.txt", "mp3", "cover.jpg", "d.mp3.part")
    assert names(tmp_path) == {"a.mp3", "b.FLAC", "sub/c.Ogg"}


def test_knows_size_and_time(tmp_path: Path) -> None:
    put(tmp_path, "a.mp3")
    os.utime(tmp_path / "a.mp3", ns=(0, 123_456_789_000))
    assert list(find(tmp_path)) == [FoundFile("a.mp3", 1, 123_456_789_000)]


def test_stays_in_the_folder_when_not_recursive(tmp_path: Path) -> None:
    put(tmp_path, "a.mp3", "sub/b.mp3")
    assert names(tmp_path, recursive=False) == {"a.mp3"}


def test_a_folder_named_like_a_song_is_a_folder(tmp_path: Path) -> None:
    put(tmp_path, "album.mp3/b.mp3")
    assert names(tmp_path) == {"album.mp3/b.mp3"}


@pytest.mark.parametrize(
    "path",
    [
        "._a.mp3",
        ".hidden.mp3",
        ".Trash-1000/files/a.mp3",
        ".AppleDouble/a.mp3",
        "__MACOSX/a.mp3",
        "$RECYCLE.BIN/a.mp3",
        "System Volume Information/a.mp3",
        "lost+found/a.mp3",
        "sub/@eaDir/a.mp3",
    ],
)
def test_leaves_out_what_is_hidden_or_the_systems(tmp_path: Path, path: str) -> None:
    put(tmp_path, path)
    assert list(find(tmp_path)) == []


def test_a_loop_of_links_ends_with_a_reason(tmp_path: Path) -> None:
    put(tmp_path, "sub/a.mp3")
    (tmp_path / "sub/up").symlink_to(tmp_path)
    (tmp_path / "sub/here").symlink_to(".")
    assert names(tmp_path) == {"sub/a.mp3"}
    assert skips(tmp_path) == {"sub/up": "link loop", "sub/here": "link loop"}


def test_a_link_within_the_root_does_not_count_twice(tmp_path: Path) -> None:
    put(tmp_path, "real/a.mp3")
    (tmp_path / "alias").symlink_to("real")
    assert names(tmp_path) == {"real/a.mp3"}
    assert skips(tmp_path) == {"alias": "link to a folder of the same root"}


def test_a_folder_elsewhere_is_followed_once(tmp_path: Path) -> None:
    root, other = tmp_path / "root", tmp_path / "other"
    put(other, "a.mp3", "deep/b.mp3")
    put(root, "c.mp3")
    (root / "one").symlink_to(other)
    (root / "two").symlink_to(other)
    (other / "back").symlink_to(other)
    found = names(root)
    reasons = skips(root)
    link = "one" if "one/a.mp3" in found else "two"
    assert found == {"c.mp3", f"{link}/a.mp3", f"{link}/deep/b.mp3"}
    assert sorted(reasons.values()) == ["link loop", "link to a folder already scanned"]


def test_a_linked_file_is_a_file_and_a_broken_link_has_a_reason(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(tmp_path, "song.mp3", "root/x.mp3")
    (root / "linked.mp3").symlink_to(tmp_path / "song.mp3")
    (root / "broken.mp3").symlink_to("nowhere.mp3")
    (root / "self.mp3").symlink_to("self.mp3")
    assert names(root) == {"x.mp3", "linked.mp3"}
    assert skips(root) == {"broken.mp3": "broken link", "self.mp3": "link loop"}


def test_what_is_not_a_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.mp3"))
    assert skips(tmp_path) == {
        "pipe.mp3": "not a regular file",
        "s.mp3": "not a regular file",
    }


@pytest.mark.parametrize(
    "name", [b"caf\xe9.mp3", b"new\nline.mp3", b"tab\t'\".mp3", b"\xff" * 251 + b".mp3", b"-rf.mp3"]
)
def test_names_of_any_bytes_come_back(tmp_path: Path, name: bytes) -> None:
    file = tmp_path / os.fsdecode(name)
    file.touch()
    [found] = find(tmp_path)
    found.path.encode("utf-8")
    assert tmp_path / decode(found.path) == file


def test_two_hundred_levels_deep(tmp_path: Path) -> None:
    put(tmp_path, "/".join(["d"] * 200) + "/a.mp3")
    assert names(tmp_path) == {"d/" * 200 + "a.mp3"}


def test_deeper_than_the_system_can_name(tmp_path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(tmp_path)
        for _ in range(25):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        put(Path(), "a.mp3")
    finally:
        os.fchdir(here)
        os.close(here)
    reasons = list(skips(tmp_path).values())
    assert reasons == ["unreadable folder: file name too long"]


def test_a_folder_that_goes_away_meanwhile_is_no_error(tmp_path: Path) -> None:
    put(tmp_path, "a.mp3", "sub/b.mp3")
    walk = find(tmp_path)
    assert next(walk).path == "a.mp3"
    (tmp_path / "sub/b.mp3").unlink()
    (tmp_path / "sub").rmdir()
    assert list(walk) == []


def test_an_unreadable_root_is_an_error_not_an_empty_library(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="cannot be read: no such file"):
        list(find(tmp_path / "unplugged"))


def test_an_unreadable_folder_is_skipped_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "open/a.mp3", "closed/b.mp3")
    scandir = os.scandir

    def refuse(folder: str) -> object:  # as root nothing is unreadable, so the system is helped
        if str(folder).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert names(tmp_path) == {"open/a.mp3"}
    assert skips(tmp_path) == {"closed": "unreadable folder: permission denied"}


def test_files_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    names = ["a b.mp3", "a/c.mp3", "a/b/d.mp3", "a.mp3", "a0.mp3", "B/x.mp3", "é/x.mp3", "z.mp3"]
    names += [os.fsdecode(b"\xff.mp3"), os.fsdecode(b"d\xe9/x.mp3"), "a-/x.mp3"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "away").mkdir()
    (tmp_path / "away/linked.mp3").touch()
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").symlink_to(tmp_path / "away")
    (root / "a b.mp3").touch()
    for top in (tmp_path, root):
        found = [item.path for item in find(top) if isinstance(item, FoundFile)]
        assert found == sorted(found)
    assert found == ["a b.mp3", "a/linked.mp3"]


def test_a_fence_keeps_links_in(tmp_path: Path) -> None:
    put(tmp_path, "in/a.mp3", "in/deep/b.mp3", "also/c.mp3", "in-not/d.mp3", "secret/e.mp3")
    root = tmp_path / "in"
    (root / "also").symlink_to(tmp_path / "also")
    (root / "not").symlink_to("../in-not")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "up").symlink_to(tmp_path)
    (root / "e.mp3").symlink_to("../secret/e.mp3")
    (root / "c.mp3").symlink_to("../also/c.mp3")
    (tmp_path / "also/chain").symlink_to(tmp_path / "secret")
    found = list(find(root, fence=[root, tmp_path / "also"]))
    files = {item.path for item in found if isinstance(item, FoundFile)}
    assert files == {"a.mp3", "deep/b.mp3", "also/c.mp3", "c.mp3"}
    out = {item.path: item.is_folder for item in found if isinstance(item, Skipped)}
    assert out == {"not": True, "out": True, "up": True, "e.mp3": False, "also/chain": True}
    assert {item.reason for item in found if isinstance(item, Skipped)} == {LEADS_OUT}
    assert len(names(root)) == 7, "without a fence they are followed"
