"""The running count of one root's scan."""

from dataclasses import dataclass, field

from audiolab.scanner.model import Failure, Plan
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

    @property
    def remaining(self) -> int:
        """Tasks without a result."""
        through = self.analysed + len(self.failures) + len(self.vanished)
        return len(self.plan.tasks) - through

    def counts(self) -> dict[str, int]:
        """For the job's row: the five numbers as they stand, files to come left out."""
        return {
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
            interrupted=interrupted,
        )


def forecast(plan: Plan, root: str, seconds: float) -> ScanReport:
    """What a scan by this plan would report if every file could be analysed."""
    tally = Tally(plan, analysed=len(plan.tasks))
    report = tally.report(root, seconds)
    return ScanReport(**{**vars(report), "dry_run": True})
