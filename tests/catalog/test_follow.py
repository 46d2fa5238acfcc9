"""Following a scan that another process works on."""

import os
import threading
import time
from pathlib import Path

import pytest

from audiolab.catalog import Catalog, jobs
from audiolab.errors import CatalogError, RootBusyError


@pytest.fixture
def root(catalog):
    return catalog.root(Path("/followed"))


@pytest.fixture
def catalog(database_url):
    with Catalog.open(database_url) as catalog:
        for root in catalog.roots():
            catalog.remove_root(root)
        yield catalog


def test_changes_are_told_at_once_and_the_end_ends_it(catalog, root):
    job = catalog.start_job(root, {}, pending=True)

    def work():
        catalog.start_job(root, {}, job=job)
        catalog.update_job(job, found=5, planned=2, phase="analysing", rate_hz=0.5)
        time.sleep(0.3)
        catalog.finish_job(job, "completed", {"found": 5})

    worker = threading.Thread(target=work)
    begun = time.monotonic()
    seen = []
    for status in catalog.follow_job(job, poll_seconds=30):
        seen.append(status)
        if len(seen) == 1:
            worker.start()
    worker.join()
    assert time.monotonic() - begun < 20, "it polled"
    assert (seen[0].state, seen[0].root) == ("pending", "/followed")
    assert ("running", 5, "analysing") in {(s.state, s.found, s.phase) for s in seen}
    assert (seen[-1].state, seen[-1].ended, seen[-1].report) == ("completed", True, {"found": 5})


def test_a_change_that_was_not_told_is_found_by_looking(catalog, root):
    job = catalog.start_job(root, {})
    statuses = catalog.follow_job(job, poll_seconds=0.1)
    assert next(statuses).state == "running"
    with catalog._database.cursor(write=True) as cursor:  # no word of it
        cursor.execute("UPDATE scan_job SET state = 'failed' WHERE id = %s", (job,))
    assert next(statuses).state == "failed"
    assert list(statuses) == []


def test_a_lost_connection_is_replaced(catalog, root):
    job = catalog.start_job(root, {})
    statuses = catalog.follow_job(job, poll_seconds=0.1)
    next(statuses)
    with catalog._database.cursor(write=True) as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
    catalog.finish_job(job, "completed", {})
    assert [status.state for status in statuses] == ["completed"]


def test_a_silent_job_that_does_not_hold_its_root_is_dead(catalog, root, monkeypatch):
    monkeypatch.setattr(jobs, "SILENT_SECONDS", 0)
    with catalog.hold_root(root):
        job = catalog.start_job(root, {})
        assert catalog.job(job).state == "running"
    ended = catalog.job(job)
    assert (ended.state, ended.error) == ("failed", jobs.DIED)
    assert list(catalog.jobs().state) == ["failed"]


def test_a_cancelled_job_does_not_start(catalog, root):
    job = catalog.start_job(root, {}, pending=True)
    assert catalog.cancel_job(job) == "cancelled"
    with pytest.raises(CatalogError, match="it was cancelled"):
        catalog.start_job(root, {}, job=job)
    with pytest.raises(CatalogError, match="no scan job"):
        catalog.cancel_job("nonsense")
    with pytest.raises(CatalogError, match="no scan job"):
        list(catalog.follow_job("nonsense"))


def test_a_root_that_was_lost_is_taken_again(catalog, root, database_url):
    def lose():
        with catalog._database.cursor(write=True) as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE locktype = 'advisory' "
                "AND objid = %s AND database = (SELECT oid FROM pg_database "
                "WHERE datname = current_database())",
                (root.id,),
            )
        time.sleep(0.2)

    with catalog.hold_root(root) as lock:
        lose()
        lock.ensure()
        with pytest.raises(RootBusyError), catalog.hold_root(root):
            pass
        lose()
        with catalog.hold_root(root), pytest.raises(RootBusyError):
            lock.ensure()


def test_known_files_come_in_order_whatever_their_names(catalog, root):
    from audiolab.catalog.records import StageRow, TrackRecord

    names = ["a/b.mp3", "a b.mp3", "a.mp3", "B.mp3", "é.mp3", "tab\there\nand \\N.mp3", "a/\\.mp3"]
    stages = (StageRow("tags", "1", "done", None, 0.1), StageRow("signal", "2", "failed", "bad", 0))
    records = [TrackRecord(n, "failed", 5, 6, b"\x00\xff", {}, stages) for n in names]
    catalog.write(root, records)
    known = list(catalog.known_in_order(root))
    assert [file.path for file in known] == sorted(names)
    assert {(f.file_size_bytes, f.mtime_ns, f.file_hash, f.state) for f in known} == {
        (5, 6, b"\x00\xff", "failed")
    }
    assert known[0].stages == {"tags": "1", "signal": "2"}
    assert known[0].reasons == {"signal": "bad"}


def test_a_root_in_use_is_not_announced_again(catalog, root):
    waiting = catalog.start_job(root, {}, pending=True)
    with pytest.raises(RootBusyError, match=r"process \d+ on .+ since .+ UTC: wait for it"):
        catalog.start_job(root, {}, pending=True)
    catalog.cancel_job(waiting)
    with catalog.hold_root(root):
        catalog.start_job(root, {})
        with pytest.raises(RootBusyError):
            catalog.start_job(root, {}, pending=True)
    assert catalog.start_job(root, {}, pending=True), "its process is gone, and its lock too"


def test_recent_jobs_are_those_that_run_and_then_the_latest(catalog, root):
    with catalog.hold_root(root):
        running = catalog.start_job(root, {"stages": ["tags"]})
        catalog.update_job(running, report={"current": ["a.mp3"]})
        for folder in ("/other", "/third"):
            ended = catalog.start_job(catalog.root(Path(folder)), {})
            catalog.finish_job(ended, "completed", {"found": 5})
        catalog.cancel_job(running)
        first, second = catalog.recent_jobs(2)
    assert (first.id, first.report, first.cancelling) == (running, {"current": ["a.mp3"]}, True)
    assert (first.options, first.pid) == ({"stages": ["tags"]}, os.getpid())
    assert (second.root, second.report) == ("/third", None)
    assert catalog.job(second.id).report == {"found": 5}
