"""What was known of a file's former bytes: it goes when the file holds others.

A record brings what is known of the new bytes, which may be less: silence has no beats, a network
may have failed or may not be installed any more. What it does not bring would be told of music that
is not there, and a stage that did not run would never run again. Where the sound is the same, as
when only tags were edited, all of it is still true and stays.
"""

from collections.abc import Collection, Sequence
from typing import Any

from psycopg2.extras import execute_values

from audiolab.catalog import vectors
from audiolab.catalog.fields import BY_NAME
from audiolab.catalog.records import OWN, TrackRecord

# The row of a track of which nothing is known; the last two are no columns that people see.
NOTHING = dict.fromkeys([*BY_NAME.keys() - OWN, "file_hash", "audio_hash"])


def outdated(cursor: Any, records: Sequence[TrackRecord]) -> frozenset[str]:
    """Ids of the tracks that sound otherwise than what is stored of them."""
    sounds = [(record.id, record.audio_hash) for record in records if record.changed and record.id]
    rows = execute_values(
        cursor,
        "SELECT t.id::text FROM track t JOIN (VALUES %s) AS new (id, audio_hash) ON t.id = new.id "
        "WHERE t.audio_hash IS DISTINCT FROM new.audio_hash OR new.audio_hash IS NULL",
        sounds,
        template="(%s::uuid, %s::bytea)",
        fetch=True,
    )
    return frozenset(track_id for (track_id,) in rows or ())


def forget(
    cursor: Any, ids: Sequence[str], records: Sequence[TrackRecord], outdated: Collection[str]
) -> None:
    """Remove what is beside the rows of outdated tracks and is not in their records.

    To be called before the records' own vectors are written.
    """
    pairs = [(i, record) for i, record in zip(ids, records, strict=True) if i in outdated]
    if not pairs:
        return

    lacking = {
        "waveform": [i for i, record in pairs if record.waveform is None],
        "beats": [i for i, record in pairs if record.beats is None],
        "fingerprint": [i for i, record in pairs if not record.fingerprint],
        "map_point": [i for i, _ in pairs],  # the next one to place tracks finds a new place
    }
    for table, gone in lacking.items():
        cursor.execute(
            f"DELETE FROM {table} WHERE track_id = ANY(%s::uuid[])",  # noqa: S608 (our own names)
            (gone,),
        )
    for model in vectors.models(cursor):
        gone = [i for i, record in pairs if model.name not in record.embeddings]
        vectors.remove(cursor, model.table, gone)
    _keep_only(cursor, "stage_status", "stage", {i: _stages(record) for i, record in pairs})
    _keep_only(cursor, "class_scores", "head", {i: list(record.scores) for i, record in pairs})


def _keep_only(cursor: Any, table: str, column: str, kept: dict[str, list[str]]) -> None:
    """Of the rows of some tracks, keep those that are named."""
    execute_values(
        cursor,
        f"DELETE FROM {table} USING (VALUES %s) AS new (id, kept) "  # noqa: S608 (our own names)
        f"WHERE track_id = new.id AND {column} <> ALL(new.kept)",
        list(kept.items()),
        template="(%s::uuid, %s::text[])",
    )


def _stages(record: TrackRecord) -> list[str]:
    return [stage.stage for stage in record.stages]
