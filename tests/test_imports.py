"""Imports go one way, and `import audiolab` stays light."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import audiolab

PACKAGE = Path(audiolab.__file__).parent
FOUNDATION = {"errors", "keys", "chromaprint", "clock", "config", "log", "resources"}

# Each layer with the layers of ours that it may import, itself and the foundation aside.
MAY_IMPORT = {
    "analysis": set(),
    "catalog": set(),
    "described": {"analysis", "catalog"},
    "scanner": {"analysis", "catalog"},
    "writeback": {"analysis", "catalog", "scanner"},
    "plots": {"analysis", "catalog", "scanner"},
    "widgets": {"analysis", "catalog", "described", "scanner", "writeback", "plots"},
    "server": {"analysis", "catalog", "described", "scanner", "plots"},
    "cli": {
        "analysis",
        "catalog",
        "described",
        "scanner",
        "writeback",
        "plots",
        "widgets",
        "server",
    },
}
# The foundation has an order of its own.
FOUNDATION_MAY_IMPORT = {
    "errors": set(),
    "keys": set(),
    "chromaprint": set(),
    "clock": set(),
    "resources": set(),
    "log": {"errors"},
    "config": {"errors", "resources"},
}
ENTRY_POINTS = {"__init__", "__main__"}
HEAVY = ("librosa", "essentia", "dask", "distributed", "plotly", "voila", "pandas", "numba")
LIGHT_SECONDS = 0.3


def layer(path: Path) -> str:
    """The folder or module directly under ``audiolab`` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_layers(source: str, path: Path) -> Iterator[str]:
    """Layers of ours that a module imports, anywhere in it, except for type checking."""
    for node in runtime_nodes(ast.parse(source)):
        for name in imported_modules(node, path):
            parts = name.split(".")
            if parts[0] == "audiolab" and len(parts) > 1:
                yield parts[1]


def runtime_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes, without the bodies of ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from runtime_nodes(node)


def imported_modules(node: ast.AST, path: Path) -> Iterator[str]:
    """Full names of what an import statement brings in."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            home = path.relative_to(PACKAGE.parent).parts[: -node.level]
            base = ".".join([*home, *([base] if base else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "share" not in path.parts]


def allowed(of: str) -> set[str]:
    if of in FOUNDATION_MAY_IMPORT:
        return FOUNDATION_MAY_IMPORT[of]
    return MAY_IMPORT[of] | FOUNDATION | {of}


def test_every_module_is_in_a_known_layer() -> None:
    found = {layer(path) for path in modules()} - ENTRY_POINTS
    assert found == set(MAY_IMPORT) | FOUNDATION


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    if layer(path) in ENTRY_POINTS:
        return
    wrong = set(imported_layers(path.read_text("utf-8"), path)) & (set(MAY_IMPORT) | FOUNDATION)
    assert wrong - allowed(layer(path)) == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import audiolab.scanner.run", {"scanner"}),
        ("from audiolab import catalog", {"catalog"}),
        ("def late():\n    from audiolab.widgets import part", {"widgets"}),
        ("from ..server import app", {"server"}),
        ("if TYPE_CHECKING:\n    from audiolab.cli import main", set()),
    ],
)
def test_the_reader_of_imports_sees(source: str, found: set[str]) -> None:
    assert set(imported_layers(source, PACKAGE / "analysis" / "key.py")) == found


def import_in_a_new_process() -> tuple[float, list[str]]:
    """Seconds that `import audiolab` takes, and the heavy modules it loads."""
    program = (
        "import json, sys, time; start = time.perf_counter(); import audiolab; "
        "seconds = time.perf_counter() - start; "
        f"print(json.dumps([seconds, sorted(set({HEAVY!r}) & set(sys.modules))]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    seconds, heavy = json.loads(run.stdout)
    return seconds, heavy


def test_importing_audiolab_is_light() -> None:
    runs = [import_in_a_new_process() for _ in range(5)]
    assert runs[0][1] == []
    assert min(seconds for seconds, _ in runs) < LIGHT_SECONDS


@pytest.mark.parametrize("name", audiolab.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(audiolab, name).__module__.startswith("audiolab.")
    assert name in dir(audiolab)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="scna"):
        _ = audiolab.scna
