"""A catalog in a database of its own, on the session's embedded server."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from audiolab import Catalog
from audiolab.catalog.embedded import ensure_server, release
from audiolab.catalog.records import TrackRecord


def record(path: str, **values: object) -> TrackRecord:
    """An analysed file."""
    return TrackRecord(path, "analysed", 1_000, 1, values=values)


@pytest.fixture(scope="session")
def server_url(data_dir: Path) -> Iterator[str]:
    """Address of the session's embedded server."""
    yield ensure_server(data_dir)
    release(data_dir)


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="module")
def database_url(server_url: str) -> Iterator[str]:
    """Address of an empty database."""
    name = f"test_{uuid4().hex[:12]}"
    _execute(server_url, f"CREATE DATABASE {name}")
    url = make_url(server_url).set(drivername="postgresql", database=name)
    yield url.render_as_string(hide_password=False)
    _execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


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
