"""How a library has grown: tracks by when they were added, in minutes or in years.

The parts of time are as short as leaves a chart of them readable, so that a library which was
scanned in one afternoon is seen growing as well as one that has been collected for decades.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ARRAY, ColumnElement, Connection, DateTime, cast, func, select

from audiolab.catalog.read import visible
from audiolab.catalog.schema import track
from audiolab.catalog.tally import Counts

MOST = 62  # periods of a kind; for longer times longer ones are taken
FEWEST = 12  # periods; before the first track there was nothing
SHORT = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))
CLOCK = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Period:
    """A part of the time in which a library has grown.

    Attributes
    ----------
    since : str
        When it begins, where the person is: as much of date and time as tells it from others.
    added : str
        The whole of it, as a query names it after ``added:``.
    """

    since: str
    added: str

    @classmethod
    def of(cls, name: str) -> "Period":
        """A minute, day, month or year."""
        return cls(name.replace("T", " "), name)


def periods(connection: Connection) -> list[Period]:
    """Equal parts of the time over which the whole library has grown."""
    ends = connection.execute(
        select(func.min(track.c.added_at), func.max(track.c.added_at)).where(visible)
    ).one()
    return [] if ends[0] is None else _periods(ends[0].astimezone(), ends[1].astimezone())


def period_of(found: Sequence[Period]) -> ColumnElement[Any]:
    """SQL for the period in which a track was added, from 0."""
    starts = [_local(period.since) for period in found[1:]]
    return func.width_bucket(track.c.added_at, cast(starts, ARRAY(DateTime(timezone=True))))


def as_frame(found: Sequence[Period], counts: Counts) -> pd.DataFrame:
    """Rows of `since`, `added`, `tracks` and `total`."""
    tracks = pd.Series([counts.get(place, 0) for place in range(len(found))], dtype="int64")
    named = {name: [getattr(one, name) for one in found] for name in ("since", "added")}
    return pd.DataFrame({**named, "tracks": tracks, "total": tracks.cumsum()})


def _periods(first: datetime, last: datetime) -> list[Period]:
    """Minutes, tens of them, hours, days, months or years from the first to the last."""
    first, last = (moment.replace(tzinfo=None) for moment in (first, last))
    for length in SHORT:
        start = datetime.min + (first - datetime.min) // length * length
        count = (last - start) // length + 1
        if count <= MOST:
            early = max(0, FEWEST - count)
            return [_short(start + at * length, length) for at in range(-early, count)]
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if months <= MOST:
        places = range(first.month - 1, first.month - 1 + months)
        return [Period.of(f"{first.year + at // 12}-{at % 12 + 1:02d}") for at in places]
    return [Period.of(str(year)) for year in range(first.year, last.year + 1)]


def _short(start: datetime, length: timedelta) -> Period:
    if length >= timedelta(days=1):
        return Period.of(f"{start:%Y-%m-%d}")
    name, end = f"{start:{CLOCK}}", f"{start + length - timedelta(minutes=1):{CLOCK}}"
    return Period.of(name) if name == end else Period(Period.of(name).since, f"{name}..{end}")


def _local(since: str) -> datetime:
    """When a period begins."""
    whole = since if len(since) > len("2024-05-01") else (since + "-01-01")[:10]
    return datetime.fromisoformat(whole).astimezone()
