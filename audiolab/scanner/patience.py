"""Waiting for a database that restarts, instead of throwing away days of work."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from audiolab.errors import DatabaseError

T = TypeVar("T")

logger = logging.getLogger(__name__)

DELAYS_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)


def patiently(action: Callable[[], T], note: Callable[[str], None]) -> T:
    """Do something with the database; if it is away, say so and try again for half a minute.

    Parameters
    ----------
    action : callable
        One transaction that may be repeated.
    note : callable
        Tells the user, once.

    Raises
    ------
    DatabaseError
        If the database stays away.
    """
    for attempt, delay in enumerate(DELAYS_SECONDS):
        try:
            return action()
        except DatabaseError as error:
            logger.info("waiting for the database: %s", error)
            if attempt == 1:  # a restart is over at once, and nobody's business
                note(f"waiting for the database, up to {sum(DELAYS_SECONDS):.0f} s")
            time.sleep(delay)
    return action()
