"""Reading a part of a large table: where very many tracks match, a sample tells as much."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Select, func, tablesample, text
from sqlalchemy.sql import visitors

from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching_sql
from audiolab.catalog.schema import track

SAMPLE_FROM = 75_000  # matching tracks, as the planner estimates; fewer are read one by one
SAMPLED = 50_000  # tracks of the table that are read then
ENOUGH = 2_000  # of these must match, or the sample does not tell enough


@dataclass(frozen=True)
class Part:
    """A random part of the table `track`.

    Attributes
    ----------
    share : float
        How much of it, in (0, 1].
    """

    share: float

    def of(self, statement: Select[Any]) -> Select[Any]:
        """The statement, reading from this part only; it reads from nothing but `track`."""
        if self.share == 1:
            return statement
        sampled = tablesample(track, func.system(100 * self.share), name="sampled")

        def replace(element: Any, **_: Any) -> Any:
            if isinstance(element, Column) and element.table is track:
                return sampled.c[element.name]
            return None

        sampling: Any = visitors.replacement_traverse(statement, {}, replace)
        return sampling  # type: ignore[no-any-return]


WHOLE = Part(1.0)


def part_to_read(connection: Connection, where: Filter) -> Part:
    """All of the table, unless it is large and most of it matches."""
    tracks = connection.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'track'::regclass"))
    if not tracks or tracks < SAMPLE_FROM or estimated(connection, where) < SAMPLE_FROM:
        return WHOLE
    return Part(min(1.0, SAMPLED / float(tracks)))


def enough(matched: int) -> bool:
    """Whether so many matches in a sample can stand for the whole."""
    return matched >= ENOUGH


def estimated(connection: Connection, where: Filter) -> float:
    """How many tracks match, as the planner estimates: at once, and seldom far off."""
    condition, parameters = matching_sql(where)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(
            f"EXPLAIN (FORMAT json) SELECT id FROM track WHERE {condition}",  # noqa: S608
            parameters,
        )
        found: Any = cursor.fetchone()
    finally:
        cursor.close()
    plan = json.loads(found[0]) if isinstance(found[0], str) else found[0]
    return float(plan[0]["Plan"]["Plan Rows"])
