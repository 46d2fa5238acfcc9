"""A catalog in a database of its own, on the session's embedded server and on an external one.

Everything that asks for a catalog runs on both: on the embedded server as its superuser, on the
external one over TCP as a user who owns the database and nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from external_server import ExternalServer, external_server
from sqlalchemy import create_engine, make_url, text

from audiolab import Catalog
from audiolab.catalog.embedded import ensure_server, release
from audiolab.catalog.records import TrackRecord


def record(path: str, **values: object) -> TrackRecord:
    """An analysed file."""
    return TrackRecord(path, "analysed", 1_000, 1, values=values)


@pytest.fixture(scope="session")
def external() -> Iterator[ExternalServer]:
    """A server that is not ours."""
    with external_server() as server:
        yield server


@pytest.fixture(
    scope="session", params=["embedded", pytest.param("external", marks=pytest.mark.long)]
)
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a server, by a user who may make databases; ours, and once more another."""
    if request.param == "external":
        yield request.getfixturevalue("external").url()
        return
    data_dir = request.getfixturevalue("data_dir")
    yield ensure_server(data_dir)
    release(data_dir)


def _execute(url: str, statement: str) -> None:
    driver = make_url(url).set(drivername="postgresql+psycopg2")
    engine = create_engine(driver, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def _database(server_url: str) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    _execute(server_url, f"CREATE DATABASE {name}")
    url = make_url(server_url).set(drivername="postgresql", database=name)
    yield url.render_as_string(hide_password=False)
    _execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def database_url(server_url: str) -> Iterator[str]:
    """Address of a database for the tests of one module."""
    with _database(server_url) as url:
        yield url


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """Address of an empty database for one test."""
    with _database(server_url) as url:
        yield url


@pytest.fixture(scope="module")
def shared_catalog(database_url: str) -> Iterator[Catalog]:
    """A catalog for the tests of one module."""
    with Catalog.open(database_url) as catalog:
        yield catalog


@pytest.fixture
def catalog(shared_catalog: Catalog) -> Catalog:
    """An empty catalog."""
    for root in shared_catalog.roots():
        shared_catalog.remove_root(root)
    return shared_catalog


@pytest.fixture(scope="module")
def server_connection(shared_catalog: Catalog) -> Iterator[object]:
    """A connection to the module's database."""
    with shared_catalog._database.read() as connection:
        yield connection
