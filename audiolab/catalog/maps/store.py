"""The map in the database: written at once, read as a frame, looked up for filters."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from psycopg2.extras import Json
from sqlalchemy import Connection, column, exists, func, select, table

from audiolab.catalog import paths
from audiolab.catalog.binary import copy_in, encode_columns
from audiolab.catalog.fields import BY_NAME, Kind
from audiolab.catalog.filters import Filter
from audiolab.catalog.frames import kinds_of, read_frame, selected
from audiolab.catalog.maps.clusters import Cluster
from audiolab.catalog.maps.graph import Matrix
from audiolab.catalog.maps.hubness import Hubness, Surroundings
from audiolab.catalog.maps.quality import Quality
from audiolab.catalog.playlists import tell
from audiolab.catalog.read import matching, visible
from audiolab.catalog.regions import Region
from audiolab.catalog.schema import embedding_model, map_point, root, similarity_map, track
from audiolab.errors import QueryError

POINT_KINDS: dict[str, Kind] = {"x": "number", "y": "number", "occurrence": "integer"}


@dataclass(frozen=True)
class MapInfo:
    """What is known of the catalog's map.

    Attributes
    ----------
    version : int
        Regions name it; every new map has another.
    model : str
        The embedding it was made from.
    method : {"umap", "pca"}
    tracks : int
        How many it was made of; those that came later were placed among their neighbours.
    waiting : int
        Tracks with an embedding that have no place yet.
    seconds : float
        How long making it took.
    made_at : datetime
    quality : Quality or None
        None of very few tracks.
    hubness, corrected : Hubness
        Of the embeddings, and by mutual proximity.
    clusters : tuple of Cluster
        Named regions, the largest first.
    """

    version: int
    model: str
    method: str
    tracks: int
    waiting: int
    seconds: float
    made_at: datetime
    quality: Quality | None
    hubness: Hubness
    corrected: Hubness
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True)
class Made:
    """A map that has been computed and is to be kept.

    Attributes
    ----------
    model, method, seconds, quality, hubness, corrected, clusters
        As of `MapInfo`.
    ids : list of str
        The tracks.
    plane : ndarray of float32, shape (tracks, 2)
    occurrence : ndarray of int, shape (tracks,)
    around : Surroundings
    """

    model: str
    method: str
    seconds: float
    ids: list[str]
    plane: Matrix
    occurrence: npt.NDArray[Any]
    around: Surroundings
    quality: Quality | None
    hubness: Hubness
    corrected: Hubness
    clusters: tuple[Cluster, ...]


def save(cursor: Any, made: Made) -> int:
    """Put a map in the place of the one before; returns its version."""
    facts = {
        "quality": made.quality and asdict(made.quality),
        "hubness": asdict(made.hubness),
        "corrected": asdict(made.corrected),
        "clusters": [asdict(one) for one in made.clusters],
    }
    cursor.execute("DELETE FROM similarity_map; DELETE FROM map_point")
    cursor.execute(
        "INSERT INTO similarity_map (model_id, method, tracks, seconds, facts) "
        "SELECT id, %s, %s, %s, %s FROM embedding_model WHERE name = %s RETURNING version",
        (made.method, len(made.ids), made.seconds, Json(facts), made.model),
    )
    (version,) = cursor.fetchone()
    write_points(cursor, made.ids, made.plane, made.around, made.occurrence)
    tell(cursor)
    return int(version)


def write_points(
    cursor: Any,
    ids: Sequence[str],
    plane: Matrix,
    around: Surroundings,
    occurrence: npt.NDArray[Any] | None,
) -> None:
    """Store where some tracks are; those that have gone meanwhile are left out."""
    columns = {"x": plane[:, 0], "y": plane[:, 1],
               "distance_mean": around.mean, "distance_spread": around.spread}  # fmt: skip
    arrays = [np.asarray(column, np.float32) for column in columns.values()]
    if occurrence is not None:
        columns["occurrence"] = occurrence
        arrays.append(occurrence.astype(np.int32))
    names = ", ".join(["track_id", *columns])
    cursor.execute("CREATE TEMP TABLE incoming_point (LIKE map_point) ON COMMIT DROP")
    copy_in(cursor, f"incoming_point ({names})", encode_columns(ids, arrays))
    cursor.execute(
        f"INSERT INTO map_point ({names}) SELECT {names} FROM incoming_point i "  # noqa: S608
        "WHERE EXISTS (SELECT FROM track t WHERE t.id = i.track_id) ON CONFLICT DO NOTHING"
    )
    cursor.execute("DROP TABLE incoming_point")


def info(connection: Connection) -> MapInfo | None:
    """What is known of the map; None if there is none."""
    columns = similarity_map.c
    row = connection.execute(
        select(
            columns.version, embedding_model.c.name, columns.method, columns.tracks,
            columns.seconds, columns.made_at, columns.facts, columns.model_id,
        ).join(embedding_model, embedding_model.c.id == columns.model_id)
    ).first()  # fmt: skip
    if row is None:
        return None
    version, model, method, tracks, seconds, made_at, facts, model_id = row
    return MapInfo(
        version, model, method, tracks, waiting(connection, model_id), seconds, made_at,
        quality=facts["quality"] and Quality(**facts["quality"]),
        hubness=Hubness(**facts["hubness"]),
        corrected=Hubness(**facts["corrected"]),
        clusters=tuple(Cluster(**one) for one in facts["clusters"]),
    )  # fmt: skip


def waiting(connection: Connection, model_id: int) -> int:
    """How many tracks have an embedding and no place."""
    embeddings = table(f"embedding_{model_id:d}", column("track_id"))
    placed = exists().where(map_point.c.track_id == embeddings.c.track_id)
    rows = (
        select(func.count())
        .select_from(embeddings)
        .join(track, track.c.id == embeddings.c.track_id)
        .where(visible, ~placed)
    )
    return connection.scalar(rows) or 0


def unplaced(cursor: Any, model_id: int, limit: int) -> list[str]:
    """Ids of some tracks that have an embedding and no place."""
    cursor.execute(
        f"SELECT e.track_id::text FROM embedding_{model_id:d} e "  # noqa: S608 (our own names)
        "WHERE NOT EXISTS (SELECT FROM map_point p WHERE p.track_id = e.track_id) LIMIT %s",
        (limit,),
    )
    return [track_id for (track_id,) in cursor.fetchall()]


def points(connection: Connection, where: Filter, columns: Sequence[str]) -> pd.DataFrame:
    """Places of the matching tracks, and some of their columns."""
    of_track = (selected(BY_NAME[name], track.c[name]) for name in columns)
    statement = (
        select(track.c.id, *(map_point.c[name] for name in POINT_KINDS), *of_track)
        .join(map_point, map_point.c.track_id == track.c.id)
        .where(matching(where))
        .order_by(track.c.id)
    )
    return read_frame(connection, statement, {"id": "text", **POINT_KINDS, **kinds_of(columns)})


def roots(connection: Connection) -> "pd.Series[str]":
    """Name of the root of every track on the map."""
    statement = (
        select(track.c.id, root.c.path.label("root"))
        .join(root, root.c.id == track.c.root_id)
        .join(map_point, map_point.c.track_id == track.c.id)
    )
    found = read_frame(connection, statement, {"id": "text", "root": "category"})["root"]
    return found.cat.rename_categories(_short_names(list(found.cat.categories))).astype(str)


def _short_names(folders: Sequence[str]) -> dict[str, str]:
    """Last parts of paths, as many of each as tell it from the others."""
    parts = {folder: paths.decode(folder).rstrip("/").split("/") for folder in folders}
    lengths = range(1, 1 + max(map(len, parts.values()), default=1))
    return {
        folder: next(
            (
                "/".join(own[-length:])
                for length in lengths
                if sum(own[-length:] == other[-length:] for other in parts.values()) == 1
            ),
            own[-1],
        )
        for folder, own in parts.items()
    }


def places(cursor: Any, ids: Sequence[str]) -> Matrix:
    """Where some tracks are, shape (tracks, 2); NaN for those that have no place."""
    cursor.execute(
        "SELECT coalesce(x, 'NaN'), coalesce(y, 'NaN') FROM unnest(%s::uuid[]) "
        "WITH ORDINALITY AS wanted (id, number) LEFT JOIN map_point ON track_id = wanted.id "
        "ORDER BY number",
        (list(ids),),
    )
    return np.array(cursor.fetchall(), np.float32).reshape(-1, 2)


def model_id_of(connection: Connection) -> int | None:
    """The model whose embeddings the map shows; None if there is no map."""
    return connection.scalar(select(similarity_map.c.model_id))


def check_regions(connection: Connection, where: Filter) -> None:
    """Refuse a region that was drawn on another map than there is now.

    Raises
    ------
    QueryError
        With what to do.
    """
    drawn = [term for term in where.terms() if term.target == "region" and term.op == "any"]
    if not drawn:
        return
    version = connection.scalar(select(similarity_map.c.version))
    for term in drawn:
        for one in term.value:
            if Region.parse(one).version != version:
                now = "there is no map now" if version is None else "it has been made anew since"
                raise QueryError(
                    f"region: it was drawn on version {Region.parse(one).version} of the map, and "
                    f"{now}: draw it again"
                )
