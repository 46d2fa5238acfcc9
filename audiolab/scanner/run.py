"""Send files to a cluster and take their results, a few at a time.

Never more than a small window of files is in flight, so that neither the scheduler nor this
process holds the library. When a worker process dies, every file it had been given is suspect:
suspects are set aside and tried again at the end, each alone, so that only the culprit is blamed
and the innocent are analysed after all.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue

from distributed import Client, Future, KilledWorker

from audiolab.analysis import Installed
from audiolab.errors import ScanError
from audiolab.scanner.model import Task
from audiolab.scanner.worker import FileResult, Work, failed_outcomes, process

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
IN_FLIGHT_PER_WORKER = 2
SORTED_AHEAD = 500
NO_WORKER_SECONDS = 60.0
SECONDS_PER_FILE = 300.0
SECONDS_PER_MEGABYTE = 5.0
CRASHED = "crashed the analysis process"

Outcome = tuple[Task, FileResult]
NO_NETWORKS = Installed()


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
        self._suspects: list[Task] = []

    def results(self, tasks: Iterable[Task]) -> Iterator[Outcome | None]:
        """Yield each task with its result, as they come; None when some time has passed.

        Raises
        ------
        ScanError
            If the cluster is lost, or has no workers for a minute.
        """
        workers = max(1, len(self._client.nthreads()))
        yield from self._pump(large_first(tasks), workers * IN_FLIGHT_PER_WORKER, alone=False)
        suspects, self._suspects = self._suspects, []
        yield from self._pump(iter(suspects), 1, alone=True)

    def _pump(self, tasks: Iterator[Task], window: int, *, alone: bool) -> Iterator[Outcome | None]:
        done: SimpleQueue[Future[FileResult]] = SimpleQueue()
        in_flight: dict[object, tuple[Task, Future[FileResult], float]] = {}
        idle_since = time.monotonic()
        while True:
            while len(in_flight) < window and not self._stop():
                task = next(tasks, None)
                if task is None:
                    break
                future = self._submit(task)
                in_flight[future.key] = (task, future, time.monotonic())
                future.add_done_callback(done.put)
            if not in_flight:
                return
            try:
                future = done.get(timeout=TICK_SECONDS)
            except Empty:
                self._check_workers(idle_since)
                yield None
                continue
            idle_since = time.monotonic()
            task, _, begun = in_flight.pop(future.key)
            result = self._take(task, future, idle_since - begun, alone=alone)
            if result is not None:
                yield task, result

    def _submit(self, task: Task) -> Future[FileResult]:
        self._submitted += 1
        work = Work(self._locate(task), task.stages, self._limit(task), self._networks)
        key = f"audiolab-{self._run}-{self._submitted}"
        return self._client.submit(self._work, work, key=key, pure=False)

    def _limit(self, task: Task) -> float:
        if self._limit_seconds is not None:
            return self._limit_seconds
        return SECONDS_PER_FILE + SECONDS_PER_MEGABYTE * task.size / 1e6

    def _take(
        self, task: Task, future: Future[FileResult], seconds: float, *, alone: bool
    ) -> FileResult | None:
        """The result of a finished future; None if the task has become a suspect."""
        if future.status == "finished":
            return future.result()
        if future.status != "error":
            raise ScanError("the dask scheduler went away: scan again to go on")
        error = future.exception()
        if not isinstance(error, KilledWorker):
            logger.error("analysis of %s broke", task.path, exc_info=error)
            return self._failed(task, f"internal error: {error!r}")
        if not alone:
            logger.info("a worker died with %s in hand: to be tried alone", task.path)
            self._suspects.append(task)
            return None
        too_long = seconds >= self._limit(task)
        reason = f"not done after {self._limit(task):.0f} s" if too_long else CRASHED
        return self._failed(task, reason)

    def _failed(self, task: Task, reason: str) -> FileResult:
        return FileResult(outcomes=failed_outcomes(task.stages, reason, self._networks))

    def _check_workers(self, idle_since: float) -> None:
        if time.monotonic() - idle_since < NO_WORKER_SECONDS or self._client.nthreads():
            return
        raise ScanError(
            f"no analysis process has been running for {NO_WORKER_SECONDS:.0f} s: "
            "look at the logs in the data folder, then scan again to go on"
        )


def large_first(tasks: Iterable[Task], ahead: int = SORTED_AHEAD) -> Iterator[Task]:
    """The tasks, the largest of each `ahead` first, so that none is left running at the end."""
    chunk: list[Task] = []
    for task in tasks:
        chunk.append(task)
        if len(chunk) == ahead:
            yield from sorted(chunk, key=lambda task: -task.size)
            chunk = []
    yield from sorted(chunk, key=lambda task: -task.size)
