"""Tracks that came after the map: each gets its place on it."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np

from audiolab.catalog import vectors
from audiolab.catalog.binary import BlockSink
from audiolab.catalog.database import Database
from audiolab.catalog.maps import store
from audiolab.catalog.maps.graph import Matrix
from audiolab.catalog.maps.placing import Nearest
from audiolab.catalog.playlists import tell

BLOCK = 5_000
AT_ONCE = 2_000


def place_new(database: Database, report: Callable[[float], None]) -> int:
    """Place every track that has an embedding of the map's model and is not on it.

    Parameters
    ----------
    database : Database
    report : callable
        Told the share that is done.

    Returns
    -------
    int
        How many were placed.
    """
    with database.read() as connection:
        model = store.model_id_of(connection)
        wanted = 0 if model is None else store.waiting(connection, model)
    placed = 0
    while model is not None and (some := _place_some(database, model)):
        placed += some
        report(min(1.0, placed / max(1, wanted)))
    return placed


def _place_some(database: Database, model: int) -> int:
    table = f"embedding_{model:d}"
    with database.cursor() as cursor:
        new = vectors.read_some(cursor, table, store.unplaced(cursor, model, AT_ONCE))
    if not new:
        return 0
    nearest = Nearest(np.stack(list(new.values())))
    _compare(database, model, nearest)
    plane = nearest.placed()
    if not np.isfinite(plane).all():  # every track of the map has gone
        return 0
    with database.cursor(write=True) as cursor:
        store.write_points(cursor, list(new), plane, nearest.surroundings(), None)
        tell(cursor)
    return len(new)


def _compare(database: Database, model: int, nearest: Nearest) -> None:
    """Show it every track that is on the map."""

    def push(ids: list[str], matrix: Matrix) -> None:
        with database.cursor() as other:  # the first one is in the middle of its answer
            nearest.push(matrix, store.places(other, ids))

    with database.read() as connection, closing(connection.connection.cursor()) as cursor:
        sink = BlockSink(_dimensions(cursor, model), push, BLOCK)
        cursor.copy_expert(
            f"COPY (SELECT e.track_id, e.vector FROM embedding_{model:d} e "  # noqa: S608
            "JOIN map_point p ON p.track_id = e.track_id WHERE p.occurrence IS NOT NULL) "
            "TO STDOUT (FORMAT binary)",
            sink,
        )
        sink.flush()


def _dimensions(cursor: Any, model: int) -> int:
    cursor.execute("SELECT dimensions FROM embedding_model WHERE id = %s", (model,))
    return int(cursor.fetchone()[0])
