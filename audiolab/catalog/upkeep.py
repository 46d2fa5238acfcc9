"""Upkeep that pays after many changes: indexes of neighbours, statistics. Nobody has to ask for it.

What is there to do is decided by `due`, from counts alone; doing it is another matter.
"""

import logging
from collections.abc import Callable
from contextlib import closing
from typing import Literal

from sqlalchemy import Connection, text

from audiolab.catalog.database import Database
from audiolab.catalog.maps.adding import place_new
from audiolab.catalog.space import Space, find_space
from audiolab.catalog.space_build import build, move_pending

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]  # what is being done, share done in [0, 1]
Due = Literal["nothing", "move", "build"]
INDEX_FROM = 10_000  # vectors; comparing 20,000 one by one takes 0.1 s
LARGE_ADDITION = 30_000  # tracks added at once after which upkeep is done at once
BULK_SHARE = 0.2  # moving more than this into an index takes as long as building it anew
OUTGROWN = 1.5  # times as many vectors as the reduction was made for
CHANGED_SHARE = 0.1  # of the tracks, from which statistics are refreshed
_LOCK = 0x75706B6565


def due(vectors: int, pending: int, built_for: int | None) -> Due:
    """What pays for an index of neighbours.

    Parameters
    ----------
    vectors : int
        How many there are.
    pending : int
        How many of them the index does not have.
    built_for : int or None
        How many there were when it was built; None if there is none.
    """
    if vectors < INDEX_FROM:
        return "nothing"
    if built_for is None or pending > BULK_SHARE * vectors or vectors > OUTGROWN * built_for:
        return "build"
    return "move" if pending else "nothing"


def maintain(database: Database, progress: Progress | None = None) -> list[str]:
    """Bring indexes of neighbours, statistics and places on the similarity map up to date.

    One process at a time does it; another one that comes meanwhile returns at once.

    Returns
    -------
    list of str
        The models that got a new index.
    """
    report = progress or (lambda what, share: None)
    with database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}):
            return []
        try:
            report("statistics", 0.0)
            connection.execute(text("SELECT audiolab_sum_facets()"))
            if _changed_much(connection):
                connection.execute(text("VACUUM (ANALYZE) track"))
            rows = connection.execute(text("SELECT id, name FROM embedding_model ORDER BY id"))
            built = [
                name
                for model, name in rows.all()
                if _maintain_space(database, connection, f"embedding_{model:d}", name, report)
            ]
            place_new(database, lambda share: report("places on the map", share))
            return built
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})


def _changed_much(connection: Connection) -> bool:
    """Whether the planner's picture of the tracks is out of date."""
    known, changed = connection.execute(
        text(
            "SELECT greatest(c.reltuples, 0), coalesce(s.n_mod_since_analyze, 0) FROM pg_class c "
            "LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE c.oid = 'track'::regclass"
        )
    ).one()
    counted = text("SELECT coalesce(sum(tracks), 0) FROM facet_count WHERE field = ''")
    tracks = float(connection.scalar(counted) or 0)
    return bool(max(float(changed), abs(tracks - known)) > CHANGED_SHARE * max(tracks, 1.0))


def _maintain_space(
    database: Database, connection: Connection, table: str, name: str, report: Progress
) -> bool:
    """Do what is due for one model; whether it got a new index."""
    with closing(connection.connection.cursor()) as cursor:
        space = find_space(connection, cursor, table)
    vectors, pending = (
        connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608 (our own names)
        for name in (space.table, space.pending_table)
    )
    what = due(vectors, pending, space.near.vectors if space.near else None)
    if what == "nothing":
        return False
    log.info("index of neighbours: %s", what, extra={"table": table, "vectors": vectors})
    if what == "move":
        move_pending(database, space, pending, lambda share: report(f"neighbours of {name}", share))
        return False
    says = f"index of {name}"
    report(says, 0.0)
    build(database, Space(table, None), lambda share: report(says, share))
    connection.execute(text(f"ANALYZE {space.near_table}"))
    # Every question reads what is pending: not the rows that were.
    connection.execute(text(f"VACUUM (ANALYZE) {space.pending_table}"))
    return True
