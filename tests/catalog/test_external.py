"""A server that is not ours: what it may lack, refuse and do to us."""

import threading
import time

import pandas as pd
import pytest
from external_server import HOST, OWNER, SUPERUSER
from sqlalchemy import text
from tls_front import self_signed, tls_front

from audiolab import Catalog
from audiolab.catalog import backup, requirements
from audiolab.catalog import database as database_module
from audiolab.errors import DatabaseError

SECRETS = ("p@ss", "p%40ss", "hunter2")


@pytest.fixture
def empty(external):
    """Name of an empty database with pgvector."""
    with external.database() as name:
        yield name


def refusal(url: str) -> str:
    """The one line that opening the catalog ends with."""
    with pytest.raises(DatabaseError) as caught:
        Catalog.open(url)
    line = str(caught.value)
    assert "\n" not in line
    assert not any(secret in line for secret in SECRETS)
    return line


def fill_and_count(url: str) -> int:
    with Catalog.open(url) as catalog:
        catalog.add(pd.DataFrame({"path": ["a.mp3", "b.mp3"], "title": ["A", None]}))
        return catalog.count()


def test_over_tcp_with_a_password_as_an_ordinary_user(external, empty):
    assert fill_and_count(external.url(empty)) == 2
    assert external.ask(f"SELECT rolsuper FROM pg_roles WHERE rolname = '{OWNER}'") is False


@pytest.mark.parametrize("scheme", ["postgresql://", "postgres://"])
def test_over_a_unix_socket(external, empty, scheme):
    url = external.url(empty, by_socket=True).replace("postgresql://", scheme)
    assert f"@/{empty}?host=" in url
    assert fill_and_count(url) == 2
    with Catalog.open(url) as catalog:
        where = "SELECT client_addr IS NULL FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        with catalog._database.read() as connection:
            assert connection.scalar(text(where)) is True


def test_options_of_libpq_are_passed_on(external, empty):
    url = external.url(empty, application_name="dept 7", options="-c work_mem=7MB")
    with Catalog.open(url) as catalog, catalog._database.read() as connection:
        assert connection.scalar(text("SHOW application_name")) == "dept 7"
        assert connection.scalar(text("SHOW work_mem")) == "7MB"


def test_wrong_password(external, empty):
    assert "check the user and password" in refusal(external.url(empty, password="hunter2"))
    assert "check the user and password" in refusal(external.url(empty, password=None))


def test_unknown_user_and_unknown_database(external):
    assert "check the user and password" in refusal(external.url("x", user="nobody"))
    line = refusal(external.url("no_such_database"))
    assert 'database "no_such_database" does not exist' in line
    assert "createdb" in line


def test_unknown_option(external, empty):
    assert "what follows the ?" in refusal(external.url(empty, colour="blue"))
    assert "use sslmode=" in refusal(external.url(empty, sslmode="maybe"))


def test_server_without_pgvector(external, empty):
    with external.database(template="template0") as bare:
        external.ask(f"ALTER DATABASE {bare} SET extension_control_path = '/nowhere'")
        line = refusal(external.superuser_url(bare))
    assert line.startswith("the server has no pgvector")
    assert "apt install postgresql-18-pgvector" in line


def test_pgvector_that_only_a_superuser_may_install(external):
    with external.database(template="template0") as bare:
        line = refusal(external.url(bare))
        assert line.endswith(f'psql --dbname "{bare}" --command "CREATE EXTENSION vector"')
        external.ask("CREATE EXTENSION vector", bare)  # what the line says
        assert fill_and_count(external.url(bare)) == 2


def test_pgvector_installed_by_us_where_we_may(external):
    with external.database(template="template0") as bare:
        assert fill_and_count(external.superuser_url(bare)) == 2


