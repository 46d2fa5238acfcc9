"""How the making of a map stands: a row that whoever is interested can read, as of scans.

One process at a time makes a map: it holds an advisory lock of the database, which ends with it.
"""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2.extras import Json
from sqlalchemy import Connection, text
from uuid_utils.compat import uuid7

from audiolab.catalog.database import Database
from audiolab.catalog.jobs import CHANNEL, DIED, SILENT_SECONDS
from audiolab.catalog.records import clean_text
from audiolab.errors import CatalogError, MapBusyError

LOCK = 0x6D6170  # "map"
ENDED = frozenset({"completed", "failed", "cancelled"})
KEPT = 20  # rows; older ones tell nobody anything


@dataclass(frozen=True)
class MapJob:
    """How the making of a map stands.

    Attributes
    ----------
    id : str
    state : str
        pending, running, completed, failed or cancelled.
    phase : str or None
        What a running job is doing: reading, comparing, arranging, checking, naming, saving.
    share : float or None
        How much of the phase is done, in [0, 1]; None where nobody knows.
    error : str or None
        Why it failed.
    options : dict
        What was asked for: model, method.
    started_at : datetime
    finished_at : datetime or None
    host, pid : str and int
        Where its process is.
    """

    id: str
    state: str
    phase: str | None
    share: float | None
    error: str | None
    options: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None
    host: str
    pid: int

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED


def latest(database: Database) -> MapJob | None:
    """The job that waits or runs, else the one that was started last; None if there was none."""
    end_dead(database)
    with database.read() as connection:
        row = connection.execute(
            text(
                "SELECT id::text, state, phase, share, error, options, started_at, finished_at, "
                "host, pid FROM map_job "
                "ORDER BY state IN ('pending', 'running') DESC, started_at DESC LIMIT 1"
            )
        ).first()
    return None if row is None else MapJob(*row)


def announce(cursor: Any, options: Mapping[str, Any]) -> str:
    """A job that another process will begin; returns its id.

    Raises
    ------
    MapBusyError
        If one waits or runs already.
    """
    cursor.execute(
        "SELECT pid, host FROM map_job WHERE state = 'pending' "
        "AND heartbeat_at > now() - make_interval(secs => %s) OR state = 'running' AND %s",
        (SILENT_SECONDS, _held(cursor)),
    )
    row = cursor.fetchone()
    if row is not None:
        raise MapBusyError(*row)
    return _new(cursor, options, "pending")


def begin(cursor: Any, options: Mapping[str, Any], job: str | None) -> str:
    """Record that this process makes a map: as a job that waits, or as a new one."""
    cursor.execute(
        "UPDATE map_job SET state = 'failed', finished_at = now(), error = %s "
        "WHERE state = 'running'",  # we hold the lock: nobody else does
        (DIED,),
    )
    cursor.execute(
        "DELETE FROM map_job WHERE id NOT IN "
        "(SELECT id FROM map_job ORDER BY started_at DESC LIMIT %s)",
        (KEPT,),
    )
    if job is None:
        return _new(cursor, options, "running")
    cursor.execute(
        "UPDATE map_job SET state = 'running', options = %s, host = %s, pid = %s, "
        "heartbeat_at = now() WHERE id::text = %s AND state = 'pending' "
        "RETURNING pg_notify(%s, id::text)",
        (Json(dict(options)), socket.gethostname(), os.getpid(), job, CHANNEL),
    )
    if cursor.fetchone() is None:
        raise CatalogError(f"the job {job} does not wait to be started: it was cancelled")
    return job


def _new(cursor: Any, options: Mapping[str, Any], state: str) -> str:
    job = str(uuid7())
    cursor.execute(
        "INSERT INTO map_job (id, state, options, host, pid) VALUES (%s, %s, %s, %s, %s) "
        "RETURNING pg_notify(%s, id::text)",
        (job, state, Json(dict(options)), socket.gethostname(), os.getpid(), CHANNEL),
    )
    return job


def update(cursor: Any, job: str, phase: str, share: float | None) -> bool:
    """Record how far a job is; True when somebody asked for its end."""
    cursor.execute(
        "UPDATE map_job SET phase = %s, share = %s, heartbeat_at = now() WHERE id = %s "
        "RETURNING cancel_requested, pg_notify(%s, id::text)",
        (phase, share, job, CHANNEL),
    )
    row = cursor.fetchone()
    return bool(row and row[0])


def finish(cursor: Any, job: str, state: str, error: str | None = None) -> None:
    """Record how a job ended; one that has not begun, or runs."""
    cursor.execute(
        "UPDATE map_job SET state = %s, error = %s, finished_at = now() "
        "WHERE id::text = %s AND state IN ('pending', 'running') "
        "RETURNING pg_notify(%s, id::text)",
        (state, error and clean_text(error), job, CHANNEL),
    )


def cancel(cursor: Any) -> None:
    """Ask the job that waits or runs to end; one that waits ends at once."""
    cursor.execute(
        "UPDATE map_job SET cancel_requested = true, "
        "finished_at = CASE state WHEN 'pending' THEN now() ELSE finished_at END, "
        "state = CASE state WHEN 'pending' THEN 'cancelled' ELSE state END "
        "WHERE state IN ('pending', 'running') RETURNING pg_notify(%s, id::text)",
        (CHANNEL,),
    )


def end_dead(database: Database) -> None:
    """Record the end of jobs whose process is gone; who may only read leaves that to others."""
    if database.read_only:
        return
    with database.cursor(write=True) as cursor:
        cursor.execute(
            "UPDATE map_job SET state = 'failed', finished_at = now(), error = %s "
            "WHERE state = 'running' AND NOT %s OR state = 'pending' "
            "AND heartbeat_at < now() - make_interval(secs => %s) "
            "RETURNING pg_notify(%s, id::text)",
            (DIED, _held(cursor), SILENT_SECONDS, CHANNEL),
        )


def _held(cursor: Any) -> bool:
    """Whether somebody makes a map."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND classid = 0 AND objid = %s)",
        (LOCK,),
    )
    return bool(cursor.fetchone()[0])


@contextmanager
def alone(database: Database) -> Iterator[Connection]:
    """Be the only one who makes a map while the block runs.

    Raises
    ------
    MapBusyError
        If somebody else does.
    """
    with database.guarded(), database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
            row = connection.execute(
                text("SELECT pid, host FROM map_job WHERE state = 'running'")
            ).first()
            raise MapBusyError(*(row or (0, "another process")))
        try:
            yield connection
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
