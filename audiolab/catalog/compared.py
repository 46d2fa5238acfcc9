"""Reads that compare whole vectors with a question's, by cosine."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from audiolab.catalog import halves, prepared
from audiolab.catalog.filters import Filter
from audiolab.catalog.halves import Portion
from audiolab.catalog.read import matching_sql
from audiolab.catalog.space import Near, Space
from audiolab.catalog.target import Sql, Target

_FEW = (
    "e.track_id = ANY((SELECT ids FROM matching WHERE cardinality(ids) <= %(similar_few)s)::uuid[])"
)
Found = list[tuple[str, float]]


@dataclass(frozen=True)
class Ask:
    """One question for neighbours.

    Attributes
    ----------
    space : Space
        Where to look.
    target : Target
        What the neighbours are of.
    where : Filter
        Which tracks count.
    limit : int
        How many at most.
    seeds : tuple of str
        Tracks that the target was made of; they are left out.
    """

    space: Space
    target: Target
    where: Filter
    limit: int
    seeds: tuple[str, ...]

    @cached_property
    def _matching(self) -> Sql:
        return matching_sql(self.where)

    @cached_property
    def _whole(self) -> Sql:
        return self.target.whole(self.space)

    @property
    def condition(self) -> str:
        """SQL for the tracks that count."""
        return f"({self._matching[0]})"

    @property
    def distance(self) -> str:
        """SQL for how far a whole vector of `e` is."""
        return f"e.vector <=> {self._whole[0]}"

    @property
    def parameters(self) -> dict[str, Any]:
        """All that `condition` and `distance` have, and how many are wanted."""
        return {**self._matching[1], **self._whole[1], "similar_wanted": self.wanted}

    def reduced(self, near: Near) -> Sql:
        """SQL for how far a reduced vector is, and its parameters."""
        vector, parameters = self.target.reduced(self.space, near)
        return f"vector <#> {vector}", parameters

    @property
    def wanted(self) -> int:
        """How many to find, as seeds are left out afterwards."""
        return self.limit + len(self.seeds)

    def answer(self, found: Found) -> Found:
        """What was asked for, of the nearest ones."""
        return [pair for pair in found if pair[0] not in self.seeds][: self.limit]


def exact(connection: Connection, ask: Ask, expected: float) -> Found:
    """Compare the whole vectors of all matching tracks."""
    condition, parameters = ask.condition, ask.parameters

    def read(cursor: Any, portion: Portion) -> Found:
        if ask.where:
            among = f"e.track_id = ANY({in_one_go(portion.of(condition))})"
        else:
            those = portion.of(condition)
            among = f"EXISTS (SELECT FROM track WHERE id = e.track_id AND {those})"
        cursor.execute(_best_of(ask, among), {**parameters, **portion.parameters})
        return found_in(cursor.fetchall())

    return ask.answer(merged(halves.of_all(connection, expected, ask.space.middle, read)))


def exact_if_few(connection: Connection, ask: Ask, few: int, expected: float) -> Found | None:
    """The same unless a read finds more than `few` that match, which it counts on the way."""
    condition, parameters = ask.condition, ask.parameters

    def read(cursor: Any, portion: Portion) -> Found | None:
        cursor.execute(
            "WITH hits AS (SELECT id FROM track "  # noqa: S608 (our own names)
            f"WHERE {portion.of(condition)} LIMIT %(similar_few)s + 1), "
            "matching AS MATERIALIZED (SELECT ARRAY(SELECT id FROM hits ORDER BY id) AS ids) "
            "SELECT cardinality(ids), track_id, distance FROM matching LEFT JOIN "
            f"({_best_of(ask, _FEW)}) AS best ON true ORDER BY distance, track_id",
            {**parameters, **portion.parameters, "similar_few": few},
        )
        rows = cursor.fetchall()
        if rows[0][0] > few:
            return None
        return found_in(row[1:] for row in rows)

    parts = halves.of_all(connection, expected, ask.space.middle, read)
    found = [part for part in parts if part is not None]
    return ask.answer(merged(found)) if len(found) == len(parts) else None


def found_in(rows: Iterable[Sequence[Any]]) -> Found:
    """Rows of an id and a distance; without one there is nothing that was compared."""
    return [(track_id, float(distance)) for track_id, distance in rows if distance is not None]


def merged(parts: Sequence[Found]) -> Found:
    """The nearest first, of several reads."""
    return sorted(chain.from_iterable(parts), key=lambda pair: (pair[1], pair[0]))


def _best_of(ask: Ask, among: str) -> str:
    """SQL for the nearest of some tracks by their whole vectors."""
    return with_text_ids(
        f"SELECT e.track_id, {ask.distance} AS distance "  # noqa: S608 (our own names)
        f"FROM {ask.space.table} e WHERE {among} "
        "ORDER BY distance, e.track_id LIMIT %(similar_wanted)s"
    )


def with_text_ids(best: str) -> str:
    """SQL for the rows of a query that ends with a limit: only those ids are made texts."""
    return f"SELECT track_id::text, distance FROM ({best}) AS best"  # noqa: S608 (our own names)


def in_one_go(condition: str) -> str:
    """SQL for the ids of matching tracks, to be looked up together: half the time of a join.

    In the order of the key, which the lookup puts them in otherwise, but takes longer to.
    """
    return f"ARRAY(SELECT id FROM track WHERE {condition} ORDER BY id)"  # noqa: S608


def _every(space: Space, closest: str) -> str:
    """SQL for what a query gives and all that is pending."""
    return (
        f"close AS MATERIALIZED ({closest}), "  # noqa: S608 (our own names)
        f"every AS (SELECT track_id FROM close UNION SELECT track_id FROM {space.pending_table})"
    )


def compared(
    connection: Connection,
    ask: Ask,
    closest: str,
    parameters: dict[str, Any],
    settings: str = "",
) -> Found:
    """The best of these by their whole vectors, where nearly all match: ranked, then looked at
    until there are enough.
    """
    statement = (
        f"WITH {_every(ask.space, closest)}, "  # noqa: S608 (our own names)
        f"ranked AS (SELECT e.track_id, {ask.distance} AS distance "
        f"FROM {ask.space.table} e "
        "WHERE e.track_id = ANY(ARRAY(SELECT track_id FROM every ORDER BY track_id)) "
        "ORDER BY distance, e.track_id) "
        "SELECT ranked.track_id::text, distance FROM ranked "
        f"JOIN track ON track.id = ranked.track_id WHERE {ask.condition} "
        "ORDER BY distance, ranked.track_id LIMIT %(similar_wanted)s"
    )
    everything = ask.parameters | parameters
    if not ask.where:
        return found_in(prepared.fetch_all(connection, statement, everything, settings))
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(settings + statement, everything)
        return found_in(cursor.fetchall())


def matching_compared(
    cursor: Any, ask: Ask, closest: str, parameters: dict[str, Any], settings: str
) -> tuple[Found, int]:
    """The best of these that match, which are looked up first; and how many do."""
    cursor.execute(
        f"{settings}WITH {_every(ask.space, closest)}, "  # noqa: S608 (our own names)
        "matching AS MATERIALIZED (SELECT track.id FROM every "
        f"JOIN track ON track.id = every.track_id WHERE {ask.condition}) "
        f"SELECT e.track_id::text, {ask.distance} AS distance, "
        "(SELECT count(*) FROM matching) "
        f"FROM matching JOIN {ask.space.table} e ON e.track_id = matching.id "
        "ORDER BY distance, e.track_id LIMIT %(similar_wanted)s",
        ask.parameters | parameters,
    )
    rows = cursor.fetchall()
    return found_in(row[:2] for row in rows), rows[0][2] if rows else 0
