"""How a library has grown: tracks by the day, month or year in which they were added."""

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ARRAY, ColumnElement, Connection, DateTime, cast, func, select

from audiolab.catalog.read import visible
from audiolab.catalog.schema import track
from audiolab.catalog.tally import Counts

MOST_DAYS = 62  # by days; longer times by months
MOST_MONTHS = 60  # by months; longer times by years


def periods(connection: Connection) -> list[str]:
    """Days, months or years over which the whole library has grown, as queries name them."""
    ends = connection.execute(
        select(func.min(track.c.added_at), func.max(track.c.added_at)).where(visible)
    ).one()
    return [] if ends[0] is None else _periods(ends[0].astimezone(), ends[1].astimezone())


def period_of(names: list[str]) -> ColumnElement[Any]:
    """SQL for the period in which a track was added, from 0."""
    starts = [_local(name) for name in names[1:]]
    return func.width_bucket(track.c.added_at, cast(starts, ARRAY(DateTime(timezone=True))))


def as_frame(names: list[str], counts: Counts) -> pd.DataFrame:
    """Rows of `since`, `tracks` and `total`."""
    tracks = pd.Series([counts.get(place, 0) for place in range(len(names))], dtype="int64")
    return pd.DataFrame({"since": names, "tracks": tracks, "total": tracks.cumsum()})


def _periods(first: datetime, last: datetime) -> list[str]:
    """Days, months or years from the first to the last, as queries name them."""
    days = (last.date() - first.date()).days
    if days <= MOST_DAYS:
        return [f"{first.date() + timedelta(days=day)}" for day in range(days + 1)]
    months = 12 * (last.year - first.year) + last.month - first.month
    if months <= MOST_MONTHS:
        count = range(first.month - 1, first.month + months)
        return [f"{first.year + at // 12}-{at % 12 + 1:02d}" for at in count]
    return [str(year) for year in range(first.year, last.year + 1)]


def _local(period: str) -> datetime:
    """When a period begins, where the person is."""
    return datetime.fromisoformat((period + "-01-01")[:10]).astimezone()
