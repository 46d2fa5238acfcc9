"""Sequences of tracks of the catalog: from a pool of them to a frame in playing order."""

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from audiolab.catalog import fingerprints, read, vectors
from audiolab.catalog.fields import COLUMNS
from audiolab.catalog.filters import Filter
from audiolab.catalog.reduction import unit_rows
from audiolab.catalog.sequence import (
    CURVES,
    MOST_TRACKS,
    WEIGHTS,
    likeness,
    order,
    place_costs,
    wanted_tempi,
)
from audiolab.catalog.similar import Question, similar
from audiolab.catalog.sort import Order
from audiolab.errors import CatalogError, QueryError

POOL = 300  # tracks to choose from
LENGTH = 20


@dataclass(frozen=True)
class Wish:
    """What a sequence should be like; see `Catalog.sequence`."""

    length: int
    start: str | None
    end: str | None
    curve: str
    weights: Mapping[str, float]

    @classmethod
    def of(
        cls,
        length: int,
        start: str | None,
        end: str | None,
        curve: str,
        weights: Mapping[str, float] | None,
    ) -> "Wish":
        """The wish, checked.

        Raises
        ------
        QueryError
            If it makes no sense.
        """
        if curve not in CURVES:
            raise QueryError(f"curve: expected one of {', '.join(CURVES)}, got {curve!r}")
        if length > MOST_TRACKS:
            raise QueryError(f"a sequence has at most {MOST_TRACKS} tracks, got {length}")
        unknown = set(weights or ()) - set(WEIGHTS)
        if unknown:
            raise QueryError(f"weights: expected {', '.join(WEIGHTS)}, got {min(unknown)!r}")
        chosen = WEIGHTS | dict(weights or {})
        if not all(np.isfinite(weight) and weight >= 0 for weight in chosen.values()):
            raise QueryError(f"weights: expected numbers from 0, got {dict(weights or {})}")
        return cls(length, start, end, curve, chosen)


def choose_pool(connection: Connection, where: Filter, wish: Wish, model: str | None) -> list[str]:
    """What to choose from: the tracks most like the start, or some at random.

    Where the tempo follows a curve, those whose tempo is known; the others if there are too few.
    Of each recording, one copy.
    """
    pools = [where] if wish.curve == "none" else [where & Filter.known("tempo_bpm"), where]
    ids: list[str] = []
    for pool in pools:
        if len(ids) < wish.length:
            ids = list(dict.fromkeys([*ids, *_some(connection, pool, wish.start, model)]))
    return _one_of_each(connection, ids, wish.start)


def _some(connection: Connection, where: Filter, start: str | None, model: str | None) -> list[str]:
    """Tracks that match: the same ones while the library is the same."""
    if start is not None:
        with suppress(CatalogError):  # it may have no embedding to compare by
            question = Question([start], [], model)
            return list(similar(connection, question, POOL, where).index)
    shuffled = Order("id", False, seed=0)
    return list(read.tracks(connection, where, shuffled, limit=POOL, columns=["path"]).index)


def _one_of_each(connection: Connection, ids: list[str], start: str | None) -> list[str]:
    """The tracks without further copies of a recording, of the start's too."""
    distinct = dict.fromkeys(track_id for track_id in (start, *ids) if track_id)
    places = {track_id: place for place, track_id in enumerate(distinct)}
    with closing(connection.connection.cursor()) as cursor:
        pairs = list(fingerprints.candidates(cursor, list(places)))
        same = [pair[:2] for pair in fingerprints.agreeing(cursor, pairs)]
    later = {max(pair, key=places.__getitem__) for pair in same}
    return [track_id for track_id in ids if track_id not in later]


def sequence(
    connection: Connection, pool: Sequence[str], wish: Wish, model: str | None
) -> pd.DataFrame:
    """The best sequence of some tracks; see `Catalog.sequence`."""
    ends = [track_id for track_id in (wish.start, wish.end) if track_id is not None]
    ids = list(dict.fromkeys([*ends, *pool]))
    tracks = read.by_ids(connection, ids, ["key", "tempo_bpm"])
    ids = list(tracks.index)
    length = min(wish.length, len(ids))
    if not length:
        raise CatalogError("sequence: no track to choose from matches")
    like = likeness(tracks, _units(connection, ids, model))
    tempi = tracks.tempo_bpm.to_numpy(float)
    start_bpm = tempi[0] if wish.start and tempi[0] > 0 else None
    wanted = wanted_tempi(tempi, length, wish.curve, start_bpm)
    chosen = order(
        like.step_costs(wish.weights),
        place_costs(tempi, wanted, length, wish.weights["curve"]),
        ids.index(wish.start) if wish.start else None,
        ids.index(wish.end) if wish.end and length > 1 else None,
    )
    frame = read.by_ids(connection, [ids[place] for place in chosen], COLUMNS)
    steps = chosen[:-1], chosen[1:]
    told = {
        "like_embedding": like.embedding[steps],
        "like_key": like.key[steps],
        "like_tempo": like.tempo[steps],
    }
    for place, (name, values) in enumerate(told.items()):
        frame.insert(place, name, np.concatenate([[np.nan], values]))
    frame.insert(3, "wanted_bpm", np.full(length, np.nan) if wanted is None else wanted)
    return frame


def _units(
    connection: Connection, ids: Sequence[str], model: str | None
) -> npt.NDArray[np.float32]:
    """Embeddings as unit vectors, a row a track; NaN where there is none."""
    with closing(connection.connection.cursor()) as cursor:
        names = [model] if model else vectors.model_names(cursor)
        found = vectors.model_table(cursor, names[0]) if names else None
        if found is None and model:
            raise CatalogError(f"there are no embeddings of {model!r} in this catalog")
        if found is None:
            return np.full((len(ids), 1), np.nan, np.float32)
        table, dimensions = found
        stored = vectors.read_some(cursor, table, ids)
    matrix = np.full((len(ids), dimensions), np.nan, np.float32)
    for place, track_id in enumerate(ids):
        if track_id in stored:
            matrix[place] = stored[track_id]
    return unit_rows(matrix)
