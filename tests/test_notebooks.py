"""Every notebook runs from top to bottom, and none is committed with results."""

import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from nbclient import NotebookClient

from audiolab.resources import folder

NOTEBOOKS = sorted(folder("notebooks").glob("*.ipynb"))
STAND_INS = Path(__file__).parent / "fixtures" / "models"
NEEDS_NETWORKS = "05-how-sure-is-the-genre"
SECONDS = 180  # for a cell, on a busy machine
NAMES = "^(?!_|In$|Out$|get_ipython$|exit$|quit$)"  # that a notebook has given


def test_there_are_notebooks() -> None:
    names = [path.stem for path in NOTEBOOKS]
    assert [name[:2] for name in names] == [f"{number:02}" for number in range(1, len(names) + 1)]
    assert len(names) == 8
    assert NEEDS_NETWORKS in names


@pytest.fixture(scope="module")
def kernel(
    demo_variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KernelManager]:
    """One for all, as importing takes longer than most notebooks; each begins without names."""
    environment = {name: value for name, value in os.environ.items() if "AUDIOLAB" not in name}
    manager, client = start_new_kernel(
        env=environment | demo_variables, cwd=str(tmp_path_factory.mktemp("notebooks"))
    )
    client.stop_channels()
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    "path",
    [NOTEBOOKS[0], *(pytest.param(path, marks=pytest.mark.long) for path in NOTEBOOKS[1:])],
    ids=lambda path: path.stem,
)
def test_a_notebook_runs(path: Path, kernel: KernelManager, demo_variables: dict[str, str]) -> None:
    notebook = run(path, kernel, demo_variables["AUDIOLAB_MODELS_DIR"])
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("text/html" in output.get("data", {}) for output in outputs)
    warnings = [one["text"] for one in outputs if one.get("name") == "stderr"]
    assert [text for text in warnings if "Warning" in text] == []


def run(path: Path, kernel: KernelManager, no_networks: str) -> nbformat.NotebookNode:
    """A notebook with its results."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(beginning(path, no_networks)))
    return NotebookClient(notebook, km=kernel, timeout=SECONDS).execute()


def beginning(path: Path, no_networks: str) -> str:
    """No names of other notebooks; stand-ins for networks that a user would have downloaded.

    What they hear means nothing.
    """
    networks = {
        "AUDIOLAB_MODELS_DIR": str(STAND_INS) if path.stem == NEEDS_NETWORKS else no_networks,
        "AUDIOLAB_ALLOW_UNVERIFIED_MODELS": "1",
    }
    return f"%reset_selective -f {NAMES}\nimport os\nos.environ.update({networks!r})\ndel os"


def test_the_first_look_shows_the_widgets() -> None:
    """The dashboard in ten cells, and everything that a notebook can do with it."""
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    shown = next(place for place, source in enumerate(code) if "LibraryBrowser(cat)" in source)
    assert shown < 10
    everything = "\n".join(code)
    for use in (".frame", ".selected", ".filter = ", ".player.play(", "TrackView("):
        assert use in everything


@pytest.mark.parametrize(
    "path",
    [NOTEBOOKS[0], *(pytest.param(path, marks=pytest.mark.long) for path in NOTEBOOKS[1:])],
    ids=lambda path: path.stem,
)
def test_a_notebook_is_committed_without_results(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count] == []
