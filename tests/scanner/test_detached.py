"""A scan that nobody waits for."""

import os
from pathlib import Path

import pytest

from audiolab import Catalog
from audiolab.config import Settings
from audiolab.errors import OutsideLibraryError, RootBusyError, ScanError
from audiolab.scanner import scan, start_detached
from audiolab.scanner.walk import LEADS_OUT

from .conftest import tone


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url, num_workers=1)


def test_it_runs_in_a_session_of_its_own_and_tells_how_it_goes(
    catalog: Catalog, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in a kernel
    tone(tmp_path / "music/-a.wav")
    (tmp_path / "music/empty.mp3").touch()
    job = start_detached(settings, tmp_path / "music", catalog=catalog, stages=["tags"])
    seen = list(catalog.follow_job(job))
    assert (seen[0].state, seen[0].options["stages"]) == ("pending", ["tags"])
    last = seen[-1]
    assert (last.state, last.found, last.analysed, last.failed) == ("completed", 2, 1, 1)
    assert last.report["failure_reasons"] == {"empty file": 1}
    pids = catalog.jobs().loc[job, "pid"]
    assert pids != os.getpid()
    assert b"\x1b" not in (settings.data_dir / "logs/scan-detached.log").read_bytes()


def test_a_scan_that_cannot_begin_says_why_in_its_row(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "music").mkdir()
    with catalog.hold_root(catalog.root(tmp_path / "music")):
        job = start_detached(settings, tmp_path / "music", catalog=catalog)
        last = list(catalog.follow_job(job))[-1]
    assert last.state == "failed"
    assert "is being scanned by" in last.error


def test_bad_folders_are_refused_before_anything_starts(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(ScanError, match="does not exist"):
        start_detached(settings, tmp_path / "absent", catalog=catalog)
    assert catalog.jobs().empty


@pytest.mark.long
def test_from_a_page_only_the_library_is_scanned(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    tone(tmp_path / "library/music/a.wav")
    tone(tmp_path / "secret/b.wav")
    (tmp_path / "library/music/out").symlink_to(tmp_path / "secret")
    (tmp_path / "library/secret").symlink_to(tmp_path / "secret")
    fenced = settings.model_copy(update={"library_path": (tmp_path / "library",)})
    for outside in ("secret", "library/secret", "library/music/out", "library/../secret", "."):
        with pytest.raises(OutsideLibraryError, match="in none of the library's folders"):
            start_detached(fenced, tmp_path / outside, catalog=catalog, library_only=True)
    assert catalog.roots() == []
    job = start_detached(
        fenced, tmp_path / "library/music", catalog=catalog, stages=["tags"], library_only=True
    )
    last = list(catalog.follow_job(job))[-1]
    assert (last.analysed, last.skipped, last.report["skip_reasons"]) == (1, 1, {LEADS_OUT: 1})


def test_the_process_itself_stays_in_the_library(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "secret").mkdir()
    for library in ((), (tmp_path / "library",)):
        fenced = settings.model_copy(update={"library_path": library})
        with pytest.raises(OutsideLibraryError):
            scan(tmp_path / "secret", catalog=catalog, settings=fenced, library_only=True)


def test_a_root_that_is_being_scanned_is_refused(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "music").mkdir()
    root = catalog.root(tmp_path / "music")
    with catalog.hold_root(root):
        catalog.start_job(root, {})
        with pytest.raises(RootBusyError, match="is being scanned by process"):
            start_detached(settings, tmp_path / "music", catalog=catalog)
    assert len(catalog.jobs()) == 1
