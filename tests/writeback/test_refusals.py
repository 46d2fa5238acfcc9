"""Files that nothing is written into, each with its reason, and as they were."""

import errno
import os
import shutil
import stat
from pathlib import Path

import pytest

from audiolab import Catalog
from audiolab.errors import AudiolabError, QueryError, ReadOnlyError, RootBusyError, TagWriteError
from audiolab.writeback import make_plan, rewrite, run, undo, write
from audiolab.writeback.containers import open_tags
from audiolab.writeback.place import CHANGED
from audiolab.writeback.tags_vorbis import VorbisTags

from .conftest import Fill
from .samples import sound, tagged


def refused(catalog: Catalog, path: Path) -> str:
    """Why a plan leaves the only file alone."""
    before = path.read_bytes() if path.exists() else b""
    plan = make_plan(catalog)
    assert plan.edits == ()
    assert [one.path for one in plan.refused] == [str(path)]
    assert (path.read_bytes() if path.exists() else b"") == before
    return plan.refused[0].reason


def failed(catalog: Catalog, path: Path, meanwhile: object) -> str:
    """Why a file that was planned fails when `meanwhile` happens; it is whole, without a copy."""
    plan = make_plan(catalog)
    assert len(plan.edits) == 1
    meanwhile()  # type: ignore[operator]
    before = path.read_bytes() if path.exists() else b""
    report = write(catalog, plan)
    assert report.written == 0
    assert (path.read_bytes() if path.exists() else b"") == before
    assert list(path.parent.glob(".audiolab*")) == []
    return report.failed[0].reason


def test_a_file_that_may_not_be_written(catalog: Catalog, fill: Fill, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.mp3")
    fill(tmp_path)
    path.chmod(0o444)
    assert refused(catalog, path) == "read-only"


def test_a_file_with_two_names(catalog: Catalog, fill: Fill, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.mp3")
    fill(tmp_path)
    os.link(path, tmp_path / "b.txt")
    assert "2 names" in refused(catalog, path)


def test_a_file_that_has_gone(catalog: Catalog, fill: Fill, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.mp3")
    fill(tmp_path)
    assert "no longer there" in failed(catalog, path, path.unlink)
    assert "no longer there" in refused(catalog, path)


def test_a_file_that_was_changed_since_the_scan(
    catalog: Catalog, fill: Fill, tmp_path: Path
) -> None:
    path = sound(tmp_path / "a.mp3")
    fill(tmp_path)
    turned = bytes(reversed(path.read_bytes()[-100:]))

    def change() -> None:  # of the same size, at the same time
        status = path.stat()
        path.write_bytes(path.read_bytes()[:-100] + turned)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert failed(catalog, path, change) == CHANGED
    path.write_bytes(path.read_bytes() + b"more")
    assert refused(catalog, path) == CHANGED


@pytest.mark.parametrize("name", ["a.aac", "a.mp3", "a.flac", "a.m4a", "a.opus"])
def test_a_file_that_is_something_else(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"this is no music" * 100)
    with pytest.raises(TagWriteError, match=r"no tags are written|not an? |cannot be read"):
        open_tags(path)


def test_tags_of_the_oldest_version(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.mp3")
    path.write_bytes(b"ID3\x02\x00\x00\x00\x00\x00\x10TT2\x00\x00\x05\x00Old\x00" + bytes(5)
                     + path.read_bytes())  # fmt: skip
    with pytest.raises(TagWriteError, match=r"ID3v2\.2"):
        open_tags(path)


def test_a_full_disk_ends_the_whole_write(
    catalog: Catalog, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        sound(tmp_path / f"{number}.flac", seconds=0.1)
    fill(tmp_path)
    plan = make_plan(catalog)
    monkeypatch.setattr(run, "AT_ONCE", 4)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", full)
    report = write(catalog, plan)
    assert report.stopped == "no space left on device"
    assert report.written == 0
    assert len(report.failed) + report.not_tried == 9
    assert report.not_tried >= 5
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda tags: tags._comments.append(("BPM", "1")), "does not keep"),
        (lambda tags: tags.put("TITLE", None), "other tags"),
    ],
)
def test_a_copy_that_is_not_as_it_should_be_is_thrown_away(
    catalog: Catalog, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    harm: object, reason: str,
) -> None:  # fmt: skip
    path = tagged(tmp_path / "a.ogg")
    fill(tmp_path)
    save = VorbisTags.save
    monkeypatch.setattr(VorbisTags, "save", lambda tags: (harm(tags), save(tags)))  # type: ignore[operator]
    assert reason in failed(catalog, path, lambda: None)


def test_a_copy_that_sounds_different_is_thrown_away(
    catalog: Catalog, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged(tmp_path / "a.flac")
    fill(tmp_path)
    heard = rewrite.audio_hash

    def other_sound(file: Path) -> bytes:
        return b"another" if file.name.startswith(".") else heard(file)

    monkeypatch.setattr(rewrite, "audio_hash", other_sound)
    assert "sounded different" in write(catalog, make_plan(catalog)).failed[0].reason


def test_rights_times_and_attributes_are_kept(catalog: Catalog, fill: Fill, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.flac")
    path.chmod(0o640)
    os.utime(path, ns=(1_000_000_000, 2_000_000_001))
    try:
        os.setxattr(path, "user.mark", b"1")
    except OSError:
        pytest.skip("this file system has no attributes")
    fill(tmp_path)
    write(catalog, make_plan(catalog), keep_mtime=True)
    status = path.stat()
    assert stat.S_IMODE(status.st_mode) == 0o640
    assert status.st_mtime_ns == 2_000_000_001
    assert os.getxattr(path, "user.mark") == b"1"
    undo(catalog)
    assert path.stat().st_mtime_ns > 10**18, "by default others see that it has changed"


def test_a_link_leads_to_the_file_that_is_written(
    catalog: Catalog, fill: Fill, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "music").mkdir()
    real = sound(tmp_path / "elsewhere" / "a.flac")
    (tmp_path / "music" / "a.flac").symlink_to(real)
    fill(tmp_path / "music")
    assert write(catalog, make_plan(catalog)).written == 1
    assert (tmp_path / "music" / "a.flac").is_symlink()
    assert open_tags(real).texts("BPM") == ["122.03"]


def test_while_a_folder_is_being_scanned_nothing_is_written(
    catalog: Catalog, fill: Fill, tmp_path: Path
) -> None:
    sound(tmp_path / "a.flac")
    fill(tmp_path)
    plan = make_plan(catalog)
    with catalog.hold_root(catalog.root(tmp_path)), pytest.raises(RootBusyError):
        write(catalog, plan)


def test_a_catalog_for_reading_only_refuses(
    catalog: Catalog, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sound(tmp_path / "a.flac")
    fill(tmp_path)
    plan = make_plan(catalog)
    before = path.read_bytes()
    monkeypatch.setattr(catalog._database, "read_only", True)
    with pytest.raises(ReadOnlyError):
        write(catalog, plan)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [{"fields": "bpm,tempo"}, {"fields": ()}, {"notation": "Camelot"}],
)
def test_wrong_wishes(catalog: Catalog, wrong: dict[str, object]) -> None:
    with pytest.raises(AudiolabError, match="expected"):
        make_plan(catalog, **wrong)  # type: ignore[arg-type]
    with pytest.raises(QueryError):
        make_plan(catalog, "tempoo:1")
