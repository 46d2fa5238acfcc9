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

from distributed import Client, Future, KilledWorker

from audiolab.analysis import Installed
from audiolab.errors import ScanError
from audiolab.scanner.bundle import Bundler
from audiolab.scanner.model import Task
from audiolab.scanner.worker import FileResult, Work, failed_outcomes, process, process_all

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
IN_FLIGHT_PER_THREAD = 2
COUNT_THREADS_SECONDS = 5.0
NO_WORKER_SECONDS = 60.0
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
    locate : callable
        Task -> where the file is.
    stop : callable
        Asked often; when it says True, the files in hand are finished and no more begun.
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
        locate: Callable[[Task], str],
        stop: Callable[[], bool] = lambda: False,
        work: Callable[[Work], FileResult] = process,
        limit_seconds: float | None = None,
        networks: Installed = NO_NETWORKS,
    ) -> None:
        self._client = client
        self._locate = locate
        self._stop = stop
        self._work = work
        self._limit_seconds = limit_seconds
        self._networks = networks
        self._run = uuid.uuid4().hex[:8]
        self._submitted = 0
        self._bundler = Bundler()
        self._suspects: list[Task] = []
        self._window = _Window(client)

    def results(self, tasks: Iterable[Task]) -> Iterator[Outcome | None]:
        """Yield each task with its result, as they come; None when some time has passed.

        Raises
        ------
        ScanError
            If the cluster is lost, or has no workers for a minute.
        """
        yield from self._pump(self._bundler.bundles(tasks), _Round.bundled)
        for chance in (_Round.alone, _Round.last):
            suspects, self._suspects = self._suspects, []
            yield from self._pump(([task] for task in suspects), chance)

    def _pump(self, bundles: Iterator[Sequence[Task]], chance: _Round) -> Iterator[Outcome | None]:
        done: SimpleQueue[Future[list[FileResult]]] = SimpleQueue()
        in_flight: dict[object, _Sent] = {}
        heard = time.monotonic()
        stopping = False
        while True:
            if self._stop() and not stopping:
                stopping = True
                self._call_back(in_flight)
            window = self._window.size() if chance is _Round.bundled else 1
            while len(in_flight) < window and not stopping:
                bundle = next(bundles, None)
                if bundle is None:
                    break
                sent = self._send(bundle)
                in_flight[sent.future.key] = sent
                sent.future.add_done_callback(done.put)
            if not in_flight:
                return
            try:
                future = done.get(timeout=TICK_SECONDS)
            except Empty:
                self._check_workers(heard)
                yield None
                continue
            heard = time.monotonic()
            if future.key in in_flight:  # else it was called back
                yield from self._take(in_flight.pop(future.key), heard, chance)

    def _send(self, tasks: Sequence[Task]) -> _Sent:
        self._submitted += 1
        works = [
            Work(self._locate(task), task.stages, self._limit(task), self._networks)
            for task in tasks
        ]
        key = f"audiolab-{self._run}-{self._submitted}"
        future = self._client.submit(process_all, works, self._work, key=key, pure=False)
        return _Sent(tasks, future, self._submitted, time.monotonic())

    def _call_back(self, in_flight: dict[object, _Sent]) -> None:
        """Cancel what waits at a worker behind something else; what runs is finished.

        A worker takes bundles in the order in which they were sent.
        """
        with suppress(OSError):  # the cluster is being lost: the results will say so
            threads = self._client.nthreads()
            waiting = []
            for address, keys in self._client.processing().items():
                queue = sorted((in_flight[key] for key in keys if key in in_flight), key=_number)
                waiting += queue[threads.get(address, 1) :]
            self._client.cancel([sent.future for sent in waiting], force=True)
            for sent in waiting:
                del in_flight[sent.future.key]

    def _limit(self, task: Task) -> float:
        if self._limit_seconds is not None:
            return self._limit_seconds
        return SECONDS_PER_FILE + SECONDS_PER_MEGABYTE * task.size / 1e6

    def _take(self, sent: _Sent, now: float, chance: _Round) -> Iterator[Outcome]:
        """The results of a bundle that came back; suspects are set aside."""
        if sent.future.status == "finished":
            results = sent.future.result()
            seconds = sum(o.seconds for result in results for o in result.outcomes)
            self._bundler.learn(sum(task.size for task in sent.tasks), seconds)
            yield from zip(sent.tasks, results, strict=True)
            return
        if sent.future.status != "error":
            raise ScanError("the dask scheduler went away: scan again to go on")
        error = sent.future.exception()
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
        if time.monotonic() - heard < NO_WORKER_SECONDS or self._client.nthreads():
            return
        raise ScanError(
            f"no analysis process has been running for {NO_WORKER_SECONDS:.0f} s: "
            "look at the logs in the data folder, then scan again to go on"
        )


def _number(sent: _Sent) -> int:
    return sent.number


class _Window:
    """How many bundles may be in flight: follows a cluster that grows and shrinks."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._size = 0
        self._counted = float("-inf")

    def size(self) -> int:
        """Bundles, at least two so that an adaptive cluster sees that there is work."""
        now = time.monotonic()
        if now - self._counted >= COUNT_THREADS_SECONDS:
            threads = sum(self._client.nthreads().values())
            self._size = max(1, threads) * IN_FLIGHT_PER_THREAD
            self._counted = now
        return self._size
