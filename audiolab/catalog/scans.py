"""What a scan needs of the catalog: roots, the files known of one, a lock, moves."""

import json
import re
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from psycopg2.extras import execute_values
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from audiolab.catalog import paths, search_text
from audiolab.catalog.database import Database
from audiolab.catalog.incoming import filename_of
from audiolab.catalog.records import clean_text
from audiolab.errors import RootBusyError

LOOKS_FOR_A_JOB, LOOK_SECONDS = 10, 0.1
ROOT_LOCK = 0x726F6F74  # "root": the first half of the advisory lock, the root's id the second


@dataclass(frozen=True)
class Root:
    """What is scanned: `path` is an absolute folder, as `paths.encode` gives it, or a URL."""

    id: int
    path: str

    @property
    def address(self) -> str:
        """The folder or URL, as the system knows it."""
        return paths.decode(self.path)

    @property
    def folder(self) -> Path:
        """Where it is on disk."""
        return Path(paths.decode(self.path))


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the catalog remembers of one file of a root.

    Attributes
    ----------
    id, path, state : str
        The track, its path relative to the root, and its state.
    file_size_bytes, mtime_ns : int or None
        The file when it was analysed.
    file_hash : bytes or None
        Hash of its bytes.
    stages : dict of str to str
        Stage name to the version that was tried.
    reasons : dict of str to str
        Stage name to the reason, for the stages that failed.
    """

    id: str
    path: str
    file_size_bytes: int | None
    mtime_ns: int | None
    file_hash: bytes | None
    state: str
    stages: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def get_root(connection: Connection, address: str | Path, *, create: bool) -> Root | None:
    """The root at this folder or URL; made when absent and `create`."""
    path = paths.encode(address)
    if create:
        connection.execute(
            text("INSERT INTO root (path) VALUES (:path) ON CONFLICT DO NOTHING"), {"path": path}
        )
    found = connection.execute(text("SELECT id FROM root WHERE path = :path"), {"path": path})
    row = found.first()
    return Root(row[0], path) if row else None


def all_roots(connection: Connection) -> list[Root]:
    """Every root, by path."""
    rows = connection.execute(text("SELECT id, path FROM root ORDER BY path")).all()
    return [Root(row[0], row[1]) for row in rows]


_KNOWN = (
    "SELECT t.id::text, t.path, t.file_size_bytes, t.mtime_ns, encode(t.file_hash, 'hex'), "
    "t.state, s.versions::text, s.reasons::text, t.root_id FROM track t LEFT JOIN ("
    "  SELECT track_id, jsonb_object_agg(stage, version) AS versions, "
    "  jsonb_object_agg(stage, coalesce(reason, '')) FILTER (WHERE state = 'failed') AS reasons "
    "  FROM stage_status GROUP BY track_id) s ON s.track_id = t.id "
)


def known_in_order(database: Database, root: Root) -> Iterator[KnownFile]:
    """Everything the catalog has of a root, ordered by the code points of the paths.

    It goes through a temporary file, so that a walk of hours keeps no transaction open and a
    library of millions does not have to fit into memory.
    """
    with TemporaryFile("w+", encoding="utf-8", newline="\n") as spool:
        with database.cursor() as cursor:
            cursor.copy_expert(
                f'COPY ({_KNOWN} WHERE t.root_id = {root.id:d} ORDER BY t.path COLLATE "C") '
                "TO STDOUT",
                spool,
            )
        spool.seek(0)
        for line in spool:
            yield _known(*(_unescaped(value) for value in line[:-1].split("\t")))


def known_elsewhere(
    connection: Connection, root: Root, sizes: Collection[int]
) -> list[tuple[Root, KnownFile]]:
    """The files of other roots with one of these sizes, each with its root."""
    if not sizes:
        return []
    roots = {other.id: other for other in all_roots(connection)}
    rows = connection.execute(
        text(_KNOWN + "WHERE t.root_id <> :root AND t.file_size_bytes = ANY(:sizes)"),
        {"root": root.id, "sizes": list(sizes)},
    )
    return [
        (roots[row[8]], _known(*(None if v is None else str(v) for v in row)))
        for row in rows
        if row[8] in roots
    ]


def _known(
    track_id: str | None,
    path: str | None,
    size: str | None,
    mtime: str | None,
    digest: str | None,
    state: str | None,
    stages: str | None,
    reasons: str | None,
    _root_id: str | None,
) -> KnownFile:
    return KnownFile(
        track_id or "",
        path or "",
        None if size is None else int(size),
        None if mtime is None else int(mtime),
        None if digest is None else bytes.fromhex(digest),
        sys.intern(state or ""),
        _parsed(stages),
        _parsed(reasons),
    )


@lru_cache(maxsize=10_000)
def _parsed(mapping: str | None) -> Mapping[str, str]:
    """Most files of a library have the same stages: they share one mapping."""
    found: dict[str, str] = json.loads(mapping) if mapping else {}
    return found


_BACKSLASHED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _unescaped(value: str) -> str | None:
    """A value as COPY wrote it."""
    if "\\" not in value:
        return value
    if value == r"\N":
        return None
    return re.sub(r"\\(.)", lambda match: _BACKSLASHED.get(match[1], match[1]), value)


_RUNNING = (
    "SELECT pid, host, started_at FROM scan_job WHERE root_id = :root "
    "AND state IN ('pending', 'running') ORDER BY started_at DESC LIMIT 1"
)


class RootLock:
    """The right to be the only scan of a root: an advisory lock of the database.

    It belongs to a connection of its own, so it ends with the process, however that dies. It also
    ends when the database restarts: `ensure` notices and takes it again.
    """

    def __init__(self, database: Database, root: Root) -> None:
        self._database = database
        self._root = root
        self._connection: Connection | None = None

    def ensure(self) -> None:
        """Have the lock from here on.

        Raises
        ------
        RootBusyError
            If another scan has it.
        DatabaseError
            If the database cannot be reached.
        """
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
                self._connection.commit()
                return
            except DBAPIError:
                self._connection.invalidate()
                self._connection.close()
                self._connection = None
        with self._database.guarded():
            self._take(self._database.engine.connect())

    def _take(self, connection: Connection) -> None:
        key = {"kind": ROOT_LOCK, "root": self._root.id}
        try:
            taken = connection.scalar(text("SELECT pg_try_advisory_lock(:kind, :root)"), key)
            connection.commit()  # a session lock needs no open transaction, which blocks vacuum
            if not taken:
                raise RootBusyError(paths.decode(self._root.path), _holder(connection, self._root))
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def release(self) -> None:
        """Give the lock and its connection back."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        key = {"kind": ROOT_LOCK, "root": self._root.id}
        try:
            connection.execute(text("SELECT pg_advisory_unlock(:kind, :root)"), key)
            connection.commit()
        except DBAPIError:  # the server went away, and the lock with it
            connection.invalidate()
        connection.close()


