"""Class scores: of a head for all tracks, of a track by all heads; heads of one's own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from audiolab.catalog import vectors
from audiolab.catalog.binary import MatrixSink
from audiolab.catalog.frames import copy_out
from audiolab.catalog.read import visible
from audiolab.catalog.schema import class_scores, head, track
from audiolab.errors import CatalogError

OWN = "own"  # the version of a head that no network has


def predictions(connection: Connection, name: str) -> pd.DataFrame:
    """Scores of all tracks that the head has looked at.

    Returns
    -------
    pandas.DataFrame
        Indexed by track id, a float32 column a class, values in [0, 1].

    Raises
    ------
    CatalogError
        If no head of that name has run.
    """
    classes = connection.scalar(select(head.c.classes).where(head.c.name == name))
    if classes is None:
        known = ", ".join(connection.scalars(select(head.c.name).order_by(head.c.name))) or "none"
        raise CatalogError(f"no head called {name!r} has run in this catalog (there are: {known})")
    statement = (
        select(class_scores.c.track_id, class_scores.c.scores)
        .join(track, track.c.id == class_scores.c.track_id)
        .where(class_scores.c.head == name, visible)
        .order_by(class_scores.c.track_id)
    )
    sink = MatrixSink(len(classes), scores=True)
    copy_out(connection, statement, sink, "binary")
    ids, matrix = sink.result()
    index = pd.Index(ids, name="id", dtype=object)
    return pd.DataFrame(matrix, index=index, columns=list(classes))


def scores(connection: Connection, track_id: str) -> "dict[str, pd.Series[Any]]":
    """Scores of one track by head, the highest first; empty where no head has looked at it."""
    statement = (
        select(head.c.name, head.c.classes, class_scores.c.scores)
        .join(head, head.c.name == class_scores.c.head)
        .where(class_scores.c.track_id == track_id)
        .order_by(head.c.name)
    )
    return {
        name: pd.Series(found, index=classes, name=name, dtype="float32").sort_values(
            ascending=False, kind="stable"
        )
        for name, classes, found in connection.execute(statement)
    }


def check(name: str, frame: pd.DataFrame) -> None:
    """Refuse what cannot be the scores of a head.

    Raises
    ------
    CatalogError
        Saying what was expected.
    """
    if not name.strip():
        raise CatalogError("add_predictions: expected a name for the head")
    if not len(frame.columns) or not all(isinstance(column, str) for column in frame.columns):
        raise CatalogError("add_predictions: expected a column a class, named by texts")
    for what, index in (("class", frame.columns), ("track", frame.index)):
        if index.has_duplicates:
            double = index[index.duplicated()][0]
            raise CatalogError(f"add_predictions: the {what} {double} occurs twice")
    if not _are_shares(frame):
        raise CatalogError("add_predictions: expected scores in [0, 1], without gaps")


def _are_shares(frame: pd.DataFrame) -> bool:
    if not all(pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes):
        return False
    values = frame.to_numpy(np.float32, na_value=np.nan)
    return bool(((values >= 0) & (values <= 1)).all())


def add(cursor: Any, name: str, track_ids: Sequence[str], frame: pd.DataFrame) -> None:
    """Store scores of a head of one's own.

    Raises
    ------
    CatalogError
        If a network has that name.
    """
    cursor.execute("SELECT version FROM head WHERE name = %s", (name,))
    found = cursor.fetchone()
    if found is not None and found[0] != OWN:
        raise CatalogError(f"{name!r} is the name of a network's head: give yours another")
    vectors.register_head(cursor, name, [str(column) for column in frame.columns], OWN)
    rows = frame.to_numpy(np.float32)
    vectors.write_scores(cursor, track_ids, [{name: row} for row in rows])
