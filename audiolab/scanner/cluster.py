"""The processes that analyse: a cluster of our own on this machine, gone after the scan.

Whoever can talk to a dask cluster can run code as its owner, and every user of this machine can
talk to 127.0.0.1. So scheduler and workers only listen to who has the certificate of this scan,
which exists in their memory and nowhere else. (Sockets with file permissions would do as well, but
distributed has none.)
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from pathlib import Path

import dask
from dask.system import CPU_COUNT
from distributed import Client, LocalCluster, Worker, WorkerPlugin
from distributed.security import Security
from distributed.system import MEMORY_LIMIT

from audiolab.errors import ScanError

MOST_MEMORY_BYTES = 4 << 30

# One thread per process: the files are the parallelism. Read by the libraries as they load, so
# they must be in the environment before the process starts. Dask would also have freed memory given
# back at once (MALLOC_TRIM_THRESHOLD_): then every block of samples is new memory, which takes a
# quarter of the analysis.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
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
    # Histories for debugging, of load and of the last thousand tasks: they keep the tasks' paths.
    "distributed.admin.system-monitor.log-length": 10,
    "distributed.admin.low-level-log-length": 20,
    # Likewise a profiler that looks at each worker a hundred times a second, and checks of every
    # event loop fifty times a second: there are as many of them as processes.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    # Results are small, so a process that grows is leaking: end it, do not pause or spill.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.worker.memory.monitor-interval": "500ms",
}
# A process that is lost is started again, which takes long on a busy machine. Dask would give it up
# after 15 seconds, for good. (Read whenever one is lost.)
KEPT = {"distributed.deploy.lost-worker-timeout": "1 hour"}
# A process that has grown to this share of its limit is replaced when it is done with a bundle,
# provided that it holds much more than it began with: a new one would be as large otherwise.
GROWN_SHARE = 0.6
GROWN_FACTOR = 1.5
SETTLED_AFTER = 5
LEAVE_AGAIN_SECONDS = 0.1
NOT_STARTED = (RuntimeError, OSError)


class _PrepareProcess(WorkerPlugin):
    """Runs in each worker process as it starts, restarted ones included."""

    name = "audiolab"

    def __init__(self, log_file: str) -> None:
        self.log_file = log_file

    def setup(self, worker: Worker) -> None:
        from audiolab.scanner import remote
        from audiolab.scanner.worker import prepare_process

        prepare_process(self.log_file)
        remote.scratch = worker.local_directory
        self.worker = worker
        self.bundles = 0
        self.first_bytes = 0.0
        self.leaving = False

    def transition(self, key: object, start: str, finish: str, **more: object) -> None:
        """After each bundle, have a process replaced that has grown too much."""
        if start != "executing" or finish != "memory" or self.leaving:
            return
        self.bundles += 1
        held = self.worker.monitor.get_process_memory()
        if self.bundles <= SETTLED_AFTER:
            self.first_bytes = held
        elif held > max(GROWN_SHARE * _limit(self.worker), GROWN_FACTOR * self.first_bytes):
            self.leaving = True
            self.worker.loop.add_callback(self._leave)

    async def _leave(self) -> None:
        """Give back what waits here, then let the nanny start a new process.

        `Worker.close_gracefully` would go even where the scheduler refuses, because nobody else
        can take a result that is being fetched, and the files in hand would be blamed for it.
        """
        address = self.worker.address
        while not await self.worker.scheduler.retire_workers(
            workers=[address],
            close_workers=False,
            remove=True,
            stimulus_id=f"audiolab-grown-{time.time()}",
        ):
            await asyncio.sleep(LEAVE_AGAIN_SECONDS)
        await self.worker.close(nanny=False, reason="its memory has grown")


def _limit(worker: Worker) -> float:
    return float(worker.memory_manager.memory_limit or MOST_MEMORY_BYTES)


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
    with (
        quiet("distributed", "asyncio", "tornado"),
        _script_left_alone(),
        dask.config.set(KEPT),
    ):
        cluster = _start(workers, log_file, scratch)
        with cluster, Client(cluster, set_as_default=False) as client:
            try:
                yield client
            finally:
                _end_workers(cluster)


def _start(workers: int, log_file: Path, scratch: Path) -> LocalCluster:
    with suppress(*NOT_STARTED):
        return _start_once(workers, log_file, scratch)
    try:  # once more: a process may have been killed from outside
        return _start_once(workers, log_file, scratch)
    except NOT_STARTED as error:
        raise ScanError(
            f"the {workers} analysis processes could not be started ({error}): "
            "close other programs or try fewer (--workers 1)"
        ) from error


def _start_once(workers: int, log_file: Path, scratch: Path) -> LocalCluster:
    with dask.config.set(CONFIG | {"temporary-directory": str(scratch)}):  # the scheduler's
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            security=Security.temporary(),
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            memory_limit=min(MOST_MEMORY_BYTES, int(0.8 * MEMORY_LIMIT / workers)),
            local_directory=str(scratch),
            # Not registered afterwards: that would fail with a process that dies just then.
            plugins=(_PrepareProcess(str(log_file)),),
            silence_logs=logging.CRITICAL,
        )


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
def quiet(*names: str) -> Iterator[None]:
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


def default_workers() -> int:
    """One per core that this process may use."""
    return int(CPU_COUNT)
