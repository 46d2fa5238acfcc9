"""One dashboard for all tests of the server."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .api_formats import register
from .api_server import Api, api_server
from .running_dashboard import Dashboard, dashboard
from .sample_library import GONE


@pytest.fixture(scope="session")
def running(data_dir: Path) -> Iterator[Dashboard]:
    """A dashboard over the sample library."""
    with dashboard(data_dir) as started:
        yield started


@pytest.fixture(scope="session")
def user(running: Dashboard) -> Iterator[httpx.Client]:
    """Somebody who has the token."""
    with running.client() as client:
        yield client


@pytest.fixture(scope="session")
def stranger(running: Dashboard) -> Iterator[httpx.Client]:
    """Somebody who has not."""
    with httpx.Client(base_url=running.url, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def api(data_dir: Path) -> Iterator[Api]:
    """The API by itself, over a sample library of which tests take tracks out."""
    with api_server(data_dir) as started:
        register(track for name, track in started.ids.items() if name != GONE)
        yield started
