"""Writing tracks: a batch of records in one transaction, by COPY into a temporary table and merge.

What a person corrected stays corrected: the new value is kept beside it.
"""

import io
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from psycopg2.extras import execute_values
from sqlalchemy import Connection

from audiolab.catalog import corrections, disputes, fingerprints, former, spelling, vectors
from audiolab.catalog.binary import READ_BYTES, copy_in, encode_blobs
from audiolab.catalog.incoming import Group, Incoming, prepare
from audiolab.catalog.records import TrackRecord, clean_text

_KEPT_ON_CONFLICT = {"id", "root_id", "path", "added_at"}


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
        return write_incoming(cursor, prepare(root_id, records, outdated), outdated)
    finally:
        cursor.close()


def write_incoming(cursor: Any, incoming: Incoming, outdated: Collection[str] = ()) -> list[str]:
    """`write_records` of what was made ready before, on a cursor of the driver."""
    records = incoming.records
    ids: dict[str, str] = {}
    known: set[str] = set()
    for group in incoming.groups:
        for path, track_id, is_new in _merge(cursor, group):
            ids[path] = track_id
            if not is_new:
                known.add(path)
    in_order = [ids[record.path] for record in records]
    former.forget(cursor, in_order, records, outdated)
    _write_stages(cursor, in_order, records)
    _write_blobs(cursor, in_order, incoming)
    fingerprints.write(cursor, in_order, records)
    vectors.write_embeddings(cursor, in_order, [record.embeddings for record in records])
    vectors.write_scores(cursor, in_order, [record.scores for record in records])
    spelling.add_words(cursor, incoming.words)
    corrections.reapply(cursor, [ids[path] for path in known], incoming.columns)
    if incoming.columns & {*disputes.COLUMNS}:
        tagged = {record.path for record in records if record.values.get("tags")}
        disputes.refresh(cursor, [ids[path] for path in known | tagged])
    return in_order


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
        "updated_at = now() RETURNING path, id::text, xmax = 0"  # nothing was there to lock
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


def _write_blobs(cursor: Any, ids: Sequence[str], incoming: Incoming) -> None:
    waveforms = {ids[place]: peaks for place, peaks in incoming.waveforms.items()}
    beats = {
        i: np.asarray(r.beats, "<f4").tobytes() for i, r in zip(ids, incoming.records, strict=True)
        if r.beats is not None
    }  # fmt: skip
    for table, column, rows in (("waveform", "peaks", waveforms), ("beats", "seconds", beats)):
        if rows:
            _merge_blobs(cursor, table, column, rows)


def _merge_blobs(cursor: Any, table: str, column: str, rows: dict[str, bytes]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS incoming_blob (track_id uuid, content bytea) "
        "ON COMMIT DELETE ROWS; TRUNCATE incoming_blob"
    )
    copy_in(cursor, "incoming_blob", encode_blobs([*rows], [*rows.values()]))
    cursor.execute(
        f"INSERT INTO {table} (track_id, {column}) "  # noqa: S608 (our own names)
        "SELECT track_id, content FROM incoming_blob "
        f"ON CONFLICT (track_id) DO UPDATE SET {column} = excluded.{column} "
        f"WHERE {table}.{column} <> excluded.{column}"
    )
