"""A scan's row in the catalog: progress, signs of life, and the right to the root."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from audiolab.catalog import Catalog
from audiolab.catalog.scans import RootLock
from audiolab.scanner.patience import patiently

HEARTBEAT_SECONDS = 2.0
T = TypeVar("T")


class JobRow:
    """What others see of a scan while it runs.

    Parameters
    ----------
    catalog : Catalog
    job : str
        The job's id.
    lock : RootLock
        Of the root that is scanned.
    note : callable
        Tells the user why nothing moves.
    stop : callable
        Whether the user does not want to wait any more.
    """

    def __init__(
        self,
        catalog: Catalog,
        job: str,
        lock: RootLock,
        note: Callable[[str], None],
        stop: Callable[[], bool],
    ) -> None:
        self._catalog = catalog
        self._job = job
        self._lock = lock
        self._note = note
        self._stop = stop
        self._beaten = float("-inf")

    def patiently(self, action: Callable[[], T]) -> T:
        """Do something with the database, waiting for it if it restarts."""
        return patiently(action, self._note, self._stop)

    def secured(self, action: Callable[[], T]) -> T:
        """Write something of the root: only while no other scan has it.

        Raises
        ------
        RootBusyError
            If another scan took the root while the database was away.
        """

        def act() -> T:
            self._lock.ensure()
            return action()

        return self.patiently(act)

    @property
    def is_due(self) -> bool:
        """Whether it is time for a sign of life."""
        return time.monotonic() - self._beaten >= HEARTBEAT_SECONDS

    def update(self, **progress: Any) -> bool:
        """Tell how far the scan is; True if it is asked to end."""
        asked = self.secured(lambda: self._catalog.update_job(self._job, **progress))
        self._beaten = time.monotonic()
        return asked

    def beat(self) -> None:
        """A sign of life, if it is time."""
        if self.is_due:
            self.update()

    def finish(self, state: str, report: Mapping[str, Any]) -> None:
        """The end."""
        self.patiently(lambda: self._catalog.finish_job(self._job, state, report))