def test_pgvector_that_is_too_old(external, empty, monkeypatch):
    monkeypatch.setattr(requirements, "OLDEST_PGVECTOR", (99, 1))
    line = refusal(external.url(empty))
    assert "audiolab needs 99.1 or newer" in line
    assert "ALTER EXTENSION vector UPDATE" in line


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_database_that_cannot_hold_every_letter(external, encoding):
    name = f"test_{encoding.lower()}"
    external.ask(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")
    try:
        line = refusal(external.superuser_url(name))
    finally:
        external.ask(f"DROP DATABASE {name} WITH (FORCE)")
    assert f"stores text as {encoding}" in line
    assert "createdb --template=template0 --encoding=UTF8" in line


def test_locale_without_capitals_beyond_ascii(external, empty):
    assert external.ask("SELECT lower('É')", empty) == "É"
    with Catalog.open(external.url(empty)) as catalog:
        frame = {"path": ["a.mp3"], "genre_primary": ["ÉLECTRO"], "artist": ["КИНО"]}
        catalog.add(pd.DataFrame(frame))
        assert catalog.count("genre:électro") == catalog.count("artist:кино") == 1


def test_user_who_may_not_make_tables(external):
    with external.database(owner=SUPERUSER) as foreign:
        line = refusal(external.url(foreign))
        assert f"the user {OWNER} may not create tables in the database {foreign}" in line
        external.ask(line.split("run: ")[1], foreign)  # what the line says
        assert fill_and_count(external.url(foreign)) == 2


def test_user_who_may_not_use_a_catalog_of_another(external):
    with external.database(owner=SUPERUSER) as foreign:
        assert fill_and_count(external.superuser_url(foreign)) == 2
        line = refusal(external.url(foreign))
        assert "GRANT" in line
        external.ask(f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{OWNER}"', foreign)
        with Catalog.open(external.url(foreign)) as catalog:  # a reader
            assert catalog.count() == 2
            with pytest.raises(DatabaseError, match="GRANT"):
                catalog.delete(catalog.tracks().index)
            assert catalog.count() == 2


def test_standby_is_read_and_not_written(external, empty):
    assert fill_and_count(external.url(empty)) == 2
    with Catalog.open(external.url(empty, options="-c default_transaction_read_only=on")) as only:
        assert only.count() == 2
        with pytest.raises(DatabaseError, match="primary"):
            only.delete(only.tracks().index)


def test_too_old_server(external, empty, monkeypatch):
    monkeypatch.setattr(database_module, "OLDEST_SERVER", 190_000)
    assert "is on Postgres 18, and audiolab needs 19 or newer" in refusal(external.url(empty))


def test_tls_asked_of_a_server_that_has_none(external, empty):
    assert "ssl = on" in refusal(external.url(empty, sslmode="require"))
    assert fill_and_count(external.url(empty, sslmode="prefer")) == 2


def test_tls_with_a_self_signed_certificate(external, empty, tmp_path):
    certificate, key = self_signed(tmp_path, "localhost")
    with tls_front((HOST, external.port), certificate, key) as port:

        def url(host: str = "localhost", **options: str) -> str:
            return external.url(empty, **options).replace(
                f"{HOST}:{external.port}", f"{host}:{port}"
            )

        assert fill_and_count(url(sslmode="require")) == 2
        with (
            Catalog.open(url(sslmode="require")) as catalog,
            catalog._database.read() as connection,
        ):
            assert connection.connection.driver_connection.info.ssl_in_use
        unknown = refusal(url(sslmode="verify-full", sslrootcert="system"))
        assert "sslrootcert=FILE" in unknown
        trusted = {"sslmode": "verify-full", "sslrootcert": str(certificate)}
        assert fill_and_count(url(**trusted)) == 2
        assert "sslmode=verify-ca" in refusal(url(HOST, **trusted))
        assert fill_and_count(url(HOST, **trusted | {"sslmode": "verify-ca"})) == 2


class TestRestart:
    """The server stops and starts again while a catalog is open."""

    @pytest.fixture
    def catalog(self, external, empty):
        with Catalog.open(external.url(empty)) as catalog:
            catalog.add(pd.DataFrame({"path": [f"{i}.mp3" for i in range(20)]}))
            yield catalog

    def test_connections_in_the_pool_are_renewed(self, external, catalog):
        for _ in range(2):
            external.stop()
            external.start()
            assert catalog.count() == 20
            assert catalog.restore(catalog.tracks().index) == 0, "a write, on the new one"

    def test_reads_wait_for_a_server_that_is_coming(self, external, catalog):
        external.stop()
        starting = threading.Timer(0.5, external.start)
        starting.start()
        assert len(catalog.tracks()) == 20
        starting.join()

    def test_read_that_was_under_way_is_done_again(self, external, catalog, monkeypatch):
        attempts = []

        def slow_count(connection, *rest):
            attempts.append(connection)
            if len(attempts) == 1:
                external.stop()
                external.start()
            return connection.scalar(text("SELECT count(*) FROM track"))

        monkeypatch.setattr("audiolab.catalog.read.count", slow_count)
        assert catalog.count() == 20
        assert len(attempts) == 2

    def test_write_that_was_under_way_fails_as_a_whole(self, external, catalog):
        ids = list(catalog.tracks().index)

        def delete_two() -> None:
            with catalog._database.cursor(write=True) as cursor:
                cursor.execute("DELETE FROM track WHERE id = %s", (ids[0],))
                external.stop()
                external.start()
                cursor.execute("DELETE FROM track WHERE id = %s", (ids[1],))

        with pytest.raises(DatabaseError, match="check that the server runs"):
            delete_two()
        assert catalog.count() == 20
        assert catalog.delete(ids[:2]) == 2

    def test_reads_do_not_wait_for_ever(self, external, catalog):
        external.stop()
        try:
            began = time.monotonic()
            with pytest.raises(DatabaseError, match="Connection refused"):
                catalog.count()
            assert time.monotonic() - began < 30
        finally:
            external.start()
        assert catalog.count() == 20


def test_a_catalog_moves_there_and_back_into_a_file(external, empty, shared_catalog, tmp_path):
    """The programs that copy get along with a password full of signs and an ordinary user."""
    source = shared_catalog._database.url.set(drivername="postgresql")
    shared_catalog.add(pd.DataFrame({"path": ["a.mp3", "b.mp3"], "genre_primary": ["É", None]}))
    moved = backup.move(source.render_as_string(hide_password=False), external.url(empty))
    assert moved.rows["public.track"] == 2
    with Catalog.open(external.url(empty)) as there:
        assert there.count() == 2
    saved = backup.backup(external.url(empty, by_socket=True), tmp_path / "saved.audiolab")
    assert saved.rows == moved.rows
