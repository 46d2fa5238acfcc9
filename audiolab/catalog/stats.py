"""Totals, averages and distributions of a selection."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from audiolab.catalog.cache import Kept
from audiolab.catalog.fields import Field
from audiolab.catalog.filters import Filter
from audiolab.catalog.read import matching
from audiolab.catalog.schema import track
from audiolab.catalog.tally import Counts, bin_of, edges, tally

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
    summary["states"] = states(connection)
    total = sum(n for state, n in summary["states"].items() if state not in ("excluded", "missing"))
    done = sum(summary["states"].get(state, 0) for state in ("analysed", "partial"))
    summary["analysed_share"] = done / total if total else None
    return summary


def states(connection: Connection) -> dict[str, int]:
    """Files of the whole library by state."""
    rows = connection.execute(select(track.c.state, func.count()).group_by(track.c.state))
    return {state: int(number) for state, number in rows}


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
    ends = edges(*(span or _span(connection, field, where)), bins)
    found = tally(connection, where, {field.name: bin_of(field, ends)})
    return as_frame(ends, found.counts[field.name,], approximate=found.approximate)


def as_frame(ends: list[float], counts: Counts, *, approximate: bool) -> pd.DataFrame:
    """Rows of `low`, `high` and `tracks`."""
    tracks = [counts.get(place, 0) for place in range(len(ends) - 1)]
    frame = pd.DataFrame({"low": ends[:-1], "high": ends[1:], "tracks": tracks})
    frame.attrs["approximate"] = approximate
    return frame


def _span(connection: Connection, field: Field, where: Filter) -> tuple[float, float]:
    column = track.c[field.name]
    low, high = connection.execute(
        select(func.min(column), func.max(column)).where(matching(where))
    ).one()
    return (0.0, 1.0) if low is None else (float(low), float(high))
