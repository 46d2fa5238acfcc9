"""Send files to a cluster and take their results, a few at a time.

Never more than a small window of files is in flight, so that neither the scheduler nor this
process holds the library. When a worker process dies, every file it had been given is suspect:
suspects are set aside and tried again at the end, each alone, so that only the culprit is blamed
and the innocent are analysed after all. Who crashes alone gets a last chance, as processes are
also killed from outside.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from queue import Empty, SimpleQueue

from distributed import CancelledError, Client, Future, KilledWorker

from audiolab.analysis import Installed
from audiolab.catalog.paths import decode
from audiolab.errors import ScanError
from audiolab.scanner.bundle import Bundler
from audiolab.scanner.model import Task
from audiolab.scanner.worker import FileResult, Work, failed_outcomes, process, process_all

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
IN_FLIGHT_PER_THREAD = 2
IN_FLIGHT_ELSEWHERE = 20  # 6 s of work: an adaptive cluster grows from 5 s on
COUNT_SECONDS = 5.0
NO_WORKER_SECONDS = 60.0
FETCH_SECONDS = 30.0
SECONDS_PER_FILE = 300.0
SECONDS_PER_MEGABYTE = 5.0
CRASHED = "crashed the analysis process"

Outcome = tuple[Task, FileResult]
NO_NETWORKS = Installed()


@dataclass(frozen=True, slots=True)
class _Sent:
    """A bundle on its way."""

    tasks: Sequence[Task]
    future: "Future[list[FileResult]]"
    number: int
    since: float
    workers: frozenset[str] = frozenset()


class _Flight:
    """The bundles on their way."""

    def __init__(self) -> None:
        self.sent: dict[object, _Sent] = {}
        self._done: SimpleQueue[Future[list[FileResult]]] = SimpleQueue()

    def add(self, sent: _Sent) -> None:
        """One more."""
        self.sent[sent.future.key] = sent
        sent.future.add_done_callback(self._done.put)

    def landed(self, seconds: float) -> _Sent | None:
        """One that is through, waited for as long; None if none is, or it was cancelled."""
        try:
            return self.sent.pop(self._done.get(timeout=seconds).key, None)
        except Empty:
            return None


class _Round(Enum):
    """How often a file has been tried."""

    bundled = auto()
    alone = auto()
    last = auto()


class Runner:
    """Analyses tasks on a cluster.

    Parameters
    ----------
    client : distributed.Client
    root : str
        The folder the tasks' paths are relative to.
    stop : callable
        Asked often; when it says True, the files in hand are finished and no more begun.
    helpers : callable or None
        Addresses and threads of the workers that may be used; None uses all.
    work : callable
        What a worker does with a file.
    limit_seconds : float or None
        Longest time for a file; None derives it from the size.
    networks : Installed
        What the stages "networks" and "affect" run.
    """

    def __init__(
        self,
        client: Client,
        root: str,
        stop: Callable[[], bool] = lambda: False,
        helpers: Callable[[], dict[str, int]] | None = None,
        work: Callable[[Work], FileResult] = process,
        limit_seconds: float | None = None,
        networks: Installed = NO_NETWORKS,
    ) -> None:
        self._client = client
        self._root = root
        self._stop = stop
        self._work = work
        self._limit_seconds = limit_seconds
        self._networks = networks
        self._run = uuid.uuid4().hex[:8]
        self._submitted = 0
        self._flight = _Flight()
        self._bundler = Bundler()
        self._suspects: list[Task] = []
        self._restricted = helpers is not None
        per_thread = IN_FLIGHT_PER_THREAD if helpers is None else IN_FLIGHT_ELSEWHERE
        self._window = _Window(helpers or client.nthreads, per_thread)

    def results(self, tasks: Iterable[Task]) -> Iterator[Outcome | None]:
        """Yield each task with its result, as they come; None when some time has passed.

        Raises
        ------
        ScanError
            If the cluster is lost, or has no workers for a minute.
        """
        yield from self._pump(self._bundler.bundles(tasks, self._window.size), _Round.bundled)
        for chance in (_Round.alone, _Round.last):
            suspects, self._suspects = self._suspects, []
            yield from self._pump(([task] for task in suspects), chance)

    def in_hand(self) -> list[str]:
        """Paths of files that are being analysed: the first of each bundle that has begun.

        A worker takes bundles in the order in which they were sent.
        """
        begun = sorted(self._flight.sent.values(), key=_number)[: self._window.threads()]
        return [sent.tasks[0].path for sent in begun]

    def _pump(self, bundles: Iterator[Sequence[Task]], chance: _Round) -> Iterator[Outcome | None]:
        flight = self._flight = _Flight()
        heard = time.monotonic()
        stopping = exhausted = False
        while True:
            if self._stop() and not stopping:
                stopping = True
                self._call_back(flight)
            window = self._window.size()
            if chance is not _Round.bundled:
                window = min(window, 1)
            while len(flight.sent) < window and not stopping and not exhausted:
                bundle = next(bundles, None)
                if bundle is None:
                    exhausted = True
                else:
                    flight.add(self._send(bundle))
            if not flight.sent and (stopping or exhausted):
                return
            sent = flight.landed(TICK_SECONDS)
            if sent is None:
                self._check_workers(heard)
                self._rescue(flight)
                yield None
            else:
                heard = time.monotonic()
                outcome = _outcome(sent.future)
                if outcome is None:
                    self._send_again(flight, [sent])
                else:
                    yield from self._take(sent, *outcome, heard, chance)

    def _send(self, tasks: Sequence[Task]) -> _Sent:
        self._submitted += 1
        works = [
            Work(self._root, decode(task.path), task.stages, self._limit(task), self._networks)
            for task in tasks
        ]
        key = f"audiolab-{self._run}-{self._submitted}"
        workers = self._window.addresses() if self._restricted else None
        future = self._client.submit(
            process_all, works, self._work, key=key, pure=False, workers=workers
        )
        return _Sent(tasks, future, self._submitted, time.monotonic(), frozenset(workers or ()))

    def _call_back(self, flight: "_Flight") -> None:
        """Cancel what waits at a worker behind something else; what runs is finished.

        A worker takes bundles in the order in which they were sent.
        """
        with suppress(OSError):  # the cluster is being lost: the results will say so
            threads = self._client.nthreads()
            waiting = []
            for address, keys in self._client.processing().items():
                queue = sorted((flight.sent[k] for k in keys if k in flight.sent), key=_number)
                waiting += queue[threads.get(address, 1) :]
            self._cancel(flight, waiting)

    def _cancel(self, flight: "_Flight", bundles: Sequence[_Sent]) -> None:
        self._client.cancel([sent.future for sent in bundles], force=True)
        for sent in bundles:
            flight.sent.pop(sent.future.key, None)

    def _rescue(self, flight: "_Flight") -> None:
        """Send bundles again that wait for workers that have gone, while others are there."""
        present = set(self._window.addresses()) if self._restricted else set()
        stranded = [s for s in flight.sent.values() if present and present.isdisjoint(s.workers)]
        self._send_again(flight, stranded)

    def _send_again(self, flight: "_Flight", bundles: Sequence[_Sent]) -> None:
        self._cancel(flight, bundles)
        for sent in bundles:
            flight.add(self._send(sent.tasks))

    def _limit(self, task: Task) -> float:
        if self._limit_seconds is not None:
            return self._limit_seconds
        return SECONDS_PER_FILE + SECONDS_PER_MEGABYTE * task.size / 1e6

    def _take(
        self,
        sent: _Sent,
        results: Sequence[FileResult],
        error: BaseException | None,
        now: float,
        chance: _Round,
    ) -> Iterator[Outcome]:
        """The results of a bundle that came back; suspects are set aside."""
        if error is None:
            seconds = sum(o.seconds for result in results for o in result.outcomes)
            self._bundler.learn(sum(task.size for task in sent.tasks), seconds)
            yield from zip(sent.tasks, results, strict=True)
            return
        crashed = isinstance(error, KilledWorker) and not self._too_long(sent, now)
        if chance is _Round.bundled or (chance is _Round.alone and crashed):
            logger.info("%d files to be tried alone: %r", len(sent.tasks), error)
            self._suspects.extend(sent.tasks)
            return
        (task,) = sent.tasks
        if crashed:
            reason = CRASHED
        elif isinstance(error, KilledWorker):
            reason = f"not done after {self._limit(task):.0f} s"
        else:
            logger.error("analysis of %s broke", task.path, exc_info=error)
            reason = f"internal error: {error!r}"
        yield task, FileResult(outcomes=failed_outcomes(task.stages, reason, self._networks))

    def _too_long(self, sent: _Sent, now: float) -> bool:
        return now - sent.since >= self._limit(sent.tasks[0])

    def _check_workers(self, heard: float) -> None:
        if time.monotonic() - heard < NO_WORKER_SECONDS or self._window.addresses():
            return
        raise ScanError(
            f"no analysis process has been running for {NO_WORKER_SECONDS:.0f} s: "
            "look at the logs in the data folder, then scan again to go on"
        )


def _outcome(
    future: "Future[list[FileResult]]",
) -> tuple[list[FileResult], BaseException | None] | None:
    """What a future brought, or what it met; None if its worker left before anybody had the result.

    Raises
    ------
    ScanError
        If the scheduler was lost.
    """
    if future.status == "error":
        return [], future.exception()
    if future.status in ("lost", "pending"):  # it was finished, and is to be computed once more
        return None
    try:
        return future.result(timeout=FETCH_SECONDS), None
    except KilledWorker as error:
        return [], error
    except CancelledError as error:
        raise ScanError("the dask scheduler went away: scan again to go on") from error
    except TimeoutError:
        return None


def _number(sent: _Sent) -> int:
    return sent.number


class _Window:
    """How many bundles may be in flight, and where: follows a cluster that grows and shrinks."""

    def __init__(self, count: Callable[[], dict[str, int]], per_thread: int) -> None:
        self._count = count
        self._per_thread = per_thread
        self._threads: dict[str, int] = {}
        self._counted = float("-inf")

    def addresses(self) -> list[str]:
        """The workers that may be used."""
        now = time.monotonic()
        if now - self._counted >= (COUNT_SECONDS if self._threads else TICK_SECONDS):
            self._threads, self._counted = self._count(), now
        return list(self._threads)

    def threads(self) -> int:
        """How many of them work at once."""
        self.addresses()
        return sum(self._threads.values())

    def size(self) -> int:
        """Bundles."""
        return self.threads() * self._per_thread
