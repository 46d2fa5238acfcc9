"""The dashboard as its users run it: a process of its own, with a library behind it."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
from sqlalchemy import create_engine, make_url, text

from audiolab import Catalog
from audiolab.catalog.embedded import ensure_server, release

from .sample_library import fill

TOKEN = "a-token-for-tests"
NURSERY = "audiolab.server.nursery"
RUN = (
    "from audiolab.config import load_settings\n"
    "from audiolab.server.launch import run_dashboard\n"
    "run_dashboard(load_settings(), port={port}, open_browser=False,\n"
    "              on_ready=lambda url: print(url, flush=True))\n"
)


@dataclass
class Dashboard:
    """A running dashboard and the library behind it."""

    url: str
    process: subprocess.Popen[str]
    data_dir: Path
    catalog: Catalog
    media: Path
    library: Path
    ids: dict[str, str] = field(default_factory=dict)

    def client(self, **options: Any) -> httpx.Client:
        """A client that is logged in."""
        options.setdefault("headers", {"Authorization": f"token {TOKEN}"})
        return httpx.Client(base_url=self.url, timeout=20, **options)

    def kernels(self) -> set[int]:
        """Process ids of its kernels."""
        return {child.pid for nursery in self.nurseries() for child in nursery.children()}

    def process_of(self, kernel: str) -> psutil.Process:
        """The process of a kernel, which listens where its file says."""
        [file] = Path(tempfile.gettempdir()).glob(f"voila_*/kernel-{kernel}.json")
        port = json.loads(file.read_text())["shell_port"]
        for process in map(psutil.Process, self.kernels()):
            if any(line.laddr.port == port for line in process.net_connections("tcp")):
                return process
        raise AssertionError(f"nobody listens on {port}")

    def nurseries(self) -> list[psutil.Process]:
        """What its kernels are forked from: one, once there has been a kernel."""
        children = psutil.Process(self.process.pid).children()
        return [
            child
            for child in children
            if child.status() != psutil.STATUS_ZOMBIE and NURSERY in child.cmdline()
        ]

    def stop(self) -> int:
        """End it as a service manager would."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextmanager
def own_database(data_dir: Path) -> Iterator[str]:
    """Address of an empty database on the session's embedded server."""
    server = ensure_server(data_dir)
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"page_{uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server).set(drivername="postgresql", database=name)
    yield url.render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
    release(data_dir)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data_dir: Path, **variables: str) -> tuple[subprocess.Popen[str], str]:
    """Start a dashboard; returns the process and the address it prints."""
    environment = {**os.environ, "AUDIOLAB_DATA_DIR": str(data_dir), **variables}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN.format(port=free_port())],
        cwd=data_dir, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    watchdog = threading.Timer(40, process.kill)
    watchdog.start()
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    watchdog.cancel()
    assert line.startswith("http://"), line + process.stdout.read()
    return process, line


@contextmanager
def dashboard(
    server_data_dir: Path,
    *,
    empty: bool = False,
    prepare: Callable[[Path], None] = lambda folder: None,
    **variables: str,
) -> Iterator[Dashboard]:
    """A dashboard over the sample library, or over nothing; `prepare` gets its data folder."""
    with (
        own_database(server_data_dir) as database,
        tempfile.TemporaryDirectory(prefix="audiolab-page-") as top,
        Catalog.open(database) as catalog,
    ):
        folder, media, library = Path(top, "data"), Path(top, "media"), Path(top, "library")
        for each in (folder, media, library):
            each.mkdir()
        ids = {} if empty else fill(catalog, media)
        prepare(folder)
        process, address = start(
            folder, AUDIOLAB_DATABASE_URL=database, AUDIOLAB_LIBRARY_PATH=str(library),
            **{"AUDIOLAB_TOKEN": TOKEN, "AUDIOLAB_NUM_WORKERS": "1", **variables},
        )  # fmt: skip
        url = address.split("/?")[0].rstrip("/")
        running = Dashboard(url, process, folder, catalog, media, library, ids)
        try:
            yield running
        finally:
            running.stop()
            assert process.stdout is not None
            process.stdout.close()
