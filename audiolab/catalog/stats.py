"""Totals, averages and facets of a selection."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Integer, cast, func, select

from audiolab.catalog.fields import ALIASES, TARGETS, nearest_name
from audiolab.catalog.filter_sql import JOINED_ARRAYS
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching
from audiolab.catalog.schema import track
from audiolab.errors import QueryError

AVERAGED = ("tempo_bpm", "energy", "danceability", "valence", "loudness_lufs", "loudness_range_lu")
FACETS = ("genre", "mood", "instrument", "key", "format", "time_signature", "decade")


def stats(connection: Connection, where: Filter) -> dict[str, Any]:
    """Totals of the selection: tracks, duration, size, share analysed, averages, spans."""
    columns = [
        func.count().label("tracks"),
        func.coalesce(func.sum(track.c.duration_seconds), 0).label("duration_seconds"),
        func.coalesce(func.sum(track.c.file_size_bytes), 0).label("file_size_bytes"),
        func.count(func.distinct(track.c.artist)).label("artists"),
        func.count(func.distinct(track.c.album)).label("albums"),
        func.count(track.c.embedding_model).label("with_embedding"),
        *(func.avg(track.c[name]).label(f"mean_{name}") for name in AVERAGED),
        func.min(track.c.tempo_bpm).label("min_tempo_bpm"),
        func.max(track.c.tempo_bpm).label("max_tempo_bpm"),
    ]
    row = connection.execute(select(*columns).where(matching(where))).one()
    summary: dict[str, Any] = {name: _number(name, value) for name, value in row._mapping.items()}
    states = connection.execute(select(track.c.state, func.count()).group_by(track.c.state)).all()
    summary["states"] = {row[0]: row[1] for row in states}
    total = sum(n for state, n in summary["states"].items() if state not in ("excluded", "missing"))
    done = sum(summary["states"].get(state, 0) for state in ("analysed", "partial"))
    summary["analysed_share"] = done / total if total else None
    return summary


def _number(name: str, value: Any) -> float | int | None:
    if value is None:
        return None
    counted = not name.startswith(("mean_", "min_", "max_", "duration"))
    return int(value) if counted else float(value)


def facets(
    connection: Connection, name: str, where: Filter, limit: int | None = None
) -> "pd.Series[int]":
    """How many of the selected tracks have each value of a field, most frequent first.

    Raises
    ------
    QueryError
        If the field has no countable values.
    """
    value = _facet_value(name)
    rows = select(value.label("value")).where(matching(where)).subquery()
    counts = (
        select(rows.c.value, func.count())
        .where(rows.c.value.is_not(None))
        .group_by(rows.c.value)
        .order_by(func.count().desc(), rows.c.value)
        .limit(limit)
    )
    found = connection.execute(counts).all()
    index = pd.Index([row[0] for row in found], name=name, dtype=object)
    return pd.Series([row[1] for row in found], index=index, name="tracks", dtype="int64")


def _facet_value(name: str) -> Any:
    if name == "decade":
        return cast(func.floor(track.c.year / 10) * 10, Integer)
    target = TARGETS.get(ALIASES.get(name, ""))
    if target is None or target.kind not in ("category", "list", "text", "bool"):
        guess = nearest_name(name)
        hint = f"did you mean {guess}?" if guess else f"expected one of {', '.join(FACETS)}"
        raise QueryError(f"the values of {name!r} cannot be counted: {hint}", query=name)
    if target.name in JOINED_ARRAYS:
        return func.unnest(track.c[JOINED_ARRAYS[target.name]])
    column = track.c[target.columns[0].name]
    return func.unnest(column) if target.kind == "list" else column
