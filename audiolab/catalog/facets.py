"""How many tracks have each value: of all tracks, or of those that match a filter.

Of all tracks, the database keeps the counts itself (`facet_count`, migration 0002). Under a filter
the matching tracks are counted and the counts kept until tracks change; where a filter leaves very
many, they are counted on a sample of the table, and the answer says so.
"""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Integer, cast, func, select

from audiolab.catalog.cache import Kept
from audiolab.catalog.fields import ALIASES, TARGETS, Target, nearest_name
from audiolab.catalog.filter_sql import JOINED_ARRAYS
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching
from audiolab.catalog.sample import WHOLE, Part, enough, part_to_read
from audiolab.catalog.schema import facet_count, track
from audiolab.errors import QueryError

NAMES = ("genre", "mood", "instrument", "key", "format", "time_signature", "decade")
# What the triggers count, and how a value is told from its text.
_COUNTED: dict[str, Any] = {
    "genre": str, "mood": str, "instrument": str, "key": str, "key_camelot": str, "format": str,
    "time_signature": str, "tag_genre": str, "decade": int,
    "has_vocals": lambda text: text == "true",
}  # fmt: skip
_kept: Kept["pd.Series[int]"] = Kept()


def facets(
    connection: Connection, name: str, where: Filter, limit: int | None = None
) -> "pd.Series[int]":
    """How many of the selected tracks have each value of a field, most frequent first.

    Returns
    -------
    pandas.Series
        Counts by value; ``attrs["approximate"]`` tells whether they were scaled up from a sample.

    Raises
    ------
    QueryError
        If the field has no countable values.
    """
    canonical = _canonical(name)
    if not where and canonical in _COUNTED:
        found = _of_all(connection, canonical)
    else:
        found = _kept.get(
            connection, (canonical, where), lambda: _of_matching(connection, canonical, where)
        )
    counts = found if limit is None else found.head(limit)
    copy = counts.rename_axis(name)
    copy.attrs = dict(found.attrs)
    return copy


def _canonical(name: str) -> str:
    """The field that is meant."""
    if name == "decade":
        return name
    target = TARGETS.get(ALIASES.get(name, ""))
    if target is None or not _countable(target):
        guess = nearest_name(name)
        hint = f"did you mean {guess}?" if guess else f"expected one of {', '.join(NAMES)}"
        raise QueryError(f"the values of {name!r} cannot be counted: {hint}", query=name)
    return target.name


def _countable(target: Target) -> bool:
    """Whether a track has values of it that can be told apart."""
    stored = target.name in JOINED_ARRAYS or target.columns[0].name in track.c
    return stored and target.kind in ("category", "list", "text", "bool")


# Names of all fields whose values can be counted.
COUNTABLE = ("decade", *(name for name, target in TARGETS.items() if _countable(target)))


def _of_all(connection: Connection, name: str) -> "pd.Series[int]":
    tracks = func.sum(facet_count.c.tracks)
    rows = connection.execute(
        select(facet_count.c.value, tracks)
        .where(facet_count.c.field == name)
        .group_by(facet_count.c.value)
        .having(tracks > 0)
        .order_by(tracks.desc(), facet_count.c.value)
    )
    value_of = _COUNTED[name]
    return _series([(value_of(value), int(count)) for value, count in rows], approximate=False)


def _of_matching(connection: Connection, name: str, where: Filter) -> "pd.Series[int]":
    part = part_to_read(connection, where)
    counts = _counted(connection, name, where, part)
    if part.share < 1 and not enough(sum(count for _, count in counts)):
        part = WHOLE
        counts = _counted(connection, name, where, part)
    scaled = [(value, round(count / part.share)) for value, count in counts]
    return _series(scaled, approximate=part.share < 1)


def _counted(connection: Connection, name: str, where: Filter, part: Part) -> list[tuple[Any, int]]:
    rows = part.of(select(_value(name).label("value")).where(matching(where))).subquery()
    counts = (
        select(rows.c.value, func.count())
        .where(rows.c.value.is_not(None))
        .group_by(rows.c.value)
        .order_by(func.count().desc(), rows.c.value)
    )
    return [(row[0], row[1]) for row in connection.execute(counts)]


def _value(name: str) -> Any:
    """SQL for the values of a field, one row a value."""
    if name == "decade":
        return cast(func.floor(track.c.year / 10) * 10, Integer)
    if name in JOINED_ARRAYS:
        return func.unnest(track.c[JOINED_ARRAYS[name]])
    target = TARGETS[name]
    column = track.c[target.columns[0].name]
    return func.unnest(column) if target.kind == "list" else column


def _series(counts: list[tuple[Any, int]], *, approximate: bool) -> "pd.Series[int]":
    index = pd.Index([value for value, _ in counts], dtype=object)
    series = pd.Series([count for _, count in counts], index=index, name="tracks", dtype="int64")
    series.attrs["approximate"] = approximate
    return series
