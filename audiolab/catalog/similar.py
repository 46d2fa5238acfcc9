"""What is like this: cosine similarity of embeddings, exact, inside any filter."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from audiolab.catalog import read, vectors
from audiolab.catalog.fields import COLUMNS
from audiolab.catalog.filter_sql import compile_statement
from audiolab.catalog.filters import Filter
from audiolab.catalog.frames import kinds_of, read_frame
from audiolab.catalog.schema import track
from audiolab.errors import CatalogError


def similar(
    connection: Connection, track_id: str, *, limit: int, where: Filter, model: str | None = None
) -> pd.DataFrame:
    """The nearest tracks, most similar first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Where to read.
    track_id : str
        The track to compare with; it is not in the result itself.
    limit : int
        How many at most.
    where : Filter
        Which tracks may be in the result.
    model : str, optional
        Which embedding; by default the first one that this track has.

    Returns
    -------
    pandas.DataFrame
        The tracks' columns and ``similarity`` in [0, 1]: cosine similarity, below zero as zero.

    Raises
    ------
    TrackNotFoundError
        If there is no such track.
    CatalogError
        If it has no embedding of that model.
    """
    cursor = connection.connection.cursor()
    try:
        table = _table_with(cursor, connection, track_id, model)
        condition, parameters = compile_statement(read.matching(where))
        cursor.execute(
            f"SELECT track.id::text, 1 - (e.vector <=> q.vector) "  # noqa: S608 (our own names)
            f"FROM {table} e JOIN track ON track.id = e.track_id, "
            f"(SELECT vector FROM {table} WHERE track_id = %(similar_to)s) q "
            f"WHERE e.track_id <> %(similar_to)s AND {condition} "
            "ORDER BY e.vector <=> q.vector, track.id LIMIT %(similar_limit)s",
            {**parameters, "similar_to": track_id, "similar_limit": limit},
        )
        found = cursor.fetchall()
    finally:
        cursor.close()
    return _ordered(connection, found)


def _table_with(cursor: Any, connection: Connection, track_id: str, model: str | None) -> str:
    for name in [model] if model else vectors.model_names(cursor):
        found = vectors.model_table(cursor, name)
        if found is None:
            continue
        cursor.execute(f"SELECT 1 FROM {found[0]} WHERE track_id = %s", (track_id,))  # noqa: S608
        if cursor.fetchone():
            return found[0]
    read.existing(connection, track_id)
    of = f" of {model}" if model else ""
    raise CatalogError(
        f"track {track_id} has no embedding{of} to compare: install the networks "
        "(audiolab models download) and scan again"
    )


def _ordered(connection: Connection, found: Sequence[Any]) -> pd.DataFrame:
    ids = [track_id for track_id, _ in found]
    statement = read.select_columns(COLUMNS).where(track.c.id.in_(ids))
    frame = read_frame(connection, statement, {"id": "text", **kinds_of(COLUMNS)})
    frame = frame.loc[ids]
    shares = [min(1.0, max(0.0, float(share))) for _, share in found]
    frame.insert(0, "similarity", pd.Series(shares, index=frame.index, dtype="float64"))
    return frame
