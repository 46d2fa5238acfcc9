"""Attaching to the server, leaving it and stopping it: what the catalog calls."""

import shutil
import time
from pathlib import Path

import psycopg2

from audiolab.catalog.embedded import claims
from audiolab.catalog.embedded.account import account_for, is_root
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.connect import Answer, count_clients, probe
from audiolab.catalog.embedded.create import check_version, create, is_created, settle_upgrade
from audiolab.catalog.embedded.lifecycle import bring_up, shut_down
from audiolab.catalog.embedded.locks import POLL_SECONDS, LockTimeoutError, exclusive
from audiolab.catalog.embedded.messages import file_errors_explained
from audiolab.catalog.embedded.tools import binaries, check_reachable
from audiolab.errors import DatabaseError

STOP_SECONDS = 60.0
LEAVE_SECONDS = 5.0
GOODBYE_SECONDS = 0.5
LOG_SEGMENT_BYTES = 16 << 20


def ensure_server(data_dir: Path, *, timeout_seconds: float = 300.0) -> str:
    """Attach to the embedded Postgres of a data folder; create, start or recover it as needed.

    This process counts as a user of the server until it has called `release` as often as this,
    or ends.

    Parameters
    ----------
    data_dir : Path
        audiolab's data folder; created where missing.
    timeout_seconds : float, optional
        How long to wait for a server that recovers, in seconds. The recovery goes on after that.

    Returns
    -------
    str
        SQLAlchemy's address of the database ``audiolab``.

    Raises
    ------
    DatabaseError
        In one line: what stands in the way and what to do.
    """
    cluster = Cluster.at(data_dir)
    with file_errors_explained(cluster.data_dir):
        if not _attach(cluster):
            _start(cluster, time.monotonic() + timeout_seconds)
        return cluster.url


def _attach(cluster: Cluster) -> bool:
    """Become a user of a server that answers; False if there is none."""
    try:
        if not claims.claim(cluster):
            return False
    except FileNotFoundError:
        return False
    answer = None
    try:
        answer = probe(cluster)
    finally:
        if answer is not Answer.READY:
            claims.unclaim(cluster)
    return answer is Answer.READY


def _start(cluster: Cluster, deadline: float) -> None:
    """Make sure that there is a server, and become a user of it."""
    _make_data_dir(cluster.data_dir)
    with exclusive(cluster.start_lock, deadline) as lock:
        if _attach(cluster):  # another process was faster
            return
        settle_upgrade(cluster)
        created = is_created(cluster)
        account = account_for(cluster.pgdata if created else None)
        check_reachable(cluster.data_dir, account)
        programs = binaries(cluster, account)
        if not created:
            create(cluster, account, programs, lock)
        check_version(cluster)
        bring_up(cluster, account, programs, deadline)
        claims.claim(cluster)


def _make_data_dir(folder: Path) -> None:
    """Create the folder and its parents; under root, so that the server's user can enter them."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        if is_root():
            each.chmod(0o755)


def check_room(data_dir: Path) -> None:
    """Make sure that the server can go on writing.

    Raises
    ------
    DatabaseError
        If the disk has no room for another segment of Postgres' log, without which it stops.
    """
    free = shutil.disk_usage(data_dir).free
    if free < LOG_SEGMENT_BYTES:
        raise DatabaseError(
            f"the disk of {data_dir} is full, {free / 1e6:.0f} MB are left, and the database needs "
            f"{LOG_SEGMENT_BYTES / 1e6:.0f} MB to go on: free some space and try again"
        )


def release(data_dir: Path) -> bool:
    """Give up one `ensure_server`; the last user of the server stops it.

    Returns
    -------
    bool
        Whether the server was stopped.
    """
    cluster = Cluster.at(data_dir)
    if not claims.unclaim(cluster):
        return False
    try:
        return _stop(cluster, LEAVE_SECONDS, STOP_SECONDS, only_if_idle=True)
    except LockTimeoutError:
        return False  # somebody starts it right now, so it is not idle


def stop_server(
    data_dir: Path, *, only_if_idle: bool = False, timeout_seconds: float = STOP_SECONDS
) -> bool:
    """Stop the embedded Postgres.

    Parameters
    ----------
    data_dir : Path
        audiolab's data folder.
    only_if_idle : bool, optional
        Leave it running if another process uses it or any connection is open.
    timeout_seconds : float, optional
        How long to wait for a clean stop, in seconds. After that it is ended the hard way, which
        costs a recovery at the next start and nothing else.

    Returns
    -------
    bool
        Whether a server was running and has been stopped.

    Raises
    ------
    DatabaseError
        If another process is starting or stopping it all the time.
    """
    return _stop(Cluster.at(data_dir), timeout_seconds, timeout_seconds, only_if_idle=only_if_idle)


def _stop(
    cluster: Cluster, lock_seconds: float, stop_seconds: float, *, only_if_idle: bool
) -> bool:
    with file_errors_explained(cluster.data_dir):
        if not cluster.pgdata.is_dir():
            return False
        with exclusive(cluster.start_lock, time.monotonic() + lock_seconds):
            if not only_if_idle:
                return shut_down(cluster, stop_seconds)
            with claims.nobody_else(cluster) as alone:
                return alone and _is_idle(cluster) and shut_down(cluster, stop_seconds)


def _is_idle(cluster: Cluster) -> bool:
    """Whether there are no connections; those being closed get a moment to go."""
    deadline = time.monotonic() + GOODBYE_SECONDS
    try:
        while count_clients(cluster) > 0:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
    except (FileNotFoundError, psycopg2.OperationalError):
        return False  # absent, or busy with something: recovering, stopping, full
    return True
