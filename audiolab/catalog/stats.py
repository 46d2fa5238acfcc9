"""Totals and averages of a selection."""

from typing import Any

import pandas as pd
from sqlalchemy import DOUBLE_PRECISION, Connection, Integer, cast, func, select

from audiolab.catalog.fields import Field
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching
from audiolab.catalog.schema import track

AVERAGED = ("tempo_bpm", "energy", "danceability", "valence", "loudness_lufs", "loudness_range_lu")


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


def histogram(
    connection: Connection, field: Field, where: Filter, bins: int, span: tuple[float, float] | None
) -> pd.DataFrame:
    """How the values of a number are distributed; see `Catalog.histogram`."""
    column = track.c[field.name]
    if span is None:
        low, high = connection.execute(
            select(func.min(column), func.max(column)).where(matching(where))
        ).one()
        span = (0.0, 1.0) if low is None else (float(low), float(high))
    low, high = span
    width = (high - low) / bins or 1.0 / bins
    place = func.floor((cast(column, DOUBLE_PRECISION) - low) / width)
    inside = func.least(func.greatest(place, 0), bins - 1)
    rows = (
        select(cast(inside, Integer).label("bin"))
        .where(matching(where), column.is_not(None))
        .subquery()
    )
    counts = dict.fromkeys(range(bins), 0)
    found = connection.execute(select(rows.c.bin, func.count()).group_by(rows.c.bin))
    counts.update({row[0]: row[1] for row in found})
    lefts = [low + width * place for place in counts]
    return pd.DataFrame(
        {"low": lefts, "high": [left + width for left in lefts], "tracks": list(counts.values())}
    )
