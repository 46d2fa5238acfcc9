"""The nearest vectors, by cosine: exactly while that is quick, else through an index.

Through the index come candidates by reduced vectors, which are then compared whole, together with
what the index does not have yet. Inside a filter the search through the index goes on until it has
enough of them (iterative scan); where few tracks match, those are compared one by one, and where
some more do, by their reduced vectors first. A search that misses is noticed: it must find the
seed itself and as many tracks as there are; if not, all matching tracks are compared.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from audiolab.catalog.filter_sql import compile_statement
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import count, matching
from audiolab.catalog.sample import estimated
from audiolab.catalog.space import Near, Space, Vector, literal

EXACT_UP_TO = 4_000  # matching tracks of a filter that are compared one by one
REDUCED_UP_TO = 25_000  # and whose reduced vectors are, if they are few of all:
RARE = 0.03  # of a larger share, the index soon finds enough
LEAST_CANDIDATES = 50
SORTED_OUT = 50  # missing and excluded tracks that may come between
MOST_SCANNED = 15_000  # vectors that are looked at through the index for one question
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

    @cached_property
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
        if share <= RARE and share * space.near.vectors <= REDUCED_UP_TO:
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
    condition, parameters = ask.condition
    cursor.execute(
        "SELECT e.track_id::text, e.vector <=> %(similar_query)s::halfvec AS distance "  # noqa: S608
        f"FROM {space.table} e JOIN track ON track.id = e.track_id "
        f"WHERE {condition} AND e.track_id <> ALL(%(similar_seeds)s::uuid[]) "
        "ORDER BY distance, e.track_id LIMIT %(similar_limit)s",
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
    found = _by_index(cursor, space, near, ask, share, filtered=bool(ask.where))
    if len(found) < wanted and not ask.where:  # many tracks are missing or taken out
        found = _by_index(cursor, space, near, ask, share, filtered=True)
    if len(found) < wanted:
        return None
    if len(ask.seeds) == 1 and not ask.where and ask.seeds[0] not in {i for i, _ in found}:
        return None
    return [pair for pair in found if pair[0] not in ask.seeds][: ask.limit]


def _by_index(
    cursor: Any, space: Space, near: Near, ask: Ask, share: float, *, filtered: bool
) -> Found:
    """The best of the candidates that the index gives; only of matching ones if `filtered`."""
    condition, parameters = ask.condition
    wanted = ask.limit + len(ask.seeds)
    only = f"JOIN track ON track.id = n.track_id WHERE {condition}" if filtered else ""
    closest = (
        f"SELECT n.track_id FROM {space.near_table} n {only} "  # noqa: S608 (our own names)
        "ORDER BY n.vector <#> %(similar_reduced)s::halfvec LIMIT %(similar_candidates)s"
    )
    more = {
        "similar_reduced": literal(near.reduction.apply(ask.query[None, :])[0]),
        "similar_candidates": _candidates(near, wanted, share),
        "similar_compared": None if filtered else 2 * wanted + SORTED_OUT,
    }
    return _compared(cursor, space, ask, closest, parameters | more)


def _all_reduced(cursor: Any, space: Space, near: Near, ask: Ask) -> Found:
    """Compare the reduced vectors of all matching tracks, and the best of them whole."""
    condition, parameters = ask.condition
    wanted = ask.limit + len(ask.seeds)
    cursor.execute("SET LOCAL enable_seqscan = on")
    # A query of its own, which the server divides among its processes; and ordered by nothing
    # that an index has.
    cursor.execute(
        f"SELECT n.track_id::text FROM {space.near_table} n "  # noqa: S608 (our own names)
        f"JOIN track ON track.id = n.track_id WHERE {condition} "
        "ORDER BY (n.vector <#> %(similar_reduced)s::halfvec) + 0.0 LIMIT %(similar_candidates)s",
        parameters
        | {
            "similar_reduced": literal(near.reduction.apply(ask.query[None, :])[0]),
            "similar_candidates": _candidates(near, wanted, 1.0),
        },
    )
    closest = "SELECT unnest(%(similar_closest)s::uuid[]) AS track_id"
    ids = [track_id for (track_id,) in cursor.fetchall()]
    more = {"similar_closest": ids, "similar_compared": None}
    found = _compared(cursor, space, ask, closest, parameters | more)
    return [pair for pair in found if pair[0] not in ask.seeds][: ask.limit]


def _candidates(near: Near, wanted: int, share: float) -> int:
    """How many to compare whole: in a part of the library, as many less come before each."""
    # The reduction is made for ten neighbours; more of them are spread wider.
    wider = math.sqrt(max(1.0, wanted / 10))
    needed = math.ceil(near.reduction.candidates * wider * share)
    return max(LEAST_CANDIDATES, needed, 2 * wanted)


def _compared(
    cursor: Any, space: Space, ask: Ask, closest: str, parameters: dict[str, Any]
) -> Found:
    """The best of what a query gives and of all that is pending, by their whole vectors."""
    condition, _ = ask.condition
    cursor.execute(
        f"WITH close AS MATERIALIZED ({closest}), "  # noqa: S608 (our own names)
        f"every AS (SELECT track_id FROM close UNION SELECT track_id FROM {space.pending_table}), "
        "compared AS MATERIALIZED (SELECT e.track_id, "
        "e.vector <=> %(similar_query)s::halfvec AS distance "
        f"FROM every JOIN {space.table} e ON e.track_id = every.track_id "
        "ORDER BY distance LIMIT %(similar_compared)s) "
        "SELECT c.track_id::text, c.distance FROM compared c "
        f"JOIN track ON track.id = c.track_id WHERE {condition} "
        "ORDER BY c.distance, c.track_id LIMIT %(similar_wanted)s",
        parameters | {"similar_wanted": ask.limit + len(ask.seeds)},
    )
    return [(track_id, float(distance)) for track_id, distance in cursor.fetchall()]
