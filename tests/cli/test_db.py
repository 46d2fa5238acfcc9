"""`audiolab db` on an embedded server and on an external one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import psycopg2
import pytest
from sqlalchemy import make_url

from audiolab import Catalog
from audiolab.catalog.embedded import ensure_server, release
from audiolab.catalog.migrate import SCHEMA_VERSION
from audiolab.config import Settings

from .conftest import Cli


def test_the_life_of_an_embedded_server(
    bare: Cli, new_data_dir: Callable[..., Path], tmp_path: Path
) -> None:
    folder = new_data_dir()
    here = ("--data-dir", str(folder))
    before = bare(*here, "db", "status", "--json")
    assert json.loads(before.out)["running"] is False
    address = bare(*here, "db", "url")
    assert address.code == 0
    with psycopg2.connect(address.out.strip()) as connection:
        assert connection.server_version >= 150_000
    connection.close()
    running = json.loads(bare(*here, "db", "status", "--json").out)
    assert (running["kind"], running["running"]) == ("embedded", True)
    assert running["url"] == address.out.strip(), "one that psql takes"
    assert bare(*here, "db", "upgrade").out.startswith("the schema is current: version ")
    assert bare(*here, "db", "stop").err == "stopped\n"
    assert "running        no\n" in bare(*here, "db", "status").out
    assert bare(*here, "db", "stop").err == "it was not running\n"
    release(folder)  # db url counts as a user until its process ends, which here goes on
    assert bare(*here, "db", "backup", str(tmp_path / "file")).code == 0
    assert bare(*here, "db", "stop").err == "it was not running\n", "nobody used it any more"


def test_an_external_server(cli: Cli, database_url: str) -> None:
    status = json.loads(cli("db", "status", "--json").out)
    assert (status["kind"], status["running"]) == ("external", True)
    assert status["postgres"].startswith("18")
    assert (status["schema"], status["clients"]) == (SCHEMA_VERSION, 0)
    assert status["size_bytes"] > 1_000_000
    assert cli("db", "url").out.strip() == database_url
    assert cli("db", "upgrade").code == 0
    stop = cli("db", "stop")
    assert stop.code == 2
    assert "stop it by its own means" in stop.err


def test_looking_at_an_external_server_changes_nothing(bare: Cli, data_dir: Path) -> None:
    empty = make_url(ensure_server(data_dir)).set(drivername="postgresql", database="postgres")
    for _ in range(2):
        look = bare("--database-url", empty.render_as_string(), "db", "status", "--json")
        status = json.loads(look.out)
        assert (status["pgvector"], status["schema"]) == (None, None)
    release(data_dir)


@pytest.fixture
def embedded(own_data_dir: Path) -> Iterator[tuple[str, str]]:
    """The options that name an embedded database without tracks; its server runs all the time."""
    ensure_server(own_data_dir)
    with Catalog.open(settings=Settings(data_dir=own_data_dir)) as catalog:
        for root in catalog.roots():
            catalog.remove_root(root)
    yield "--data-dir", str(own_data_dir)
    release(own_data_dir)


def test_backup_restore_and_move(
    cli: Cli, embedded: tuple[str, str], database_url: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("AUDIOLAB_DATABASE_URL")
    second = ("--database-url", database_url)
    with Catalog.open(database_url) as catalog:
        catalog.add(pd.DataFrame({"path": ["a.mp3"]}), root="/music")
    file = str(tmp_path / "catalog.backup")
    saved = cli(*second, "db", "backup", file)
    assert (saved.code, saved.out) == (0, "")
    assert f"1 tracks in {file}" in saved.err
    restored = cli(*embedded, "db", "restore", file)
    assert (restored.code, restored.err[:17]) == (0, "1 tracks restored")
    assert json.loads(cli(*embedded, "ls", "--format", "json").out)[0]["path"] == "a.mp3"
    again = cli(*embedded, "db", "restore", file)
    assert again.code == 2
    assert "--replace" in again.err
    assert cli(*embedded, "db", "restore", file, "--replace").code == 0
    assert cli(*embedded, "db", "restore", str(tmp_path / "none")).code == 2
    assert cli(*embedded, "db", "backup", file).code == 0
    moved = cli(*embedded, "db", "move", database_url, "--replace")
    assert (moved.code, "1 tracks copied" in moved.err) == (0, True)
