"""What the tests of all areas share: data folders with a running embedded database."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from data_folders import temporary_data_dir
from hypothesis import settings

# First: what it keeps out of the dashboard's start is kept out of each process of the tests, too.
import audiolab.server  # noqa: F401
from audiolab.catalog.embedded import claims, ensure_server, release, stop_server
from audiolab.catalog.embedded.cluster import Cluster

if TYPE_CHECKING:
    from server.running_lab import Lab

# The same examples in every run; a busy machine may take its time.
settings.register_profile("audiolab", deadline=None, derandomize=True)
settings.load_profile("audiolab")


@pytest.fixture(scope="session", autouse=True)
def _no_networks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Networks that someone downloaded into this checkout are not part of the tests."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AUDIOLAB_MODELS_DIR", str(tmp_path_factory.mktemp("no-models")))
        yield


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
def _second_data_dir() -> Iterator[Path]:
    with temporary_data_dir() as folder:
        yield folder


@pytest.fixture(scope="session")
def lab(data_dir: Path) -> Iterator["Lab"]:
    """A JupyterLab over the sample library: it takes seconds to start, so there is one."""
    from server.running_lab import jupyter_lab

    with jupyter_lab(data_dir) as started:
        yield started


@pytest.fixture(scope="session")
def demo_variables(data_dir: Path) -> Iterator[dict[str, str]]:
    """Settings that lead to a catalog of the demo library."""
    from demo_catalog import demo_catalog

    with demo_catalog(data_dir) as variables:
        yield variables


@pytest.fixture
def demo_environment(demo_variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As a user would have it whose catalog is the demo library's."""
    for name in [name for name in os.environ if name.startswith("AUDIOLAB_")]:
        monkeypatch.delenv(name)
    for name, value in demo_variables.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def own_data_dir(_second_data_dir: Path) -> Iterator[Path]:
    """A data folder whose server a test may stop and kill; stopped again after each test.

    What earlier tests wrote into it is still there: making a new one takes a second or two.
    """
    ensure_server(_second_data_dir)
    release(_second_data_dir)
    yield _second_data_dir
    while not claims.unclaim(Cluster.at(_second_data_dir)):
        pass
    stop_server(_second_data_dir)
