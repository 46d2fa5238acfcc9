"""The journal of tags written into files: noted before a file is touched, settled afterwards.

A change is pending until its file is settled as written or failed; what is found pending while
nobody holds the file's root was interrupted. Written changes can be undone, by a write of its own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from psycopg2.extras import execute_values
from sqlalchemy import ARRAY, UUID, Connection, func, literal, select, true

from audiolab.catalog import paths
from audiolab.catalog.fields import Kind
from audiolab.catalog.frames import read_frame
from audiolab.catalog.records import TrackRecord, clean_text
from audiolab.catalog.scans import KnownFile, Root
from audiolab.catalog.schema import root, stage_status, tag_change, tag_write, track

State = Literal["pending", "written", "failed", "undone"]
Slots = Mapping[str, Any]  # slot -> what is in it, or None


@dataclass(frozen=True)
class TagChange:
    """What was done, or is about to be done, to the tags of one file.

    Attributes
    ----------
    track_id : str
    path : str
        The file (not encoded), where it was then.
    temporary : str
        Name of the copy beside it that is to replace it.
    before, after : mapping
        What was in each slot that is touched, and what is to be in it; None for nothing.
    undoes : int or None
        The change that this one takes back.
    id, write : int
        Its number, and that of the write it is part of.
    """

    track_id: str
    path: str
    temporary: str
    before: Slots
    after: Slots
    undoes: int | None = None
    id: int = 0
    write: int = 0


@dataclass(frozen=True)
class Settled:
    """How a change ended.

    Attributes
    ----------
    change : TagChange
    state : {"written", "failed"}
    reason : str or None
        Why it failed.
    record : TrackRecord or None
        The track as its file is now, if the catalog is to know.
    root : Root or None
        Of that record.
    """

    change: TagChange
    state: Literal["written", "failed"]
    reason: str | None = None
    record: TrackRecord | None = None
    root: Root | None = None


@dataclass(frozen=True)
class TagFile:
    """The file of a track, as the catalog knows it.

    Attributes
    ----------
    root : Root
    known : KnownFile
    audio_hash : bytes or None
        Of the sound that was analysed.
    """

    root: Root
    known: KnownFile
    audio_hash: bytes | None

    @property
    def path(self) -> str:
        """Where it is (not encoded)."""
        return f"{self.root.address.rstrip('/')}/{paths.decode(self.known.path)}"


def files(connection: Connection, ids: Sequence[str]) -> dict[str, TagFile]:
    """The files of tracks, by id."""
    stages = (
        select(
            stage_status.c.track_id,
            func.jsonb_object_agg(stage_status.c.stage, stage_status.c.version).label("versions"),
            func.jsonb_object_agg(stage_status.c.stage, func.coalesce(stage_status.c.reason, ""))
            .filter(stage_status.c.state == "failed")
            .label("reasons"),
        )
        .group_by(stage_status.c.track_id)
        .where(stage_status.c.track_id.in_(_wanted(ids)))
        .subquery()
    )
    rows = connection.execute(
        select(
            track.c.id, track.c.path, track.c.file_size_bytes, track.c.mtime_ns,
            track.c.file_hash, track.c.state, stages.c.versions, stages.c.reasons,
            track.c.audio_hash, root.c.id, root.c.path,
        )
        .join(root)
        .outerjoin(stages, stages.c.track_id == track.c.id)
        .where(track.c.id.in_(_wanted(ids)))
    )  # fmt: skip
    return {row[0]: _file(*row) for row in rows}


def _wanted(ids: Sequence[str]) -> Any:
    return select(func.unnest(literal(list(ids), ARRAY(UUID(as_uuid=False)))))


def _file(
    track_id: str, path: str, size: int | None, mtime: int | None, file_hash: Any, state: str,
    versions: Any, reasons: Any, audio_hash: Any, root_id: int, root_path: str,
) -> TagFile:  # fmt: skip
    known = KnownFile(track_id, path, size, mtime, _bytes(file_hash), state,
                      versions or {}, reasons or {})  # fmt: skip
    return TagFile(Root(root_id, root_path), known, _bytes(audio_hash))


def _bytes(stored: Any) -> bytes | None:
    return None if stored is None else bytes(stored)


def begin(cursor: Any, what: str, undoes: int | None) -> int:
    """A new write; returns its number."""
    cursor.execute(
        "INSERT INTO tag_write (what, undoes) VALUES (%s, %s) RETURNING id",
        (clean_text(what), undoes),
    )
    return int(cursor.fetchone()[0])


def note(cursor: Any, write: int, changes: Sequence[TagChange]) -> list[TagChange]:
    """Note what is about to be done; returns the changes with their numbers."""
    rows = execute_values(
        cursor,
        "INSERT INTO tag_change (write_id, undoes, track_id, path, temporary, before, after) "
        "VALUES %s RETURNING id",
        [
            (write, one.undoes, one.track_id, paths.encode(one.path), paths.encode(one.temporary),
             json.dumps(dict(one.before)), json.dumps(dict(one.after)))
            for one in changes
        ],
        template="(%s, %s, %s::uuid, %s, %s, %s, %s)",
        page_size=1_000,
        fetch=True,
    )  # fmt: skip
    return [
        TagChange(one.track_id, one.path, one.temporary, one.before, one.after, one.undoes,
                  number, write)
        for one, (number,) in zip(changes, rows, strict=True)
    ]  # fmt: skip


def settle(cursor: Any, settled: Sequence[Settled]) -> None:
    """Note how changes ended; what a written one took back is undone."""
    execute_values(
        cursor,
        "UPDATE tag_change c SET state = v.state, reason = v.reason, changed_at = now() "
        "FROM (VALUES %s) AS v (id, state, reason) WHERE c.id = v.id",
        [(one.change.id, one.state, one.reason and clean_text(one.reason)) for one in settled],
        template="(%s::bigint, %s, %s::text)",
        page_size=1_000,
    )
    undone = [one.change.undoes for one in settled if one.state == "written" and one.change.undoes]
    cursor.execute(
        "UPDATE tag_change SET state = 'undone', changed_at = now() WHERE id = ANY(%s)", (undone,)
    )


def end(cursor: Any, write: int) -> None:
    """A write is over; one that changed nothing is forgotten."""
    cursor.execute("UPDATE tag_write SET finished_at = now() WHERE id = %s", (write,))
    cursor.execute(
        "DELETE FROM tag_write w WHERE id = %s "
        "AND NOT EXISTS (SELECT FROM tag_change c WHERE c.write_id = w.id)",
        (write,),
    )


def changes(connection: Connection, state: State, write: int | None = None) -> list[TagChange]:
    """The changes in a state, of one write or of all, the latest first."""
    rows = connection.execute(
        select(
            tag_change.c.track_id, tag_change.c.path, tag_change.c.temporary, tag_change.c.before,
            tag_change.c.after, tag_change.c.undoes, tag_change.c.id, tag_change.c.write_id,
        )
        .where(tag_change.c.state == state)
        .where(true() if write is None else tag_change.c.write_id == write)
        .order_by(tag_change.c.id.desc())
    )  # fmt: skip
    return [
        TagChange(row[0], paths.decode(row[1]), paths.decode(row[2]), json.loads(row[3]),
                  json.loads(row[4]), *row[5:])
        for row in rows
    ]  # fmt: skip


_KINDS: dict[str, Kind] = {
    "id": "integer", "what": "text", "undoes": "integer", "started_at": "time",
    "finished_at": "time", "written": "integer", "undone": "integer", "failed": "integer",
    "pending": "integer",
}  # fmt: skip


def overview(connection: Connection) -> pd.DataFrame:
    """All writes, the latest first; see `Catalog.tag_writes`."""
    counts = [
        func.count().filter(tag_change.c.state == state).label(state)
        for state in ("written", "undone", "failed", "pending")
    ]
    rows = (
        select(
            tag_write.c.id, tag_write.c.what, tag_write.c.undoes, tag_write.c.started_at,
            tag_write.c.finished_at, *counts,
        )
        .outerjoin(tag_change)
        .group_by(tag_write.c.id)
        .order_by(tag_write.c.id.desc())
    )  # fmt: skip
    return read_frame(connection, rows, _KINDS)
