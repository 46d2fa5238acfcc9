"""What there is to know about the embedded server, for `audiolab db status` and `doctor`."""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg2

from audiolab.catalog.embedded import processes
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.connect import Answer, count_clients, probe
from audiolab.catalog.embedded.messages import file_errors_explained


@dataclass(frozen=True)
class ServerStatus:
    """The state of the embedded server.

    Attributes
    ----------
    running : bool
        Whether a server process is alive.
    accepting : bool
        Whether it answers; a running one that does not is recovering, starting or stopping.
    pid : int or None
        Its first process.
    started_at : datetime or None
        Since when it runs.
    clients : int or None
        Open connections, not counting this look; None if it does not answer.
    version : str or None
        Major version of Postgres that the data were made by; None if there are none yet.
    url : str or None
        SQLAlchemy's address; None if there is no database yet.
    folder : Path
        Postgres' folder.
    size_bytes : int
        What the folder takes on disk.
    log : Path
        Postgres' log.
    """

    running: bool
    accepting: bool
    pid: int | None
    started_at: datetime | None
    clients: int | None
    version: str | None
    url: str | None
    folder: Path
    size_bytes: int
    log: Path


def server_status(data_dir: Path) -> ServerStatus:
    """Look at the embedded server of a data folder without starting or changing anything.

    Raises
    ------
    DatabaseError
        If the folder cannot be looked into.
    """
    cluster = Cluster.at(data_dir)
    with file_errors_explained(cluster.data_dir):
        return _look(cluster)


def _look(cluster: Cluster) -> ServerStatus:
    exists = (cluster.pgdata / "PG_VERSION").is_file()
    first = processes.postmaster(cluster.pgdata) if exists else None
    accepting = exists and probe(cluster) is Answer.READY
    return ServerStatus(
        running=first is not None or accepting,
        accepting=accepting,
        pid=first.pid if first else None,
        started_at=datetime.fromtimestamp(first.create_time(), UTC) if first else None,
        clients=_clients(cluster) if accepting else None,
        version=(cluster.pgdata / "PG_VERSION").read_text().strip() if exists else None,
        url=cluster.url if exists else None,
        folder=cluster.pgdata,
        size_bytes=folder_size(cluster.pgdata),
        log=cluster.log,
    )


def _clients(cluster: Cluster) -> int | None:
    try:
        return count_clients(cluster)
    except psycopg2.OperationalError:
        return None


def folder_size(folder: Path) -> int:
    """Bytes of all files below `folder`; files come and go while a server works."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if not path.is_symlink():
                total += path.stat().st_size
    return total
