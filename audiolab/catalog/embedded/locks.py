"""File locks, which the kernel drops when their holder dies, whatever it dies of."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audiolab.errors import DatabaseError

POLL_SECONDS = 0.02


def open_lock(path: Path) -> int:
    """A descriptor of the lock file `path`, created where missing; children don't inherit it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, mode: int) -> bool:
    """Take a lock (``LOCK_SH`` or ``LOCK_EX``) if nobody stands in the way."""
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class LockTimeoutError(DatabaseError):
    """Another process held the lock all the time."""


@contextmanager
def exclusive(path: Path, deadline: float) -> Iterator[int]:
    """Hold the lock `path` alone; waits for it until `deadline` (of `time.monotonic`).

    Yields
    ------
    int
        The lock's descriptor. A child that inherits it keeps the lock if we die.

    Raises
    ------
    LockTimeoutError
        If another process held it all the time.
    """
    descriptor = open_lock(path)
    try:
        while not try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise LockTimeoutError(
                    f"another process is still starting or stopping the database of {path.parent}: "
                    "wait for it, or see what it does in logs/postgres.log there"
                )
            time.sleep(POLL_SECONDS)
        yield descriptor
    finally:
        # Explicitly, since a child forked meanwhile would share the lock and keep it.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)
