"""Making the table of reduced vectors with its index, and bringing it up to date.

A build reads one moment of the vectors and puts the new table in the old one's place in one
transaction: whoever asks meanwhile gets the old one's answer, and a build that dies leaves nothing.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from typing import Any

import numpy as np
import psycopg2
from sqlalchemy import Connection, text

from audiolab.catalog.binary import BlockSink, ChunkReader, MatrixSink, encode_rows
from audiolab.catalog.database import Database
from audiolab.catalog.reduction import Matrix, Reduction, Trial
from audiolab.catalog.space import Space
from audiolab.catalog.vectors import read_some

Report = Callable[[float], None]  # share done in [0, 1]

BLOCK = 5_000
MOVED_AT_ONCE = 500
SAMPLED_PER_DIMENSION = 12
POLL_SECONDS = 1.0
MB = 1 << 20
LEAST_MEMORY_MB, MOST_MEMORY_MB = 64, 2048
BYTES_PER_ELEMENT = 700  # of an HNSW graph with m = 16, besides the vector
# When trying and writing end, as shares of the time; the rest is indexing.
_TRIED, _WRITTEN = 0.1, 0.3


def build(database: Database, space: Space, report: Report) -> Reduction:
    """Make the near table of a space anew; returns how it is reduced.

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
        reduction = _tried(source, space, dimensions, vectors, _part(report, 0, _TRIED))
        size = dimensions if reduction.components is None else reduction.components.shape[1]
        with database.write() as connection, closing(connection.connection.cursor()) as cursor:
            cursor.execute(f"CREATE TABLE {space.near_table}_new (LIKE {space.table})")
            cursor.execute(
                f"ALTER TABLE {space.near_table}_new ALTER vector TYPE halfvec({size:d}), "
                "ALTER vector SET STORAGE PLAIN"
            )
            filling = _part(report, _TRIED, _WRITTEN)
            _fill(cursor, source, space, dimensions, vectors, reduction, filling)
            _index(database, connection, space, vectors, size, _part(report, _WRITTEN, 1))
            _put_in_place(cursor, source, space)
            _remember(cursor, space, reduction, size, vectors)
    report(1.0)
    return reduction


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


def _tried(cursor: Any, space: Space, dimensions: int, vectors: int, report: Report) -> Reduction:
    """The reduction that these vectors bear."""
    sample = MatrixSink(dimensions)
    _copy_out(cursor, space, sample, SAMPLED_PER_DIMENSION * dimensions / vectors)
    trial = Trial(sample.result()[1])
    wanted = min(vectors, trial.wanted_rows)

    def push(ids: list[str], matrix: Matrix) -> None:
        trial.push(matrix)
        report(trial.rows / wanted)

    if wanted:
        rest = BlockSink(dimensions, push, BLOCK)
        _copy_out(cursor, space, rest, wanted / vectors)
        rest.flush()
    return trial.result(vectors)


def _copy_out(cursor: Any, space: Space, sink: BlockSink, share: float = 1.0) -> None:
    """The vectors of a space, or of a random share of its pages, into a sink."""
    sample = "" if share > 0.5 else f" TABLESAMPLE SYSTEM ({100 * share:.6f})"
    cursor.copy_expert(
        f"COPY (SELECT track_id, vector FROM {space.table}{sample}) "  # noqa: S608
        "TO STDOUT (FORMAT binary)",
        sink,
    )


def _copy_in(cursor: Any, table: str, ids: list[str], matrix: Matrix) -> None:
    cursor.copy_expert(
        f"COPY {table} (track_id, vector) FROM STDIN (FORMAT binary)",
        ChunkReader(encode_rows(ids, matrix)),
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
        _copy_in(cursor, f"{space.near_table}_new", ids, reduction.apply(matrix))
        written += len(ids)
        report(written / vectors)

    sink = BlockSink(dimensions, write, BLOCK)
    _copy_out(source, space, sink)
    sink.flush()


def _index(
    database: Database,
    connection: Connection,
    space: Space,
    vectors: int,
    size: int,
    report: Report,
) -> None:
    """Keys and the index of neighbours, in memory if the server lets us have it."""
    new = f"{space.near_table}_new"
    needed = vectors * (2 * size + BYTES_PER_ELEMENT) // MB
    memory = max(LEAST_MEMORY_MB, min(needed, MOST_MEMORY_MB))
    connection.execute(text(f"ALTER TABLE {new} ADD PRIMARY KEY (track_id)"))
    connection.execute(
        text(
            f"ALTER TABLE {new} ADD FOREIGN KEY (track_id) REFERENCES track (id) ON DELETE CASCADE"
        )
    )
    connection.execute(
        text(
            "SELECT set_config('maintenance_work_mem', :memory, true) "
            "WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < :bytes"
        ),
        {"memory": f"{memory}MB", "bytes": memory * MB},
    )
    statement = f"CREATE INDEX ON {new} USING hnsw (vector halfvec_ip_ops)"
    try:
        with connection.begin_nested():
            _watched(database, connection, statement, report)
    except psycopg2.errors.DiskFull:  # shared memory of containers is small
        connection.execute(text("SET LOCAL max_parallel_maintenance_workers = 0"))
        _watched(database, connection, statement, report)


def _watched(database: Database, connection: Connection, statement: str, report: Report) -> None:
    """Run a statement that takes long in another thread, and tell here how far it is."""
    driver: Any = connection.connection.driver_connection
    with closing(driver.cursor()) as cursor, ThreadPoolExecutor(1) as pool:
        running = pool.submit(cursor.execute, statement)
        share = 0.0
        try:
            while not wait([running], POLL_SECONDS).done:
                share = max(share, _share_done(database, driver.info.backend_pid))
                report(share)
        except BaseException:
            driver.cancel()
            raise
        running.result()


def _share_done(database: Database, pid: int) -> float:
    """How much of an index is built, as the server tells."""
    with database.read() as connection:
        done = connection.scalar(
            text(
                "SELECT greatest(blocks_done::float / nullif(blocks_total, 0), "
                "tuples_done::float / nullif(tuples_total, 0)) "
                "FROM pg_stat_progress_create_index WHERE pid = :pid"
            ),
            {"pid": pid},
        )
    return float(done or 0.0)


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


def _remember(cursor: Any, space: Space, reduction: Reduction, size: int, vectors: int) -> None:
    components = reduction.components
    cursor.execute(
        "INSERT INTO embedding_space (model_id, components, size, candidates, vectors) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (model_id) DO UPDATE SET "
        "components = excluded.components, size = excluded.size, "
        "candidates = excluded.candidates, vectors = excluded.vectors, built_at = now()",
        (
            space.model_id,
            None if components is None else components.astype("<f4").tobytes(),
            size,
            reduction.candidates,
            vectors,
        ),
    )


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
        cursor.execute(
            f"DELETE FROM {space.pending_table} WHERE track_id = ANY(%s::uuid[])",  # noqa: S608
            (ids,),
        )
    return len(ids)


def _upsert(cursor: Any, space: Space, ids: list[str], reduced: Matrix) -> None:
    cursor.execute(
        f"CREATE TEMP TABLE moved (track_id uuid, vector halfvec({reduced.shape[1]:d})) "
        "ON COMMIT DROP"
    )
    _copy_in(cursor, "moved", ids, reduced)
    cursor.execute(
        f"INSERT INTO {space.near_table} SELECT track_id, vector FROM moved "  # noqa: S608
        "ON CONFLICT (track_id) DO UPDATE SET vector = excluded.vector"
    )
