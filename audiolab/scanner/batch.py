"""Results on their way to the catalog, written a batch at a time."""

import time
from collections.abc import Callable

from audiolab.catalog.records import TrackRecord

LARGEST = 100
OLDEST_SECONDS = 2.0


class Batch:
    """Collects records and writes them when there are enough, or the first has waited enough.

    Parameters
    ----------
    write : callable
        Stores a list of records in one transaction.
    """

    def __init__(self, write: Callable[[list[TrackRecord]], object]) -> None:
        self._write = write
        self._records: list[TrackRecord] = []
        self._since = 0.0

    def add(self, record: TrackRecord) -> None:
        """Take a record."""
        if not self._records:
            self._since = time.monotonic()
        self._records.append(record)

    def flush_if_due(self) -> bool:
        """Write if it is time; True if something was written."""
        waited = time.monotonic() - self._since
        if self._records and (len(self._records) >= LARGEST or waited >= OLDEST_SECONDS):
            self.flush()
            return True
        return False

    def flush(self) -> None:
        """Write what there is."""
        if self._records:
            self._write(self._records)
            self._records = []
