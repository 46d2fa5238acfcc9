"""Every notebook runs from top to bottom, and none is committed with results."""

import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from audiolab import Catalog
from audiolab.config import load_settings
from audiolab.resources import folder

NOTEBOOKS = sorted(folder("notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.fixture
def notebook_settings(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A kernel started now uses the session's embedded server; what it scans is removed again."""
    for name in [name for name in os.environ if name.startswith("AUDIOLAB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AUDIOLAB_DATA_DIR", str(data_dir))
    yield
    with Catalog.open(settings=load_settings()) as catalog:
        for root in catalog.roots():
            catalog.remove_root(root)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, notebook_settings: None, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=180, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("application/vnd.jupyter.widget-view+json" in o.get("data", {}) for o in outputs)
    assert any("text/html" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_results(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count] == []
