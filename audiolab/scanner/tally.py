"""The running count of one root's scan."""

from dataclasses import dataclass, field

from audiolab.scanner.model import Failure, Plan, Task
from audiolab.scanner.pace import Pace
from audiolab.scanner.report import FileFailure, ScanReport, SkippedItem
from audiolab.scanner.walk import Skipped


@dataclass
class Tally:
    """What has become of the files of a plan so far.

    Attributes
    ----------
    plan : Plan
        Settled: without doubts.
    analysed : int
        Files that went through all their stages.
    failures : list of Failure
        Of this scan.
    vanished : list of Skipped
        Files that were gone when their turn came.
    """

    plan: Plan
    analysed: int = 0
    failures: list[Failure] = field(default_factory=list)
    vanished: list[Skipped] = field(default_factory=list)
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        self.bytes_left = sum(task.size for task in self.plan.tasks)

    def add(self, task: Task, failure: Failure | None) -> None:
        """A file that was tried."""
        self._through(task)
        if failure:
            self.failures.append(failure)
        else:
            self.analysed += 1

    def add_vanished(self, task: Task) -> None:
        """A file that was gone when its turn came."""
        self._through(task)
        self.vanished.append(Skipped(task.path, "gone before it could be read"))

    def _through(self, task: Task) -> None:
        self.bytes_left -= task.size
        self.pace.add(task.size)

    @property
    def wrote(self) -> bool:
        """Whether there is something new in the catalog."""
        return bool(self.analysed or self.failures)

    @property
    def remaining(self) -> int:
        """Tasks without a result."""
        through = self.analysed + len(self.failures) + len(self.vanished)
        return len(self.plan.tasks) - through

    def progress(self) -> dict[str, float | None]:
        """For the job's row: the numbers as they stand, files to come left out."""
        rate_hz, eta_seconds = self.pace.forecast(self.remaining, self.bytes_left)
        return {
            "planned": len(self.plan.tasks),
            "rate_hz": rate_hz,
            "eta_seconds": eta_seconds,
            "found": self.plan.found,
            "analysed": self.analysed,
            "unchanged": self.plan.unchanged,
            "skipped": len(self.plan.skipped) + len(self.vanished),
            "failed": len(self.plan.failed_before) + len(self.failures),
        }

    def report(self, root: str, seconds: float, *, interrupted: bool = False) -> ScanReport:
        """The report; files that were not reached count as skipped."""
        failures = [*self.plan.failed_before, *self.failures]
        skips = [*self.plan.skipped, *self.vanished]
        return ScanReport(
            found=self.plan.found,
            analysed=self.analysed,
            unchanged=self.plan.unchanged,
            skipped=len(skips) + self.remaining,
            failed=len(failures),
            seconds=seconds,
            failures=tuple(FileFailure(f.path, f.stage, f.reason, root) for f in failures),
            skips=tuple(SkippedItem(s.path, s.reason, root) for s in skips),
            roots=(root,),
            moved=len(self.plan.moves),
            missing=len(self.plan.missing),
            pruned=len(self.plan.pruned),
            interrupted=interrupted,
        )


def forecast(plan: Plan, root: str, seconds: float) -> ScanReport:
    """What a scan by this plan would report if every file could be analysed."""
    tally = Tally(plan, analysed=len(plan.tasks))
    report = tally.report(root, seconds)
    return ScanReport(**{**vars(report), "dry_run": True})
