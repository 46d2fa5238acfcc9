"""Scan jobs: which process scans what, how far it is, how it ended."""

import os
import socket
from collections.abc import Mapping
from typing import Any

import pandas as pd
from psycopg2.extras import Json
from sqlalchemy import Connection, Text, cast, select
from uuid_utils.compat import uuid7

from audiolab.catalog.database import Database
from audiolab.catalog.fields import Kind
from audiolab.catalog.frames import read_frame
from audiolab.catalog.paths import decode
from audiolab.catalog.records import clean_text
from audiolab.catalog.scans import ROOT_LOCK, Root, holder
from audiolab.catalog.schema import root, scan_job
from audiolab.errors import CatalogError, JobNotFoundError, RootBusyError

COUNTS = ("found", "analysed", "unchanged", "skipped", "failed")
PROGRESS = (*COUNTS, "planned", "rate_hz", "eta_seconds", "phase", "report")
KINDS: dict[str, Kind] = {
    "id": "text", "root": "text", "state": "category", "phase": "text", "found": "integer",
    "analysed": "integer", "unchanged": "integer", "skipped": "integer", "failed": "integer",
    "planned": "integer", "rate_hz": "number", "eta_seconds": "number", "error": "text",
    "host": "text", "pid": "integer", "options": "json", "started_at": "time",
    "heartbeat_at": "time", "finished_at": "time",
}  # fmt: skip
CHANNEL = "audiolab_job"
SILENT_SECONDS = 60
DIED = "its process ended without finishing"


def start_job(
    cursor: Any, root: Root, options: Mapping[str, Any], job: str | None, *, pending: bool
) -> str:
    """Record that this process scans a root; jobs whose process is gone are ended as failed.

    Parameters
    ----------
    cursor : psycopg2 cursor
    root : Root
    options : mapping
        What the user chose.
    job : str or None
        A pending job that begins now; None makes a new one.
    pending : bool
        Only announce it: another process will begin.

    Raises
    ------
    CatalogError
        If the pending job was cancelled meanwhile.
    RootBusyError
        If a job is to be announced while another one scans the root, or waits to.
    """
    if pending:
        _check_free(cursor, root)
        return _new_job(cursor, root, options, "pending")
    cursor.execute(
        "UPDATE scan_job SET state = 'failed', finished_at = now(), error = %s "
        "WHERE root_id = %s AND state = 'running'",
        (DIED, root.id),
    )
    if job is None:
        return _new_job(cursor, root, options, "running")
    cursor.execute(
        "UPDATE scan_job SET state = 'running', options = %s, host = %s, pid = %s, "
        "heartbeat_at = now() WHERE id = %s AND state = 'pending' "
        "RETURNING pg_notify(%s, id::text)",
        (Json(dict(options)), socket.gethostname(), os.getpid(), job, CHANNEL),
    )
    if cursor.fetchone() is None:
        raise CatalogError(f"the scan job {job} does not wait to be started: it was cancelled")
    return job


# Holds its root, as the locks of the database tell.
_HOLDS_ROOT = (
    "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND classid = %s AND objid = j.root_id)"
)


def _check_free(cursor: Any, root: Root) -> None:
    """Refuse a root that is in use. Two that ask at once both pass: the root's lock decides."""
    cursor.execute(
        "SELECT pid, host, started_at FROM scan_job j WHERE root_id = %s AND ("  # noqa: S608
        "state = 'pending' AND heartbeat_at > now() - make_interval(secs => %s) "
        f"OR state = 'running' AND {_HOLDS_ROOT}) ORDER BY started_at DESC LIMIT 1",
        (root.id, SILENT_SECONDS, ROOT_LOCK),
    )
    row = cursor.fetchone()
    if row is not None:
        raise RootBusyError(decode(root.path), holder(*row))


def _new_job(cursor: Any, root: Root, options: Mapping[str, Any], state: str) -> str:
    job = str(uuid7())
    cursor.execute(
        "INSERT INTO scan_job (id, root_id, state, options, host, pid) "
        "VALUES (%s, %s, %s, %s, %s, %s) RETURNING pg_notify(%s, id::text)",
        (job, root.id, state, Json(dict(options)), socket.gethostname(), os.getpid(), CHANNEL),
    )
    return job


