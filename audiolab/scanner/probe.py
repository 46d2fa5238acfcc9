"""What a worker of somebody else's cluster is asked before it gets files. Runs there."""

import faulthandler
import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from distributed import Worker

import audiolab
from audiolab.analysis import STAGE_VERSIONS
from audiolab.catalog.paths import decode
from audiolab.config import load_settings
from audiolab.scanner import worker

LOG = "audiolab.log"


@dataclass(frozen=True, slots=True)
class Probe:
    """The question.

    Attributes
    ----------
    root : str
        The root, where the scanner sees it.
    tails : tuple of str
        Where the root may be below a library folder: "" or a relative path.
    files : tuple of (str, int)
        Encoded relative path and bytes of some files.
    weights : tuple of str
        Files of the networks.
    fingerprint : str
        Of the scanner's software.
    """

    root: str
    tails: tuple[str, ...]
    files: tuple[tuple[str, int], ...]
    weights: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: what is wrong with this worker, or None."""

    problem: str | None = None


def fingerprint() -> str:
    """Everything that has to be the same on both sides."""
    python = ".".join(map(str, sys.version_info[:2]))
    stages = ", ".join(f"{stage} {number}" for stage, number in STAGE_VERSIONS.items())
    dask = version("distributed")
    return f"audiolab {audiolab.__version__} ({stages}), Python {python}, distributed {dask}"


def look(probe: Probe, dask_worker: Worker) -> Verdict:
    """Whether this worker can help with a root; if so it is prepared for it."""
    here = fingerprint()
    if here != probe.fingerprint:
        return Verdict(f"it runs {here}, the scan {probe.fingerprint}: install the same there")
    base = find_base(probe, load_settings().library_path)
    if base is None:
        return Verdict(
            f"it does not see {probe.root}: mount it there, or set AUDIOLAB_LIBRARY_PATH there "
            "to where it is"
        )
    absent = [file for file in probe.weights if not Path(file).is_file()]
    if absent:
        return Verdict(f"it does not have the network weights {absent[0]}: copy them there")
    worker.MOUNTS[probe.root] = base
    _prepare(dask_worker)
    return Verdict()


def find_base(probe: Probe, library: tuple[Path, ...]) -> str | None:
    """The folder that holds files of the probe, or None."""
    candidates = [probe.root, *(str(home / tail) for home in library for tail in probe.tails)]
    return next((folder for folder in candidates if _holds(folder, probe)), None)


def _holds(folder: str, probe: Probe) -> bool:
    """One is enough: files come and go."""
    for path, size in probe.files:
        try:
            if os.stat(os.path.join(folder, decode(path))).st_size == size:  # noqa: PTH116, PTH118
                return True
        except OSError:
            continue
    return False


def _prepare(dask_worker: Worker) -> None:
    """A log for crashes, and the watchdog: there is one per process, so only for one thread."""
    if dask_worker.state.nthreads != 1 or worker.is_prepared():
        return
    log = worker.open_log(os.path.join(dask_worker.local_directory, LOG))  # noqa: PTH118
    faulthandler.enable(log)
