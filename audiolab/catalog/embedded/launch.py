"""Starting the server's first process, so that it outlives whoever started it."""

import fcntl
import os
import subprocess
import time
from pathlib import Path
from typing import BinaryIO

import psutil

from audiolab.catalog.embedded.account import Account
from audiolab.catalog.embedded.cluster import PORT, Cluster
from audiolab.catalog.embedded.locks import POLL_SECONDS, open_lock, try_lock
from audiolab.catalog.embedded.settings import settings_text
from audiolab.catalog.embedded.tools import ENVIRONMENT, run, write_as
from audiolab.errors import DatabaseError

LOG_BYTES = 10_000_000
LETTING_GO_SECONDS = 5.0

# The shell ends at once, so init adopts the server and no zombie of it stays with us.
DETACH = '"$@" >&2 & echo $!'


def launch(cluster: Cluster, account: Account, programs: Path) -> int:
    """Start Postgres and return its pid, without waiting until it accepts connections.

    To be called under the start lock, when no live process works in the folder.

    Raises
    ------
    DatabaseError
        If a process that we cannot see holds the folder, or the program cannot be run.
    """
    write_as(account, cluster.pgdata / "conf.d" / "audiolab.conf", settings_text())
    run(["chmod", "0700", cluster.pgdata], account)  # Postgres insists; a backup may have lost it
    _make_socket_dir(cluster, account)
    alive = _lock_of_the_living(cluster)
    try:
        _forget_the_dead(cluster)
        command: list[str | Path] = [
            "/bin/sh",
            "-c",
            DETACH,
            "sh",
            programs / "postgres",
            "-D",
            cluster.pgdata,
        ]
        command += ["-p", str(PORT), "-k", cluster.socket_dir]
        with open_log(cluster) as log:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                pass_fds=(alive,),
                start_new_session=True,
                umask=0o077,
                check=True,
                **account.popen_options,
            )
    except (subprocess.CalledProcessError, OSError) as error:
        raise DatabaseError(f"Postgres cannot be run: {error}") from error
    finally:
        os.close(alive)  # the server has it now
    return int(done.stdout)


def open_log(cluster: Cluster) -> BinaryIO:
    """The server's log, to append to; a large one is set aside first."""
    cluster.log.parent.mkdir(mode=0o700, exist_ok=True)
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_BYTES:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    return cluster.log.open("ab")


def _make_socket_dir(cluster: Cluster, account: Account) -> None:
    folder = cluster.socket_dir
    if folder == cluster.pgdata:
        return
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if account.borrowed:
            os.chown(folder, account.uid, account.gid)
    cluster.check_socket_dir()


def _lock_of_the_living(cluster: Cluster) -> int:
    """The lock that the server's processes inherit and hold to the last of them.

    It sees what a list of processes cannot: a server in another container on the same folder.
    """
    alive = open_lock(cluster.alive_lock)
    deadline = time.monotonic() + LETTING_GO_SECONDS
    while not try_lock(alive, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            os.close(alive)
            raise DatabaseError(
                f"the database in {cluster.pgdata} is used by a process that cannot be seen from "
                "here, probably in another container: stop it there, or set AUDIOLAB_DATA_DIR"
            )
        time.sleep(POLL_SECONDS)
    return alive


def _forget_the_dead(cluster: Cluster) -> None:
    """Remove lock files whose pid now is a zombie or somebody else: Postgres would believe them.

    Files whose pid does not exist stay; Postgres handles these itself, with one more check.
    """
    for path in (cluster.pgdata / "postmaster.pid", cluster.socket_dir / f".s.PGSQL.{PORT}.lock"):
        try:
            pid = int(path.read_text().split()[0])
        except FileNotFoundError:
            continue
        except (ValueError, IndexError):
            path.unlink()
            continue
        if psutil.pid_exists(pid):
            path.unlink()
