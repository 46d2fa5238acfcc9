"""Waiting for a database that restarts, instead of throwing away days of work."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from audiolab.errors import DatabaseError

T = TypeVar("T")

logger = logging.getLogger(__name__)

DELAYS_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, *(60.0,) * 9)
SLICE_SECONDS = 0.5


def patiently(
    action: Callable[[], T], note: Callable[[str], None], stop: Callable[[], bool] = lambda: False
) -> T:
    """Do something with the database; if it is away, say so and try again for ten minutes.

    Parameters
    ----------
    action : callable
        One transaction that may be repeated.
    note : callable
        Tells the user, once.
    stop : callable
        Whether the user does not want to wait any more.

    Raises
    ------
    DatabaseError
        If the database stays away.
    KeyboardInterrupt
        If it was to stop while waiting.
    """
    for attempt, delay in enumerate(DELAYS_SECONDS):
        try:
            return action()
        except DatabaseError as error:
            logger.info("waiting for the database: %s", error)
            if attempt == 1:  # a restart is over at once, and nobody's business
                note(f"waiting for the database, up to {sum(DELAYS_SECONDS) / 60:.0f} min: {error}")
            wait(delay, stop)
    return action()


def wait(seconds: float, stop: Callable[[], bool]) -> None:
    """Sleep, unless it is to stop.

    Raises
    ------
    KeyboardInterrupt
        If it is to stop.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if stop():
            raise KeyboardInterrupt
        time.sleep(min(left, SLICE_SECONDS))
