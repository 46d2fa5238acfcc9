"""Writing tracks: a batch of records in one transaction, by COPY into a temporary table and merge.

What a person corrected stays corrected: the new value is kept beside it.
"""

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from psycopg2.extras import execute_values
from sqlalchemy import Connection

from audiolab.catalog import corrections, disputes, fingerprints, former, spelling, vectors
from audiolab.catalog.binary import READ_BYTES, copy_in, encode_blobs
from audiolab.catalog.incoming import Group, Incoming, prepare
from audiolab.catalog.records import TrackRecord, clean_text

_KEPT_ON_CONFLICT = {"id", "root_id", "path", "added_at"}


@dataclass(frozen=True)
class Written:
    """Tracks that were written.

    Attributes
    ----------
    ids : list of str
        In the order of the records.
    known : set of str
        Those that were there before; of the others, nothing else can be there.
    """

    ids: list[str]
    known: set[str]


def write_records(
    connection: Connection, root_id: int, records: Sequence[TrackRecord]
) -> list[str]:
    """Insert or update the tracks of some files of one root.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction that the caller commits.
    root_id : int
        The root the paths are relative to.
    records : sequence of TrackRecord
        What is known of each file; a path occurs once.

    Returns
    -------
    list of str
        The tracks' ids, in the order of the records.

    Raises
    ------
    CatalogError
        For a column, waveform or vector that cannot be stored.
    """
    cursor = connection.connection.cursor()
    try:
        outdated = former.outdated(cursor, records)
        return write_incoming(cursor, prepare(root_id, records, outdated), outdated).ids
    finally:
        cursor.close()


def write_incoming(cursor: Any, incoming: Incoming, outdated: Collection[str] = ()) -> Written:
    """`write_records` of what was made ready before, on a cursor of the driver."""
    records = incoming.records
    by_path: dict[str, str] = {}
    known: set[str] = set()
    for group in incoming.groups:
        for path, track_id, is_new in _merge(cursor, group):
            by_path[path] = track_id
            if not is_new:
                known.add(track_id)
    ids = [by_path[record.path] for record in records]
    former.forget(cursor, ids, records, outdated)
    _write_stages(cursor, ids, records)
    _write_blobs(cursor, ids, known, incoming)
    fingerprints.write(cursor, ids, records)
    vectors.write_embeddings(cursor, ids, [record.embeddings for record in records], known)
    vectors.write_scores(cursor, ids, [record.scores for record in records])
    spelling.add_words(cursor, incoming.words)
    corrections.reapply(cursor, [*known], incoming.columns)
    if incoming.columns & {*disputes.COLUMNS}:
        tagged = {i for i, record in zip(ids, records, strict=True) if record.values.get("tags")}
        disputes.refresh(cursor, [*known | tagged])
    return Written(ids, known)


def _merge(cursor: Any, group: Group) -> list[tuple[str, str, bool]]:
    """Write some tracks: the path and id of each, and whether it is new."""
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS incoming_track ON COMMIT DELETE ROWS "
        "AS SELECT * FROM track WITH NO DATA; TRUNCATE incoming_track"
    )
    columns = group.columns
    names = ", ".join(columns)
    cursor.copy_expert(
        f"COPY incoming_track ({names}) FROM STDIN", io.StringIO(group.text), READ_BYTES
    )
    kept = _KEPT_ON_CONFLICT | ({"search_body"} if "album" not in columns else set())
    updates = [f"{name} = excluded.{name}" for name in columns if name not in kept]
    cursor.execute(
        f"INSERT INTO track ({names}, analyzed_at) "  # noqa: S608 (names of our own columns)
        f"SELECT {names}, CASE WHEN state <> 'failed' THEN now() END FROM incoming_track "
        "ON CONFLICT (root_id, path) DO UPDATE SET "
        f"{', '.join(updates)}, analyzed_at = coalesce(excluded.analyzed_at, track.analyzed_at), "
        "updated_at = now() RETURNING path, id::text, xmax = 0"  # no row was there to lock
    )
    merged: list[tuple[str, str, bool]] = cursor.fetchall()
    return merged


def _write_stages(cursor: Any, ids: Sequence[str], records: Sequence[TrackRecord]) -> None:
    rows = [
        (track_id, s.stage, s.version, s.state, s.reason and clean_text(s.reason), s.seconds)
        for track_id, record in zip(ids, records, strict=True)
        for s in record.stages
    ]
    execute_values(
        cursor,
        "INSERT INTO stage_status (track_id, stage, version, state, reason, seconds) VALUES %s "
        "ON CONFLICT (track_id, stage) DO UPDATE SET version = excluded.version, "
        "state = excluded.state, reason = excluded.reason, seconds = excluded.seconds, "
        "finished_at = now()",
        rows,
        template="(%s::uuid, %s, %s, %s, %s, %s)",
        page_size=1_000,
    )


def _write_blobs(
    cursor: Any, ids: Sequence[str], known: Collection[str], incoming: Incoming
) -> None:
    waveforms = {ids[place]: peaks for place, peaks in incoming.waveforms.items()}
    beats = {
        i: np.asarray(r.beats, "<f4").tobytes() for i, r in zip(ids, incoming.records, strict=True)
        if r.beats is not None
    }  # fmt: skip
    for table, column, rows in (("waveform", "peaks", waveforms), ("beats", "seconds", beats)):
        new = {track_id: blob for track_id, blob in rows.items() if track_id not in known}
        if new:
            _copy_blobs(cursor, f"{table} (track_id, {column})", new)
        if len(new) < len(rows):
            changed = {track_id: rows[track_id] for track_id in rows.keys() - new.keys()}
            _merge_blobs(cursor, table, column, changed)


def _copy_blobs(cursor: Any, target: str, rows: dict[str, bytes]) -> None:
    copy_in(cursor, target, encode_blobs([*rows], [*rows.values()]))


def _merge_blobs(cursor: Any, table: str, column: str, rows: dict[str, bytes]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS incoming_blob (track_id uuid, content bytea) "
        "ON COMMIT DELETE ROWS; TRUNCATE incoming_blob"
    )
    _copy_blobs(cursor, "incoming_blob", rows)
    cursor.execute(
        f"INSERT INTO {table} (track_id, {column}) "  # noqa: S608 (our own names)
        "SELECT track_id, content FROM incoming_blob "
        f"ON CONFLICT (track_id) DO UPDATE SET {column} = excluded.{column} "
        f"WHERE {table}.{column} <> excluded.{column}"
    )
