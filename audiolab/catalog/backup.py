"""Backup, restore and move of a whole catalog, each checked by counting its rows.

A backup is an ordinary archive of ``pg_dump`` in its custom, compressed format, so it can also be
read without audiolab. Nothing is left half done: a backup is moved into place when it is
complete, a restore is one transaction that also does the counting.
"""

import logging
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from audiolab.catalog.client_tools import running
from audiolab.catalog.dump_source import (
    VERSION_TABLE,
    dump_arguments,
    one_moment,
    others,
    our_rows,
)
from audiolab.catalog.dump_stream import DumpCounter
from audiolab.catalog.dump_target import EVERY_ROWS, Progress, analyze, check_room, pour
from audiolab.catalog.migrate import SCHEMA_VERSION
from audiolab.catalog.row_counts import check_same
from audiolab.errors import DatabaseError, SchemaError

log = logging.getLogger(__name__)

MAGIC = b"PGDMP"


@dataclass(frozen=True)
class BackupReport:
    """What was written or read.

    Attributes
    ----------
    rows : dict of str to int
        Rows by table, as counted in the database and found again.
    size_bytes : int
        Size of the file; 0 for a move, which makes none.
    seconds : float
        How long it took.
    """

    rows: dict[str, int]
    size_bytes: int
    seconds: float


def _silent(share: float, what: str) -> None:
    """Nobody watches."""


def backup(url: str, file: Path, progress: Progress = _silent) -> BackupReport:
    """Write a catalog into a file.

    Others may go on reading and writing: the file holds the moment when the backup began.

    Parameters
    ----------
    url : str
        The database.
    file : Path
        Where to; an older backup there is replaced once the new one is complete.
    progress : callable, optional
        Told how far it is.

    Raises
    ------
    DatabaseError
        If the database cannot be read, or the file not be written or verified.
    FileExistsError
        If `file` exists and is not a backup.
    """
    began = time.monotonic()
    file = Path(file).expanduser()
    if file.exists() and not _is_archive(file):
        raise FileExistsError(f"{file} exists and is not a backup: choose another name")
    partial = file.with_name(f".{file.name}.partial")
    try:
        with one_moment(url) as (connection, snapshot):
            rows = our_rows(connection)
            progress(0.0, "writing")
            _write(url, partial, snapshot, others(connection))
        progress(0.6, "verifying")
        found = _count_in_file(partial, sum(rows.values()), _part(progress, 0.6, 1.0))
        check_same(rows, found, str(file))
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    except OSError as error:
        if isinstance(error, DatabaseError):
            raise
        raise DatabaseError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    progress(1.0, "done")
    return _report(rows, file.stat().st_size, began)


def restore(
    url: str, file: Path, progress: Progress = _silent, *, replace: bool = False
) -> BackupReport:
    """Read a catalog from a file into a database, in one transaction.

    Parameters
    ----------
    url : str
        The database.
    file : Path
        A backup.
    progress : callable, optional
        Told how far it is.
    replace : bool, optional
        Replace the catalog that is there.

    Raises
    ------
    CatalogError
        If the database has a catalog with tracks already and `replace` is not given.
    SchemaError
        If the backup was made by a newer audiolab.
    DatabaseError
        If the file is no complete backup, or the database refuses it. It is as before then.
    """
    began = time.monotonic()
    file = Path(file).expanduser()
    if not file.is_file() or not _is_archive(file):
        raise DatabaseError(f"{file} is not a backup of a catalog: `audiolab db backup` makes one")
    progress(0.0, "checking")
    expected = _count_in_file(file, 0, _part(progress, 0.0, 0.2), check_version=True)
    if "public.track" not in expected:
        raise DatabaseError(f"{file} is a database archive, but not of an audiolab catalog")
    check_room(url, replace)
    arguments: list[str | Path] = ["--no-owner", "--no-privileges", "--file=-", file]
    try:
        with running("pg_restore", arguments, stdout=subprocess.PIPE) as reader:
            assert reader.stdout is not None
            pour(url, reader.stdout, expected, _part(progress, 0.2, 1.0))
    except DatabaseError as error:
        raise DatabaseError(f"{file} cannot be restored, nothing was changed: {error}") from error
    analyze(url)
    progress(1.0, "done")
    return _report(expected, file.stat().st_size, began)


def move(
    source: str, target: str, progress: Progress = _silent, *, replace: bool = False
) -> BackupReport:
    """Copy a catalog from one database to another, for example from embedded to external.

    The source stays as it is. Parameters and errors as in `restore`.
    """
    began = time.monotonic()
    check_room(target, replace)
    with one_moment(source) as (connection, snapshot):
        rows = our_rows(connection)
        arguments = dump_arguments(snapshot, others(connection))
        with running("pg_dump", arguments, url=source, stdout=subprocess.PIPE) as reader:
            assert reader.stdout is not None
            pour(target, reader.stdout, rows, progress)
    analyze(target)
    progress(1.0, "done")
    return _report(rows, 0, began)


def _report(rows: dict[str, int], size_bytes: int, began: float) -> BackupReport:
    report = BackupReport(rows, size_bytes, time.monotonic() - began)
    log.info("catalog copied and counted", extra={"rows": rows, "size_bytes": size_bytes})
    return report


def _part(progress: Progress, low: float, high: float) -> Progress:
    """Progress of a step that is only a part of the whole."""
    return lambda share, what: progress(low + share * (high - low), what)


def _is_archive(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC


def _write(url: str, partial: Path, snapshot: str, leave_out: list[str]) -> None:
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    arguments = dump_arguments(snapshot, leave_out)
    arguments += ["--format=custom", "--compress=gzip:5", f"--file={partial}"]
    with running("pg_dump", arguments, url=url):
        pass


def _count_in_file(
    file: Path, total: int, progress: Progress, *, check_version: bool = False
) -> dict[str, int]:
    """Read a backup from end to end and count its rows."""
    counter = DumpCounter()
    arguments: list[str | Path] = ["--data-only", "--file=-", file]
    with running("pg_restore", arguments, stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        for line in counter.through(reader.stdout):
            if check_version and counter.table == VERSION_TABLE:
                _check_schema_version(line)
            if total and counter.total % EVERY_ROWS == 0:
                progress(min(1.0, counter.total / total), "verifying")
    return counter.rows


def _check_schema_version(line: bytes) -> None:
    version = line.decode(errors="replace").strip()
    if version.isdigit() and version > SCHEMA_VERSION:
        raise SchemaError(
            f"this backup has schema version {version}, newer than this audiolab's "
            f"{SCHEMA_VERSION}: upgrade audiolab (pip install --upgrade audiolab)"
        )
