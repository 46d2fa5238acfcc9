"""What is like this: seeds to a query vector, the nearest tracks, why they are near."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from audiolab.catalog import read, vectors
from audiolab.catalog.filters import Filter
from audiolab.catalog.likeness import COMPARED, reasons
from audiolab.catalog.neighbours import nearest
from audiolab.catalog.space import Space, Vector, find_space
from audiolab.catalog.vectors import Model
from audiolab.errors import CatalogError

SAME_RECORDING = 2e-4  # cosine distance under which two vectors are of one recording
MOST_COPIES = 500  # of one recording that are looked through for the next one


@dataclass(frozen=True)
class Question:
    """What to compare with.

    Attributes
    ----------
    seeds : list of str, or ndarray of shape (dimensions,)
        Tracks, or a vector.
    minus : list of str
        Tracks to keep away from.
    model : str or None
        Which embedding; None takes the first that the first seed has.
    """

    seeds: list[str] | npt.NDArray[Any]
    minus: list[str]
    model: str | None = None


def similar(
    connection: Connection,
    question: Question,
    limit: int,
    where: Filter,
    *,
    copies: bool = False,
    explain: bool = False,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The tracks nearest to the question, most similar first; see `Catalog.similar`."""
    names = read.wanted(columns)
    with closing(connection.connection.cursor()) as cursor:
        model, stored = find_model(cursor, connection, question)
        query, seeds = _query(model, stored, question)
        space = find_space(connection, cursor, model.table)
        if copies:
            found = nearest(connection, space, query, where, limit, seeds)
        else:
            found = _nearest_recordings(connection, cursor, space, query, where, limit, seeds)
    needed = tuple(dict.fromkeys([*names, *COMPARED])) if explain else names
    frame = read.by_ids(connection, [track_id for track_id, _ in found], needed)
    shares = [min(1.0, max(0.0, 1.0 - distance)) for _, distance in found]
    frame.insert(0, "similarity", pd.Series(shares, index=frame.index, dtype="float64"))
    if not explain:
        return frame
    reference = read.by_ids(connection, seeds[:1], COMPARED)
    return pd.concat([reasons(reference, frame), frame[["similarity", *names]]], axis=1)


def find_model(
    cursor: Any, connection: Connection, question: Question
) -> tuple[Model, dict[str, Vector]]:
    """The model to compare by, and the vectors of the question's tracks."""
    seeds = question.seeds
    given = isinstance(seeds, np.ndarray)
    ids = [] if given else [*dict.fromkeys([*seeds, *question.minus])]
    known = vectors.preferred(cursor, ids[0]) if ids else vectors.models(cursor)
    wanted = [model for model in known if question.model in (None, model.name)]
    for model in wanted:
        stored = vectors.read_some(cursor, model.table, ids, model.dimensions) if ids else {}
        if given or (ids and ids[0] in stored):
            return model, stored
    if not given:
        if not ids:
            raise CatalogError("similar: expected at least one track, got none")
        read.existing(connection, ids[0])
    of = f" of {question.model}" if question.model else ""
    raise CatalogError(
        f"there is no embedding{of} to compare by: install the networks "
        "(audiolab models download) and scan again"
    )


def _query(model: Model, stored: dict[str, Vector], question: Question) -> tuple[Vector, list[str]]:
    """One direction, the seeds' mean away from `minus`, and the tracks it was made of."""
    seeds = question.seeds
    if isinstance(seeds, np.ndarray):
        if seeds.shape != (model.dimensions,) or not np.isfinite(seeds).all() or not seeds.any():
            raise CatalogError(
                f"a vector of {model.name} has {model.dimensions} finite numbers, not all zero; "
                f"got an array of shape {seeds.shape}"
            )
        return seeds.astype(np.float32), []
    ids = [*dict.fromkeys([*seeds, *question.minus])]
    absent = [track_id for track_id in ids if track_id not in stored]
    if absent:
        raise CatalogError(f"track {absent[0]} has no embedding of {model.name} to compare by")
    query = np.mean([_unit(stored[i]) for i in seeds], axis=0)
    if question.minus:
        query = query - 0.5 * np.mean([_unit(stored[i]) for i in question.minus], axis=0)
    return query.astype(np.float32), ids


def _nearest_recordings(
    connection: Connection,
    cursor: Any,
    space: Space,
    query: Vector,
    where: Filter,
    limit: int,
    seeds: list[str],
) -> list[tuple[str, float]]:
    """The nearest, one track of each recording; as many as wanted, if there are."""
    wanted = limit + max(5, limit // 2)
    while True:
        found = nearest(connection, space, query, where, wanted, seeds)
        distinct = _distinct(cursor, space.table, len(query), seeds, found)
        if len(distinct) >= limit or len(found) < wanted or wanted > MOST_COPIES * limit:
            return distinct[:limit]
        wanted *= 4


def _distinct(
    cursor: Any, table: str, dimensions: int, seeds: Sequence[str], found: list[tuple[str, float]]
) -> list[tuple[str, float]]:
    """Leave out recordings that are there already: the seeds' own and nearer results."""
    ids = [*seeds, *(track_id for track_id, _ in found)]
    stored = vectors.read_some(cursor, table, ids, dimensions)
    kept_units = [_unit(stored[track_id]) for track_id in seeds]
    kept = []
    for track_id, distance in found:
        unit = _unit(stored[track_id])
        if all(1 - float(unit @ other) > SAME_RECORDING for other in kept_units):
            kept_units.append(unit)
            kept.append((track_id, distance))
    return kept


def _unit(vector: Vector) -> Vector:
    return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
