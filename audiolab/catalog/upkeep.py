"""Upkeep that pays after many changes: vector indexes, statistics. Nobody has to ask for it."""

import logging
from collections.abc import Callable

from sqlalchemy import text

from audiolab.catalog.database import Database
from audiolab.catalog.neighbours import INDEX_FROM
from audiolab.catalog.schema import track

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]  # what is being done, share done in [0, 1]
_LOCK = 0x75706B6565
BULK_SHARE = 0.2


def maintain(database: Database, progress: Progress | None = None) -> list[str]:
    """Build the vector indexes that pay and refresh the planner's statistics.

    An index is built when a model has at least `INDEX_FROM` vectors. One process at a time does
    it; another one that comes meanwhile returns at once.

    Returns
    -------
    list of str
        The tables that got an index.
    """
    report = progress or (lambda what, share: None)
    with database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}):
            return []
        try:
            report("statistics", 0.0)
            connection.execute(text(f"VACUUM (ANALYZE) {track.name}"))
            built = []
            for table in _tables_to_index(connection):
                report(f"index of {table}", 0.0)
                log.info("building a vector index", extra={"table": table})
                _build(connection, table)
                built.append(table)
                report(f"index of {table}", 1.0)
            return built
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})


def _tables_to_index(connection) -> list[str]:  # type: ignore[no-untyped-def]
    tables = [
        f"embedding_{i:d}" for i in connection.scalars(text("SELECT id FROM embedding_model"))
    ]
    return [
        table for table in tables
        if not connection.scalar(text("SELECT to_regclass(:n) IS NOT NULL"), {"n": f"ix_{table}"})
        and connection.scalar(text(f"SELECT count(*) FROM {table}")) >= INDEX_FROM  # noqa: S608
    ]  # fmt: skip


def _build(connection, table: str) -> None:  # type: ignore[no-untyped-def]
    connection.execute(text("SET maintenance_work_mem = '2GB'"))
    connection.execute(text("SET max_parallel_maintenance_workers = 2"))
    connection.execute(
        text(f"CREATE INDEX ix_{table} ON {table} USING hnsw (vector halfvec_cosine_ops)")
    )
    connection.execute(text("RESET maintenance_work_mem"))
    connection.execute(text("RESET max_parallel_maintenance_workers"))
