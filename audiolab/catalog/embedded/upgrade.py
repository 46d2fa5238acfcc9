"""A newer major version of Postgres for an old folder, which is kept until the new one is proved.

The new folder is made beside the old one by ``pg_upgrade`` (copying), started, counted against
the old one and only then moved into its place. Whatever goes wrong before that, or whoever kills
us, the old folder is what the next start finds. The wheel's own ``upgrade_db`` is not used: under
root it works in a folder that the server's user cannot read, and it changes the old data.
"""

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from audiolab.catalog.embedded.account import Account, account_for
from audiolab.catalog.embedded.cluster import ROLE, Cluster
from audiolab.catalog.embedded.connect import connect
from audiolab.catalog.embedded.create import (
    check_not_newer,
    data_version,
    initialise,
    is_created,
    settle_upgrade,
)
from audiolab.catalog.embedded.lifecycle import bring_up, shut_down
from audiolab.catalog.embedded.locks import exclusive
from audiolab.catalog.embedded.messages import file_errors_explained
from audiolab.catalog.embedded.settings import sync_option
from audiolab.catalog.embedded.status import folder_size
from audiolab.catalog.embedded.tools import MAJOR_VERSION, binaries, check_reachable, run
from audiolab.catalog.row_counts import check_same, row_counts
from audiolab.errors import DatabaseError

log = logging.getLogger(__name__)

WAIT_SECONDS = 60.0
STOP_SECONDS = 60.0
SPARE = 1.2  # disk space needed for the copy, relative to the old folder

Progress = Callable[[float, str], None]


def _silent(share: float, what: str) -> None:
    """Nobody watches."""


def upgrade_server(
    data_dir: Path, progress: Progress = _silent, *, timeout_seconds: float = 300.0
) -> bool:
    """Bring the embedded database's folder to the major version of our programs.

    A running server is stopped for it, its users notice.

    Parameters
    ----------
    data_dir : Path
        audiolab's data folder.
    progress : callable, optional
        Told the share that is done, in [0, 1], and what is being done.
    timeout_seconds : float, optional
        How long a server may take to recover, in seconds.

    Returns
    -------
    bool
        Whether there was anything to upgrade.

    Raises
    ------
    DatabaseError
        If it cannot be done. The old folder is unchanged then.
    """
    cluster = Cluster.at(data_dir)
    with file_errors_explained(cluster.data_dir):
        if not cluster.data_dir.is_dir():
            return False
        with exclusive(cluster.start_lock, time.monotonic() + WAIT_SECONDS) as lock:
            settle_upgrade(cluster)
            if not is_created(cluster) or data_version(cluster) == MAJOR_VERSION:
                return False
            check_not_newer(cluster)
            account = account_for(cluster.pgdata)
            check_reachable(cluster.data_dir, account)
            _upgrade(cluster, account, lock, timeout_seconds, progress)
            return True


def _upgrade(
    old: Cluster, account: Account, lock: int, timeout_seconds: float, progress: Progress
) -> None:
    version = data_version(old)
    old_programs, programs = binaries(old, account, version), binaries(old, account)
    shut_down(old, STOP_SECONDS)  # may have been started with other programs
    progress(0.0, f"checking the data of Postgres {version}")
    _check_space(old)
    with _up(old, account, old_programs, timeout_seconds):
        rows, checksums = _facts(old)
    with _workplace(old) as new:
        progress(0.2, f"copying to Postgres {MAJOR_VERSION}")
        _make(old, new, account, programs, lock, checksums=checksums)
        _pg_upgrade(old, new, account, old_programs, programs)
        progress(0.7, "verifying")
        with _up(new, account, programs, timeout_seconds):
            check_same(rows, _facts(new)[0], "the upgraded database")
            _analyze(new)
        if not checksums:
            run([programs / "pg_checksums", "--enable", sync_option(), "-D", new.pgdata], account)
        old.pgdata.rename(old.kept)
        new.pgdata.rename(old.pgdata)
        settle_upgrade(old)
    progress(1.0, "done")
    log.info("upgraded the database from Postgres %d to %d", version, MAJOR_VERSION)


def _check_space(cluster: Cluster) -> None:
    needed = SPARE * folder_size(cluster.pgdata)
    free = shutil.disk_usage(cluster.data_dir).free
    if free < needed:
        raise DatabaseError(
            f"the upgrade needs {needed / 1e9:.1f} GB of free disk space in {cluster.data_dir}, "
            f"there are {free / 1e9:.1f} GB: make room and try again"
        )


@contextmanager
def _up(cluster: Cluster, account: Account, programs: Path, seconds: float) -> Iterator[None]:
    """A server for the time of the block, stopped cleanly after it as pg_upgrade wants it."""
    try:
        bring_up(cluster, account, programs, time.monotonic() + seconds)
        yield
    finally:
        shut_down(cluster, STOP_SECONDS)


def _facts(cluster: Cluster) -> tuple[dict[str, int], bool]:
    """Rows by table, and whether data pages carry checksums."""
    with closing(connect(cluster)) as connection:
        cursor = connection.cursor()
        cursor.execute("SHOW data_checksums")
        row = cursor.fetchone()
        return row_counts(connection), row == ("on",)


@contextmanager
def _workplace(cluster: Cluster) -> Iterator[Cluster]:
    """A data folder inside the data folder for the new database; removed at the end."""
    folder = cluster.data_dir / ".upgrade"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    folder.chmod(0o755)
    try:
        yield Cluster(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make(
    old: Cluster, new: Cluster, account: Account, programs: Path, lock: int, *, checksums: bool
) -> None:
    """An empty new database with the user's own settings of the old one."""
    new.pgdata.mkdir(mode=0o700)
    if account.borrowed:
        os.chown(new.pgdata, account.uid, account.gid)
    initialise(new.pgdata, account, programs, lock, checksums=checksums)
    copy = 'test ! -d "$0/conf.d" || cp -R "$0/conf.d/." "$1/conf.d"'
    run(["/bin/sh", "-c", copy, old.pgdata, new.pgdata], account)


def _pg_upgrade(
    old: Cluster, new: Cluster, account: Account, old_programs: Path, programs: Path
) -> None:
    """Run pg_upgrade in a short, plain folder: it builds shell commands and sockets from names."""
    work = Path(tempfile.mkdtemp(prefix="audiolab-upgrade-", dir="/tmp"))
    try:
        for name, cluster in (("old", old), ("new", new)):
            (work / name).symlink_to(cluster.pgdata)
        if account.borrowed:
            os.chown(work, account.uid, account.gid)
        command: list[str | Path] = [programs / "pg_upgrade", "--copy", sync_option()]
        command += ["-U", ROLE, "-s", work]
        command += ["-b", old_programs, "-B", programs, "-d", work / "old", "-D", work / "new"]
        run(command, account, cwd=work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _analyze(cluster: Cluster) -> None:
    """Bring extensions up to their installed version and the planner's statistics back."""
    with closing(connect(cluster)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT quote_ident(extname) FROM pg_extension")
        for (extension,) in cursor.fetchall():
            cursor.execute(f"ALTER EXTENSION {extension} UPDATE")
        cursor.execute("ANALYZE")
