"""A map that nobody waits for."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audiolab import Catalog
from audiolab.config import Settings
from audiolab.errors import MapBusyError
from audiolab.scanner.detached_map import start_map

pytestmark = pytest.mark.long

ROWS = 30


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Iterator[Settings]:
    yield Settings(data_dir=tmp_path / "data", database_url=database_url)
    for thread in threading.enumerate():  # they still want the database
        if thread.name.startswith("map "):
            thread.join(20)


def ended(catalog: Catalog) -> str:
    """Wait until the job has ended; returns its state."""
    for _ in catalog.job_changes(poll_seconds=0.2):
        job = catalog.map_job()
        assert job is not None
        if job.ended:
            return job.state
    raise AssertionError


def test_it_is_made_by_another_process(catalog: Catalog, settings: Settings) -> None:
    matrix = np.random.default_rng(0).standard_normal((ROWS, 8)).astype(np.float32)
    frame = pd.DataFrame({"path": [f"{number}.mp3" for number in range(ROWS)]})
    catalog.add(frame, embeddings={"test": matrix})
    job = start_map(settings, catalog, method="pca")
    with pytest.raises(MapBusyError):
        start_map(settings, catalog)
    assert ended(catalog) == "completed"
    found = catalog.map_job()
    assert found is not None
    assert (found.id, found.options["method"]) == (job, "pca")
    assert found.pid != os.getpid()
    assert len(catalog.map()) == ROWS


def test_one_that_cannot_be_made_says_why(catalog: Catalog, settings: Settings) -> None:
    start_map(settings, catalog, model="nope")
    assert ended(catalog) == "failed"
    found = catalog.map_job()
    assert found is not None
    assert "no embeddings of 'nope'" in str(found.error)
