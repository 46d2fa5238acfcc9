"""An empty catalog in a database of its own, and one cluster for all tests of the scanner."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import soundfile
from distributed import Client
from sqlalchemy import create_engine, make_url, text

from audiolab import Catalog
from audiolab.catalog.embedded import ensure_server, release
from audiolab.scanner.cluster import local_cluster


@pytest.fixture(scope="package")
def database_url(data_dir: Path) -> Iterator[str]:
    server = create_engine(ensure_server(data_dir), isolation_level="AUTOCOMMIT")
    name = f"scanner_{uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server.url).set(drivername="postgresql", database=name)
    yield url.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
    release(data_dir)


@pytest.fixture(scope="package")
def _open_catalog(database_url: str) -> Iterator[Catalog]:
    with Catalog.open(database_url) as catalog:
        yield catalog


@pytest.fixture
def catalog(_open_catalog: Catalog) -> Catalog:
    for root in _open_catalog.roots():
        _open_catalog.remove_root(root)
    return _open_catalog


@pytest.fixture(scope="package")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("cluster")
    with local_cluster(2, folder / "workers.log", folder / "scratch") as client:
        yield client


def tone(path: Path, seconds: float = 1.0, hz: float = 440.0) -> Path:
    """A wav file with a sine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(int(seconds * 22050)) / 22050
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hz * time), 22050)
    return path
