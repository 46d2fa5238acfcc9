"""The database goes away in the middle of a scan."""

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from distributed import Client
from sqlalchemy import create_engine, make_url, text

from audiolab import Catalog
from audiolab.catalog.embedded import server_status
from audiolab.config import Settings
from audiolab.errors import DatabaseError, RootBusyError
from audiolab.scanner import batch, patience
from audiolab.scanner.model import Failure
from audiolab.scanner.progress import Silent

from .conftest import tone
from .test_job import Scanner, numbers

pytestmark = pytest.mark.long


class Once(Silent):
    """Does something when the first file is through."""

    def __init__(self, action) -> None:
        self.action = action

    def finished(self, path: str, failure: Failure | None) -> None:
        action, self.action = self.action, lambda: None
        action()


@pytest.fixture(autouse=True)
def every_file_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LARGEST", 1)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for number in range(6):
        tone(tmp_path / f"library/{number}.wav", hz=200 + number)
    return tmp_path / "library"


def test_an_embedded_server_that_is_killed_comes_back(
    own_data_dir: Path, client: Client, library: Path
) -> None:
    with Catalog.open(settings=Settings(data_dir=own_data_dir)) as catalog:
        scan = Scanner(catalog, client, library)
        victim = server_status(own_data_dir).pid
        report = scan(Once(lambda: os.kill(victim, signal.SIGKILL)))
        assert numbers(report) == (6, 0, 0, 0)
        assert server_status(own_data_dir).pid != victim
        assert numbers(scan()) == (0, 6, 0, 0)
        assert list(catalog.jobs()["state"]) == ["completed", "completed"]


def lose_the_lock(catalog: Catalog) -> None:
    """What a restart of the database does to the lock of a scan."""
    (root,) = catalog.roots()
    with catalog._database.cursor(write=True) as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND "
            "objid = %s AND database = (SELECT oid FROM pg_database "
            "WHERE datname = current_database())",
            (root.id,),
        )
    time.sleep(0.3)


def test_a_lost_lock_is_taken_again(catalog: Catalog, client: Client, library: Path) -> None:
    class Watcher(Once):
        def note(self, text: str) -> None:
            notes.append(text)

        def finished(self, path: str, failure: Failure | None) -> None:
            super().finished(path, failure)
            self.files = getattr(self, "files", 0) + 1
            if self.files == 6:  # five batches have been written since
                with pytest.raises(RootBusyError), catalog.hold_root(catalog.roots()[0]):
                    pass

    notes: list[str] = []
    report = Scanner(catalog, client, library)(Watcher(lambda: lose_the_lock(catalog)))
    assert (numbers(report), notes) == ((6, 0, 0, 0), [])


def test_a_scan_that_lost_its_root_to_another_stops(
    catalog: Catalog, client: Client, library: Path
) -> None:
    with ExitStack() as other:

        def steal() -> None:
            lose_the_lock(catalog)
            other.enter_context(catalog.hold_root(catalog.roots()[0]))

        with pytest.raises(RootBusyError, match="is being scanned by"):
            Scanner(catalog, client, library)(Once(steal))
    assert numbers(Scanner(catalog, client, library)())[3] == 0


def test_a_database_that_stays_away_ends_the_scan_with_one_line(
    database_url: str, client: Client, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = make_url(database_url).set(drivername="postgresql+psycopg2")
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    monkeypatch.setattr(patience, "DELAYS_SECONDS", (0.01, 0.01))
    name = f"doomed_{uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(database_url).set(database=name).render_as_string(hide_password=False)

    def drop() -> None:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    with Catalog.open(url) as catalog, pytest.raises(DatabaseError, match="cannot be used"):
        Scanner(catalog, client, library)(Once(drop))
    server.dispose()
