"""The nearest vectors, by cosine: exactly while that is quick, else through an index.

Through the index come candidates by reduced vectors, which are then compared whole, together with
what the index does not have yet. Inside a filter the search through the index goes on until it has
enough of them (iterative scan); where few tracks match, those are compared one by one, and where
some more do, by their reduced vectors first. A search that misses is noticed: it must find the
seed itself and as many tracks as there are; if not, all matching tracks are compared.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from audiolab.catalog.filter_sql import compile_statement
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import count, matching
from audiolab.catalog.sample import estimated
from audiolab.catalog.space import Near, Space, Vector, literal

EXACT_UP_TO = 4_000  # matching tracks of a filter that are compared one by one
REDUCED_UP_TO = 25_000  # and whose reduced vectors are
LEAST_CANDIDATES = 50
SORTED_OUT = 50  # missing and excluded tracks that may come between
MOST_SCANNED = 40_000  # vectors that are looked at through the index for one question
Found = list[tuple[str, float]]


@dataclass(frozen=True)
class Ask:
    """One question for neighbours.

    Attributes
    ----------
    query : ndarray of float32, shape (dimensions,)
        What to look for.
    where : Filter
        Which tracks count.
    limit : int
        How many at most.
    seeds : tuple of str
        Tracks that the query was made of; they are left out.
    """

    query: Vector
    where: Filter
    limit: int
    seeds: tuple[str, ...]

    def condition(self) -> tuple[str, dict[str, Any]]:
        """SQL for the tracks that count, and all parameters."""
        condition, parameters = compile_statement(matching(self.where))
        return condition, {
            **parameters,
            "similar_query": literal(self.query),
            "similar_seeds": list(self.seeds),
            "similar_limit": self.limit,
        }


def nearest(
    connection: Connection,
    space: Space,
    query: Vector,
    where: Filter,
    limit: int,
    seeds: Sequence[str],
) -> Found:
    """(id, cosine distance) of the `limit` nearest tracks, nearest first; seeds are left out."""
    ask = Ask(query, where, limit, tuple(seeds))
    cursor = connection.connection.cursor()
    try:
        if space.near is None or (where and count(connection, where, EXACT_UP_TO) <= EXACT_UP_TO):
            return _exact(cursor, space, ask)
        share = _share(connection, where)
        if share * space.near.vectors <= REDUCED_UP_TO:
            return _all_reduced(cursor, space, space.near, ask)
        found = _through_index(cursor, space, space.near, ask, share)
        return found if found is not None else _all_reduced(cursor, space, space.near, ask)
    finally:
        cursor.close()


def _share(connection: Connection, where: Filter) -> float:
    """About which share of the tracks matches."""
    if not where:
        return 1.0
    tracks = count(connection, Filter())
    return min(1.0, max(EXACT_UP_TO, estimated(connection, where)) / max(1, tracks))


def _exact(cursor: Any, space: Space, ask: Ask) -> Found:
    """Compare the whole vectors of all matching tracks."""
    condition, parameters = ask.condition()
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


def _through_index(cursor: Any, space: Space, near: Near, ask: Ask, share: float) -> Found | None:
    """The approximate answer, or None where it cannot be trusted."""
    wanted = ask.limit + len(ask.seeds)
    most = max(near.probes, MOST_SCANNED * near.lists // max(1, near.vectors))
    cursor.execute(
        f"SET LOCAL ivfflat.probes = {near.probes:d}; SET LOCAL ivfflat.max_probes = {most:d}; "
        "SET LOCAL ivfflat.iterative_scan = relaxed_order; SET LOCAL enable_seqscan = off"
    )
    by_index = Candidates("n.vector <#> %(similar_reduced)s::halfvec", share, bool(ask.where))
    found = _compared(cursor, space, near, ask, by_index)
    if len(found) < wanted and not by_index.filtered:  # many tracks are missing or taken out
        found = _compared(cursor, space, near, ask, replace(by_index, filtered=True))
    cursor.execute("SET LOCAL enable_seqscan = on")
    if len(found) < wanted:
        return None
    if len(ask.seeds) == 1 and not ask.where and ask.seeds[0] not in {i for i, _ in found}:
        return None
    return [pair for pair in found if pair[0] not in ask.seeds][: ask.limit]


def _all_reduced(cursor: Any, space: Space, near: Near, ask: Ask) -> Found:
    """Compare the reduced vectors of all matching tracks, and the best of them whole."""
    # Nothing that an index has.
    by_distance = Candidates("(n.vector <#> %(similar_reduced)s::halfvec) + 0.0", 1.0, True)
    found = _compared(cursor, space, near, ask, by_distance)
    return [pair for pair in found if pair[0] not in ask.seeds][: ask.limit]


@dataclass(frozen=True)
class Candidates:
    """Which tracks to compare whole.

    Attributes
    ----------
    order : str
        SQL that the reduced vectors are ordered by.
    share : float
        Which part of the library matches, in (0, 1].
    filtered : bool
        Whether only matching tracks are candidates; else they are sorted out afterwards.
    """

    order: str
    share: float
    filtered: bool

    def count(self, near: Near, wanted: int) -> int:
        """How many: in a part of the library, as many less come before each neighbour."""
        # The reduction is made for ten neighbours; more of them are spread wider.
        wider = math.sqrt(max(1.0, wanted / 10))
        needed = math.ceil(near.reduction.candidates * wider * self.share)
        return max(LEAST_CANDIDATES, needed, 2 * wanted)


def _compared(cursor: Any, space: Space, near: Near, ask: Ask, candidates: Candidates) -> Found:
    """The best of the candidates and of all that is pending, by their whole vectors."""
    condition, parameters = ask.condition()
    wanted = ask.limit + len(ask.seeds)
    only = f"JOIN track ON track.id = n.track_id WHERE {condition}" if candidates.filtered else ""
    cursor.execute(
        f"WITH close AS MATERIALIZED (SELECT n.track_id FROM {space.near_table} n "  # noqa: S608
        f"{only} ORDER BY {candidates.order} LIMIT %(similar_candidates)s), "
        f"every AS (SELECT track_id FROM close UNION SELECT track_id FROM {space.pending_table}), "
        "compared AS MATERIALIZED (SELECT e.track_id, "
        "e.vector <=> %(similar_query)s::halfvec AS distance "
        f"FROM every JOIN {space.table} e ON e.track_id = every.track_id "
        "ORDER BY distance LIMIT %(similar_compared)s) "
        "SELECT c.track_id::text, c.distance FROM compared c "
        f"JOIN track ON track.id = c.track_id WHERE {condition} "
        "ORDER BY c.distance, c.track_id LIMIT %(similar_wanted)s",
        parameters
        | {
            "similar_reduced": literal(near.reduction.apply(ask.query[None, :])[0]),
            "similar_candidates": candidates.count(near, wanted),
            "similar_compared": None if candidates.filtered else 2 * wanted + SORTED_OUT,
            "similar_wanted": wanted,
        },
    )
    return [(track_id, float(distance)) for track_id, distance in cursor.fetchall()]
