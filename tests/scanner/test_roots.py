"""What may be scanned, and what is said when it may not."""

from pathlib import Path

import pytest

from audiolab.errors import ScanError
from audiolab.scanner.roots import check_apart, resolve_roots


def test_folders_become_absolute_and_unique(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("a")
    monkeypatch.chdir(tmp_path)
    assert resolve_roots(["a", tmp_path / "a", "link", "./a/../a"]) == [
        str(tmp_path.resolve() / "a")
    ]


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolve_roots(["~"]) == [str(tmp_path.resolve())]


def test_bad_input_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").touch()
    (tmp_path / "in/side").mkdir(parents=True)
    (tmp_path / "loop").symlink_to("loop")
    for paths, message in (
        ([], "set AUDIOLAB_LIBRARY_PATH"),
        ([tmp_path / "nowhere"], "does not exist: check the path"),
        ([tmp_path / "song.mp3"], f"is a file: scan its folder, {tmp_path}"),
        ([tmp_path / "song.mp3/x"], "cannot be read: not a directory"),
        ([tmp_path / "loop"], "cannot be read: too many levels of symbolic links"),
        ([tmp_path / "in", tmp_path / "in/side"], r"in/side is inside \S+/in: name \S+ alone"),
    ):
        with pytest.raises(ScanError, match=message):
            resolve_roots(paths)


def test_a_root_in_or_around_a_known_one_is_refused() -> None:
    music, live = "/m/music", "/m/music/live"
    with pytest.raises(ScanError, match="is inside the root /m/music: scan /m/music instead"):
        check_apart(live, [music])
    with pytest.raises(ScanError, match="contains the root /m/music/live"):
        check_apart(music, [live])
    check_apart(music, [music, "/m/musical"])
    check_apart("/", ["/"])
    with pytest.raises(ScanError, match="contains the root /m"):
        check_apart("/", ["/m"])


def test_a_file_url_is_the_folder(tmp_path: Path) -> None:
    (tmp_path / "with space").mkdir()
    assert resolve_roots([f"file://{tmp_path}/with space/"]) == [str(tmp_path / "with space")]
    with pytest.raises(ScanError, match="does not exist: check the path"):
        resolve_roots([f"file://{tmp_path}/nowhere"])


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("gopher://x/y", "there is no protocol 'gopher': expected a folder, or an address like s3"),
        ("sftp://me:secret@nas/music", "take it out and use a key, or set it as FSSPEC_SFTP_PASS"),
        ("sftp://127.0.0.1:9/music", "cannot be read: .*; check the address and your credentials"),
        ("memory://nowhere/at/all", "memory://nowhere/at/all does not exist: check the address"),
    ],
)
def test_bad_addresses_are_one_line(url: str, message: str) -> None:
    with pytest.raises(ScanError, match=message) as caught:
        resolve_roots([url])
    assert "secret" not in str(caught.value)


def test_a_protocol_whose_package_is_missing_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(protocol: str) -> None:
        raise ImportError("install it")

    monkeypatch.setattr("fsspec.get_filesystem_class", absent)
    with pytest.raises(ScanError, match=r"s3:// needs a package .*: pip install s3fs"):
        resolve_roots(["s3://bucket/music"])
