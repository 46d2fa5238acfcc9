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
from enum import Enum, auto

from distributed import Client, KilledWorker

from audiolab.analysis import Installed
from audiolab.catalog.paths import decode
from audiolab.errors import ScanError
from audiolab.scanner.bundle import Bundler
from audiolab.scanner.flight import TICK_SECONDS, Flight, Sent, Window
from audiolab.scanner.model import Task
from audiolab.scanner.outage import Outage
from audiolab.scanner.storage import answers
from audiolab.scanner.worker import FileResult, Work, failed_outcomes, process, process_all

logger = logging.getLogger(__name__)

IN_FLIGHT_PER_THREAD = 2
IN_FLIGHT_ELSEWHERE = 20  # 6 s of work: an adaptive cluster grows from 5 s on
NO_WORKER_SECONDS = 180.0
QUIET_SECONDS = 10.0  # without workers before a word is said: processes of our own start again
SECONDS_PER_FILE = 300.0
SECONDS_PER_MEGABYTE = 5.0
CRASHED = "crashed the analysis process"

Outcome = tuple[Task, FileResult]
NO_NETWORKS = Installed()


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
        The folder or URL that the tasks' paths are relative to.
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
    note : callable
        Tells the user why nothing moves.
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
        note: Callable[[str], None] = logger.info,
    ) -> None:
        self._client = client
        self._root = root
        self._stop = stop
        self._work = work
        self._limit_seconds = limit_seconds
        self._networks = networks
        self._run = uuid.uuid4().hex[:8]
        self._submitted = 0
        self._flight = Flight()
        self._note = note
        self._is_waiting = False
        self._outage = Outage(root, note)
        self._bundler = Bundler()
        self._suspects: list[Task] = []
        self._restricted = helpers is not None
        per_thread = IN_FLIGHT_PER_THREAD if helpers is None else IN_FLIGHT_ELSEWHERE
        self._window = Window(helpers or client.nthreads, per_thread)

    def results(self, tasks: Iterable[Task]) -> Iterator[Outcome | None]:
        """Yield each task with its result, as they come; None when some time has passed.

        Raises
        ------
        ScanError
            If the cluster is lost, has no workers for minutes, or the root is away for an hour.
        """
        yield from self._pump(self._bundler.bundles(tasks, self._window.size), _Round.bundled)
        for chance in (_Round.alone, _Round.last):
            suspects, self._suspects = self._suspects, []
            yield from self._pump(([task] for task in suspects), chance)

    def in_hand(self) -> list[str]:
        """Paths of files that are being analysed: the first of each bundle that has begun."""
        begun = self._flight.in_order()[: self._window.threads()]
        return [sent.tasks[0].path for sent in begun]

    def _pump(self, bundles: Iterator[Sequence[Task]], chance: _Round) -> Iterator[Outcome | None]:
        flight = self._flight = Flight()
        stopping = more = False
        while True:
            if self._stop() and not stopping:
                stopping = True
                self._call_back(flight)
            if not stopping:
                more = self._fill(flight, bundles, chance)
            if not flight.sent and (stopping or not more):
                return
            sent = flight.landed(TICK_SECONDS)
            if sent is None:
                self._check_workers()
                self._rescue(flight)
                yield None
                continue
            outcome = sent.outcome()
            if outcome is None:
                self._send_again(flight, [sent])
            else:
                yield from self._take(sent, *outcome, chance)

    def _fill(self, flight: Flight, bundles: Iterator[Sequence[Task]], chance: _Round) -> bool:
        """Send what there is room for; False when there is nothing left to send."""
        window = self._window.size()
        if chance is not _Round.bundled:
            window = min(window, 1)
        while len(flight.sent) < window:
            again = self._outage.due(idle=not flight.sent)
            bundle: Sequence[Task] | None = None
            if again is not None:
                bundle = [again]
            elif not self._outage.is_on or not (self._outage or flight.sent):
                bundle = next(bundles, None)
            if bundle is None:
                return len(self._outage) > 0
            flight.add(self._send(bundle))
        return True

    def _send(self, tasks: Sequence[Task]) -> Sent:
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
        return Sent(tasks, future, self._submitted, time.monotonic(), frozenset(workers or ()))

    def _call_back(self, flight: Flight) -> None:
        """Cancel what waits at a worker behind something else; what runs is finished."""
        with suppress(OSError):  # the cluster is being lost: the results will say so
            threads = self._client.nthreads()
            waiting = []
            for address, keys in self._client.processing().items():
                queue = [sent for sent in flight.in_order() if sent.future.key in keys]
                waiting += queue[threads.get(address, 1) :]
            self._cancel(flight, waiting)

    def _cancel(self, flight: Flight, bundles: Sequence[Sent]) -> None:
        self._client.cancel([sent.future for sent in bundles], force=True)
        for sent in bundles:
            flight.sent.pop(sent.future.key, None)

    def _rescue(self, flight: Flight) -> None:
        """Send bundles again that wait for workers that have gone, while others are there."""
        present = set(self._window.addresses()) if self._restricted else set()
        stranded = [s for s in flight.sent.values() if present and present.isdisjoint(s.workers)]
        self._send_again(flight, stranded)

    def _send_again(self, flight: Flight, bundles: Sequence[Sent]) -> None:
        self._cancel(flight, bundles)
        for sent in bundles:
            flight.add(self._send(sent.tasks))

    def _limit(self, task: Task) -> float:
        if self._limit_seconds is not None:
            return self._limit_seconds
        return SECONDS_PER_FILE + SECONDS_PER_MEGABYTE * task.size / 1e6

    def _take(
        self,
        sent: Sent,
        results: Sequence[FileResult],
        error: BaseException | None,
        chance: _Round,
    ) -> Iterator[Outcome]:
        """The results of a bundle that came back; suspects are set aside."""
        if error is None:
            seconds = sum(o.seconds for result in results for o in result.outcomes)
            self._bundler.learn(sum(task.size for task in sent.tasks), seconds)
            for task, result in zip(sent.tasks, results, strict=True):
                if not self._outage.takes(task, result):
                    yield task, result
            return
        crashed = isinstance(error, KilledWorker) and not self._too_long(sent)
        if chance is _Round.bundled or (chance is _Round.alone and crashed):
            logger.info("%d files to be tried alone: %r", len(sent.tasks), error)
            self._suspects.extend(sent.tasks)
            return
        (task,) = sent.tasks
        if crashed:
            reason = CRASHED
        elif isinstance(error, KilledWorker):
            reason = f"not done after {self._limit(task):.0f} s"
            if not answers(self._root):  # a share whose server is away lets its readers hang
                self._outage.takes(task, FileResult(trouble="root", reason="it does not answer"))
                return
        else:
            logger.error("analysis of %s broke", task.path, exc_info=error)
            reason = f"internal error: {error!r}"
        yield task, FileResult(outcomes=failed_outcomes(task.stages, reason, self._networks))

    def _too_long(self, sent: Sent) -> bool:
        return time.monotonic() - sent.since >= self._limit(sent.tasks[0])

    def _check_workers(self) -> None:
        """Say that nobody is there to work, and after minutes give up."""
        absence = self._window.absence()
        whose = "worker of the cluster" if self._restricted else "analysis process"
        if absence > NO_WORKER_SECONDS:
            logs = "look at the logs in the data folder"
            what = "start one (dask worker)" if self._restricted else logs
            raise ScanError(
                f"no {whose} has been there to help for {NO_WORKER_SECONDS:.0f} s: "
                f"{what}, then scan again to go on"
            )
        if absence < QUIET_SECONDS:
            self._is_waiting = False
        elif not self._is_waiting:
            self._is_waiting = True
            self._note(f"waiting for a {whose}, up to {NO_WORKER_SECONDS / 60:.0f} min")
