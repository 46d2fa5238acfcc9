"""Scan jobs: which process scans what, how far it is, how it ended."""

import os
import socket
from collections.abc import Mapping
from typing import Any

import pandas as pd
from psycopg2.extras import Json
from sqlalchemy import Connection, Text, cast, select
from uuid_utils.compat import uuid7

from audiolab.catalog.fields import Kind
from audiolab.catalog.frames import read_frame
from audiolab.catalog.records import clean_text
from audiolab.catalog.scans import Root
from audiolab.catalog.schema import root, scan_job
from audiolab.errors import CatalogError

COUNTS = ("found", "analysed", "unchanged", "skipped", "failed", "rate_hz")
KINDS: dict[str, Kind] = {
    "id": "text", "root": "text", "state": "category", "found": "integer", "analysed": "integer",
    "unchanged": "integer", "skipped": "integer", "failed": "integer", "rate_hz": "number",
    "error": "text", "host": "text", "pid": "integer", "options": "json", "started_at": "time",
    "heartbeat_at": "time", "finished_at": "time",
}  # fmt: skip


def start_job(cursor: Any, root: Root, options: Mapping[str, Any]) -> str:
    """Record that this process scans a root; jobs whose process is gone are ended as failed."""
    cursor.execute(
        "UPDATE scan_job SET state = 'failed', finished_at = now(), "
        "error = 'its process ended without finishing' "
        "WHERE root_id = %s AND state IN ('pending', 'running')",
        (root.id,),
    )
    job = str(uuid7())
    cursor.execute(
        "INSERT INTO scan_job (id, root_id, state, options, host, pid) "
        "VALUES (%s, %s, 'running', %s, %s, %s)",
        (job, root.id, Json(dict(options)), socket.gethostname(), os.getpid()),
    )
    return job


def update_job(cursor: Any, job: str, counts: Mapping[str, float]) -> bool:
    """Record progress and a sign of life; True when somebody asked to cancel.

    Raises
    ------
    CatalogError
        For a count that a job does not have, or a job that does not exist.
    """
    unknown = sorted(set(counts) - set(COUNTS))
    if unknown:
        raise CatalogError(f"a job counts {', '.join(COUNTS)}; not {', '.join(unknown)}")
    settings = "".join(f"{name} = %({name})s, " for name in counts)
    cursor.execute(
        f"UPDATE scan_job SET {settings}heartbeat_at = now() WHERE id = %(job)s "  # noqa: S608
        "RETURNING cancel_requested",
        {**counts, "job": job},
    )
    row = cursor.fetchone()
    if row is None:
        raise CatalogError(f"there is no scan job {job}")
    return bool(row[0])


def finish_job(
    cursor: Any, job: str, state: str, report: Mapping[str, Any], error: str | None
) -> None:
    """Record how a job ended."""
    cursor.execute(
        "UPDATE scan_job SET state = %s, report = %s, error = %s, finished_at = now(), "
        "heartbeat_at = now() WHERE id = %s",
        (state, Json(dict(report)), error and clean_text(error), job),
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
