"""Every notebook runs from top to bottom, and none is committed with results."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from audiolab.resources import folder

NOTEBOOKS = sorted(folder("notebooks").glob("*.ipynb"))
STAND_INS = Path(__file__).parent / "fixtures" / "models"
NEEDS_NETWORKS = "05-how-sure-is-the-genre"
SECONDS = 180  # for a cell, on a busy machine


def test_there_are_notebooks() -> None:
    names = [path.stem for path in NOTEBOOKS]
    assert [name[:2] for name in names] == [f"{number:02}" for number in range(1, len(names) + 1)]
    assert len(names) == 8
    assert NEEDS_NETWORKS in names


@pytest.fixture
def networks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for what a user would have downloaded; what they hear means nothing."""
    monkeypatch.setenv("AUDIOLAB_MODELS_DIR", str(STAND_INS))
    monkeypatch.setenv("AUDIOLAB_ALLOW_UNVERIFIED_MODELS", "1")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(
    path: Path, demo_environment: None, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if path.stem == NEEDS_NETWORKS:
        request.getfixturevalue("networks")
    notebook = run(path, tmp_path)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("text/html" in output.get("data", {}) for output in outputs)
    warnings = [one["text"] for one in outputs if one.get("name") == "stderr"]
    assert [text for text in warnings if "Warning" in text] == []


def run(path: Path, working_folder: Path) -> nbformat.NotebookNode:
    """A notebook with its results."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(working_folder)}}
    return NotebookClient(notebook, timeout=SECONDS, resources=resources).execute()


def test_the_first_look_shows_the_widgets() -> None:
    """The dashboard in ten cells, and everything that a notebook can do with it."""
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    shown = next(place for place, source in enumerate(code) if "LibraryBrowser(cat)" in source)
    assert shown < 10
    everything = "\n".join(code)
    for use in (".frame", ".selected", ".filter = ", ".player.play(", "TrackView("):
        assert use in everything


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_results(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count] == []
