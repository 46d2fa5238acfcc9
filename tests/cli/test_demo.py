"""`audiolab demo`: its own library may be scanned from the page."""

from pathlib import Path

from audiolab import resources
from audiolab.cli.demo import _with_demo
from audiolab.config import Settings
from audiolab.scanner.folders import LibraryFolders


def test_the_demo_library_joins_the_users_own(tmp_path: Path) -> None:
    own = tmp_path / "Music"
    own.mkdir()
    settings = _with_demo(Settings(library_path=(own,)))
    folders = LibraryFolders(settings.library_path)
    assert folders.tops == ("Music", "data")
    assert folders.path(["data"]) == resources.folder("data").resolve()
    assert folders.count(["data"], 10)[0] > 10
