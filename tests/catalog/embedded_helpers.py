"""Looking at an embedded server from outside, and being unkind to it."""

import json
import os
import pwd
import signal
import time
import traceback
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


class Forked:
    """A process that does `work`, quick to start; optionally as another OS user.

    A fork and not a new Python, which would take a second to import everything, and which an
    ordinary user could not run out of root's home.
    """

    def __init__(self, work: Callable[..., Any], *arguments: Any, user: str | None = None) -> None:
        self._answer, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._child(writing, user, work, arguments)
        os.close(writing)

    @staticmethod
    def _child(writing: int, user: str | None, work: Callable[..., Any], arguments: Any) -> None:
        try:
            os.setsid()
            if user is not None:
                entry = pwd.getpwnam(user)
                os.setgroups([])
                os.setgid(entry.pw_gid)
                os.setuid(entry.pw_uid)
            result = {"result": work(*arguments)}
        except BaseException:  # noqa: BLE001 (the parent tells)
            result = {"error": traceback.format_exc()}
        os.write(writing, json.dumps(result).encode())
        os._exit(0)

    def is_alive(self) -> bool:
        """Whether it still works."""
        return bool(psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE)

    def kill(self) -> None:
        """Kill -9."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._answer)

    def result(self) -> Any:
        """What `work` returned, once it has."""
        with open(self._answer) as pipe:  # noqa: PTH123 (a descriptor)
            text = pipe.read()
        os.waitpid(self.pid, 0)
        answer = json.loads(text)
        assert "error" not in answer, answer["error"]
        return answer["result"]
