"""The nearest vectors, by cosine: exactly while that is quick, else through an index.

From the index come the nearest tracks by reduced vectors, of whatever kind; those of them that
match a filter are compared whole, together with what the index does not have yet. Where enough of
them match, what is nearest is among them. Where too few do (what matches sounds unlike the seed,
which a look at a hundred tells), or a search misses the seed itself, all matching tracks are
compared: by their reduced vectors first, where these are shorter.
"""

import math
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from audiolab.catalog.filters import Filter
from audiolab.catalog.halves import of_all
from audiolab.catalog.read import count, matching_sql
from audiolab.catalog.sample import estimated
from audiolab.catalog.space import Near, Space, Vector, literal

EXACT_UP_TO = 10_000  # matching tracks of a filter that are compared one by one
SURELY_MORE = 3  # times as many are estimated: they need not be counted
MOST_CANDIDATES = 5_000
EXPECTED = 5  # matching candidates for each that is wanted, where a filter takes them by chance
TRUSTED = 0.75  # of so many there must be
WORTH_A_LOOK = 500  # candidates: before so many are compared,
LOOKED_AT = 100  # it is asked of so many whether they match
MOST_SCANNED = 15_000  # vectors that are looked at through the index for one question
_FEW = (
    "e.track_id = ANY((SELECT ids FROM matching WHERE cardinality(ids) <= %(similar_few)s)::uuid[])"
)
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
        condition, parameters = matching_sql(self.where)
        return f"({condition})", {
            **parameters,
            "similar_query": literal(self.query),
            "similar_wanted": self.wanted,
        }

    @property
    def wanted(self) -> int:
        """How many to find, as seeds are left out afterwards."""
        return self.limit + len(self.seeds)

    def answer(self, found: Found) -> Found:
        """What was asked for, of the nearest ones."""
        return [pair for pair in found if pair[0] not in self.seeds][: self.limit]


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
    if space.near is None:
        return _exact(connection, space, ask, 0)
    expected, share = float(space.near.vectors), 1.0
    with closing(connection.connection.cursor()) as cursor:
        if where:
            expected = estimated(connection, where)
            if expected < SURELY_MORE * EXACT_UP_TO:
                found = _exact_if_few(cursor, space, ask)
                if found is not None:
                    return found
                expected = max(EXACT_UP_TO, expected)
            share = min(1.0, expected / max(1, count(connection, Filter())))
        found = _through_index(cursor, space, space.near, ask, share)
        if found is not None:
            return found
    if space.near.reduction.components is None:
        return _exact(connection, space, ask, expected)
    return _all_reduced(connection, space, space.near, ask, expected)


def _exact(connection: Connection, space: Space, ask: Ask, expected: float) -> Found:
    """Compare the whole vectors of all matching tracks."""
    condition, parameters = ask.condition

    def read(cursor: Any, half: str) -> Found:
        if ask.where:
            among = f"e.track_id = ANY({_in_one_go(condition, half)})"
        else:
            among = f"EXISTS (SELECT FROM track WHERE id = e.track_id AND {condition} AND {half})"
        cursor.execute(_best_of(space, among), parameters)
        return [(track_id, float(distance)) for track_id, distance in cursor.fetchall()]

    return ask.answer(_merged(of_all(connection, expected, read)))


def _exact_if_few(cursor: Any, space: Space, ask: Ask) -> Found | None:
    """The same unless they are too many, which is counted on the way."""
    condition, parameters = ask.condition
    cursor.execute(
        "WITH matching AS MATERIALIZED (SELECT ARRAY"  # noqa: S608 (our own names)
        f"(SELECT id FROM track WHERE {condition} LIMIT %(similar_few)s + 1) AS ids) "
        "SELECT cardinality(ids), track_id, distance FROM matching LEFT JOIN "
        f"({_best_of(space, _FEW)}) AS best ON true ORDER BY distance, track_id",
        parameters | {"similar_few": EXACT_UP_TO},
    )
    rows = cursor.fetchall()
    if rows[0][0] > EXACT_UP_TO:
        return None
    return ask.answer([(track_id, float(distance)) for _, track_id, distance in rows if track_id])


def _merged(parts: Sequence[Found]) -> Found:
    """The nearest first, of several reads."""
    return sorted(chain.from_iterable(parts), key=lambda pair: (pair[1], pair[0]))


def _best_of(space: Space, among: str) -> str:
    """SQL for the nearest of some tracks by their whole vectors."""
    return (
        "SELECT e.track_id::text, e.vector <=> %(similar_query)s::halfvec AS distance "  # noqa: S608
        f"FROM {space.table} e WHERE {among} "
        "ORDER BY distance, e.track_id LIMIT %(similar_wanted)s"
    )


def _in_one_go(condition: str, half: str) -> str:
    """SQL for the ids of matching tracks, to be looked up together: half the time of a join.

    In the order of the key, which the lookup puts them in otherwise, but takes longer to.
    """
    return f"ARRAY(SELECT id FROM track WHERE {condition} AND {half} ORDER BY id)"  # noqa: S608


