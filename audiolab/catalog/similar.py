"""What is like this: seeds to a query vector, the nearest tracks, why they are near."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from audiolab.catalog import read, vectors
from audiolab.catalog.compared import Found
from audiolab.catalog.filters import Filter
from audiolab.catalog.likeness import COMPARED, reasons
from audiolab.catalog.neighbours import nearest
from audiolab.catalog.space import Space, Vector, find_space
from audiolab.catalog.target import GivenVector, Target, TrackVector, is_indexed
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

    @property
    def tracks(self) -> list[str]:
        """The tracks that it is made of, each once."""
        seeds = [] if isinstance(self.seeds, np.ndarray) else self.seeds
        return [*dict.fromkeys([*seeds, *self.minus])]

    @property
    def track(self) -> str | None:
        """The track, if it is of a single one and nothing else."""
        return self.tracks[0] if len(self.tracks) == 1 and not self.minus else None


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
    if not np.size(question.seeds):
        raise CatalogError("similar: expected at least one track or a vector, got none")
    with closing(connection.connection.cursor()) as cursor:
        model, space, target = _target(cursor, connection, question)
        seeds = question.tracks
        search = partial(nearest, connection, space, target, where, seeds=seeds)
        found = search(limit) if copies else _recordings(cursor, model, search, limit, seeds)
    needed = tuple(dict.fromkeys([*names, *COMPARED])) if explain else names
    likeness = np.clip([1.0 - distance for _, distance in found], 0.0, 1.0)
    ids = [track_id for track_id, _ in found]
    frame = read.by_ids(connection, ids, needed, similarity=likeness)
    if not explain:
        return frame
    reference = read.by_ids(connection, seeds[:1], COMPARED)
    return pd.concat([reasons(reference, frame), frame[["similarity", *names]]], axis=1)


def _target(cursor: Any, connection: Connection, question: Question) -> tuple[Model, Space, Target]:
    """The model to compare by, its vectors, and what is looked for among them."""
    known = _models(cursor, question)
    if known and question.track is not None:
        space = find_space(connection, cursor, known[0].table)
        if is_indexed(cursor, space, question.track):
            return known[0], space, TrackVector(question.track)
    model, stored = _stored(cursor, connection, known, question)
    space = find_space(connection, cursor, model.table)
    return model, space, GivenVector(_direction(model, stored, question))


def find_model(
    cursor: Any, connection: Connection, question: Question
) -> tuple[Model, dict[str, Vector]]:
    """The model to compare by, and the vectors of the question's tracks."""
    return _stored(cursor, connection, _models(cursor, question), question)


def _models(cursor: Any, question: Question) -> list[Model]:
    """The models to compare by, the best first."""
    tracks = question.tracks
    known = vectors.preferred(cursor, tracks[0]) if tracks else vectors.models(cursor)
    return [model for model in known if question.model in (None, model.name)]


def _stored(
    cursor: Any, connection: Connection, known: list[Model], question: Question
) -> tuple[Model, dict[str, Vector]]:
    """The first model that has a vector of the question's first track, and those of all."""
    ids = question.tracks
    for model in known:
        stored = vectors.read_some(cursor, model.table, ids, model.dimensions) if ids else {}
        if not ids or ids[0] in stored:
            return model, stored
    if ids:
        read.existing(connection, ids[0])
    of = f" of {question.model}" if question.model else ""
    raise CatalogError(
        f"there is no embedding{of} to compare by: install the networks "
        "(audiolab models download) and scan again"
    )


def _direction(model: Model, stored: dict[str, Vector], question: Question) -> Vector:
    """The seeds' mean away from `minus`."""
    absent = [track_id for track_id in question.tracks if track_id not in stored]
    if absent:
        raise CatalogError(f"track {absent[0]} has no embedding of {model.name} to compare by")
    seeds = question.seeds
    if isinstance(seeds, np.ndarray):
        if seeds.shape != (model.dimensions,) or not np.isfinite(seeds).all() or not seeds.any():
            raise CatalogError(
                f"a vector of {model.name} has {model.dimensions} finite numbers, not all zero; "
                f"got an array of shape {seeds.shape}"
            )
        toward = [_unit(seeds)]
    else:
        toward = [_unit(stored[track_id]) for track_id in seeds]
    direction: Vector = np.mean(toward, axis=0)
    if question.minus:
        away = [_unit(stored[track_id]) for track_id in question.minus]
        direction = direction - 0.5 * np.mean(away, axis=0, dtype=np.float32)
    return direction


def _recordings(
    cursor: Any, model: Model, search: Callable[[int], Found], limit: int, seeds: Sequence[str]
) -> Found:
    """The nearest, one track of each recording; as many as wanted, if there are."""
    wanted = limit + max(5, limit // 2)
    while True:
        found = search(wanted)
        distinct = _distinct(cursor, model, seeds, found)
        if len(distinct) >= limit or len(found) < wanted or wanted > MOST_COPIES * limit:
            return distinct[:limit]
        wanted *= 4


def _distinct(cursor: Any, model: Model, seeds: Sequence[str], found: Found) -> Found:
    """Leave out recordings that are there already: the seeds' own and nearer results."""
    ids = [*seeds, *(track_id for track_id, _ in found)]
    stored = vectors.read_some(cursor, model.table, ids, model.dimensions)
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
