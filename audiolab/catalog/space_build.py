"""Making the table of reduced vectors with its index, and bringing it up to date.

A build reads one moment of the vectors and puts the new table in the old one's place in one
transaction: whoever asks meanwhile gets the old one's answer, and a build that dies leaves nothing.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import numpy as np

from audiolab.catalog.binary import BlockSink, MatrixSink, copy_in, encode_rows
from audiolab.catalog.database import Database
from audiolab.catalog.reduction import MOST_TRIED, Matrix, Reduction, Trial
from audiolab.catalog.space import Near, Space
from audiolab.catalog.space_index import Report, lists_for, make_index, probes_for
from audiolab.catalog.vectors import read_some

BLOCK = 5_000
MOVED_AT_ONCE = 500
SAMPLED_PER_DIMENSION = 12
# When trying, writing and indexing end, as shares of the time.
_TRIED, _WRITTEN, _INDEXED = 0.15, 0.5, 0.95


def build(database: Database, space: Space, report: Report) -> Near:
    """Make the near table of a space anew.

    Parameters
    ----------
    database : Database
        Where.
    space : Space
        Which vectors.
    report : callable
        Told the share that is done, every second or so.
    """
    with _one_moment(database) as source:
        dimensions, vectors = _size(source, space)
        trial = _tried(source, space, dimensions, vectors, _part(report, 0, _TRIED))
        reduction, lists = trial.result(vectors), lists_for(vectors)
        size = dimensions if reduction.components is None else reduction.components.shape[1]
        with database.write() as connection, closing(connection.connection.cursor()) as cursor:
            cursor.execute(f"CREATE TABLE {space.near_table}_new (LIKE {space.table})")
            cursor.execute(
                f"ALTER TABLE {space.near_table}_new ALTER vector TYPE halfvec({size:d}), "
                "ALTER vector SET STORAGE PLAIN"
            )
            filling = _part(report, _TRIED, _WRITTEN)
            _fill(cursor, source, space, dimensions, vectors, reduction, filling)
            make_index(database, connection, space, lists, size, _part(report, _WRITTEN, _INDEXED))
            probes = probes_for(cursor, space, trial, reduction, lists)
            near = Near(reduction, vectors, lists, probes)
            _tie_to_tracks(cursor, space)
            _put_in_place(cursor, source, space)
            _remember(cursor, space, near, size)
    report(1.0)
    return near


@contextmanager
def _one_moment(database: Database) -> Iterator[Any]:
    """A cursor that sees one moment of the catalog."""
    with database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin(), closing(connection.connection.cursor()) as cursor:
            yield cursor


def _part(report: Report, low: float, high: float) -> Report:
    return lambda share: report(low + min(1.0, share) * (high - low))


def _size(cursor: Any, space: Space) -> tuple[int, int]:
    """Dimensions, and how many vectors there are."""
    cursor.execute("SELECT dimensions FROM embedding_model WHERE id = %s", (space.model_id,))
    (dimensions,) = cursor.fetchone()
    cursor.execute(f"SELECT count(*) FROM {space.table}")  # noqa: S608 (our own names)
    (vectors,) = cursor.fetchone()
    return dimensions, vectors


def _tried(cursor: Any, space: Space, dimensions: int, vectors: int, report: Report) -> Trial:
    """What these vectors bear, and what is truly near."""
    sample = MatrixSink(dimensions)
    _copy_out(cursor, space, sample, SAMPLED_PER_DIMENSION * dimensions / vectors)
    trial = Trial(sample.result()[1])
    wanted = min(vectors, MOST_TRIED)

    def push(ids: list[str], matrix: Matrix) -> None:
        trial.push(ids, matrix)
        report(trial.rows / wanted)

    sink = BlockSink(dimensions, push, BLOCK)
    _copy_out(cursor, space, sink, wanted / vectors)
    sink.flush()
    return trial


def _copy_out(cursor: Any, space: Space, sink: BlockSink, share: float = 1.0) -> None:
    """The vectors of a space, or of a random share of its pages, into a sink."""
    sample = "" if share > 0.5 else f" TABLESAMPLE SYSTEM ({100 * share:.6f})"
    cursor.copy_expert(
        f"COPY (SELECT track_id, vector FROM {space.table}{sample}) "  # noqa: S608
        "TO STDOUT (FORMAT binary)",
        sink,
    )


def _fill(
    cursor: Any,
    source: Any,
    space: Space,
    dimensions: int,
    vectors: int,
    reduction: Reduction,
    report: Report,
) -> None:
    """Write every vector, reduced."""
    written = 0

    def write(ids: list[str], matrix: Matrix) -> None:
        nonlocal written
        new = f"{space.near_table}_new"
        copy_in(cursor, new, encode_rows(ids, reduction.apply(matrix)), is_new=True)
        written += len(ids)
        report(written / vectors)

    sink = BlockSink(dimensions, write, BLOCK)
    _copy_out(source, space, sink)
    sink.flush()


def _tie_to_tracks(cursor: Any, space: Space) -> None:
    """Have rows go with their tracks; those of tracks that went since the build began go now.

    Nobody else writes tracks from here on until the build ends, so it comes last: an index takes
    minutes.
    """
    new = f"{space.near_table}_new"
    cursor.execute("LOCK TABLE track IN SHARE ROW EXCLUSIVE MODE")  # what the key would take
    cursor.execute(
        f"DELETE FROM {new} n WHERE NOT EXISTS (SELECT FROM track WHERE id = n.track_id)"  # noqa: S608
    )
    cursor.execute(
        f"ALTER TABLE {new} ADD FOREIGN KEY (track_id) REFERENCES track (id) ON DELETE CASCADE"
    )


def _put_in_place(cursor: Any, source: Any, space: Space) -> None:
    """Swap the tables; pending is what has been written since the build began."""
    cursor.execute("CREATE TEMP TABLE built (track_id uuid, version bigint) ON COMMIT DROP")
    source.execute(f"SELECT track_id, version FROM {space.pending_table}")  # noqa: S608
    while rows := source.fetchmany(BLOCK):
        listed = b",".join(cursor.mogrify("(%s::uuid, %s)", row) for row in rows)
        cursor.execute(b"INSERT INTO built VALUES " + listed)
    cursor.execute(
        f"DELETE FROM {space.pending_table} p USING built b "  # noqa: S608
        "WHERE p.track_id = b.track_id AND p.version = b.version"
    )
    cursor.execute(f"DROP TABLE IF EXISTS {space.near_table}")
    cursor.execute(f"ALTER TABLE {space.near_table}_new RENAME TO {space.near_table}")


def _remember(cursor: Any, space: Space, near: Near, size: int) -> None:
    components = near.reduction.components
    stored = None if components is None else components.astype("<f4").tobytes()
    cursor.execute("DELETE FROM embedding_space WHERE model_id = %s", (space.model_id,))
    cursor.execute(
        "INSERT INTO embedding_space "
        "(model_id, components, size, candidates, lists, probes, vectors) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            space.model_id, stored, size, near.reduction.candidates, near.lists, near.probes,
            near.vectors,
        ),
    )  # fmt: skip


def move_pending(database: Database, space: Space, pending: int, report: Report) -> None:
    """Put the pending vectors into the near table, a few at a time.

    Parameters
    ----------
    database : Database
        Where.
    space : Space
        With a near table.
    pending : int
        About how many there are.
    report : callable
        Told the share that is done.
    """
    moved = 0
    while count := _move_some(database, space):
        moved += count
        report(min(1.0, moved / max(1, pending)))


def _move_some(database: Database, space: Space) -> int:
    """Move some; those that a writer holds are left for the next time."""
    assert space.near is not None
    with database.cursor(write=True) as cursor:
        cursor.execute(
            f"SELECT track_id::text FROM {space.pending_table} ORDER BY version "  # noqa: S608
            f"LIMIT {MOVED_AT_ONCE:d} FOR UPDATE SKIP LOCKED"
        )
        ids = [track_id for (track_id,) in cursor.fetchall()]
        stored = read_some(cursor, space.table, ids) if ids else {}
        if stored:
            reduced = space.near.reduction.apply(np.stack(list(stored.values())))
            _upsert(cursor, space, list(stored), reduced)
        removed = [track_id for track_id in ids if track_id not in stored]
        for table, settled in ((space.near_table, removed), (space.pending_table, ids)):
            cursor.execute(
                f"DELETE FROM {table} WHERE track_id = ANY(%s::uuid[])",  # noqa: S608 (ours)
                (settled,),
            )
    return len(ids)


def _upsert(cursor: Any, space: Space, ids: list[str], reduced: Matrix) -> None:
    cursor.execute(
        f"CREATE TEMP TABLE moved (track_id uuid, vector halfvec({reduced.shape[1]:d})) "
        "ON COMMIT DROP"
    )
    copy_in(cursor, "moved", encode_rows(ids, reduced))
    cursor.execute(
        f"INSERT INTO {space.near_table} SELECT track_id, vector FROM moved "  # noqa: S608
        "ON CONFLICT (track_id) DO UPDATE SET vector = excluded.vector"
    )
