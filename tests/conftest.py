"""What the tests of all areas share: data folders with a running embedded database."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from audiolab.catalog.embedded import ensure_server, stop_server


@contextmanager
def temporary_data_dir(name: str = "") -> Iterator[Path]:
    """A data folder that every user can enter, unlike pytest's ``tmp_path``; its server is stopped.

    Under root the database runs as another user, who has to get in.
    """
    top = Path(tempfile.mkdtemp(prefix="audiolab-test-", dir="/tmp"))
    top.chmod(0o755)
    folder = top / name if name else top
    try:
        yield folder
    finally:
        stop_server(folder, timeout_seconds=20)
        shutil.rmtree(top)


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    """The data folder of an embedded server that runs for the whole session.

    Make a database of your own on it, or clean up after you.
    """
    with temporary_data_dir() as folder:
        ensure_server(folder)
        yield folder


@pytest.fixture
def new_data_dir() -> Iterator[Callable[..., Path]]:
    """Makes empty data folders: ``new_data_dir()``, ``new_data_dir("below/it")``."""
    with ExitStack() as stack:
        yield lambda name="": stack.enter_context(temporary_data_dir(name))


@pytest.fixture(scope="session")
def _fresh_database() -> Iterator[Path]:
    with temporary_data_dir() as folder:
        ensure_server(folder)
        stop_server(folder)
        yield folder / "postgres"


@pytest.fixture
def own_data_dir(_fresh_database: Path, new_data_dir: Callable[..., Path]) -> Path:
    """The data folder of an embedded server of the test's own, stopped, empty and quick to get."""
    folder = new_data_dir()
    subprocess.run(["cp", "-a", _fresh_database, folder / "postgres"], check=True)
    return folder
