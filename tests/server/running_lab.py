"""JupyterLab as an analyst starts it: no word about audiolab, whose extension loads by itself."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import nbformat
import psutil

from audiolab import Catalog
from audiolab.cli.dashboard import LOCAL_ONLY

from .running_dashboard import TOKEN, free_port, own_database
from .sample_library import fill

CELL = "from audiolab import LibraryBrowser\nbrowser = LibraryBrowser()\nbrowser"
SCAN_CELL = "from audiolab import ScanPanel\nScanPanel()"
BASE = "/somebody/"


@dataclass
class Lab:
    """A running JupyterLab, with a notebook that shows the library."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    media: Path
    ids: dict[str, str] = field(default_factory=dict)

    def client(self) -> httpx.Client:
        """Somebody with Lab's token."""
        headers = {"Authorization": f"token {TOKEN}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20)


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook that was never run."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


@contextmanager
def jupyter_lab(server_data_dir: Path) -> Iterator[Lab]:
    """JupyterLab over the sample library, below a base address, as a hub does."""
    with (
        own_database(server_data_dir) as database,
        tempfile.TemporaryDirectory(prefix="audiolab-lab-") as top,
        Catalog.open(database) as catalog,
    ):
        for name in ("data", "media", "notebooks", "jupyter"):
            Path(top, name).mkdir()
        ids = fill(catalog, Path(top, "media"))
        write_notebook(Path(top, "notebooks", "library.ipynb"), CELL, SCAN_CELL)
        port = free_port()
        environment = {
            **os.environ,
            "AUDIOLAB_DATA_DIR": str(Path(top, "data")),
            "AUDIOLAB_DATABASE_URL": database,
            "AUDIOLAB_LIBRARY_PATH": str(Path(top, "media")),
            "JUPYTER_TOKEN": TOKEN,
            "JUPYTER_CONFIG_DIR": str(Path(top, "jupyter")),
            "JUPYTER_DATA_DIR": str(Path(top, "jupyter")),
            "IPYTHONDIR": str(Path(top, "jupyter")),
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *LOCAL_ONLY]
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
        command += [f"--ServerApp.root_dir={top}/notebooks", f"--ServerApp.base_url={BASE}"]
        log = Path(top, "lab.log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=top, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        lab = Lab(f"http://127.0.0.1:{port}{BASE}", process, log,
                  Path(top, "media"), ids)  # fmt: skip
        try:
            _wait(lab)
            yield lab
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End it and its kernels; Jupyter gives each kernel a while to end by itself."""
    family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for kernel in psutil.wait_procs(family, timeout=1)[1]:
        kernel.kill()


def _wait(lab: Lab) -> None:
    """Until it answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{lab.url}api", timeout=2)
        except httpx.HTTPError:
            assert lab.process.poll() is None, lab.log.read_text()
            assert time.monotonic() < deadline, lab.log.read_text()
            time.sleep(0.1)
        else:
            return
