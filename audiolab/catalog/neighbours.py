"""The nearest vectors, by cosine: exactly while that is quick, else through an HNSW index.

Through the index, a search inside a filter goes on until it has enough rows (iterative scan), and
where few rows match, those are compared exactly. An approximate search that misses is noticed: it
must find the seed's own vector and return as many rows as there are; if not, the exact one runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.catalog.filter_sql import compile_statement
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching

INDEX_FROM = 30_000  # vectors; below, comparing all of them takes some 20 ms
EXACT_UP_TO = 5_000  # matching rows of a filter that are compared one by one
EF_SEARCH = 200
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Space:
    """The vectors of one model.

    Attributes
    ----------
    table : str
        Their table.
    indexed : bool
        Whether it has an index.
    """

    table: str
    indexed: bool


def find_space(cursor: Any, table: str) -> Space:
    """The space of a table's vectors; an index counts once it is built to its end."""
    cursor.execute(
        "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid", (f"ix_{table}",)
    )
    return Space(table, cursor.fetchone() is not None)


def nearest(
    cursor: Any, space: Space, query: Vector, where: Filter, limit: int, seeds: Sequence[str]
) -> list[tuple[str, float]]:
    """(id, cosine distance) of the `limit` nearest tracks, nearest first; seeds are left out.

    Parameters
    ----------
    cursor : psycopg2 cursor
        In a transaction.
    space : Space
        Where to look.
    query : ndarray of float32, shape (dimensions,)
        What to look for.
    where : Filter
        Which tracks count.
    limit : int
        How many at most.
    seeds : sequence of str
        Tracks that the query was made of.
    """
    if not space.indexed or _matches_few(cursor, where):
        return _exact(cursor, space, query, where, limit, seeds)
    found = _through_index(cursor, space, query, where, limit, seeds)
    return found if found is not None else _exact(cursor, space, query, where, limit, seeds)


def _matches_few(cursor: Any, where: Filter) -> bool:
    if not where:
        return False
    condition, parameters = compile_statement(matching(where))
    cursor.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM track WHERE {condition} "  # noqa: S608
        f"LIMIT {EXACT_UP_TO + 1}) AS few",
        parameters,
    )
    return bool(cursor.fetchone()[0] <= EXACT_UP_TO)


def _question(query: Vector, where: Filter, limit: int, seeds: Sequence[str]) -> tuple[str, Any]:
    condition, parameters = compile_statement(matching(where))
    return condition, {
        **parameters,
        "similar_query": "[" + ",".join(f"{x:.6g}" for x in query) + "]",
        "similar_seeds": list(seeds),
        "similar_limit": limit,
    }


def _exact(
    cursor: Any, space: Space, query: Vector, where: Filter, limit: int, seeds: Sequence[str]
) -> list[tuple[str, float]]:
    condition, parameters = _question(query, where, limit, seeds)
    # The distance is computed before it is sorted by, so that no index is used.
    cursor.execute(
        f"WITH every AS MATERIALIZED (SELECT e.track_id, "  # noqa: S608 (our own names)
        f"e.vector <=> %(similar_query)s::halfvec AS distance FROM {space.table} e "
        f"JOIN track ON track.id = e.track_id "
        f"WHERE {condition} AND e.track_id <> ALL(%(similar_seeds)s::uuid[])) "
        "SELECT track_id::text, distance FROM every ORDER BY distance, track_id "
        "LIMIT %(similar_limit)s",
        parameters,
    )
    return [(track_id, float(distance)) for track_id, distance in cursor.fetchall()]


def _through_index(
    cursor: Any, space: Space, query: Vector, where: Filter, limit: int, seeds: Sequence[str]
) -> list[tuple[str, float]] | None:
    """The approximate answer, or None where it cannot be trusted."""
    condition, parameters = _question(query, where, limit + len(seeds), [])
    cursor.execute(f"SET LOCAL hnsw.ef_search = {max(EF_SEARCH, 2 * (limit + len(seeds))):d}")
    cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
    cursor.execute("SET LOCAL enable_seqscan = off")
    cursor.execute(
        f"SELECT e.track_id::text, e.vector <=> %(similar_query)s::halfvec AS distance "  # noqa: S608
        f"FROM {space.table} e JOIN track ON track.id = e.track_id WHERE {condition} "
        "ORDER BY distance LIMIT %(similar_limit)s",
        parameters,
    )
    found = sorted(((i, float(d)) for i, d in cursor.fetchall()), key=lambda pair: pair[1])
    cursor.execute("SET LOCAL enable_seqscan = on")
    if len(found) < limit + len(seeds):
        return None
    if len(seeds) == 1 and not where and seeds[0] not in {track_id for track_id, _ in found}:
        return None
    return [pair for pair in found if pair[0] not in seeds][:limit]
