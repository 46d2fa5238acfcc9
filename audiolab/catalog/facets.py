"""How many tracks have each value: of all tracks, or of those that match a filter.

Counting everything reads everything, so counts are kept until the tracks change; in a large
catalog, a filter that leaves most of it is counted on a sample, and says so.
"""

import threading
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
from sqlalchemy import Connection, Engine, Integer, cast, func, select, tablesample, text

from audiolab.catalog.fields import ALIASES, TARGETS, nearest_name
from audiolab.catalog.filter_sql import JOINED_ARRAYS, condition_of
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import count
from audiolab.catalog.schema import VISIBLE_STATES, track
from audiolab.errors import QueryError

NAMES = ("genre", "mood", "instrument", "key", "format", "time_signature", "decade")
SAMPLE_FROM = 200_000  # matching tracks; fewer are counted one by one
SAMPLED = 50_000
_KEPT = 500
_kept: WeakKeyDictionary[Engine, dict[Any, Any]] = WeakKeyDictionary()
_lock = threading.Lock()


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
    value = _value(name)
    key = (name, where, _changes(connection))
    with _lock:
        kept = _kept.setdefault(connection.engine, {})
        found = kept.get(key)
    if found is None:
        found = _count(connection, name, value, where)
        with _lock:
            if len(kept) >= _KEPT:
                kept.clear()
            kept[key] = found
    counts = found if limit is None else found.head(limit)
    copy = counts.copy()
    copy.attrs = dict(found.attrs)
    return copy


def _changes(connection: Connection) -> tuple[Any, ...]:
    """Something that differs after tracks changed: in this database, or by this process."""
    row = connection.execute(
        text(
            "SELECT n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables "
            "WHERE relid = 'track'::regclass"
        )
    ).one_or_none()
    newest = connection.scalar(select(func.max(track.c.updated_at)))
    return (*(row or ()), newest)


def _value(name: str) -> Any:
    """SQL for the values of a field, one row a value."""
    if name == "decade":
        return cast(func.floor(track.c.year / 10) * 10, Integer)
    target = TARGETS.get(ALIASES.get(name, ""))
    if target is None or target.kind not in ("category", "list", "text", "bool"):
        guess = nearest_name(name)
        hint = f"did you mean {guess}?" if guess else f"expected one of {', '.join(NAMES)}"
        raise QueryError(f"the values of {name!r} cannot be counted: {hint}", query=name)
    if target.name in JOINED_ARRAYS:
        return func.unnest(track.c[JOINED_ARRAYS[target.name]])
    column = track.c[target.columns[0].name]
    return func.unnest(column) if target.kind == "list" else column


def _count(connection: Connection, name: str, value: Any, where: Filter) -> "pd.Series[int]":
    share = _share(connection, where)
    source: Any = track
    if share < 1:
        source = tablesample(track, func.system(100 * share), name="track")
    rows = (
        select(value.label("value"))
        .select_from(source)
        .where(track.c.state.in_(VISIBLE_STATES), condition_of(where.node))
        .subquery()
    )
    counts = (
        select(rows.c.value, func.count())
        .where(rows.c.value.is_not(None))
        .group_by(rows.c.value)
        .order_by(func.count().desc(), rows.c.value)
    )
    found = connection.execute(counts).all()
    index = pd.Index([row[0] for row in found], name=name, dtype=object)
    scaled = [round(row[1] / share) for row in found]
    series = pd.Series(scaled, index=index, name="tracks", dtype="int64")
    series.attrs["approximate"] = share < 1
    return series


def _share(connection: Connection, where: Filter) -> float:
    """Which share of the table to read: all of it, unless very many tracks match."""
    tracks = connection.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'track'::regclass"))
    if tracks is None or tracks < SAMPLE_FROM:
        return 1.0
    if where and count(connection, where, cap=SAMPLE_FROM) <= SAMPLE_FROM:
        return 1.0
    return float(min(1.0, SAMPLED / tracks))
