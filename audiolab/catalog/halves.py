"""One question, answered by two processes of the server that read half of the tracks each.

The server reads a list of keys in one process only, however long it is.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

WORTH_TWO = 2_500  # matching tracks: for fewer it makes little difference
MOST_AT_ONCE = 4  # questions; others find their second connection in the same pool
R = TypeVar("R")

_free = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True)
class Portion:
    """Which tracks a read is of: a condition on the table `track`, and its parameters."""

    condition: str = "true"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def of(self, condition: str) -> str:
        """SQL for those of it that meet another condition."""
        return f"{condition} AND {self.condition}"


def middle(cursor: Any) -> str | None:
    """The id in the middle of all, as the planner knows it; None if it does not yet."""
    cursor.execute(
        "SELECT bounds[1 + cardinality(bounds) / 2]::text FROM (SELECT "
        "histogram_bounds::text::uuid[] AS bounds FROM pg_stats WHERE schemaname = "
        "current_schema() AND tablename = 'track' AND attname = 'id') AS known"
    )
    row = cursor.fetchone()
    return row[0] if row else None


def of_all(
    connection: Connection, matching: float, between: str | None, read: Callable[[Any, Portion], R]
) -> list[R]:
    """What reads of all tracks give: one of each half, or a single one where that is better.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        One end; a second one comes from the same pool.
    matching : float
        About how many tracks are read.
    between : str or None
        The id that parts the halves, as keys are walked in their order; None leaves them together.
    read : callable
        Takes a cursor and which tracks to read; runs in two threads.
    """
    if between is None or matching < WORTH_TWO or not _free.acquire(blocking=False):
        with closing(connection.connection.cursor()) as cursor:
            return [read(cursor, Portion())]
    first = Portion("track.id < %(middle)s::uuid", {"middle": between})
    rest = Portion("track.id >= %(middle)s::uuid", {"middle": between})
    try:
        with (
            connection.engine.connect() as other,
            closing(connection.connection.cursor()) as cursor,
            closing(other.connection.cursor()) as second,
            ThreadPoolExecutor(1) as pool,
        ):
            running = pool.submit(read, second, rest)
            return [read(cursor, first), running.result()]
    finally:
        _free.release()
