"""The header's list of pages follows the notebooks that are there."""

from pathlib import Path

from audiolab import resources
from audiolab.server.navigation import pages


def test_pages_are_listed_once_their_notebook_is_there(tmp_path: Path) -> None:
    assert pages(tmp_path) == []
    for name in ("scan", "library", "something_else"):
        (tmp_path / f"{name}.ipynb").touch()
    assert [page["label"] for page in pages(tmp_path)] == ["Library", "Scan"]
    (tmp_path / "stats.ipynb").touch()
    assert pages(tmp_path)[1] == {"name": "stats", "label": "Statistics"}


def test_our_own_pages() -> None:
    assert {"library", "scan"} <= {page["name"] for page in pages(resources.folder("dashboards"))}
