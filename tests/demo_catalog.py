"""The demo library in a catalog of its own, scanned once for all tests that show something."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.running_dashboard import own_database

from audiolab import Catalog, scan
from audiolab.config import load_settings
from audiolab.resources import folder


@contextmanager
def demo_catalog(data_dir: Path) -> Iterator[dict[str, str]]:
    """The variables that lead to it, without any other setting of ours."""
    with own_database(data_dir) as url:
        variables = {
            "AUDIOLAB_DATA_DIR": str(data_dir),
            "AUDIOLAB_DATABASE_URL": url,
            "AUDIOLAB_MODELS_DIR": os.environ["AUDIOLAB_MODELS_DIR"],
            "AUDIOLAB_NUM_WORKERS": "1",  # starting one takes longer than what it has to do
        }
        settings = load_settings(data_dir=data_dir, database_url=url)
        with Catalog.open(settings=settings) as catalog:
            assert scan(folder("data"), catalog=catalog, settings=settings, workers=1).failed == 0
        yield variables
