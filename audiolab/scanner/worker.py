"""What runs in a worker process: files in, their hashes and the outcomes of their stages out.

Everything here is a top-level function of plain data, so that it travels to any dask worker.
Nothing is written anywhere: the scanning process does that.
"""

import faulthandler
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import IO

from audiolab.analysis import Installed, StageOutcome, run_stages, stage_versions
from audiolab.analysis.networks import InstalledNetwork
from audiolab.scanner.storage import Storage, Trouble, storage_of, trouble
from audiolab.scanner.walk import because

ATTEMPTS_AT_A_MOVING_FILE = 3

Run = Callable[[tuple[str, ...], str, Installed], tuple[StageOutcome, ...]]

# Where roots are, in processes that see them elsewhere than the scanner does.
MOUNTS: dict[str, str] = {}
# Likewise the files of network weights, by the scanner's paths.
_weights: dict[Path, Path] = {}

_log: IO[str] | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """An order for a worker.

    Attributes
    ----------
    root, path : str
        Folder or URL and, below it, the file, as the scanner sees them (not encoded).
    stages : tuple of str
        What to run, in this order.
    limit_seconds : float
        After this long the file is given up (and the process with it).
    networks : Installed
        What the stages "networks" and "affect" run.
    """

    root: str
    path: str
    stages: tuple[str, ...]
    limit_seconds: float
    networks: Installed = field(default_factory=Installed)

    @property
    def storage(self) -> Storage:
        """Where the root is for this process."""
        return storage_of(MOUNTS.get(self.root, self.root))


@dataclass(frozen=True, slots=True)
class FileResult:
    """What came of one file.

    Attributes
    ----------
    size, mtime_ns : int
        As they were while the file was read.
    file_hash : bytes or None
        blake2b of the bytes, 16 bytes; None if it could not be read.
    outcomes : tuple of StageOutcome
        One for each stage asked for.
    vanished : bool
        Whether the file was gone before it could be read.
    trouble : str or None
        Whether the file ("file") or everything ("root") could not be read for now.
    reason : str
        Why, where there was trouble.
    """

    size: int = 0
    mtime_ns: int = 0
    file_hash: bytes | None = None
    outcomes: tuple[StageOutcome, ...] = ()
    vanished: bool = False
    trouble: Trouble | None = None
    reason: str = ""


def process(work: Work, run: Run = run_stages) -> FileResult:
    """Hash a file and run its stages with `run`. Never raises for a bad file."""
    if _log is not None:
        # A timer in C: it fires even when native code hangs and holds the interpreter's lock.
        faulthandler.dump_traceback_later(work.limit_seconds, exit=True, file=_log)
    try:
        return _settled(work, run)
    except OSError as error:
        return _unread(work, error)
    finally:
        if _log is not None:
            faulthandler.cancel_dump_traceback_later()


def _unread(work: Work, error: OSError) -> FileResult:
    """What came of a file that could not be read."""
    what = trouble(work.storage, work.path, error)
    if what is None and isinstance(error, FileNotFoundError):
        return FileResult(vanished=True)
    reason = because(error)
    outcomes = failed_outcomes(work.stages, reason, work.networks)
    return FileResult(outcomes=outcomes, trouble=what, reason=reason)


def process_all(works: Sequence[Work], one: Callable[[Work], FileResult]) -> list[FileResult]:
    """The results of a bundle, in order. Each file has its own time limit.

    When the root is away, the files after the first that noticed are not waited for.
    """
    results: list[FileResult] = []
    for work in works:
        is_away = results and results[-1].trouble == "root"
        results.append(results[-1] if is_away else one(work))
    return results


def _settled(work: Work, run: Run) -> FileResult:
    """Analyse until the file is the same before and after."""
    storage = work.storage
    for _ in range(ATTEMPTS_AT_A_MOVING_FILE):
        before = storage.status(work.path)
        with storage.opened(work.path) as (file, digest):
            outcomes = run(work.stages, file, _located(work.networks))
        after = storage.status(work.path)
        if before == after:
            return FileResult(*before, digest, outcomes)
    failed = failed_outcomes(work.stages, "still being written", work.networks)
    return FileResult(*after, None, failed)


def place_weights(path: str, here: Path) -> None:
    """Read a file of weights at another place than the scanner does."""
    _weights[Path(path)] = here
    _located.cache_clear()


@lru_cache(maxsize=4)
def _located(networks: Installed) -> Installed:
    """The networks with their files where this process has them."""

    def moved(network: InstalledNetwork) -> InstalledNetwork:
        here = _weights.get(network.file.path, network.file.path)
        return replace(network, file=replace(network.file, path=here))

    return replace(
        networks,
        stages=tuple(
            replace(one, backbone=moved(one.backbone), heads=tuple(map(moved, one.heads)))
            for one in networks.stages
        ),
    )


def failed_outcomes(
    stages: tuple[str, ...], reason: str, networks: Installed
) -> tuple[StageOutcome, ...]:
    """Every stage failed, for a reason outside of the analysis."""
    versions = stage_versions(networks)
    return tuple(
        StageOutcome(stage, versions[stage], "failed", reason, 0.0, None) for stage in stages
    )


def prepare_process(log_file: str) -> None:
    """Make a process of ours fit for bad files: called once, before the first file.

    Native decoders write their complaints straight to stderr and would tear the progress bar, and
    a crash leaves a traceback: both go to `log_file`. Ctrl-C is the scanner's to handle, but a
    terminal sends it to every process of the group.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log = open_log(log_file)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    faulthandler.enable(log)


def open_log(log_file: str) -> IO[str]:
    """Where to write the trace of a file that takes too long; from now on it ends the process."""
    global _log
    _log = open(log_file, "a", encoding="utf-8")  # noqa: PTH123, SIM115 (open as long as we live)
    return _log


def is_prepared() -> bool:
    """Whether this process has a log."""
    return _log is not None
