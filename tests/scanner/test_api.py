"""`scan` as people call it: its own cluster, its own catalog, several folders."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from audiolab import Catalog, scan
from audiolab.config import Settings
from audiolab.errors import ScanError
from audiolab.scanner import cluster
from audiolab.scanner.model import Failure
from audiolab.scanner.progress import Silent

from .conftest import tone


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.mark.long
def test_two_folders_at_once_and_nothing_left_running(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    tone(tmp_path / "one/a.wav")
    tone(tmp_path / "two/b.wav", hz=220)
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    report = scan(tmp_path / "one", tmp_path / "two", settings=settings, workers=1)
    assert (report.found, report.analysed) == (2, 2)
    assert report.roots == (str(tmp_path / "one"), str(tmp_path / "two"))
    left = [c for c in psutil.Process().children(recursive=True) if c.pid not in before]
    assert [c for c in left if "spawn_main" in " ".join(c.cmdline())] == []
    assert catalog.count() == 2
    with pytest.raises(ScanError, match="contains the root"):
        scan(tmp_path, settings=settings)
    (tmp_path / "one/deeper").mkdir()
    with pytest.raises(ScanError, match="is inside the root"):
        scan(tmp_path / "one/deeper", settings=settings)


@pytest.mark.long
def test_a_plain_script_needs_no_guard(catalog: Catalog, database_url: str, tmp_path: Path) -> None:
    tone(tmp_path / "music/a.wav")
    script = tmp_path / "script.py"
    script.write_text(
        "from audiolab import scan\n"
        f"report = scan({str(tmp_path / 'music')!r})\n"
        "print(report.analysed, __file__ is not None, __spec__)\n"
    )
    environment = os.environ | {
        "AUDIOLAB_DATABASE_URL": database_url,
        "AUDIOLAB_DATA_DIR": str(tmp_path / "data"),
    }
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, timeout=120
    )
    assert (done.stdout, done.stderr) == ("1 True None\n", "")


def test_a_worker_killed_from_outside_costs_nothing(
    catalog: Catalog, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        tone(tmp_path / f"music/{number}.wav", hz=200 + number)
    start = cluster.LocalCluster

    def start_and_lose_one(**options: Any) -> Any:
        started = start(**options)
        victim = started.workers[0].pid
        os.kill(victim, signal.SIGSTOP)  # so that whoever asks it for something does so in vain
        threading.Timer(0.5, os.kill, (victim, signal.SIGKILL)).start()
        return started

    monkeypatch.setattr(cluster, "LocalCluster", start_and_lose_one)

    class Killer(Silent):
        killed = False

        def finished(self, path: str, failure: Failure | None) -> None:
            if not self.killed:
                self.killed = True
                for child in psutil.Process().children():
                    if "spawn_main" in " ".join(child.cmdline()):
                        os.kill(child.pid, signal.SIGKILL)

    report = scan(
        tmp_path / "music", catalog=catalog, settings=settings, progress=Killer(), workers=2
    )
    assert (report.analysed, report.failed) == (10, 0)


def test_the_default_folder_is_the_library_of_the_settings(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "music").mkdir()
    chosen = settings.model_copy(update={"library_path": (tmp_path / "music",)})
    report = scan(catalog=catalog, settings=chosen)
    assert (report.found, report.roots) == (0, (str(tmp_path / "music"),))
    with pytest.raises(ScanError, match="no folder to scan"):
        scan(catalog=catalog, settings=settings)


def test_bad_options_are_refused_before_anything_happens(
    catalog: Catalog, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(ScanError, match="unknown stage 'tag': expected some of tags"):
        scan(tmp_path, catalog=catalog, settings=settings, stages=["tag"])
    with pytest.raises(ScanError, match="no stage to run"):
        scan(tmp_path, catalog=catalog, settings=settings, stages=[])
    assert catalog.roots() == []


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("tcp://127.0.0.1:9", r"no dask scheduler answers at tcp://127\.0\.0\.1:9"),
        ("tcp://no-such-host.invalid:8786", "no dask scheduler answers at tcp://no-such-host"),
        ("studio", "expected a dask scheduler's address like tcp://.*, got 'studio'"),
        ("http://127.0.0.1:8786", "expected a dask scheduler's address"),
    ],
)
def test_a_scheduler_that_does_not_answer_is_one_line(
    catalog: Catalog, settings: Settings, tmp_path: Path, address: str, says: str
) -> None:
    tone(tmp_path / "music/a.wav")
    with pytest.raises(ScanError, match=says):
        scan(tmp_path / "music", catalog=catalog, settings=settings, scheduler=address)


@pytest.mark.long
def test_processes_that_do_not_start_are_started_once_more_then_one_line(
    catalog: Catalog, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, refusals = cluster.LocalCluster, iter(range(3))

    def refuse(**options: Any) -> Any:
        if next(refusals, None) is not None:
            raise RuntimeError("Nanny failed to start.")
        return start(**options)

    monkeypatch.setattr(cluster, "LocalCluster", refuse)
    tone(tmp_path / "music/a.wav")
    with pytest.raises(ScanError, match=r"could not be started .*--workers 1"):
        scan(tmp_path / "music", catalog=catalog, settings=settings)
    assert list(catalog.jobs()["state"]) == ["failed"]
    assert scan(tmp_path / "music", catalog=catalog, settings=settings, workers=1).analysed == 1
    assert next(refusals, None) is None, "the first of the second scan was tried again"
