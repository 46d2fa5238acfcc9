"""One question, answered by two processes of the server that read half of the tracks each.

The server reads a list of keys in one process only, however long it is.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, TypeVar

from sqlalchemy import Connection

WORTH_TWO = 2_500  # matching tracks: for fewer it makes little difference
MOST_AT_ONCE = 4  # questions; others find their second connection in the same pool
# Of a truth value the planner takes for granted that about half are true.
WHOLE = "true"
HALVES = "(uuid_hash(track.id) & 1)::boolean", "NOT (uuid_hash(track.id) & 1)::boolean"
R = TypeVar("R")

_free = threading.BoundedSemaphore(MOST_AT_ONCE)


def of_all(connection: Connection, matching: float, read: Callable[[Any, str], R]) -> list[R]:
    """What reads of all tracks give: one of each half, or a single one where that is better.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        One end; a second one comes from the same pool.
    matching : float
        About how many tracks are read.
    read : callable
        Takes a cursor and a condition in SQL on the table ``track``; runs in two threads.
    """
    if matching < WORTH_TWO or not _free.acquire(blocking=False):
        with closing(connection.connection.cursor()) as cursor:
            return [read(cursor, WHOLE)]
    try:
        with (
            connection.engine.connect() as other,
            closing(connection.connection.cursor()) as cursor,
            closing(other.connection.cursor()) as second,
            ThreadPoolExecutor(1) as pool,
        ):
            running = pool.submit(read, second, HALVES[1])
            return [read(cursor, HALVES[0]), running.result()]
    finally:
        _free.release()