@contextmanager
def hold_root(database: Database, root: Root) -> Iterator[RootLock]:
    """Be the only scan of a root while the block runs.

    Raises
    ------
    RootBusyError
        If another scan has it.
    """
    lock = RootLock(database, root)
    lock.ensure()
    try:
        yield lock
    finally:
        lock.release()


def _holder(connection: Connection, root: Root) -> str:
    """Who has the lock; its job is recorded a moment later."""
    for _ in range(LOOKS_FOR_A_JOB):
        row = connection.execute(text(_RUNNING), {"root": root.id}).first()
        connection.commit()
        if row:
            return holder(*row)
        time.sleep(LOOK_SECONDS)
    return "another process"


def holder(pid: int, host: str, since: datetime) -> str:
    """Who scans a root, for people."""
    return f"process {pid} on {host} since {since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def move_tracks(cursor: Any, root: Root, moves: Sequence[tuple[str, str, int, int]]) -> None:
    """Give tracks (id, new path, size, mtime in ns) another path: same file, new place."""
    if not moves:
        return
    execute_values(
        cursor,
        "DELETE FROM track t USING (VALUES %s) AS v (id, root, path) "
        "WHERE t.root_id = v.root AND t.path = v.path AND t.id <> v.id "
        "AND t.state IN ('missing', 'failed')",
        [(i, root.id, path) for i, path, _, _ in moves],
        template="(%s::uuid, %s, %s)",
    )
    execute_values(
        cursor,
        "UPDATE track t SET path = v.path, filename = v.filename, file_size_bytes = v.size, "
        "mtime_ns = v.mtime, root_id = v.root, "
        "state = CASE t.state WHEN 'missing' THEN coalesce(t.state_before, 'analysed') "
        "ELSE t.state END, updated_at = now() "
        "FROM (VALUES %s) AS v (id, root, path, filename, size, mtime) WHERE t.id = v.id",
        [(i, root.id, path, filename_of(path), size, mtime) for i, path, size, mtime in moves],
        template="(%s::uuid, %s, %s, %s, %s::bigint, %s::bigint)",
    )
    search_text.refresh(cursor, [move[0] for move in moves])


def touch_tracks(cursor: Any, files: Sequence[tuple[str, int, int]]) -> None:
    """Record (id, size, mtime in ns) of files whose bytes did not change; found again counts."""
    execute_values(
        cursor,
        "UPDATE track t SET file_size_bytes = v.size, mtime_ns = v.mtime, "
        "state = CASE t.state WHEN 'missing' THEN coalesce(t.state_before, 'analysed') "
        "ELSE t.state END FROM (VALUES %s) AS v (id, size, mtime) WHERE t.id = v.id",
        files,
        template="(%s::uuid, %s::bigint, %s::bigint)",
    )


def mark_missing(cursor: Any, ids: Sequence[str]) -> None:
    """Record that files are gone; the tracks stay, out of sight, for their return."""
    cursor.execute(
        "UPDATE track SET state_before = state, state = 'missing', updated_at = now() "
        "WHERE id = ANY(%s::uuid[]) AND state NOT IN ('missing', 'excluded')",
        (list(ids),),
    )


def prune(cursor: Any, root: Root, ids: Sequence[str]) -> None:
    """Remove tracks of a root for good."""
    cursor.execute(
        "DELETE FROM track WHERE root_id = %s AND id = ANY(%s::uuid[])", (root.id, list(ids))
    )


def set_skipped(cursor: Any, root: Root, skipped: Sequence[tuple[str, str]]) -> None:
    """Replace the root's list of (path, reason) that a scan could not look at."""
    cursor.execute("DELETE FROM skipped_path WHERE root_id = %s", (root.id,))
    execute_values(
        cursor,
        "INSERT INTO skipped_path (root_id, path, reason) VALUES %s ON CONFLICT DO NOTHING",
        [(root.id, path, clean_text(reason)) for path, reason in skipped],
    )
