"""Following a scan job while another process works on it."""

import select
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2
from sqlalchemy import PoolProxiedConnection, text

from audiolab.catalog import paths
from audiolab.catalog.database import Database
from audiolab.catalog.jobs import CHANNEL, end_dead_jobs
from audiolab.errors import JobNotFoundError

POLL_SECONDS = 2.0
ENDED = frozenset({"completed", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a scan job stands.

    Attributes
    ----------
    id, root : str
        The job, and the folder it scans.
    state : str
        pending, running, completed, failed or cancelled.
    phase : str or None
        What a running job is doing: looking, comparing, analysing, indexing.
    found, analysed, unchanged, skipped, failed : int
        Files so far.
    planned : int
        Files that this scan has to analyse.
    rate_hz, eta_seconds : float or None
        Files per second, and the time left.
    error : str or None
        Why it failed.
    report : dict or None
        Reasons and examples of failures so far, and the files in hand (``current``); once it has
        ended, the numbers, the reasons and the first failures and skips.
    started_at, heartbeat_at : datetime
    finished_at : datetime or None
    options : dict
        What was asked for: stages, recursive, ….
    host, pid : str and int
        Where its process is, or that of whoever started it while it is pending.
    cancelling : bool
        Whether it has been asked to end.
    """

    id: str
    root: str
    state: str
    phase: str | None
    found: int
    analysed: int
    unchanged: int
    skipped: int
    failed: int
    planned: int
    rate_hz: float | None
    eta_seconds: float | None
    error: str | None
    report: dict[str, Any] | None
    started_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None
    options: dict[str, Any]
    host: str
    pid: int
    cancelling: bool

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED


_SELECT = (
    "SELECT j.id::text, r.path, state, phase, found, analysed, unchanged, skipped, failed, "
    "planned, rate_hz, eta_seconds, error, {report}, started_at, heartbeat_at, finished_at, "
    "options, host, pid, cancel_requested FROM scan_job j JOIN root r ON r.id = j.root_id "
)
_ONE = _SELECT.format(report="report") + "WHERE j.id::text = :job"
_RECENT = (
    _SELECT.format(report="CASE WHEN state IN ('pending', 'running') THEN report END")
    + "ORDER BY state IN ('pending', 'running') DESC, started_at DESC LIMIT :most"
)


def job_status(database: Database, job: str) -> JobStatus:
    """How a job stands now.

    Raises
    ------
    JobNotFoundError
        If there is no such job.
    """
    found = _read(database, _ONE, job=job)
    if not found:
        raise JobNotFoundError(f"there is no scan job {job}: audiolab jobs lists them")
    return found[0]


def recent_jobs(database: Database, most: int) -> list[JobStatus]:
    """Those that wait or run, then the latest; without the reports of those that have ended."""
    return _read(database, _RECENT, most=most)


def _read(database: Database, statement: str, **values: Any) -> list[JobStatus]:
    end_dead_jobs(database)
    with database.read() as connection:
        rows = connection.execute(text(statement), values).all()
    return [JobStatus(row[0], paths.decode(row[1]), *row[2:]) for row in rows]


def follow_job(database: Database, job: str, poll_seconds: float) -> Iterator[JobStatus]:
    """The status of a job, again whenever it has changed, until it has ended."""
    last = None
    with closing(job_changes(database, poll_seconds)) as changes:
        for _ in changes:
            status = job_status(database, job)
            if status != last:
                yield status
                last = status
            if status.ended:
                return


def job_changes(database: Database, poll_seconds: float) -> Generator[None]:
    """Yields now, and again whenever a job may have changed.

    Told by the database; every `poll_seconds` where that does not work.
    """
    listener = None
    try:
        while True:
            if listener is None:
                listener = _listen(database)
            yield
            if not _wait(listener, poll_seconds):
                listener.invalidate()
                listener = None
    finally:
        if listener is not None:
            listener.invalidate()


def _listen(database: Database) -> PoolProxiedConnection:
    """A connection that is told of changes; to be invalidated, as the next user is not to be."""
    with database.guarded():
        listener = database.engine.raw_connection()
        driver: Any = listener.driver_connection
        driver.autocommit = True
        with driver.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        return listener


def _wait(listener: PoolProxiedConnection, seconds: float) -> bool:
    """Until something changed or the time is over; False if the connection is lost."""
    driver: Any = listener.driver_connection
    try:
        select.select([driver], [], [], seconds)
        driver.poll()
        driver.notifies.clear()
    except (psycopg2.Error, OSError, ValueError):
        time.sleep(seconds / 4)
        return False
    return True
