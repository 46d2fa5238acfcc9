"""`audiolab db` on an embedded server and on an external one."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg2

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
    assert bare(*here, "db", "upgrade").out.startswith("the schema is current: version ")
    assert bare(*here, "db", "stop").err == "stopped\n"
    assert "running        no\n" in bare(*here, "db", "status").out
    assert bare(*here, "db", "stop").err == "it was not running\n"


def test_an_external_server(cli: Cli, database_url: str) -> None:
    status = json.loads(cli("db", "status", "--json").out)
    assert (status["kind"], status["running"]) == ("external", True)
    assert cli("db", "url").out.strip() == database_url
    assert cli("db", "upgrade").code == 0
    stop = cli("db", "stop")
    assert stop.code == 2
    assert "stop it by its own means" in stop.err
