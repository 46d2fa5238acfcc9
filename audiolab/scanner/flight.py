"""Bundles of files on their way to a cluster and back, and how many there may be."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from distributed import CancelledError, Future, KilledWorker

from audiolab.errors import ScanError
from audiolab.scanner.model import Task
from audiolab.scanner.worker import FileResult

TICK_SECONDS = 0.5
COUNT_SECONDS = 5.0
FETCH_SECONDS = 30.0
LOST = "the dask scheduler went away: scan again to go on"


@dataclass(frozen=True, slots=True)
class Sent:
    """A bundle on its way."""

    tasks: Sequence[Task]
    future: "Future[list[FileResult]]"
    number: int
    since: float
    workers: frozenset[str] = frozenset()

    def outcome(self) -> tuple[list[FileResult], BaseException | None] | None:
        """What it brought, or what it met; None if its worker left before anybody had the result.

        Raises
        ------
        ScanError
            If the scheduler was lost.
        """
        future = self.future
        if future.status == "error":
            return [], future.exception()
        if future.status in ("lost", "pending"):  # it was finished, and is to be made once more
            return None
        try:
            return future.result(timeout=FETCH_SECONDS), None
        except KilledWorker as error:
            return [], error
        except CancelledError as error:
            raise ScanError(LOST) from error
        except TimeoutError:
            return None


class Flight:
    """The bundles on their way."""

    def __init__(self) -> None:
        self.sent: dict[object, Sent] = {}
        self._done: SimpleQueue[Future[list[FileResult]]] = SimpleQueue()

    def add(self, sent: Sent) -> None:
        """One more."""
        self.sent[sent.future.key] = sent
        sent.future.add_done_callback(self._done.put)

    def landed(self, seconds: float) -> Sent | None:
        """One that is through, waited for as long; None if none is, or it was cancelled."""
        try:
            return self.sent.pop(self._done.get(timeout=seconds).key, None)
        except Empty:
            return None

    def in_order(self) -> list[Sent]:
        """As they were sent, which is the order in which a worker takes them."""
        return sorted(self.sent.values(), key=lambda sent: sent.number)


class Window:
    """How many bundles may be in flight, and where: follows a cluster that grows and shrinks.

    Parameters
    ----------
    count : callable
        Threads by the address of each worker that may be used.
    per_thread : int
        Bundles.
    """

    def __init__(self, count: Callable[[], dict[str, int]], per_thread: int) -> None:
        self._count = count
        self._per_thread = per_thread
        self._threads: dict[str, int] = {}
        self._counted = float("-inf")
        self._present = time.monotonic()

    def addresses(self) -> list[str]:
        """The workers that may be used.

        Raises
        ------
        ScanError
            If the scheduler was lost.
        """
        now = time.monotonic()
        if now - self._counted >= (COUNT_SECONDS if self._threads else TICK_SECONDS):
            try:
                self._threads, self._counted = self._count(), now
            except OSError as error:
                raise ScanError(LOST) from error
            if self._threads:
                self._present = now
        return list(self._threads)

    def absence(self) -> float:
        """For how many seconds there has been no worker."""
        return 0.0 if self.addresses() else time.monotonic() - self._present

    def threads(self) -> int:
        """How many of them work at once."""
        self.addresses()
        return sum(self._threads.values())

    def size(self) -> int:
        """Bundles."""
        return self.threads() * self._per_thread
