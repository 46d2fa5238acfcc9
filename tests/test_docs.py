"""The documentation builds without a warning, is complete, and shows nothing from elsewhere."""

import doctest
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import audiolab
from audiolab import Catalog, Filter, plots
from audiolab.described import split
from audiolab.resources import folder

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
PACKAGE = ROOT / "audiolab"
WITH_EXAMPLES = [
    path for path in sorted(PACKAGE.rglob("*.py")) if ">>> " in path.read_text("utf-8")
]
MOST_BYTES_OF_A_PICTURE = 250_000
REMOTE = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"(?:https?:)?//"
    r"|<link\b[^>]*\bhref=\"(?:https?:)?//"
    r"|@import|url\(\s*['\"]?(?:https?:)?//"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as HTML, as `make docs` builds them."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    run = subprocess.run([*command, DOCS, folder], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    return folder


def test_nothing_comes_from_elsewhere(built: Path) -> None:
    files = [path for path in built.rglob("*") if path.suffix in (".html", ".css")]
    assert len(files) > len(PAGES)
    found = {
        path.relative_to(built).as_posix(): match[0]
        for path in files
        if (match := REMOTE.search(path.read_text("utf-8")))
    }
    assert found == {}


def public_names() -> set[str]:
    """What somebody may look up."""
    methods = {name for name in dir(Catalog) if not name.startswith("_")}
    figures = {f"audiolab.plots.{name}" for name in plots.__all__ if name.islower()}
    names = {f"audiolab.{name}" for name in audiolab.__all__ if name != "AudiolabError"}
    return names | figures | {f"audiolab.Catalog.{name}" for name in methods}


def test_the_reference_is_complete(built: Path) -> None:
    page = (built / "reference" / "python.html").read_text("utf-8")
    documented = set(re.findall(r'id="(audiolab\.[\w.]+)"', page))
    assert sorted(public_names() - documented) == []


def test_every_command_is_in_the_reference(built: Path) -> None:
    from test_house import command_paths

    page = (built / "reference" / "cli.html").read_text("utf-8")
    headings = set(re.findall(r"<h[1-6]>audiolab ([a-z ]+)<a", page))
    assert headings == command_paths()


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((DOCS / "images").iterdir())
    text = "\n".join(page.read_text("utf-8") for page in [*PAGES, ROOT / "README.md"])
    assert [path.name for path in pictures if path.read_bytes()[:4] != b"\x89PNG"] == []
    assert [p.name for p in pictures if p.stat().st_size > MOST_BYTES_OF_A_PICTURE] == []
    assert [path.name for path in pictures if f"images/{path.name}" not in text] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_examples_on_pages_are_true(path: Path) -> None:
    failed, _ = doctest.testfile(str(path), module_relative=False, encoding="utf-8")
    assert failed == 0


@pytest.fixture
def at_home(
    demo_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """What examples take for granted: a catalog `cat`, a file song.mp3, a folder ~/Music."""
    (tmp_path / "Music").mkdir()
    for copy in ("song.mp3", "Music/song.mp3"):
        shutil.copy(folder("data") / "electronic" / "neon-harbour.mp3", tmp_path / copy)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with Catalog.open() as cat:
        yield {"cat": cat}
        for playlist in cat.playlists().name:
            cat.delete_playlist(playlist)
        for root in cat.roots():
            if str(root.folder).startswith(str(tmp_path.resolve())):
                cat.remove_root(root)


def test_there_are_examples() -> None:
    names = {path.relative_to(PACKAGE).as_posix() for path in WITH_EXAMPLES}
    assert names >= {"analysis/track.py", "catalog/catalog.py", "scanner/api.py"}


@pytest.mark.parametrize(
    "path", WITH_EXAMPLES, ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_examples_in_docstrings_are_true(path: Path, at_home: dict[str, Any]) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = import_module(".".join(part for part in parts if part != "__init__"))
    result = doctest.testmod(module, extraglobs=at_home)
    assert result.attempted > 0
    assert result.failed == 0


def shown_queries() -> list[str]:
    """What stands in the first column of the README's table of queries."""
    text = (ROOT / "README.md").read_text("utf-8")
    table = text.split("same in search box, command line and Python:")[1].split("\nData goes")[0]
    cells = [line.replace("\\|", "\0").split("|")[1] for line in table.splitlines() if "`" in line]
    return [query.replace("\0", "|") for cell in cells for query in re.findall("`(.+?)`", cell)]


def test_queries_that_are_shown_make_sense() -> None:
    assert len(shown_queries()) > 15
    for query in shown_queries():
        words, _ = split(query)
        assert Filter.parse(words).to_query()
