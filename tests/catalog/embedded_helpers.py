"""Looking at an embedded server from outside, and being unkind to it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from sqlalchemy.engine import make_url

IS_ROOT = os.geteuid() == 0


def connect(url: str) -> Any:
    """A plain connection to the address that `ensure_server` returned."""
    parts = make_url(url)
    connection = psycopg2.connect(
        user=parts.username,
        dbname=parts.database,
        host=parts.query["host"],
        port=parts.query["port"],
    )
    connection.autocommit = True
    return connection


def ask(url: str, sql: str) -> Any:
    """The first value of the first row."""
    connection = connect(url)
    try:
        cursor = connection.cursor()
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def first_pid(data_dir: Path) -> int:
    """The pid that the server wrote down."""
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def server_processes(data_dir: Path) -> list[psutil.Process]:
    """All processes of the server, by their family."""
    first = psutil.Process(first_pid(data_dir))
    return [first, *first.children(recursive=True)]


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something becomes true, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def owner_options(data_dir: Path) -> dict[str, Any]:
    """What makes `subprocess` run something as the user that owns the database."""
    if not IS_ROOT:
        return {}
    status = (data_dir / "postgres").stat()
    return {"user": status.st_uid, "group": status.st_gid, "extra_groups": []}


def python(code: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Run some Python in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        **options,
    )
