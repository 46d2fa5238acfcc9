"""The command line inside the test's process, on a database of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest
from sqlalchemy import create_engine, make_url, text

from audiolab import Catalog
from audiolab.catalog.embedded import ensure_server, release
from audiolab.cli.app import app
from audiolab.cli.errors import run


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Cli = Callable[..., Result]


@pytest.fixture(scope="package")
def database_url(data_dir: Path) -> Iterator[str]:
    server = create_engine(ensure_server(data_dir), isolation_level="AUTOCOMMIT")
    name = f"cli_{uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server.url).set(drivername="postgresql", database=name)
    yield url.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
    release(data_dir)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Runs the command line in an empty folder, without a database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDIOLAB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("AUDIOLAB_DATABASE_URL", "AUDIOLAB_LIBRARY_PATH", "AUDIOLAB_NUM_WORKERS"):
        monkeypatch.delenv(name, raising=False)

    def cli(*arguments: str) -> Result:
        capfd.readouterr()
        code = run(app, list(arguments))
        return Result(code, *capfd.readouterr())

    return cli


@pytest.fixture
def cli(bare: Cli, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs the command line on an empty catalog."""
    monkeypatch.setenv("AUDIOLAB_DATABASE_URL", database_url)
    with Catalog.open(database_url) as catalog:
        for root in catalog.roots():
            catalog.remove_root(root)
    return bare


@pytest.fixture
def ids(cli: Cli, database_url: str) -> list[str]:
    """Three tracks: one with everything, one with hostile text, one with nothing."""
    frame = pd.DataFrame(
        {
            "path": ["deep/full.mp3", "hostile.ogg", "bare.wav"],
            "title": ["Night Drive", "\x1b[2J=cmd()|'<b>", None],
            "artist": ["NA", "null", None],
            "tempo_bpm": [124.0, 90.5, None],
            "key": ["A minor", None, None],
            "energy": [0.75, 0.25, None],
            "duration_seconds": [3725.0, 61.4, None],
            "tags": [{"title": ["Night Drive"]}, {}, None],
            "mfcc": [[1.0, 2.0], None, None],
        }
    )
    with Catalog.open(database_url) as catalog:
        return catalog.add(frame, root="/music")
