"""Class scores: of a head for all tracks, of a track by all heads."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from audiolab.catalog.binary import MatrixSink
from audiolab.catalog.frames import copy_out
from audiolab.catalog.read import visible
from audiolab.catalog.schema import class_scores, head, track
from audiolab.errors import CatalogError


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
