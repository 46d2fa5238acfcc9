"""Embeddings and class scores: written in batches, read as matrices.

Every embedding model has a table of its own (``embedding_<id>``), as its vectors have a length
and an index of their own; they are stored inline, as similarity reads all of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg2.extras import execute_values

from audiolab.catalog.binary import HALF_MAX, ChunkReader, MatrixSink, encode_rows
from audiolab.catalog.schema import VISIBLE_STATES
from audiolab.errors import CatalogError

Vectors = Mapping[str, npt.NDArray[np.floating[Any]]]
_NEW_MODEL_LOCK = 0x6D6F64656C  # "model"


def model_table(cursor: Any, name: str) -> tuple[str, int] | None:
    """The table and vector length of a model; None if the catalog has none of its vectors."""
    cursor.execute("SELECT id, dimensions FROM embedding_model WHERE name = %s", (name,))
    found = cursor.fetchone()
    return (f"embedding_{found[0]:d}", found[1]) if found else None


def model_names(cursor: Any, track_id: str | None = None) -> list[str]:
    """All models with vectors here, the best first.

    That is the one that the track names as its own; else networks before the signal's vectors,
    which every track has, and published networks before others (whose names carry a hash).
    """
    cursor.execute(
        "SELECT name FROM embedding_model ORDER BY "
        "(name = (SELECT embedding_model FROM track WHERE id = %s::uuid)) IS NOT TRUE, "
        "starts_with(name, 'audiolab-signal-'), position('@' in name) > 0, id",
        (track_id,),
    )
    return [name for (name,) in cursor.fetchall()]


def _ensure_table(cursor: Any, name: str, dimensions: int) -> str:
    found = model_table(cursor, name)
    if found is None:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_NEW_MODEL_LOCK,))
        found = model_table(cursor, name) or _create_table(cursor, name, dimensions)
    table, expected = found
    if dimensions != expected:
        raise CatalogError(
            f"the embeddings of {name} have {expected} dimensions, got {dimensions}: "
            "give another model its own name"
        )
    return table


def _create_table(cursor: Any, name: str, dimensions: int) -> tuple[str, int]:
    cursor.execute(
        "INSERT INTO embedding_model (name, dimensions) VALUES (%s, %s) RETURNING id",
        (name, dimensions),
    )
    table = f"embedding_{cursor.fetchone()[0]:d}"
    cursor.execute(
        f"CREATE TABLE {table} (track_id uuid PRIMARY KEY REFERENCES track (id) "
        f"ON DELETE CASCADE, vector halfvec({dimensions:d}) NOT NULL)"
    )
    cursor.execute(f"ALTER TABLE {table} ALTER vector SET STORAGE PLAIN")
    return table, dimensions


def write_embeddings(cursor: Any, ids: Sequence[str], embeddings: Sequence[Vectors]) -> None:
    """Store the vectors of some tracks; one that has not changed is not written again.

    Raises
    ------
    CatalogError
        For a vector of the wrong length, or with values that half floats cannot hold.
    """
    by_model: dict[str, list[tuple[str, npt.NDArray[np.floating[Any]]]]] = defaultdict(list)
    for track_id, models in zip(ids, embeddings, strict=True):
        for name, vector in models.items():
            by_model[name].append((track_id, vector))
    for name, pairs in by_model.items():
        write_matrix(cursor, name, [i for i, _ in pairs], _stack(name, [v for _, v in pairs]))


def _stack(name: str, vectors: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
    lengths = {np.shape(vector) for vector in vectors}
    if len(lengths) != 1 or len(next(iter(lengths))) != 1:
        raise CatalogError(f"embeddings of {name} must be vectors of one length, got {lengths}")
    return np.stack(vectors).astype(np.float32)


def write_matrix(
    cursor: Any, name: str, ids: Sequence[str], matrix: npt.NDArray[np.floating[Any]]
) -> None:
    """Store one vector a track, as rows of a matrix of shape (tracks, dimensions)."""
    matrix = np.asarray(matrix, np.float32)
    if not len(ids):
        return
    if matrix.ndim != 2 or len(matrix) != len(ids) or not matrix.shape[1]:
        raise CatalogError(
            f"embeddings of {name}: expected {len(ids)} rows, got an array of shape {matrix.shape}"
        )
    if not (np.abs(matrix) <= HALF_MAX).all():
        raise CatalogError(f"embeddings of {name} must be finite numbers up to {HALF_MAX:.0f}")
    table = _ensure_table(cursor, name, matrix.shape[1])
    cursor.execute(
        f"CREATE TEMP TABLE incoming_vector (track_id uuid, vector halfvec({matrix.shape[1]:d})) "
        "ON COMMIT DROP"
    )
    cursor.copy_expert(
        "COPY incoming_vector FROM STDIN (FORMAT binary)", ChunkReader(encode_rows(ids, matrix))
    )
    cursor.execute(
        f"INSERT INTO {table} AS stored SELECT track_id, vector FROM incoming_vector "  # noqa: S608
        "ON CONFLICT (track_id) DO UPDATE SET vector = excluded.vector "
        "WHERE stored.vector <> excluded.vector"
    )
    cursor.execute("DROP TABLE incoming_vector")


def read_matrix(cursor: Any, name: str) -> tuple[list[str], npt.NDArray[np.float32]]:
    """The ids and vectors of all visible tracks that have one.

    Raises
    ------
    CatalogError
        If the catalog has no embeddings of this model.
    """
    found = model_table(cursor, name)
    if found is None:
        known = ", ".join(model_names(cursor)) or "none yet"
        raise CatalogError(f"there are no embeddings of {name!r} in this catalog (it has: {known})")
    table, dimensions = found
    sink = MatrixSink(dimensions)
    states = ", ".join(f"'{state}'" for state in VISIBLE_STATES)
    cursor.copy_expert(
        f"COPY (SELECT e.track_id, e.vector FROM {table} e "  # noqa: S608 (our own names)
        f"JOIN track t ON t.id = e.track_id WHERE t.state IN ({states}) ORDER BY e.track_id) "
        "TO STDOUT (FORMAT binary)",
        sink,
    )
    return sink.result()


def read_some(cursor: Any, table: str, ids: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
    """The vectors of given tracks, by id; those without one are left out."""
    cursor.execute("SELECT dimensions FROM embedding_model WHERE id = %s", (table.split("_")[1],))
    sink = MatrixSink(cursor.fetchone()[0])
    chosen = cursor.mogrify("%s::uuid[]", (list(ids),)).decode()
    cursor.copy_expert(
        f"COPY (SELECT track_id, vector FROM {table} WHERE track_id = ANY({chosen})) "  # noqa: S608
        "TO STDOUT (FORMAT binary)",
        sink,
    )
    found, matrix = sink.result()
    return dict(zip(found, matrix, strict=True))


def write_scores(cursor: Any, ids: Sequence[str], scores: Sequence[Vectors]) -> None:
    """Store the class scores of some tracks; their heads must be registered before."""
    rows = [
        (track_id, head, [float(score) for score in vector])
        for track_id, heads in zip(ids, scores, strict=True)
        for head, vector in heads.items()
    ]
    execute_values(
        cursor,
        "INSERT INTO class_scores (track_id, head, scores) VALUES %s "
        "ON CONFLICT (track_id, head) DO UPDATE SET scores = excluded.scores",
        rows,
        template="(%s::uuid, %s, %s::real[])",
        page_size=200,
    )


def register_head(cursor: Any, name: str, classes: Sequence[str], version: str) -> None:
    """Record what the scores of a head stand for; scores of other classes are dropped."""
    cursor.execute("SELECT classes FROM head WHERE name = %s", (name,))
    found = cursor.fetchone()
    if found is not None and list(found[0]) != list(classes):
        cursor.execute("DELETE FROM class_scores WHERE head = %s", (name,))
    cursor.execute(
        "INSERT INTO head (name, classes, version) VALUES (%s, %s, %s) ON CONFLICT (name) "
        "DO UPDATE SET classes = excluded.classes, version = excluded.version",
        (name, list(classes), version),
    )
