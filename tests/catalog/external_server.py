"""A Postgres server as a company runs one: over TCP, with passwords, not ours to start."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from data_folders import temporary_data_dir
from sqlalchemy.engine import URL

from audiolab.catalog.embedded.account import account_for
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.tools import binaries, run, write_as

HOST = "127.0.0.1"
SUPERUSER = "postgres"
OWNER = "music lover"  # makes databases, and is no superuser
PASSWORD = "p@ss w:rd/%+?#&'é"
SETTINGS = "fsync = off\nfull_page_writes = off\nshared_buffers = 32MB\nmax_connections = 60\n"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class ExternalServer:
    """A server on the bundled programs: scram passwords over TCP and over a Unix socket.

    Parameters
    ----------
    folder : Path
        Where its files go; every user can enter it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._account = account_for(None)
        self._programs = binaries(Cluster.at(folder), self._account)
        self._initialise()
        self.start()
        quoted = PASSWORD.replace("'", "''")
        self.ask(f"CREATE ROLE \"{OWNER}\" LOGIN CREATEDB PASSWORD '{quoted}'")
        self.ask("CREATE EXTENSION vector", database="template1")  # as its administrator would

    def _initialise(self) -> None:
        home = self.folder / "external"
        home.mkdir()
        if self._account.borrowed:
            os.chown(home, self._account.uid, self._account.gid)
        self.data, self.socket_dir = home / "data", home
        secret = home / "password"
        self._superuser_password = secrets.token_hex(8)
        write_as(self._account, secret, self._superuser_password)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions"]
        user = [f"--username={SUPERUSER}", f"--pwfile={secret}"]
        run([self._programs / "initdb", *options, *user, self.data], self._account)
        more = f"listen_addresses = '{HOST}'\nport = {self.port}\n"
        more += f"unix_socket_directories = '{self.socket_dir}'\n"
        original = self.data / "postgresql.conf"
        write_as(self._account, original, original.read_text() + SETTINGS + more)

    def _control(self, *arguments: str) -> None:
        log = self.data.parent / "log"
        options = ["--pgdata", str(self.data), "--log", str(log), "--wait", "--silent"]
        run([self._programs / "pg_ctl", *arguments, *options], self._account)

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._control("start")

    def stop(self) -> None:
        """Throw everybody out and stop."""
        self._control("stop", "--mode=fast")

    def url(self, database: str = "postgres", *, user: str = OWNER, password: str | None = PASSWORD,
            by_socket: bool = False, **options: str) -> str:  # fmt: skip
        """Address of a database."""
        if by_socket:
            options |= {"host": str(self.socket_dir), "port": str(self.port)}
        url = URL.create(
            "postgresql", user, password, None if by_socket else HOST,
            None if by_socket else self.port, database, options,
        )  # fmt: skip
        return url.render_as_string(hide_password=False)

    def superuser_url(self, database: str = "postgres") -> str:
        """Address of a database, as the superuser."""
        return self.url(database, user=SUPERUSER, password=self._superuser_password)

    def ask(self, sql: str, database: str = "postgres") -> Any:
        """Run SQL as the superuser; returns the first value, if any."""
        with closing(self._connect(database)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None

    def _connect(self, database: str) -> Any:
        return psycopg2.connect(
            host=HOST, port=self.port, user=SUPERUSER, password=self._superuser_password,
            dbname=database,
        )  # fmt: skip

    @contextmanager
    def database(self, template: str = "template1", owner: str = OWNER) -> Iterator[str]:
        """Name of an empty database, dropped afterwards."""
        name = f"test_{secrets.token_hex(6)}"
        self.ask(f'CREATE DATABASE {name} TEMPLATE {template} OWNER "{owner}"')
        try:
            yield name
        finally:
            self.ask(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def external_server() -> Iterator[ExternalServer]:
    """A running server, stopped and deleted afterwards."""
    with temporary_data_dir() as folder:
        server = ExternalServer(folder)
        try:
            yield server
        finally:
            server.stop()
