"""What a worker of somebody else's cluster is asked before it gets files. Runs there."""

import faulthandler
import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from distributed import Worker, get_worker

import audiolab
from audiolab.analysis import STAGE_VERSIONS
from audiolab.catalog.paths import decode, is_url
from audiolab.config import load_settings
from audiolab.scanner import remote, worker
from audiolab.scanner.walk import because

LOG = "audiolab.log"
SHIPPED = "audiolab-weights"


@dataclass(frozen=True, slots=True)
class Weights:
    """A file of network weights: where the scanner has it, and the hash of what is in it."""

    path: str
    sha256: str


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
    weights : tuple of Weights
        Files of the networks.
    fingerprint : str
        Of the scanner's software.
    """

    root: str
    tails: tuple[str, ...]
    files: tuple[tuple[str, int], ...]
    weights: tuple[Weights, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer.

    Attributes
    ----------
    problem : str or None
        What is wrong with this worker.
    lacks : tuple of Weights
        What it would have to be sent.
    """

    problem: str | None = None
    lacks: tuple[Weights, ...] = ()


def fingerprint() -> str:
    """Everything that has to be the same on both sides."""
    python = ".".join(map(str, sys.version_info[:2]))
    stages = ", ".join(f"{stage} {number}" for stage, number in STAGE_VERSIONS.items())
    dask = version("distributed")
    return f"audiolab {audiolab.__version__} ({stages}), Python {python}, distributed {dask}"


def look(probe: Probe) -> tuple[str, Verdict]:
    """The address of this worker, and whether it can help; if so it is prepared for the root."""
    dask_worker = get_worker()
    return dask_worker.address, judge(probe, dask_worker)


def judge(probe: Probe, dask_worker: Worker) -> Verdict:
    """Whether a worker can help with a root."""
    here = fingerprint()
    if here != probe.fingerprint:
        return Verdict(f"it runs {here}, the scan {probe.fingerprint}: install the same there")
    settings = load_settings()
    if is_url(probe.root):
        problem = _unreadable(probe)
        if problem:
            return Verdict(problem)
    else:
        base = find_base(probe, settings.library_path)
        if base is None:
            return Verdict(
                f"it does not see {probe.root}: mount it there, or set AUDIOLAB_LIBRARY_PATH there "
                "to where it is"
            )
        worker.MOUNTS[probe.root] = base
    folders = (settings.models_dir, _shipped(dask_worker))
    lacks = tuple(weights for weights in probe.weights if not _located(weights, folders))
    if not lacks:
        _prepare(dask_worker)
    return Verdict(lacks=lacks)


def find_base(probe: Probe, library: tuple[Path, ...]) -> str | None:
    """The folder that holds files of the probe, or None."""
    candidates = [probe.root, *(str(home / tail) for home in library for tail in probe.tails)]
    return next((folder for folder in candidates if _holds(folder, probe)), None)


def receive(weights: Weights, content: bytes, dask_worker: Worker) -> None:
    """Keep a file of weights that the scanner has sent."""
    folder = _shipped(dask_worker)
    folder.mkdir(exist_ok=True)
    file = folder / Path(weights.path).name
    partial = file.with_name(f"{file.name}.partial")
    partial.write_bytes(content)
    partial.replace(file)


def _holds(folder: str, probe: Probe) -> bool:
    """One is enough: files come and go."""
    for path, size in probe.files:
        try:
            if os.stat(os.path.join(folder, decode(path))).st_size == size:  # noqa: PTH116, PTH118
                return True
        except OSError:
            continue
    return False


def _unreadable(probe: Probe) -> str | None:
    """Why this worker cannot read what is behind the root's URL."""
    try:
        remote.Remote(probe.root).check()
    except OSError as error:
        return f"it cannot read {probe.root}: {because(error)}"
    return None


def _shipped(dask_worker: Worker) -> Path:
    return Path(dask_worker.local_directory) / SHIPPED


def _located(weights: Weights, folders: tuple[Path, ...]) -> bool:
    """Whether this worker has a file; from now on it is read there."""
    for file in _candidates(weights, folders):
        if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == weights.sha256:
            worker.place_weights(weights.path, file)
            return True
    return False


def _candidates(weights: Weights, folders: tuple[Path, ...]) -> Iterator[Path]:
    here = Path(weights.path)
    yield here
    yield from (folder / here.name for folder in folders)


def _prepare(dask_worker: Worker) -> None:
    """A place for copies; a log for crashes and the watchdog, if there is one thread for it."""
    remote.scratch = dask_worker.local_directory
    if dask_worker.state.nthreads != 1 or worker.is_prepared():
        return
    log = worker.open_log(os.path.join(dask_worker.local_directory, LOG))  # noqa: PTH118
    faulthandler.enable(log)