def update_job(cursor: Any, job: str, progress: Mapping[str, Any]) -> bool:
    """Record progress and a sign of life; True when somebody asked to cancel.

    Of `PROGRESS`, ``report`` is a mapping; the rest are numbers and texts.

    Raises
    ------
    CatalogError
        For something that a job does not record, or a job that does not exist.
    """
    unknown = sorted(set(progress) - set(PROGRESS))
    if unknown:
        raise CatalogError(f"a job counts {', '.join(PROGRESS)}; not {', '.join(unknown)}")
    settings = "".join(f"{name} = %({name})s, " for name in progress)
    cursor.execute(
        f"UPDATE scan_job SET {settings}heartbeat_at = now() WHERE id = %(job)s "  # noqa: S608
        "RETURNING cancel_requested, pg_notify(%(channel)s, id::text)",
        {**_adapted(progress), "job": job, "channel": CHANNEL},
    )
    row = cursor.fetchone()
    if row is None:
        raise JobNotFoundError(f"there is no scan job {job}")
    return bool(row[0])


def _adapted(progress: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Json(dict(value)) if isinstance(value, Mapping) else value
        for name, value in progress.items()
    }


def cancel_job(cursor: Any, job: str) -> str:
    """Ask a job to end; returns its state from now on.

    One that waits is cancelled at once, one that runs finishes the files in hand first.

    Raises
    ------
    JobNotFoundError
        If there is no such job.
    """
    cursor.execute(
        "UPDATE scan_job SET cancel_requested = true, "
        "finished_at = CASE state WHEN 'pending' THEN now() ELSE finished_at END, "
        "state = CASE state WHEN 'pending' THEN 'cancelled' ELSE state END "
        "WHERE id::text = %s AND state IN ('pending', 'running') RETURNING pg_notify(%s, id::text)",
        (job, CHANNEL),
    )
    cursor.execute("SELECT state FROM scan_job WHERE id::text = %s", (job,))
    row = cursor.fetchone()
    if row is None:
        raise JobNotFoundError(f"there is no scan job {job}: audiolab jobs lists them")
    return str(row[0])


def fail_unstarted(cursor: Any, job: str, error: str) -> None:
    """Record that the process of a pending job ended before it began."""
    cursor.execute(
        "UPDATE scan_job SET state = 'failed', finished_at = now(), error = %s "
        "WHERE id::text = %s AND state = 'pending' RETURNING pg_notify(%s, id::text)",
        (clean_text(error), job, CHANNEL),
    )


def end_dead_jobs(database: Database) -> None:
    """Record the end of jobs that are silent and do not hold their root: their process is gone.

    Who may only read leaves that to those who may write.
    """
    if database.read_only:
        return
    with database.cursor(write=True) as cursor:
        cursor.execute(
            "UPDATE scan_job j SET state = 'failed', finished_at = now(), error = %s "  # noqa: S608
            "WHERE state IN ('pending', 'running') "
            "AND heartbeat_at < now() - make_interval(secs => %s) "
            f"AND (state = 'pending' OR NOT {_HOLDS_ROOT}) RETURNING pg_notify(%s, id::text)",
            (DIED, SILENT_SECONDS, ROOT_LOCK, CHANNEL),
        )


def finish_job(
    cursor: Any, job: str, state: str, report: Mapping[str, Any], error: str | None
) -> None:
    """Record how a job ended."""
    cursor.execute(
        "UPDATE scan_job SET state = %s, report = %s, error = %s, finished_at = now(), "
        "phase = NULL, eta_seconds = NULL, heartbeat_at = now() WHERE id = %s "
        "RETURNING pg_notify(%s, id::text)",
        (state, Json(dict(report)), error and clean_text(error), job, CHANNEL),
    )


def jobs(connection: Connection) -> pd.DataFrame:
    """All jobs, the latest first, indexed by id."""
    columns = [
        root.c.path.label("root") if name == "root"
        else cast(scan_job.c[name], Text).label(name) if kind == "json" or name == "id"
        else scan_job.c[name]
        for name, kind in KINDS.items()
    ]  # fmt: skip
    statement = select(*columns).join(root).order_by(scan_job.c.started_at.desc())
    return read_frame(connection, statement, KINDS)
