"""A catalog of its own, filled from files without a scan."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audiolab import Catalog
from audiolab.analysis import run_stages, stage_versions
from audiolab.catalog.tag_writes import TagFile
from audiolab.scanner.model import Options, Plan, Task
from audiolab.scanner.plan import make_plan
from audiolab.scanner.records import to_record
from audiolab.scanner.storage import hash_file
from audiolab.scanner.walk import FoundFile, find
from audiolab.scanner.worker import FileResult
from tests.server.running_dashboard import own_database

STAGES = ("tags", "signal")
KNOWN = {
    "tempo_bpm": 122.034, "key": "F# minor", "genre_primary": "Deep House",
    "mood_primary": "dreamy", "replaygain_track_gain_db": -7.3, "true_peak_dbtp": -0.1,
}  # fmt: skip
Fill = Callable[[Path], list[str]]


@pytest.fixture(scope="package")
def _opened(data_dir: Path) -> Iterator[Catalog]:
    with own_database(data_dir) as url, Catalog.open(url) as catalog:
        yield catalog


@pytest.fixture
def catalog(_opened: Catalog) -> Catalog:
    """An empty one; the journal goes on."""
    for root in _opened.roots():
        _opened.remove_root(root)
    return _opened


@pytest.fixture
def fill(catalog: Catalog) -> Fill:
    """Analyses the files of a folder as a scan does; all have the values `KNOWN`."""

    def filled(folder: Path) -> list[str]:
        root = catalog.root(folder)
        records = []
        for file in find(folder):
            assert isinstance(file, FoundFile)
            path = folder / file.path
            outcomes = run_stages(STAGES, path)
            task = Task(file.path, file.size, file.mtime_ns, STAGES, "new")
            result = FileResult(file.size, file.mtime_ns, hash_file(path), outcomes)
            records.append(to_record(task, result))
        ids = catalog.write(root, records)
        for track_id in ids:
            catalog.correct(track_id, **KNOWN)
        return ids

    return filled


def scan_plan(catalog: Catalog, folder: Path) -> Plan:
    """What the next scan of a folder would do."""
    versions = {stage: stage_versions()[stage] for stage in STAGES}
    known = catalog.known_in_order(catalog.root(folder))
    return make_plan(find(folder), known, Options(STAGES, versions))


def file_of(catalog: Catalog, track_id: str) -> TagFile:
    """What the catalog knows of a file."""
    return catalog.tag_files([track_id])[track_id]
