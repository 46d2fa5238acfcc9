"""Bringing a server up until it answers, and down until the last process is gone.

Both are called under the start lock, so nobody else does either at the same time.
"""

import contextlib
import logging
import signal
import time
from pathlib import Path

from audiolab.catalog.embedded import processes
from audiolab.catalog.embedded.account import Account
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.connect import Answer, create_database, probe
from audiolab.catalog.embedded.launch import launch
from audiolab.catalog.embedded.messages import complaint, explain
from audiolab.errors import DatabaseError

log = logging.getLogger(__name__)

ATTEMPTS = 5  # a server may be killed while it starts
LOST_SOCKET_SECONDS = 3.0
FIRST_NEWS_SECONDS = 3.0
LATER_NEWS_SECONDS = 15.0


def bring_up(cluster: Cluster, account: Account, programs: Path, deadline: float) -> None:
    """Return once the server answers: the running one, a recovering one or a new one.

    Raises
    ------
    DatabaseError
        If it cannot start, or does not answer by `deadline` (of `time.monotonic`).
    """
    for _ in range(ATTEMPTS):
        written = cluster.log.stat().st_size if cluster.log.exists() else 0
        running = processes.postmaster(cluster.pgdata)
        if running is None:
            processes.end_orphans(cluster.pgdata)
            pid = launch(cluster, account, programs)
        else:
            pid = running.pid
        if _wait_for_answer(cluster, pid, deadline):
            return
        said = _log_since(cluster, written)
        if complaint(said):
            break
        log.warning("the database server %d ended while it started; starting it again", pid)
    raise DatabaseError(
        explain(f"the database in {cluster.pgdata} does not start", said, cluster.log)
    )


def _log_since(cluster: Cluster, position: int) -> str:
    if not cluster.log.exists():
        return ""
    with cluster.log.open("rb") as file:
        file.seek(position if cluster.log.stat().st_size >= position else 0)
        return file.read().decode("utf-8", errors="replace")


def _wait_for_answer(cluster: Cluster, pid: int, deadline: float) -> bool:
    """True once the server answers, False if its process ends first."""
    began = time.monotonic()
    news = began + FIRST_NEWS_SECONDS
    pause = 0.01
    while True:
        answer = probe(cluster)
        if answer is Answer.NO_DATABASE:
            create_database(cluster)
        if answer in (Answer.READY, Answer.NO_DATABASE):
            return True
        if not processes.is_alive(pid):
            return False
        now = time.monotonic()
        if now > deadline:
            raise DatabaseError(
                f"the database in {cluster.pgdata} has not answered for {now - began:.0f} s; it is "
                f"probably still recovering from a crash: try again later, or see {cluster.log}"
            )
        if answer is Answer.ABSENT and now > began + LOST_SOCKET_SECONDS and _is_ready(cluster):
            log.warning("the database's socket in %s was removed: restarting", cluster.socket_dir)
            shut_down(cluster, deadline - now)
            return False
        if now > news:
            log.info("the database recovers from a crash, for %.0f s so far", now - began)
            news = now + LATER_NEWS_SECONDS
        time.sleep(pause)
        pause = min(2 * pause, 0.2)


def _is_ready(cluster: Cluster) -> bool:
    """Whether the server says that it accepts connections."""
    try:
        return (cluster.pgdata / "postmaster.pid").read_text().split()[-1] == "ready"
    except (FileNotFoundError, IndexError):
        return False


def shut_down(cluster: Cluster, patience_seconds: float) -> bool:
    """Stop the server: politely, then at once (it recovers at the next start), then by force.

    One that recovers is stopped at once: it would start over next time in any case, and a
    polite stop at that moment can wait for ever (seen with Postgres 18.4 at the end of redo).

    Returns
    -------
    bool
        Whether there was anything to stop.
    """
    found = processes.members(cluster.pgdata)
    if not found:
        return False
    first = processes.postmaster(cluster.pgdata)
    if first is not None:
        recovering = probe(cluster) is Answer.NOT_YET
        processes.send([first], signal.SIGQUIT if recovering else signal.SIGINT)
        if not processes.wait_until_gone(found, cluster.pgdata, patience_seconds):
            log.warning("the database did not stop within %.1f s: ending it", patience_seconds)
    processes.end_orphans(cluster.pgdata)
    if cluster.socket_dir != cluster.pgdata:
        with contextlib.suppress(OSError):  # not empty after a hard end; used again then
            cluster.socket_dir.rmdir()
    return True