def _through_index(cursor: Any, space: Space, near: Near, ask: Ask, share: float) -> Found | None:
    """The approximate answer, or None where it cannot be trusted."""
    candidates = max(
        _candidates(near, ask.wanted) / math.sqrt(share),  # as many more come before each
        EXPECTED * ask.wanted / share,
    )
    if candidates > MOST_CANDIDATES:
        return None
    closest = (
        f"SELECT track_id FROM {space.near_table} "  # noqa: S608 (our own names)
        "ORDER BY vector <#> %(similar_reduced)s::halfvec LIMIT %(similar_candidates)s"
    )
    reduced = literal(near.reduction.apply(ask.query[None, :])[0])
    more = {"similar_reduced": reduced, "similar_candidates": math.ceil(candidates)}
    if candidates > WORTH_A_LOOK:
        few = more | {"similar_candidates": LOOKED_AT}
        if _matching_nearby(cursor, near, ask, closest, few) < TRUSTED / 2 * share * LOOKED_AT:
            return None
    wider = math.sqrt(candidates / near.reduction.candidates)
    settings = _settings(near, math.ceil(near.probes * max(1.0, wider)))
    found, matching = _compared(cursor, space, ask, closest, more, settings)
    if len(found) < ask.wanted or (ask.where and matching < TRUSTED * share * candidates):
        return None
    if len(ask.seeds) == 1 and not ask.where and ask.seeds[0] not in {i for i, _ in found}:
        return None
    return ask.answer(found)


def _settings(near: Near, probes: int) -> str:
    """How the index is searched: of the statement that they are put before, and of no other."""
    probes = min(near.lists, probes)
    most = max(probes, MOST_SCANNED * near.lists // max(1, near.vectors))
    return (
        f"SET LOCAL ivfflat.probes = {probes:d}; SET LOCAL ivfflat.max_probes = {most:d}; "
        "SET LOCAL ivfflat.iterative_scan = relaxed_order; SET LOCAL enable_seqscan = off; "
    )


def _matching_nearby(
    cursor: Any, near: Near, ask: Ask, closest: str, parameters: dict[str, Any]
) -> int:
    """How many of the closest ones match the filter, about."""
    condition, own = ask.condition
    cursor.execute(
        f"{_settings(near, 1)}WITH close AS MATERIALIZED ({closest}) "  # noqa: S608 (our own names)
        f"SELECT count(*) FROM close JOIN track ON track.id = close.track_id WHERE {condition}",
        own | parameters,
    )
    (count,) = cursor.fetchone()
    return int(count)


def _all_reduced(
    connection: Connection, space: Space, near: Near, ask: Ask, expected: float
) -> Found:
    """Compare the reduced vectors of all matching tracks, and the best of them whole."""
    condition, parameters = ask.condition
    candidates = math.ceil(_candidates(near, ask.wanted))
    more = {
        "similar_reduced": literal(near.reduction.apply(ask.query[None, :])[0]),
        "similar_candidates": candidates,
    }

    def read(cursor: Any, half: str) -> Found:
        # Ordered by nothing that an index has.
        cursor.execute(
            "SELECT track_id::text, (vector <#> %(similar_reduced)s::halfvec) + 0.0 AS distance "  # noqa: S608
            f"FROM {space.near_table} WHERE track_id = ANY({_in_one_go(condition, half)}) "
            "ORDER BY distance LIMIT %(similar_candidates)s",
            parameters | more,
        )
        return [(track_id, float(distance)) for track_id, distance in cursor.fetchall()]

    best = _merged(of_all(connection, expected, read))[:candidates]
    ids = [track_id for track_id, _ in best]
    closest = "SELECT unnest(%(similar_closest)s::uuid[]) AS track_id"
    with closing(connection.connection.cursor()) as cursor:
        return ask.answer(_compared(cursor, space, ask, closest, {"similar_closest": ids})[0])


def _candidates(near: Near, wanted: int) -> float:
    """How many to compare whole so that what is wanted is among them."""
    # The reduction is made for ten neighbours; more of them are spread wider.
    wider = math.sqrt(max(1.0, wanted / 10))
    return max(near.reduction.candidates * wider, 2 * wanted)


def _compared(
    cursor: Any,
    space: Space,
    ask: Ask,
    closest: str,
    parameters: dict[str, Any],
    settings: str = "",
) -> tuple[Found, int]:
    """The best matching ones of what a query gives and of all that is pending, by their whole
    vectors; and how many of them match.
    """
    condition, own = ask.condition
    cursor.execute(
        f"{settings}WITH close AS MATERIALIZED ({closest}), "  # noqa: S608 (our own names)
        f"every AS (SELECT track_id FROM close UNION SELECT track_id FROM {space.pending_table}), "
        "matching AS MATERIALIZED (SELECT track.id FROM every "
        f"JOIN track ON track.id = every.track_id WHERE {condition}) "
        "SELECT e.track_id::text, e.vector <=> %(similar_query)s::halfvec AS distance, "
        "(SELECT count(*) FROM matching) "
        f"FROM matching JOIN {space.table} e ON e.track_id = matching.id "
        "ORDER BY distance, e.track_id LIMIT %(similar_wanted)s",
        own | parameters,
    )
    rows = cursor.fetchall()
    found = [(track_id, float(distance)) for track_id, distance, _ in rows]
    return found, rows[0][2] if rows else 0
