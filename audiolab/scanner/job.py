"""One root, from what is on disk to a catalog that is up to date."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeAlias

from audiolab.catalog import Catalog
from audiolab.catalog.paths import encode
from audiolab.catalog.scans import Root
from audiolab.errors import CatalogError
from audiolab.scanner.batch import Batch
from audiolab.scanner.interrupt import Interruption
from audiolab.scanner.jobrow import JobRow
from audiolab.scanner.model import EXCLUDED, Options, Plan, Task
from audiolab.scanner.progress import Observer
from audiolab.scanner.records import first_failure, to_record
from audiolab.scanner.report import ScanReport
from audiolab.scanner.spool import Records
from audiolab.scanner.survey import Live, Survey
from audiolab.scanner.tally import Tally, forecast
from audiolab.scanner.walk import Skipped
from audiolab.scanner.worker import FileResult

if TYPE_CHECKING:
    from distributed import Client

    from audiolab.scanner.run import Runner

HASHING_THREADS = 4
SIZES_AT_ONCE = 10_000
# A cluster, and a count of the threads of the workers to use (None: all of them).
Hands: TypeAlias = "tuple[Client, Callable[[], dict[str, int]] | None]"


class Crew(Protocol):
    """Where the processes come from: called only when there is something to analyse."""

    def __call__(
        self, root: str, tasks: Records[Task], options: Options, note: Callable[[str], None]
    ) -> "AbstractContextManager[Hands]":
        """A cluster for these files of a root."""


@dataclass
class RootScan:
    """The scan of one root.

    Attributes
    ----------
    catalog, address, options, observer
        As of `Survey`.
    crew : Crew
    interruption : Interruption
    job : str or None
        The waiting job that this is.
    check : callable
        Called now and then as long as nothing is analysed: raises if that would not be possible.
    """

    catalog: Catalog
    address: str
    options: Options
    crew: Crew
    observer: Observer
    interruption: Interruption
    job: str | None = None
    check: Callable[[], None] = lambda: None
    _runner: "Runner | None" = field(default=None, init=False, repr=False)

    def dry_run(self) -> ScanReport:
        """Only find out what there is to do."""
        started = time.monotonic()
        known = [root for root in self.catalog.roots() if root.address == self.address]
        plan = self._survey().plan(known[0] if known else None)
        seconds = time.monotonic() - started
        return forecast(plan, encode(self.address), seconds, self.options.versions)

    def run(self) -> ScanReport:
        """Scan, with a job in the catalog that says how it went."""
        root = self.catalog.root(self.address)
        with self.catalog.hold_root(root) as lock:
            job = self.catalog.start_job(root, self._job_options(), job=self.job)
            row = JobRow(self.catalog, job, lock, self.observer.note, self._stopping)
            try:
                report = self._run(root, row)
            except BaseException as error:
                state = "cancelled" if isinstance(error, KeyboardInterrupt) else "failed"
                with suppress(CatalogError):  # the first error is the one to show
                    self.catalog.finish_job(job, state, {}, error=str(error) or None)
                raise
            row.finish("cancelled" if report.interrupted else "completed", report.summary())
            return report

    def _job_options(self) -> dict[str, object]:
        chosen = self.options
        return {
            "stages": list(chosen.stages),
            "recursive": chosen.recursive,
            "force": chosen.force,
            "retry_failed": chosen.retry_failed,
            "prune": chosen.prune,
        }

    def _run(self, root: Root, row: JobRow) -> ScanReport:
        started = time.monotonic()
        row.update(phase="looking")
        plan = self._survey(partial(self._live, row)).plan(root)
        row.secured(lambda: self._update_known(root, plan))
        tally = Tally(plan, self.options.versions)
        if plan.tasks and not self._cancelled(row, tally, phase="analysing"):
            self._analyse(root, row, tally)
        if tally.vanished:
            row.secured(lambda: self._set_skipped(root, [*plan.skipped, *tally.vanished]))
        row.update(**tally.progress())
        if tally.wrote and not self.interruption.requested:
            self._maintain(row)
        seconds = time.monotonic() - started
        return tally.report(encode(self.address), seconds, interrupted=self.interruption.requested)

    def _cancelled(self, row: JobRow, tally: Tally, **more: str) -> bool:
        """Tell how far the scan is; whether it is to end, as somebody asked for from elsewhere."""
        in_hand = self._runner.in_hand() if self._runner else []
        if row.update(**tally.progress(), report=tally.so_far(in_hand), **more):
            self.interruption.requested = True
        return self.interruption.requested

    def _maintain(self, row: JobRow) -> None:
        """Indexes and statistics that pay after what was written."""
        row.update(phase="indexing")

        def report(what: str, share: float) -> None:
            if what.startswith("index") and not share:
                self.observer.note(f"building the {what}")
            row.beat()

        row.patiently(lambda: self.catalog.maintain(report))

    def _survey(self, live: Live = lambda **progress: None) -> Survey:
        return Survey(self.catalog, self.address, self.options, self.observer, live)

    def _live(self, row: JobRow, **progress: int) -> None:
        """A sign of life before anything is written, if it is time.

        Raises
        ------
        KeyboardInterrupt
            As Ctrl-C would, when somebody cancels the scan.
        """
        if row.is_due:
            self.check()
            if row.update(**progress):
                raise KeyboardInterrupt

    def _update_known(self, root: Root, plan: Plan) -> None:
        """What the catalog can be told before anything is analysed."""
        if plan.moves:
            moves = [(m.known.id, m.file.path, m.file.size, m.file.mtime_ns) for m in plan.moves]
            self.catalog.move(root, moves)
        if plan.touches:
            touches = [(t.known.id, t.file.size, t.file.mtime_ns) for t in plan.touches]
            self.catalog.touch(root, touches)
        if plan.missing:
            self.catalog.mark_missing(root, plan.missing)
        self.catalog.prune(root, plan.pruned)
        self._set_skipped(root, plan.skipped)

    def _set_skipped(self, root: Root, skipped: Sequence[Skipped]) -> None:
        # An excluded file is a track, and in the ledger as such.
        left = [(item.path, item.reason) for item in skipped if item.reason != EXCLUDED]
        self.catalog.set_skipped(root, left)

    def _analyse(self, root: Root, row: JobRow, tally: Tally) -> None:
        self._register_heads(tally.plan.tasks)
        batch = Batch(lambda records: row.secured(lambda: self.catalog.write(root, records)))
        with self.interruption.graceful(), closing(self._results(tally.plan.tasks)) as results:
            for outcome in results:
                if outcome is not None:
                    self._take(batch, tally, *outcome)
                batch.flush_if_due()
                if row.is_due:
                    self._cancelled(row, tally)
            batch.flush()

    def _register_heads(self, tasks: Records[Task]) -> None:
        """What the class scores that are to come stand for."""
        wanted = {stage for task in tasks for stage in task.stages}
        for networks in self.options.networks.stages:
            if networks.stage in wanted:
                for name, (classes, version) in networks.score_classes.items():
                    self.catalog.register_head(name, classes, version)

    def _results(self, tasks: Records[Task]) -> Generator[tuple[Task, FileResult] | None]:
        from audiolab.scanner.run import Runner  # dask, only when there is work

        with self.crew(self.address, tasks, self.options, self.observer.note) as (client, helpers):
            self._runner = Runner(
                client,
                self.address,
                self._stopping,
                helpers,
                networks=self.options.networks,
                note=self.observer.note,
            )
            yield from self._runner.results(tasks)

    def _stopping(self) -> bool:
        return self.interruption.requested

    def _take(self, batch: Batch, tally: Tally, task: Task, result: FileResult) -> None:
        failure = first_failure(task, result)
        if result.vanished:
            tally.add_vanished(task)
        else:
            batch.add(to_record(task, result))
            tally.add(task, failure, [o.stage for o in result.outcomes if o.state == "failed"])
        self.observer.finished(task.path, failure)
