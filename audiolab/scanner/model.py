"""What a scan talks about: files known and found, tasks, doubts, failures, and the plan."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from audiolab.analysis import Installed
from audiolab.scanner.spool import Records
from audiolab.scanner.walk import FoundFile, Skipped

Why = Literal["new", "changed", "stale", "retry", "forced"]
EXCLUDED = "excluded"


class KnownFile(Protocol):
    """What the catalog remembers of a file (`audiolab.catalog.scans.KnownFile`)."""

    @property
    def id(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def file_size_bytes(self) -> int | None: ...
    @property
    def mtime_ns(self) -> int | None: ...
    @property
    def file_hash(self) -> bytes | None: ...
    @property
    def state(self) -> str: ...
    @property
    def stages(self) -> Mapping[str, str]: ...
    @property
    def reasons(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for.

    Attributes
    ----------
    stages : tuple of str
        Stages wanted, in the order in which they run.
    versions : Mapping
        Current version of every stage; another one in the catalog is stale.
    recursive : bool
        Whether folders below the root are part of the scan.
    force : bool
        Analyse even what is up to date.
    retry_failed : bool
        Try again what failed before and has not changed.
    prune : bool
        Remove tracks whose file is gone.
    fence : tuple of Path
        Where links may lead; () means anywhere.
    networks : Installed
        What the stages "networks" and "affect" run.
    """

    stages: tuple[str, ...]
    versions: Mapping[str, str]
    recursive: bool = True
    force: bool = False
    retry_failed: bool = False
    prune: bool = False
    fence: tuple[Path, ...] = ()
    networks: Installed = field(default_factory=Installed)


@dataclass(frozen=True, slots=True)
class Task:
    """One file to analyse.

    Attributes
    ----------
    path : str
        Encoded, relative to the root.
    size, mtime_ns : int
        As the walk saw them.
    stages : tuple of str
        What to run.
    why : str
        new, changed, stale, retry or forced.
    known : KnownFile or None
        Its track, where there is one.
    """

    path: str
    size: int
    mtime_ns: int
    stages: tuple[str, ...]
    why: Why
    known: KnownFile | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A file whose bytes decide whether it is one of `candidates`."""

    file: FoundFile
    candidates: tuple[KnownFile, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A file of which nothing useful is known: which stage gave up, and why."""

    path: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """A track whose file has a new name."""

    known: KnownFile
    file: FoundFile


@dataclass(frozen=True, slots=True)
class Touch:
    """A track whose file has the same bytes under the same name, but a new date or a gap."""

    known: KnownFile
    file: FoundFile


@dataclass(frozen=True)
class Plan:
    """What a scan will do.

    Attributes
    ----------
    tasks : tuple of Task, or Spool
        Files to analyse.
    doubts : tuple of Doubt
        Files to hash first; empty once settled.
    unchanged : int
        Files that are up to date, moved ones included.
    failed_before : tuple of Failure
        Unchanged files that failed the last time.
    skipped : tuple of Skipped
        What is left alone, with the reason.
    moves, touches : tuple
        Tracks to update without an analysis.
    missing : tuple of str
        Ids of tracks whose file is gone.
    pruned : tuple of str
        Ids of tracks whose file is gone and that are to be removed.
    standing : Mapping
        For each stage asked for, how many of the files that need not go through it are done with
        it, and how many failed it before.
    """

    tasks: Records[Task] = ()
    doubts: tuple[Doubt, ...] = ()
    unchanged: int = 0
    failed_before: tuple[Failure, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    moves: tuple[Move, ...] = ()
    touches: tuple[Touch, ...] = ()
    missing: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()
    standing: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def found(self) -> int:
        """Everything the walk met."""
        known = self.unchanged + len(self.failed_before) + len(self.skipped)
        return len(self.tasks) + len(self.doubts) + known


def is_failed(tried: Collection[str], failed: Collection[str]) -> bool:
    """Whether nothing useful is known of a file: no sound, or not one stage that ended well."""
    return "signal" in failed or (bool(failed) and set(tried) <= set(failed))
