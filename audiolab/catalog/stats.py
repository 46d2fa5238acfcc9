"""Totals, averages and distributions of a selection."""

from typing import Any

import pandas as pd
from sqlalchemy import DOUBLE_PRECISION, Connection, Integer, cast, func, select

from audiolab.catalog.cache import Kept
from audiolab.catalog.fields import Field
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching
from audiolab.catalog.sample import WHOLE, Part, enough, part_to_read
from audiolab.catalog.schema import track

AVERAGED = ("tempo_bpm", "energy", "danceability", "valence", "loudness_lufs", "loudness_range_lu")
_kept: Kept[dict[str, Any]] = Kept()
_kept_histograms: Kept[pd.DataFrame] = Kept()


def stats(connection: Connection, where: Filter) -> dict[str, Any]:
    """Totals of the selection: tracks, duration, size, share analysed, averages, spans."""
    found = _kept.get(connection, where, lambda: _stats(connection, where))
    return {**found, "states": dict(found["states"])}


def _stats(connection: Connection, where: Filter) -> dict[str, Any]:
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
    found = _kept_histograms.get(
        connection,
        (field.name, where, bins, span),
        lambda: _histogram(connection, field, where, bins, span),
    )
    copy = found.copy()
    copy.attrs = dict(found.attrs)
    return copy


def _histogram(
    connection: Connection, field: Field, where: Filter, bins: int, span: tuple[float, float] | None
) -> pd.DataFrame:
    low, high = span or _span(connection, field, where)
    width = (high - low) / bins or 1.0 / bins
    part = part_to_read(connection, where)
    counts = _bins(connection, field, where, part, low, width, bins)
    if part.share < 1 and not enough(sum(counts)):
        part = WHOLE
        counts = _bins(connection, field, where, part, low, width, bins)
    lefts = [low + width * place for place in range(bins)]
    frame = pd.DataFrame(
        {
            "low": lefts,
            "high": [left + width for left in lefts],
            "tracks": [round(count / part.share) for count in counts],
        }
    )
    frame.attrs["approximate"] = part.share < 1
    return frame


def _span(connection: Connection, field: Field, where: Filter) -> tuple[float, float]:
    column = track.c[field.name]
    low, high = connection.execute(
        select(func.min(column), func.max(column)).where(matching(where))
    ).one()
    return (0.0, 1.0) if low is None else (float(low), float(high))


def _bins(
    connection: Connection,
    field: Field,
    where: Filter,
    part: Part,
    low: float,
    width: float,
    bins: int,
) -> list[int]:
    """Tracks by bin."""
    column = track.c[field.name]
    place = func.floor((cast(column, DOUBLE_PRECISION) - low) / width)
    inside = func.least(func.greatest(place, 0), bins - 1)
    chosen = select(cast(inside, Integer).label("bin")).where(matching(where), column.is_not(None))
    rows = part.of(chosen).subquery()
    found = connection.execute(select(rows.c.bin, func.count()).group_by(rows.c.bin))
    counts = {row[0]: row[1] for row in found}
    return [counts.get(place, 0) for place in range(bins)]
