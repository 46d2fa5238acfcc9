"""Tracks by the values of several columns, all counted in one pass (``GROUPING SETS``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import (
    ARRAY,
    DOUBLE_PRECISION,
    ColumnElement,
    Connection,
    case,
    cast,
    func,
    select,
    tuple_,
)

from audiolab.catalog.fields import Field
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching
from audiolab.catalog.sample import WHOLE, Part, enough, part_to_read
from audiolab.catalog.schema import track

Set = tuple[str, ...]
Counts = dict[Any, int]


@dataclass(frozen=True)
class Tally:
    """What was counted.

    Attributes
    ----------
    counts : dict
        Set of columns -> value -> tracks; of sets of several columns the values are tuples. Values
        that are not known are left out.
    approximate : bool
        Whether they were scaled up from a sample.
    """

    counts: Mapping[Set, Counts]
    approximate: bool


def tally(
    connection: Connection,
    where: Filter,
    columns: Mapping[str, ColumnElement[Any]],
    sets: Sequence[Set] | None = None,
) -> Tally:
    """Count the matching tracks.

    Parameters
    ----------
    connection : Connection
    where : Filter
    columns : mapping of str to SQL
        Expressions on `track`.
    sets : sequence of tuple of str, optional
        Which of them to count together; by default each by itself.
    """
    wanted = [(name,) for name in columns] if sets is None else list(sets)
    part = part_to_read(connection, where)
    found = _counted(connection, where, columns, wanted, part)
    if part.share < 1 and not all(enough(sum(counts.values())) for counts in found.values()):
        part = WHOLE
        found = _counted(connection, where, columns, wanted, part)
    scaled = {
        one: {value: round(number / part.share) for value, number in counts.items()}
        for one, counts in found.items()
    }
    return Tally(scaled, part.share < 1)


def _counted(
    connection: Connection,
    where: Filter,
    columns: Mapping[str, ColumnElement[Any]],
    sets: Sequence[Set],
    part: Part,
) -> dict[Set, Counts]:
    names = list(columns)
    labelled = [column.label(name) for name, column in columns.items()]
    rows = part.of(select(*labelled).where(matching(where))).subquery()
    given = [rows.c[name] for name in names]
    statement = select(func.grouping(*given), *given, func.count()).group_by(
        func.grouping_sets(*(tuple_(*(rows.c[name] for name in one)) for one in sets))
    )
    by_mask = {_mask(names, one): one for one in sets}
    found: dict[Set, Counts] = {one: {} for one in sets}
    for mask, *values, number in connection.execute(statement):
        one = by_mask[mask]
        value = tuple(values[names.index(name)] for name in one)
        if None not in value:
            found[one][value if len(value) > 1 else value[0]] = int(number)
    return found


def _mask(names: Sequence[str], one: Set) -> int:
    """What GROUPING says of a set: a bit for every column that is not in it, the last lowest."""
    return sum(1 << (len(names) - 1 - at) for at, name in enumerate(names) if name not in one)


def edges(low: float, high: float, bins: int) -> list[float]:
    """Where equal bins begin and end; an edge itself belongs to the bin above it."""
    width = (high - low) / bins or 1.0 / bins
    # Of so many digits that a filter with the same bounds takes the same tracks.
    return [float(f"{low + width * place:.7g}") for place in range(bins + 1)]


def bin_of(field: Field, ends: Sequence[float]) -> ColumnElement[int]:
    """SQL for the bin that a track is in, from 0; outer values are in the outer ones."""
    inner: list[float] = [float(end) for end in ends[1:-1]]
    if field.sql_type == "real":  # as filters compare: 0.7 is 0.7 whatever the precision
        inner = [float(np.float32(end)) for end in inner]
    column = cast(track.c[field.name], DOUBLE_PRECISION)
    if not inner:
        return case((column.is_not(None), 0))
    return func.width_bucket(column, cast(inner, ARRAY(DOUBLE_PRECISION)))
