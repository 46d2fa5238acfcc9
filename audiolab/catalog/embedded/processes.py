"""Who works in a Postgres folder right now. Asks the system, never ``postmaster.pid``.

Every process of a server has the server's folder as its working folder, on Linux and macOS, from
its first moments to its last: a recycled pid and a zombie have not, an orphaned backend has.
"""

import signal
import time
from pathlib import Path

import psutil

PATIENCE_SECONDS = 5.0  # for an orphan to end by itself when told to

GONE = (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied)


def members(pgdata: Path) -> list[psutil.Process]:
    """All live Postgres processes that work in `pgdata`."""
    return [process for process in psutil.process_iter() if _works_in(process, pgdata)]


def _works_in(process: psutil.Process, pgdata: Path) -> bool:
    try:
        return (
            process.name().startswith("postgres")
            and process.status() != psutil.STATUS_ZOMBIE
            and pgdata.samefile(process.cwd())
        )
    except (*GONE, OSError):
        return False


def postmaster(pgdata: Path) -> psutil.Process | None:
    """The server's first process, the one that accepts connections; None if it is not alive."""
    found = members(pgdata)
    pids = {process.pid for process in found}
    for process in found:
        try:
            # Its children call themselves "postgres: checkpointer" and so on.
            child = process.ppid() in pids or process.cmdline()[0].startswith("postgres:")
        except (*GONE, IndexError):
            continue
        if not child:
            return process
    return None


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs and is not a zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except GONE:
        return False


def wait_until_gone(left: list[psutil.Process], pgdata: Path, patience_seconds: float) -> bool:
    """Whether the processes `left` of `pgdata` and all new ones there ended in that time.

    Zombies have ended: they do nothing and hold nothing any more.
    """
    deadline = time.monotonic() + patience_seconds
    while left and time.monotonic() < deadline:
        time.sleep(0.01)
        left = [process for process in left if is_alive(process.pid)] or members(pgdata)
    return not left


def end_orphans(pgdata: Path) -> None:
    """End what is left of a server whose first process is gone, so that a new one can start.

    What they were doing is rolled back by the recovery; they could not commit any more.
    """
    for number in (signal.SIGQUIT, signal.SIGKILL):
        left = members(pgdata)
        if not left:
            return
        send(left, number)
        wait_until_gone(left, pgdata, PATIENCE_SECONDS)


def send(processes: list[psutil.Process], number: signal.Signals) -> None:
    """Send a signal to those that still exist."""
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
