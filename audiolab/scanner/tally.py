"""The running count of one root's scan."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from audiolab.scanner.model import Failure, Plan, Task
from audiolab.scanner.pace import Pace
from audiolab.scanner.report import FileFailure, ScanReport, SkippedItem, StageCounts
from audiolab.scanner.waiting import Waiting
from audiolab.scanner.walk import Skipped

# What a row shows of the failures while a scan runs.
MOST_REASONS = 30
EXAMPLES_PER_REASON = 5


@dataclass
class Tally:
    """What has become of the files of a plan so far.

    Attributes
    ----------
    plan : Plan
        Settled: without doubts.
    versions : Mapping
        Current version of every stage.
    analysed : int
        Files that went through all their stages.
    failures : list of Failure
        Of this scan.
    vanished : list of Skipped
        Files that were gone when their turn came.
    """

    plan: Plan
    versions: Mapping[str, str]
    analysed: int = 0
    failures: list[Failure] = field(default_factory=list)
    vanished: list[Skipped] = field(default_factory=list)
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        self._waiting = Waiting(self.plan.tasks, self.versions)
        self._reasons: Counter[str] = Counter()
        self._examples: list[Failure] = []
        for failure in self.plan.failed_before:
            self._remember(failure)
        self._done: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._vanished: Counter[str] = Counter()

    def add(self, task: Task, failure: Failure | None, failed: Collection[str] = ()) -> None:
        """A file that was tried, and which of its stages failed."""
        self._through(task)
        self._failed.update(failed)
        self._done.update(stage for stage in task.stages if stage not in failed)
        if failure:
            self.failures.append(failure)
            self._remember(failure)
        else:
            self.analysed += 1

    def add_vanished(self, task: Task) -> None:
        """A file that was gone when its turn came."""
        self._through(task)
        self._vanished.update(task.stages)
        self.vanished.append(Skipped(task.path, "gone before it could be read"))

    def _through(self, task: Task) -> None:
        self._waiting.leave(task)
        self.pace.add(task.size)

    def _remember(self, failure: Failure) -> None:
        self._reasons[failure.reason] += 1
        if self._reasons[failure.reason] <= EXAMPLES_PER_REASON:
            self._examples.append(failure)

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
        rate_hz, eta_seconds = self.pace.forecast(self.remaining, self._waiting.size_bytes)
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

    def so_far(self, in_hand: Sequence[str]) -> dict[str, Any]:
        """For the job's row: the files in hand, and why files failed, as the final report has it.

        Of bounded size: the most frequent reasons and a few files of each.
        """
        reasons = dict(self._reasons.most_common(MOST_REASONS))
        examples = [one for one in self._examples if one.reason in reasons]
        return {
            "current": list(in_hand),
            "failure_reasons": reasons,
            "failures": [asdict(FileFailure(f.path, f.stage, f.reason)) for f in examples],
        }

    def by_stage(self) -> dict[str, StageCounts]:
        """What has become of the files, for each stage that was asked for."""
        waiting = self._waiting.stages
        counts = {}
        for stage, (unchanged, failed) in self.plan.standing.items():
            analysed = self._done[stage]
            unchanged += waiting[stage, "unchanged"]
            skipped = len(self.plan.skipped) + self._vanished[stage] + waiting[stage, "skipped"]
            failed += self._failed[stage] + waiting[stage, "failed"]
            found = analysed + unchanged + skipped + failed
            counts[stage] = StageCounts(found, analysed, unchanged, skipped, failed)
        return counts

    def report(self, root: str, seconds: float, *, interrupted: bool = False) -> ScanReport:
        """The report; `Waiting` says what files count as that were not reached."""
        waiting = self._waiting
        failures = [*self.plan.failed_before, *self.failures, *waiting.failed.values()]
        skips = [*self.plan.skipped, *self.vanished]
        return ScanReport(
            found=self.plan.found,
            analysed=self.analysed,
            unchanged=self.plan.unchanged + waiting.files["unchanged"],
            skipped=len(skips) + waiting.files["skipped"],
            failed=len(failures),
            seconds=seconds,
            failures=tuple(FileFailure(f.path, f.stage, f.reason, root) for f in failures),
            skips=tuple(SkippedItem(s.path, s.reason, root) for s in skips),
            roots=(root,),
            moved=len(self.plan.moves),
            missing=len(self.plan.missing),
            pruned=len(self.plan.pruned),
            interrupted=interrupted,
            stages=self.by_stage(),
        )


def forecast(plan: Plan, root: str, seconds: float, versions: Mapping[str, str]) -> ScanReport:
    """What a scan by this plan would report if every file could be analysed."""
    tally = Tally(plan, versions)
    for task in plan.tasks:
        tally.add(task, None)
    report = tally.report(root, seconds)
    return ScanReport(**{**vars(report), "dry_run": True})
