"""`audiolab db` on an embedded server and on an external one."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg2
from sqlalchemy import make_url

from audiolab.catalog.embedded import ensure_server, release
from audiolab.catalog.migrate import SCHEMA_VERSION

from .conftest import Cli


def test_the_life_of_an_embedded_server(bare: Cli, new_data_dir: Callable[..., Path]) -> None:
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


def test_backup_restore_and_move(
    bare: Cli, database_url: str, new_data_dir: Callable[..., Path], tmp_path: Path
) -> None:
    first, second = (("--data-dir", str(new_data_dir())) for _ in range(2))
    music = tmp_path / "music"
    music.mkdir()
    (music / "zero.mp3").touch()
    assert bare(*first, "scan", str(music)).code == 1
    file = str(tmp_path / "catalog.backup")
    saved = bare(*first, "db", "backup", file)
    assert (saved.code, saved.out) == (0, "")
    assert f"1 tracks in {file}" in saved.err
    restored = bare(*second, "db", "restore", file)
    assert (restored.code, restored.err[:17]) == (0, "1 tracks restored")
    assert bare(*second, "jobs").out.count(str(music)) == 1
    again = bare(*second, "db", "restore", file)
    assert again.code == 2
    assert "--replace" in again.err
    assert bare(*second, "db", "restore", file, "--replace").code == 0
    assert bare(*first, "db", "restore", str(tmp_path / "none")).code == 2
    moved = bare(*first, "db", "move", database_url, "--replace")
    assert (moved.code, "copied" in moved.err) == (0, True)
