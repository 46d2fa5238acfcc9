"""What a scan did, in numbers that add up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

MOST_IN_SUMMARY = 1_000


@dataclass(frozen=True)
class FileFailure:
    """A file that could not be analysed.

    Attributes
    ----------
    path : str
        Relative to `root`.
    stage : str
        Which stage gave up.
    reason : str
        Why, in a few words.
    root : str
        The folder that was scanned.
    """

    path: str
    stage: str
    reason: str
    root: str = ""


@dataclass(frozen=True)
class SkippedItem:
    """Something left alone: a file or a folder, with the reason."""

    path: str
    reason: str
    root: str = ""


@dataclass(frozen=True, slots=True)
class StageCounts:
    """What a scan did for one stage: ``found = analysed + unchanged + skipped + failed``, too.

    A file of which one stage failed may still count as analysed: there is something to show.
    """

    found: int = 0
    analysed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0

    def __add__(self, other: "StageCounts") -> "StageCounts":
        """Both together."""
        return StageCounts(
            self.found + other.found,
            self.analysed + other.analysed,
            self.unchanged + other.unchanged,
            self.skipped + other.skipped,
            self.failed + other.failed,
        )


NOTHING = StageCounts()


@dataclass(frozen=True)
class ScanReport:
    """The outcome of a scan: ``found = analysed + unchanged + skipped + failed``, always.

    Attributes
    ----------
    found : int
        Files with an audio extension, and what could not be looked into.
    analysed : int
        Files listened to in this scan (with `dry_run`: that would be).
    unchanged : int
        Files that are up to date, moved and renamed ones included; with `force`, those too that an
        interruption came before.
    skipped : int
        Excluded, unreadable folders, link loops, or new, changed or out of date and not reached
        before an interruption.
    failed : int
        Files that cannot be analysed, now or the last time and unchanged since.
    seconds : float
        Wall time.
    failures : tuple of FileFailure
        One for each failed file.
    skips : tuple of SkippedItem
        One for each skipped item, except those not reached before an interruption.
    roots : tuple of str
        The folders scanned.
    moved : int
        Tracks, among the unchanged, that have a new name.
    missing : int
        Tracks whose file is gone; not among the found.
    pruned : int
        Tracks removed as their file is gone; not among the found.
    interrupted : bool
        Whether the scan was stopped; scanning again goes on.
    dry_run : bool
        Whether this is only what a scan would do.
    stages : Mapping of str to StageCounts
        The same numbers for each stage that was asked for.
    """

    found: int = 0
    analysed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    seconds: float = 0.0
    failures: tuple[FileFailure, ...] = ()
    skips: tuple[SkippedItem, ...] = ()
    roots: tuple[str, ...] = ()
    moved: int = 0
    missing: int = 0
    pruned: int = 0
    interrupted: bool = False
    dry_run: bool = False
    stages: Mapping[str, StageCounts] = field(default_factory=dict)

    def __add__(self, other: "ScanReport") -> "ScanReport":
        """Both scans together."""
        return ScanReport(
            found=self.found + other.found,
            analysed=self.analysed + other.analysed,
            unchanged=self.unchanged + other.unchanged,
            skipped=self.skipped + other.skipped,
            failed=self.failed + other.failed,
            seconds=self.seconds + other.seconds,
            failures=self.failures + other.failures,
            skips=self.skips + other.skips,
            roots=self.roots + other.roots,
            moved=self.moved + other.moved,
            missing=self.missing + other.missing,
            pruned=self.pruned + other.pruned,
            interrupted=self.interrupted or other.interrupted,
            dry_run=self.dry_run or other.dry_run,
            stages={
                stage: self.stages.get(stage, StageCounts())
                + other.stages.get(stage, StageCounts())
                for stage in {**self.stages, **other.stages}
            },
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON can carry it."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}

    def summary(self, most: int = MOST_IN_SUMMARY) -> dict[str, Any]:
        """`to_dict` of bounded size: the first failures and skips, and how many of each reason.

        The catalog's ledger has all of them.
        """
        some = replace(self, failures=self.failures[:most], skips=self.skips[:most])
        return {
            **some.to_dict(),
            "failure_reasons": dict(self.failure_groups()[:most]),
            "skip_reasons": dict(self.skip_groups()[:most]),
        }

    def failure_groups(self) -> list[tuple[str, int]]:
        """Reasons of the failures with their numbers, most frequent first."""
        return Counter(failure.reason for failure in self.failures).most_common()

    def skip_groups(self) -> list[tuple[str, int]]:
        """Reasons of the skips with their numbers, most frequent first."""
        return Counter(item.reason for item in self.skips).most_common()
