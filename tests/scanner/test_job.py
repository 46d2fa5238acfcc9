"""Whole scans of real folders into a real catalog, with real workers."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from distributed import Client

from audiolab import Catalog
from audiolab.analysis import STAGE_VERSIONS
from audiolab.errors import RootBusyError, ScanError
from audiolab.scanner import jobrow
from audiolab.scanner.interrupt import Interruption
from audiolab.scanner.job import Hands, RootScan
from audiolab.scanner.model import Failure, Options
from audiolab.scanner.progress import Silent
from audiolab.scanner.report import ScanReport

from .conftest import tone


class Scanner:
    """Scans one folder with the shared cluster."""

    def __init__(self, catalog: Catalog, client: Client, root: Path | str) -> None:
        self.catalog, self.client, self.root = catalog, client, root

    def __call__(self, observer: Silent | None = None, **options: object) -> ScanReport:
        chosen = {"stages": tuple(STAGE_VERSIONS), "versions": STAGE_VERSIONS} | options
        with Interruption() as interruption:
            scan = RootScan(
                self.catalog, str(self.root), Options(**chosen), self._crew, observer or Silent(),
                interruption,
            )  # fmt: skip
            report = scan.run()
        parts = report.analysed + report.unchanged + report.skipped + report.failed
        assert report.found == parts
        assert {counts.found for counts in report.stages.values()} == {report.found}
        return report

    def dry_run(self) -> ScanReport:
        options = Options(tuple(STAGE_VERSIONS), STAGE_VERSIONS)
        scan = RootScan(
            self.catalog, str(self.root), options, self._crew, Silent(), Interruption()
        )  # fmt: skip
        return scan.dry_run()

    @contextmanager
    def _crew(self, root: str, tasks: object, *more: object) -> Iterator[Hands]:
        assert tasks, "a cluster for nothing"
        yield self.client, None

    def ledger(self) -> dict[str, tuple[str, str | None]]:
        frame = self.catalog.ledger().astype(object)
        frame = frame.where(frame.notna(), None)
        return {row.path: (row.state, row.reason) for row in frame.itertuples()}

    def ids(self) -> dict[str, str]:
        frame = self.catalog.ledger()
        return dict(zip(frame["path"], frame["id"], strict=True))


@pytest.fixture
def scan(catalog: Catalog, client: Client, tmp_path: Path) -> Scanner:
    root = tmp_path / "library"
    tone(root / "a.wav", hz=440)
    tone(root / "deep/b.wav", seconds=1.2, hz=330)
    return Scanner(catalog, client, root)


def numbers(report: ScanReport) -> tuple[int, ...]:
    return (report.analysed, report.unchanged, report.skipped, report.failed)


def test_good_and_bad_files_all_end_in_the_ledger(scan: Scanner) -> None:
    (scan.root / "empty.mp3").touch()
    (scan.root / "diary.flac").write_text("Dear diary")
    (scan.root / "loop").symlink_to(scan.root)
    (scan.root / ".hidden.mp3").touch()
    report = scan()
    assert numbers(report) == (2, 0, 1, 2)
    assert {(f.path, f.reason) for f in report.failures} == {
        ("empty.mp3", "empty file"),
        ("diary.flac", "not an audio file"),
    }
    assert scan.ledger() == {
        "a.wav": ("analysed", None),
        "deep/b.wav": ("analysed", None),
        "empty.mp3": ("failed", "empty file"),
        "diary.flac": ("failed", "not an audio file"),
        "loop": ("skipped", "link loop"),
    }
    tracks = scan.catalog.tracks(sort="path")
    assert list(tracks["path"]) == ["a.wav", "deep/b.wav"]
    assert tracks["duration_seconds"].round(2).tolist() == [1.0, 1.2]
    assert abs(scan.catalog.waveform(tracks.index[0]).max() - 0.3) < 0.01

    again = scan()
    assert numbers(again) == (0, 2, 1, 2)
    assert set(again.failures) == set(report.failures)
    jobs = scan.catalog.jobs()
    assert list(jobs["state"]) == ["completed", "completed"]
    assert list(jobs["analysed"]) == [0, 2]


def test_changes_are_followed_and_tracks_keep_their_ids(scan: Scanner) -> None:
    scan()
    before = scan.ids()
    scan.catalog.correct(before["a.wav"], tempo_bpm=99.0)
    (scan.root / "new").mkdir()
    (scan.root / "a.wav").rename(scan.root / "new/renamed.wav")
    os.utime(scan.root / "deep/b.wav", ns=(1, 1))
    moved = scan()
    assert (numbers(moved), moved.moved, moved.missing) == ((0, 2, 0, 0), 1, 0)
    after = scan.ids()
    assert after == {"new/renamed.wav": before["a.wav"], "deep/b.wav": before["deep/b.wav"]}
    assert scan.catalog.track(before["a.wav"])["tempo_bpm"] == 99.0

    tone(scan.root / "deep/b.wav", seconds=2.0)
    assert numbers(scan()) == (1, 1, 0, 0)
    assert scan.ids() == after
    assert scan.catalog.track(after["deep/b.wav"])["duration_seconds"] == 2.0


def test_a_file_that_goes_and_comes_back(scan: Scanner) -> None:
    scan()
    (scan.root / "a.wav").rename(scan.root.parent / "away.wav")
    assert scan().missing == 1
    assert scan.ledger()["a.wav"][0] == "missing"
    assert scan.catalog.count() == 1
    (scan.root.parent / "away.wav").rename(scan.root / "a.wav")
    assert numbers(scan()) == (0, 2, 0, 0)
    assert scan.ledger()["a.wav"][0] == "analysed"


def test_a_deleted_track_stays_deleted_until_it_is_restored(scan: Scanner) -> None:
    scan()
    track = scan.ids()["a.wav"]
    scan.catalog.delete(track)
    assert numbers(scan(force=True)) == (1, 0, 1, 0)
    assert scan.ledger()["a.wav"] == ("excluded", None)
    scan.catalog.restore(track)
    assert numbers(scan()) == (0, 2, 0, 0)


def test_failed_files_are_tried_again_when_asked(scan: Scanner) -> None:
    broken = scan.root / "c.wav"
    broken.touch()
    assert numbers(scan()) == (2, 0, 0, 1)
    status = broken.stat()
    assert numbers(scan(retry_failed=True)) == (0, 2, 0, 1)
    tone(broken)
    assert numbers(scan()) == (1, 2, 0, 0)
    assert status.st_size == 0


def test_only_the_stages_asked_for_run(scan: Scanner) -> None:
    assert numbers(scan(stages=("tags",))) == (2, 0, 0, 0)
    track = scan.ids()["a.wav"]
    assert list(scan.catalog.stages(track).index) == ["tags"]
    assert numbers(scan()) == (2, 0, 0, 0)
    assert set(scan.catalog.stages(track).index) == {"tags", "signal"}
    newer = dict(STAGE_VERSIONS) | {"tags": "999"}
    assert scan(versions=newer, stages=("signal",)).unchanged == 2
    assert scan(versions=newer).analysed == 2


def test_a_dry_run_changes_nothing(scan: Scanner) -> None:
    assert numbers(scan.dry_run()) == (2, 0, 0, 0)
    assert scan.catalog.roots() == []
    scan()
    (scan.root / "a.wav").unlink()
    assert scan.dry_run().missing == 1
    assert scan.ledger()["a.wav"][0] == "analysed"
    assert len(scan.catalog.jobs()) == 1


def test_a_second_scan_of_the_same_root_is_refused(scan: Scanner) -> None:
    with (
        scan.catalog.hold_root(scan.catalog.root(scan.root)),
        pytest.raises(RootBusyError, match="is being scanned by"),
    ):
        scan()
    assert numbers(scan()) == (2, 0, 0, 0)


def test_an_unplugged_root_loses_nothing(scan: Scanner) -> None:
    scan()
    scan.root.rename(scan.root.parent / "elsewhere")
    with pytest.raises(ScanError, match="cannot be read"):
        scan()
    assert scan.catalog.count() == 2
    assert list(scan.catalog.jobs()["state"]) == ["failed", "completed"]


def test_names_of_any_bytes_arrive_in_the_catalog(scan: Scanner) -> None:
    name = os.fsdecode(b"caf\xe9\n'\"\\.wav")
    (scan.root / "a.wav").rename(scan.root / name)
    assert numbers(scan()) == (2, 0, 0, 0)
    assert numbers(scan()) == (0, 2, 0, 0)
    paths = {scan.catalog.path(track) for track in scan.ids().values()}
    assert scan.root / name in paths


class Impatient(Silent):
    """Who presses Ctrl-C when the first file is finished."""

    asked = False

    def finished(self, path: str, failure: Failure | None) -> None:
        if not self.asked:
            os.kill(os.getpid(), signal.SIGINT)
        self.asked = True


def test_ctrl_c_finishes_what_is_in_hand_and_the_next_scan_goes_on(scan: Scanner) -> None:
    for number in range(24):  # a few of them are in hand at once
        tone(scan.root / f"{number}.wav", seconds=40, hz=200 + number)

    report = scan(Impatient())
    assert report.interrupted
    assert 1 <= report.analysed <= 16
    assert scan.catalog.count() == report.analysed
    assert scan.catalog.jobs()["state"].iloc[0] == "cancelled"
    rest = scan()
    assert numbers(rest) == (26 - report.analysed, report.analysed, 0, 0)


def test_a_file_that_vanishes_between_walk_and_reading_is_skipped(scan: Scanner) -> None:
    class Thief(Silent):
        def planned(self, plan: object) -> None:
            (scan.root / "a.wav").unlink()

    report = scan(Thief())
    assert numbers(report) == (1, 0, 1, 0)
    assert scan.ledger()["a.wav"] == ("skipped", "gone before it could be read")


def test_a_file_moved_to_another_root_keeps_its_track(
    scan: Scanner, catalog: Catalog, client: Client
) -> None:
    scan()
    before = scan.ids()
    scan.catalog.correct(before["a.wav"], tempo_bpm=99.0)
    other = Scanner(catalog, client, scan.root.parent / "other")
    other.root.mkdir()
    (scan.root / "a.wav").rename(other.root / "b.wav")
    shutil.copy(scan.root / "deep/b.wav", other.root / "copy.wav")  # a copy is a track of its own
    report = other()
    assert (numbers(report), report.moved) == ((1, 1, 0, 0), 1)
    ledger = catalog.ledger()
    place = ledger[ledger["id"] == before["a.wav"]].iloc[0]
    assert (place["root"], place["path"]) == (str(other.root), "b.wav")
    assert catalog.track(before["a.wav"])["tempo_bpm"] == 99.0
    assert len(ledger) == 3
    assert numbers(scan()) == (0, 1, 0, 0)


def test_a_disk_that_is_not_plugged_in_keeps_its_tracks(
    scan: Scanner, catalog: Catalog, client: Client
) -> None:
    scan()
    copy = Scanner(catalog, client, scan.root.parent / "copy")
    shutil.copytree(scan.root, copy.root)
    scan.root.rename(scan.root.parent / "unplugged")
    assert numbers(copy()) == (2, 0, 0, 0)


def test_a_renamed_folder_is_followed(scan: Scanner) -> None:
    scan()
    before = scan.ids()
    (scan.root / "deep").rename(scan.root / "deeper")
    assert (numbers(scan()), scan.ids()["deeper/b.wav"]) == ((0, 2, 0, 0), before["deep/b.wav"])


def test_prune_removes_what_is_gone_and_nothing_else(scan: Scanner) -> None:
    scan()
    (scan.root / "a.wav").unlink()
    (scan.root / "deep/b.wav").rename(scan.root / "c.wav")
    assert scan().missing == 1
    assert set(scan.ledger()) == {"a.wav", "c.wav"}
    report = scan(prune=True)
    assert (report.pruned, report.missing, set(scan.ledger())) == (1, 0, {"c.wav"})


def test_new_networks_run_on_what_is_known_already(scan: Scanner) -> None:
    scan(stages=("tags",))
    newer = dict(STAGE_VERSIONS) | {"signal": "2"}
    track = scan.ids()["a.wav"]
    scan(stages=("tags", "signal"), versions=newer)
    finished = scan.catalog.stages(track)
    assert list(finished.loc[["tags"], "version"]) == [STAGE_VERSIONS["tags"]]


def test_a_job_that_is_cancelled_elsewhere_ends(
    scan: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobrow, "HEARTBEAT_SECONDS", 0.0)
    for number in range(24):
        tone(scan.root / f"{number}.wav", seconds=40, hz=200 + number)

    class Elsewhere(Silent):
        def finished(self, path: str, failure: Failure | None) -> None:
            scan.catalog.cancel_job(scan.catalog.jobs().index[0])

    report = scan(Elsewhere())
    assert report.interrupted
    assert report.analysed <= 16
    assert scan.catalog.jobs()["state"].iloc[0] == "cancelled"


def test_a_scan_that_is_cancelled_while_it_looks_ends_at_once(
    scan: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobrow, "HEARTBEAT_SECONDS", 0.0)

    class Elsewhere(Silent):
        def walking(self, root: str) -> None:
            scan.catalog.cancel_job(scan.catalog.jobs().index[0])

    with pytest.raises(KeyboardInterrupt):
        scan(Elsewhere())
    assert scan.catalog.jobs()["state"].iloc[0] == "cancelled"
    assert scan.catalog.count() == 0
    assert scan().analysed == 2


def test_a_cluster_that_goes_while_folders_are_looked_at_ends_the_scan(
    scan: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobrow, "HEARTBEAT_SECONDS", 0.0)

    def gone() -> None:
        raise ScanError("the scheduler went away")

    options = Options(tuple(STAGE_VERSIONS), STAGE_VERSIONS)
    broken = RootScan(
        scan.catalog, str(scan.root), options, pytest.fail, Silent(), Interruption(), check=gone
    )
    with pytest.raises(ScanError, match="went away"):
        broken.run()
    assert list(scan.catalog.jobs()["state"]) == ["failed"]
    assert scan().analysed == 2


def test_an_interrupted_scan_by_force_leaves_the_rest_unchanged(scan: Scanner) -> None:
    for number in range(24):
        tone(scan.root / f"{number}.wav", seconds=40, hz=200 + number)
    scan()

    report = scan(Impatient(), force=True)
    assert report.interrupted
    assert numbers(report) == (report.analysed, 26 - report.analysed, 0, 0)
    assert 1 <= report.analysed <= 16


def test_a_row_tells_what_is_in_hand_and_what_failed(
    scan: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobrow, "HEARTBEAT_SECONDS", 0.0)
    for number in range(9):
        (scan.root / f"empty-{number}.mp3").touch()
    told = []

    class Watcher(Silent):
        def finished(self, path: str, failure: Failure | None) -> None:
            told.append(scan.catalog.recent_jobs(1)[0])

    scan(Watcher())
    in_hand = {path for status in told for path in status.report["current"]}
    assert in_hand <= set(scan.ledger())
    assert in_hand
    last = told[-1].report
    assert last["failure_reasons"]["empty file"] >= 5
    assert len(last["failures"]) == 5, "examples only"
    assert last["failures"][0]["path"].startswith("empty-")
    assert scan.catalog.job(told[0].id).report["failure_reasons"] == {"empty file": 9}
