"""The sample library for the widgets, without a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from server.running_dashboard import own_database
from server.sample_library import fill

from audiolab import Catalog


@pytest.fixture(scope="package")
def catalog(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """The sample library."""
    with own_database(data_dir) as url, Catalog.open(url) as opened:
        fill(opened, tmp_path_factory.mktemp("media"))
        yield opened
