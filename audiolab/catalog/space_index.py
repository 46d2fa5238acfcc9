"""The index over reduced vectors: how large, made with what memory, searched how far.

How many of its parts are searched is measured on the index itself: as many as it takes to find
what is truly near to some tracks of the library.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from typing import Any

import psycopg2
from sqlalchemy import Connection, text

from audiolab.catalog.database import Database
from audiolab.catalog.reduction import WANTED_RECALL, Reduction, Trial
from audiolab.catalog.space import Space, literal

Report = Callable[[float], None]  # share done in [0, 1]

POLL_SECONDS = 1.0
MB = 1 << 20
LEAST_LISTS, MOST_LISTS = 32, 2_000
SAMPLED_PER_LIST = 50  # vectors that pgvector finds the centres with
LEAST_PROBES = 5
PROBES_GROWTH = 1.5  # from one number to try to the next
MOST_SEARCHED = 0.25  # of the parts


def lists_for(vectors: int) -> int:
    """Into how many parts so many vectors are divided: about as many as each part then has."""
    return max(LEAST_LISTS, min(MOST_LISTS, math.isqrt(vectors)))


def make_index(
    database: Database,
    connection: Connection,
    space: Space,
    lists: int,
    size: int,
    report: Report,
) -> None:
    """Give a new near table its key and its index.

    Parameters
    ----------
    database : Database
        Where, to ask how far it is.
    connection : Connection
        In the transaction that made the table.
    space : Space
    lists, size : int
        Parts of the index, and dimensions of the vectors.
    report : callable
    """
    new = f"{space.near_table}_new"
    sampled = SAMPLED_PER_LIST * lists
    memory = 64 + int(1.3 * 4 * sampled * (size + lists)) // MB
    connection.execute(text(f"ALTER TABLE {new} ADD PRIMARY KEY (track_id)"))
    connection.execute(
        text(
            "SELECT set_config('maintenance_work_mem', :memory, true) "
            "WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < :bytes"
        ),
        {"memory": f"{memory}MB", "bytes": memory * MB},
    )
    statement = (
        f"CREATE INDEX ON {new} USING ivfflat (vector halfvec_ip_ops) WITH (lists = {lists:d})"
    )
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


def probes_for(cursor: Any, space: Space, trial: Trial, reduction: Reduction, lists: int) -> int:
    """How many parts of the new index to search: as many as find what is truly near."""
    cursor.execute("SET LOCAL enable_seqscan = off")
    wanted = trial.neighbours()
    queries = [literal(query) for query in reduction.apply(trial.questions)]
    most = max(LEAST_PROBES, int(MOST_SEARCHED * lists))
    probes = LEAST_PROBES
    while probes < most and _recall(cursor, space, queries, wanted, reduction, probes) < (
        WANTED_RECALL
    ):
        probes = math.ceil(PROBES_GROWTH * probes)
    cursor.execute("SET LOCAL enable_seqscan = on")
    return min(probes, most)


def _recall(
    cursor: Any,
    space: Space,
    queries: list[str],
    wanted: list[set[str]],
    reduction: Reduction,
    probes: int,
) -> float:
    """Which share of what is near is among the candidates."""
    cursor.execute(f"SET LOCAL ivfflat.probes = {probes:d}")
    found = 0
    for query, near in zip(queries, wanted, strict=True):
        cursor.execute(
            f"SELECT track_id::text FROM {space.near_table}_new "  # noqa: S608 (our own names)
            "ORDER BY vector <#> %s::halfvec LIMIT %s",
            (query, reduction.candidates),
        )
        found += len(near & {track_id for (track_id,) in cursor.fetchall()})
    return found / max(1, sum(map(len, wanted)))
