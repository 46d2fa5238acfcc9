"""The processes that analyse: a cluster of our own on this machine, or an existing one."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from pathlib import Path

import dask
from dask.system import CPU_COUNT
from distributed import Client, LocalCluster, Worker, WorkerPlugin
from distributed.system import MEMORY_LIMIT

from audiolab.errors import ScanError

CONNECT_SECONDS = 15
START_SECONDS = 120
MOST_MEMORY_BYTES = 4 << 30

# One thread per process: the files are the parallelism. Read by the libraries as they load, so
# they must be in the environment before the process starts.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MALLOC_TRIM_THRESHOLD_": "65536",
}

CONFIG = {
    # The first death of a worker is reported at once: the scanner finds out whose fault it was.
    "distributed.scheduler.allowed-failures": 0,
    # A fresh interpreter: TensorFlow hangs in a fork of a process that has used it.
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.nanny.pre-spawn-environ": ENVIRONMENT,
    # Nothing to look at, and nobody to look: no pages beside the cluster's own port.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Results are small, so a process that grows is leaking: end it, do not pause or spill.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
}


class _PrepareProcess(WorkerPlugin):
    """Runs in each worker process as it starts, restarted ones included."""

    name = "audiolab"

    def __init__(self, log_file: str) -> None:
        self.log_file = log_file

    def setup(self, worker: Worker) -> None:
        from audiolab.scanner.worker import prepare_process

        prepare_process(self.log_file)


@contextmanager
def local_cluster(workers: int, log_file: Path, scratch: Path) -> Iterator[Client]:
    """One process per worker on this machine, gone afterwards.

    Parameters
    ----------
    workers : int
        How many.
    log_file : Path
        Receives what the native decoders write to stderr, and traces of crashes.
    scratch : Path
        Folder for the processes' locks; those that a killed scan leaves are cleared by the next.

    Yields
    ------
    distributed.Client

    Raises
    ------
    ScanError
        If the processes do not start.
    """
    with _quiet("distributed", "asyncio", "tornado"), _script_left_alone():
        cluster = _start(workers, scratch)
        with cluster, Client(cluster, set_as_default=False) as client:
            try:
                client.register_plugin(_PrepareProcess(str(log_file)))
                yield client
            finally:
                _end_workers(cluster)


def _start(workers: int, scratch: Path) -> LocalCluster:
    try:
        with dask.config.set(CONFIG):
            return LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                memory_limit=min(MOST_MEMORY_BYTES, int(0.8 * MEMORY_LIMIT / workers)),
                local_directory=str(scratch),
                silence_logs=logging.CRITICAL,
            )
    except (RuntimeError, OSError) as error:
        raise ScanError(
            f"the {workers} analysis processes could not be started ({error}): "
            "close other programs or try fewer (--workers 1)"
        ) from error


def _end_workers(cluster: LocalCluster) -> None:
    """They hold nothing that is not here already, and a hanging one would not go by itself."""
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        with suppress(ProcessLookupError):
            if nanny.pid:
                os.kill(nanny.pid, signal.SIGKILL)


@contextmanager
def _script_left_alone() -> Iterator[None]:
    """Let worker processes start without running the user's script once more.

    multiprocessing imports the main module into each process that it spawns, so a script that
    calls `scan` outside of ``if __name__ == "__main__":`` would start scans without end. It
    leaves alone what calls itself the ``__main__`` of a package, and ours need nothing of it.
    """
    main = sys.modules["__main__"]
    before = getattr(main, "__spec__", None)
    main.__spec__ = ModuleSpec("audiolab.__main__", None)
    try:
        yield
    finally:
        main.__spec__ = before


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """Keep the cluster's own chatter about lost connections from the terminal."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


@contextmanager
def existing_cluster(address: str, root: Path) -> Iterator[Client]:
    """The workers of a running dask scheduler that see the root under the same path.

    Raises
    ------
    ScanError
        If the scheduler does not answer, or no worker sees the folder.
    """
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ScanError(
            f"no dask scheduler answers at {address}: "
            "start one (dask scheduler) or scan without --scheduler"
        ) from error
    with client:
        seen = client.run(_sees, str(root))
        if not any(seen.values()):
            raise ScanError(
                f"none of the {len(seen)} workers of {address} sees {root}: mount it there too"
            )
        yield client


def _sees(folder: str) -> bool:
    return Path(folder).is_dir()


def default_workers() -> int:
    """One per core that this process may use."""
    return int(CPU_COUNT)
