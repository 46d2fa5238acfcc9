"""Where Jupyter finds what it needs to serve our pages: its own files, and our notebooks."""

import hashlib
import json
import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from audiolab import resources

SHARE = ("share", "jupyter")
RECORD = ".shipped.json"


def layered_environment() -> dict[str, str]:
    """Variables that let Jupyter find its files in an environment that lies on top of another.

    There the packages of the lower one can be imported, but Jupyter looks for the templates and
    front-end extensions that came with them under its own `sys.prefix` only.

    Returns
    -------
    dict
        Empty in an ordinary environment.
    """
    share = _installed_share("voila")
    if share is None or share == Path(sys.prefix).resolve().joinpath(*SHARE):
        return {}
    prefix = share.parent.parent
    return {
        "JUPYTER_PATH": _with("JUPYTER_PATH", share),
        "JUPYTER_CONFIG_PATH": _with("JUPYTER_CONFIG_PATH", prefix / "etc" / "jupyter"),
        "JUPYTERLAB_DIR": os.environ.get("JUPYTERLAB_DIR") or str(share / "lab"),
    }


def _installed_share(package: str) -> Path | None:
    """The ``share/jupyter`` that a package was installed with."""
    try:
        installed = files(package) or []
    except PackageNotFoundError:
        return None
    for file in installed:
        path = Path(str(file.locate())).resolve()
        for folder in path.parents:
            if folder.parts[-2:] == SHARE:
                return folder
    return None


def _with(variable: str, folder: Path) -> str:
    return os.pathsep.join(filter(None, [os.environ.get(variable), str(folder)]))


def writable_notebooks(data_dir: Path) -> Path:
    """A folder with our notebooks that a user may write to.

    In a checkout, the notebooks themselves. Else copies in ``data_dir/notebooks``: a newer
    audiolab brings newer ones, except where the user has changed a copy.
    """
    original = resources.folder("notebooks")
    if resources.in_checkout() and os.access(original, os.W_OK):
        return original
    own = data_dir / "notebooks"
    own.mkdir(parents=True, exist_ok=True)
    shipped = _read_record(own)
    for notebook in sorted(original.glob("*.ipynb")):
        copy = own / notebook.name
        if not copy.exists() or shipped.get(copy.name) == _digest(copy):
            shutil.copyfile(notebook, copy)  # the content only: not a read-only mode
            shipped[copy.name] = _digest(copy)
    (own / RECORD).write_text(json.dumps(shipped, indent=1), encoding="utf-8")
    return own


def _read_record(folder: Path) -> dict[str, str]:
    """What the copies were when we made them: file name -> digest."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
