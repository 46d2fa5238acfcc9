"""Where Jupyter finds its files and our notebooks."""

import os
import sys
from pathlib import Path

import pytest

from audiolab import resources
from audiolab.cli import jupyter
from audiolab.cli.jupyter import layered_environment, writable_notebooks


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notebooks of an installation, which are read-only."""
    folder = tmp_path / "share"
    folder.mkdir()
    for name in ("one.ipynb", "two.ipynb"):
        (folder / name).write_text("first")
        (folder / name).chmod(0o444)
    monkeypatch.setattr(resources, "in_checkout", lambda: False)
    monkeypatch.setattr(resources, "folder", lambda name: folder)
    return folder


def ship(shipped: Path, text: str) -> None:
    for notebook in shipped.glob("*.ipynb"):
        notebook.chmod(0o644)
        notebook.write_text(text)


def test_a_checkout_gives_its_own_notebooks(tmp_path: Path) -> None:
    assert writable_notebooks(tmp_path) == resources.folder("notebooks")
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_checkout_gives_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    own = writable_notebooks(tmp_path)
    assert own == tmp_path / "notebooks"
    assert {path.name for path in own.glob("*.ipynb")} == {
        path.name for path in resources.folder("notebooks").glob("*.ipynb")
    }


def test_an_installation_gives_copies_that_can_be_written(tmp_path: Path, shipped: Path) -> None:
    own = writable_notebooks(tmp_path / "data")
    assert own == tmp_path / "data" / "notebooks"
    assert (own / "one.ipynb").read_text() == "first"
    assert (own / "one.ipynb").stat().st_mode & 0o200


def test_a_newer_version_never_overwrites_what_was_changed(tmp_path: Path, shipped: Path) -> None:
    own = writable_notebooks(tmp_path)
    (own / "one.ipynb").write_text("mine")
    ship(shipped, "second")
    writable_notebooks(tmp_path)
    assert (own / "one.ipynb").read_text() == "mine"
    assert (own / "two.ipynb").read_text() == "second"
    ship(shipped, "third")
    writable_notebooks(tmp_path)
    assert (own / "one.ipynb").read_text() == "mine"
    assert (own / "two.ipynb").read_text() == "third"


@pytest.mark.parametrize("record", ["", "[]", "not JSON"])
def test_without_a_record_everything_counts_as_changed(
    tmp_path: Path, shipped: Path, record: str
) -> None:
    own = writable_notebooks(tmp_path)
    (own / jupyter.RECORD).write_text(record)
    ship(shipped, "second")
    writable_notebooks(tmp_path)
    assert (own / "two.ipynb").read_text() == "first"


def test_an_ordinary_environment_needs_no_variables() -> None:
    assert layered_environment() == {}


def test_an_environment_above_another_finds_jupyter_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = Path(sys.prefix).resolve()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PATH", "/mine")
    found = layered_environment()
    assert found["JUPYTER_PATH"] == f"/mine{os.pathsep}{below / 'share/jupyter'}"
    assert (Path(found["JUPYTERLAB_DIR"]) / "static").is_dir()
    assert (Path(found["JUPYTER_CONFIG_PATH"]) / "jupyter_server_config.d").is_dir()


def test_without_voila_there_is_nothing_to_find(monkeypatch: pytest.MonkeyPatch) -> None:
    assert jupyter._installed_share("no-such-package") is None
    assert jupyter._installed_share("typing_extensions") is None
