"""A scan that nobody waits for."""

import os
from pathlib import Path

import pytest

from audiolab import Catalog
from audiolab.config import Settings
from audiolab.errors import ScanError
from audiolab.scanner import start_detached

from .conftest import tone


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url, num_workers=1)


def test_it_runs_in_a_session_of_its_own_and_tells_how_it_goes(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    tone(tmp_path / "music/-a.wav")
    (tmp_path / "music/empty.mp3").touch()
    job = start_detached(settings, tmp_path / "music", catalog=catalog, stages=["tags"])
    seen = list(catalog.follow_job(job))
    assert seen[0].state == "pending"
    last = seen[-1]
    assert (last.state, last.found, last.analysed, last.failed) == ("completed", 2, 1, 1)
    assert last.report["failure_reasons"] == {"empty file": 1}
    pids = catalog.jobs().loc[job, "pid"]
    assert pids != os.getpid()


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
