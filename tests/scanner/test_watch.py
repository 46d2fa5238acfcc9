"""Scanning again when files have changed and settled."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from audiolab.errors import DatabaseError, RootBusyError, ScanError
from audiolab.scanner import watch as module
from audiolab.scanner.report import ScanReport
from audiolab.scanner.watch import due, is_concerned, watch


def scans(changed: str) -> list[float]:
    """The seconds at which a scan is due, by what happened in each half second ("x": a change)."""
    now = [0.0]

    def ticks() -> Iterator[bool]:
        for sign in changed:
            yield sign == "x"
            now[0] += 0.5

    return [now[0] for _ in due(ticks(), lambda: now[0])]


def test_a_scan_is_due_at_once_and_when_changes_have_settled() -> None:
    assert scans("." * 40) == [0.0]
    assert scans("..xx" + "." * 40) == [0.0, 1.5 + 5.0]
    assert scans("..x....x....x" + "." * 40) == [0.0, 6.0 + 5.0]


def test_changes_without_end_and_no_changes_at_all_lead_to_a_scan_too() -> None:
    assert scans("." + "x" * 2500) == [0.0, 600.5, 1201.0]
    assert scans("." * 15_000) == [0.0, 3600.0, 7200.0]


@pytest.mark.parametrize(
    ("path", "gone", "concerned"),
    [
        ("/music/a.mp3", False, True),
        ("/music/new folder", True, True),
        ("/music/cover.jpg", False, False),
        ("/music/.hidden.mp3", False, False),
        ("/music/.git/a.mp3", False, False),
        ("/music/@eaDir/a.mp3", False, False),
        ("/music/a.mp3.part", False, False),
        ("/music/album 2.0", True, True),
        ("/music", True, True),
    ],
)
def test_only_sounds_and_folders_are_of_interest(path: str, gone: bool, concerned: bool) -> None:
    assert is_concerned(path, ["/music"], gone=gone) is concerned


class Scans:
    """Stands for the scans: what each is to do, and how many there were."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes, self.count = list(outcomes), 0

    def __call__(self) -> ScanReport:
        self.count += 1
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        return ScanReport(found=self.count)


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTLED_SECONDS", 0.3)
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(module, "TICK_MS", 50)


@pytest.mark.usefixtures("hurry")
def test_real_changes_are_seen_until_ctrl_c(tmp_path: Path) -> None:
    first, again = Scans(), Scans()
    reports = watch(first, again, [str(tmp_path)], lambda note: None)
    assert next(reports).found == 1
    later = threading.Timer(0.2, (tmp_path / "a.mp3").touch)
    later.start()
    began = time.monotonic()
    next(reports)
    assert time.monotonic() - began < 30
    (tmp_path / "notes.txt").touch()
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert list(reports) == []
    assert (first.count, again.count) == (1, 1)


@pytest.mark.usefixtures("hurry")
def test_a_scan_that_cannot_be_done_now_is_tried_again(tmp_path: Path) -> None:
    notes: list[str] = []
    again = Scans(RootBusyError("/music", "somebody"), DatabaseError("gone"), None)
    reports = watch(Scans(), again, [str(tmp_path)], notes.append)
    next(reports)
    (tmp_path / "a.mp3").touch()
    assert next(reports).found == 3
    assert notes == ["gone; trying again in 0 s"]
    reports.close()


def test_the_first_scan_has_to_work(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="no"):
        next(watch(Scans(ScanError("no")), Scans(), [str(tmp_path)], lambda note: None))
    with pytest.raises(ScanError, match="s3://b cannot be watched"):
        next(watch(Scans(), Scans(), ["s3://b"], lambda note: None))


@pytest.mark.usefixtures("hurry")
def test_where_there_are_no_events_it_looks_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*paths: str, **options: object) -> Iterator[set[object]]:
        raise OSError("OS file watch limit reached")
        yield set()

    monkeypatch.setattr("watchfiles.watch", refuse)
    monkeypatch.setattr(module, "LOOK_WITHOUT_EVENTS_SECONDS", 0.5)
    notes: list[str] = []
    reports = watch(Scans(), Scans(), [str(tmp_path)], notes.append)
    assert [next(reports).found for _ in range(3)] == [1, 1, 2]
    assert notes == ["changes cannot be watched (OS file watch limit reached): "
                     "looking every 0 min"]  # fmt: skip
    reports.close()
