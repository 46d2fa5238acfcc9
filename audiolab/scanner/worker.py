"""What runs in a worker process: files in, their hashes and the outcomes of their stages out.

Everything here is a top-level function of plain data, so that it travels to any dask worker.
Nothing is written anywhere: the scanning process does that.
"""

import faulthandler
import hashlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from audiolab.analysis import Installed, StageOutcome, run_stages, stage_versions
from audiolab.scanner.walk import because

HASH_BYTES = 16
READ_BYTES = 1 << 20
ATTEMPTS_AT_A_MOVING_FILE = 3

Run = Callable[[tuple[str, ...], str, Installed], tuple[StageOutcome, ...]]

# Where roots are, in processes that see them elsewhere than the scanner does.
MOUNTS: dict[str, str] = {}

_log: IO[str] | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """An order for a worker.

    Attributes
    ----------
    root, path : str
        Folder and, below it, the file, as the scanner sees them (not encoded).
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
    def file(self) -> str:
        """Where the file is for this process."""
        return os.path.join(MOUNTS.get(self.root, self.root), self.path)  # noqa: PTH118 (any bytes)


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
    """

    size: int = 0
    mtime_ns: int = 0
    file_hash: bytes | None = None
    outcomes: tuple[StageOutcome, ...] = ()
    vanished: bool = False


def process(work: Work, run: Run = run_stages) -> FileResult:
    """Hash a file and run its stages with `run`. Never raises for a bad file."""
    if _log is not None:
        # A timer in C: it fires even when native code hangs and holds the interpreter's lock.
        faulthandler.dump_traceback_later(work.limit_seconds, exit=True, file=_log)
    try:
        return _settled(work, run)
    except FileNotFoundError:
        return FileResult(vanished=True)
    except OSError as error:
        return FileResult(outcomes=failed_outcomes(work.stages, because(error), work.networks))
    finally:
        if _log is not None:
            faulthandler.cancel_dump_traceback_later()


def process_all(works: Sequence[Work], one: Callable[[Work], FileResult]) -> list[FileResult]:
    """The results of a bundle, in order. Each file has its own time limit."""
    return [one(work) for work in works]


def _settled(work: Work, run: Run) -> FileResult:
    """Analyse until the file is the same before and after."""
    for _ in range(ATTEMPTS_AT_A_MOVING_FILE):
        before = os.stat(work.file)  # noqa: PTH116 (any bytes)
        digest = hash_file(work.file)
        outcomes = run(work.stages, work.file, work.networks)
        after = os.stat(work.file)  # noqa: PTH116
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return FileResult(before.st_size, before.st_mtime_ns, digest, outcomes)
    failed = failed_outcomes(work.stages, "still being written", work.networks)
    return FileResult(after.st_size, after.st_mtime_ns, None, failed)


def hash_file(file: str | Path) -> bytes:
    """blake2b of a file's bytes, 16 bytes long.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=HASH_BYTES)
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 (any bytes)
        size = os.fstat(stream.fileno()).st_size
        buffer = memoryview(bytearray(max(1, min(READ_BYTES, size))))
        while count := stream.readinto(buffer):
            digest.update(buffer[:count])
    return digest.digest()


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
