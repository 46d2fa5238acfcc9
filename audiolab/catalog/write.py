"""Writing tracks: a batch of records in one transaction, by COPY into a temporary table and merge.

Records that bring the same columns go together, so that a stage that ran again leaves the other
stages' values alone. What a person corrected stays corrected: the new value is kept beside it.
"""

import io
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from psycopg2.extras import execute_values
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from audiolab.catalog import corrections, disputes, fingerprints, former, spelling, vectors
from audiolab.catalog.binary import copy_in, encode_blobs
from audiolab.catalog.fields import BY_NAME
from audiolab.catalog.records import TrackRecord, clean_text, clean_values, pack_waveform
from audiolab.catalog.search_text import SEARCHED, search_columns

_KEPT_ON_CONFLICT = {"id", "root_id", "path", "added_at"}
Rows = list[dict[str, Any]]


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
        return write_rows(cursor, root_id, records)
    finally:
        cursor.close()


def write_rows(cursor: Any, root_id: int, records: Sequence[TrackRecord]) -> list[str]:
    """`write_records` on a cursor of the driver."""
    outdated = former.outdated(cursor, records)
    rows = [_row(root_id, record, is_outdated=record.id in outdated) for record in records]
    groups: dict[frozenset[str], Rows] = defaultdict(list)
    for row in rows:
        groups[frozenset(row)].append(row)
    ids: dict[str, str] = {}
    for columns, group in groups.items():
        ids |= _merge(cursor, sorted(columns), group)
    in_order = [ids[record.path] for record in records]
    former.forget(cursor, in_order, records, outdated)
    _write_stages(cursor, in_order, records)
    _write_blobs(cursor, in_order, records)
    fingerprints.write(cursor, in_order, records)
    vectors.write_embeddings(cursor, in_order, [record.embeddings for record in records])
    vectors.write_scores(cursor, in_order, [record.scores for record in records])
    spelling.add_words(cursor, [row[name] for row in rows for name in SEARCHED if name in row])
    written = {name for row in rows for name in row}
    corrections.reapply(cursor, in_order, written)
    if written & {*disputes.COLUMNS}:
        disputes.refresh(cursor, in_order)
    return in_order


def filename_of(path: str) -> str:
    """The last part of a relative path."""
    return path.rpartition("/")[2]


def _row(root_id: int, record: TrackRecord, *, is_outdated: bool) -> dict[str, Any]:
    values = clean_values(record.values)
    row: dict[str, Any] = {
        **(former.NOTHING if is_outdated else {}),
        "id": record.id or str(uuid7()),
        "root_id": root_id,
        "path": record.path,
        "filename": filename_of(record.path),
        "state": record.state,
        "file_size_bytes": record.file_size_bytes,
        "mtime_ns": record.mtime_ns,
        **values,
    }
    if record.file_hash is not None:
        row["file_hash"] = record.file_hash
    if record.audio_hash is not None:
        row["audio_hash"] = record.audio_hash
    return row | search_columns(row)


def _merge(cursor: Any, columns: list[str], rows: Rows) -> dict[str, str]:
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS incoming_track ON COMMIT DELETE ROWS "
        "AS SELECT * FROM track WITH NO DATA"
    )
    names = ", ".join(columns)
    kinds = [(name, BY_NAME[name].kind if name in BY_NAME else "text") for name in columns]
    buffer = io.StringIO()
    for row in rows:
        buffer.write("\t".join([_copy_text(kind, row[name]) for name, kind in kinds]) + "\n")
    buffer.seek(0)
    cursor.copy_expert(f"COPY incoming_track ({names}) FROM STDIN", buffer)
    kept = _KEPT_ON_CONFLICT | ({"search_body"} if "album" not in columns else set())
    updates = [f"{name} = excluded.{name}" for name in columns if name not in kept]
    cursor.execute(
        f"INSERT INTO track ({names}, analyzed_at) "  # noqa: S608 (names of our own columns)
        f"SELECT {names}, CASE WHEN state <> 'failed' THEN now() END FROM incoming_track "
        "ON CONFLICT (root_id, path) DO UPDATE SET "
        f"{', '.join(updates)}, analyzed_at = coalesce(excluded.analyzed_at, track.analyzed_at), "
        "updated_at = now() RETURNING path, id"
    )
    merged = {path: str(track_id) for path, track_id in cursor.fetchall()}
    cursor.execute("TRUNCATE incoming_track")
    return merged


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy_text(kind: str, value: Any) -> str:
    """One value in the text format of COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, str) and kind != "json":
        return value.translate(_ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (int, float)):
        return repr(value)
    if kind == "json":
        text = json.dumps(value, ensure_ascii=False)
    elif kind in ("list", "vector"):
        text = _array(value)
    else:
        text = str(value)
    return text.translate(_ESCAPES)


def _array(items: Sequence[Any]) -> str:
    quoted = (
        "NULL" if item is None
        else '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(item, str)
        else repr(float(item))
        for item in items
    )  # fmt: skip
    return "{" + ",".join(quoted) + "}"


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


def _write_blobs(cursor: Any, ids: Sequence[str], records: Sequence[TrackRecord]) -> None:
    waveforms = {
        i: pack_waveform(r.waveform) for i, r in zip(ids, records, strict=True)
        if r.waveform is not None
    }  # fmt: skip
    beats = {
        i: np.asarray(r.beats, "<f4").tobytes() for i, r in zip(ids, records, strict=True)
        if r.beats is not None
    }  # fmt: skip
    for table, column, rows in (("waveform", "peaks", waveforms), ("beats", "seconds", beats)):
        if rows:
            _merge_blobs(cursor, table, column, rows)


def _merge_blobs(cursor: Any, table: str, column: str, rows: dict[str, bytes]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS incoming_blob (track_id uuid, content bytea) "
        "ON COMMIT DELETE ROWS"
    )
    copy_in(cursor, "incoming_blob", encode_blobs([*rows], [*rows.values()]))
    cursor.execute(
        f"INSERT INTO {table} (track_id, {column}) "  # noqa: S608 (our own names)
        "SELECT track_id, content FROM incoming_blob "
        f"ON CONFLICT (track_id) DO UPDATE SET {column} = excluded.{column} "
        f"WHERE {table}.{column} <> excluded.{column}"
    )
    cursor.execute("TRUNCATE incoming_blob")
