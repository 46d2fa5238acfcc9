"""An old server's folder brought to the new version, with nothing lost on the way."""

import time

import pytest
from data_folders import temporary_data_dir
from embedded_helpers import ask

from audiolab.catalog.embedded import (
    ensure_server,
    release,
    server_status,
    stop_server,
    tools,
    upgrade,
    upgrade_server,
)
from audiolab.catalog.embedded.account import account_for
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.create import new_folder
from audiolab.catalog.embedded.lifecycle import bring_up, shut_down
from audiolab.catalog.embedded.settings import HBA
from audiolab.errors import DatabaseError

pytestmark = pytest.mark.long

OLD = 16


@pytest.fixture(scope="module")
def old_data_dir():
    """A database of Postgres 16, killed and not stopped, in a folder of an awkward name."""
    with temporary_data_dir('it\'s an "old" one') as folder:
        folder.mkdir()
        cluster = Cluster.at(folder)
        account = account_for(None)
        programs = tools.binaries(cluster, account, OLD)
        made = new_folder(cluster, account, "made-")
        tools.run(
            [programs / "initdb", "-D", made, "-U", "audiolab", "-E", "UTF8", "--locale=C"], account
        )
        conf = made / "postgresql.conf"
        tools.write_as(account, conf, conf.read_text() + "\ninclude_dir = 'conf.d'\n")
        tools.write_as(account, made / "pg_hba.conf", HBA)
        tools.write_as(account, made / "conf.d" / "mine.conf", "work_mem = '77MB'\n")
        made.rename(cluster.pgdata)
        bring_up(cluster, account, programs, time.monotonic() + 30)
        ask(cluster.url, "CREATE EXTENSION vector")
        ask(cluster.url, "CREATE TABLE kept (id int, v halfvec(3))")
        ask(cluster.url, "INSERT INTO kept SELECT i, '[1,2,3]' FROM generate_series(1, 500) i")
        ask(cluster.url, "CREATE INDEX ON kept USING hnsw (v halfvec_l2_ops)")
        shut_down(cluster, 0.0)
        yield folder


@pytest.fixture
def no_upgrade_of_others(old_data_dir):
    """What may not be there after any attempt."""
    yield
    left = {path.name for path in old_data_dir.iterdir()}
    assert not left & {".upgrade", "postgres.before-upgrade"}


@pytest.mark.usefixtures("no_upgrade_of_others")
class TestUpgrade:
    """In this order: the last one succeeds."""

    def test_use_of_an_old_folder_names_the_command(self, old_data_dir):
        with pytest.raises(DatabaseError, match=r"Postgres 16.*audiolab db upgrade"):
            ensure_server(old_data_dir)

    def test_too_little_space(self, old_data_dir, monkeypatch):
        monkeypatch.setattr(upgrade, "SPARE", 1e9)
        with pytest.raises(DatabaseError, match="free disk space"):
            upgrade_server(old_data_dir)

    def test_failure_leaves_the_old_folder(self, old_data_dir, monkeypatch):
        """What is counted decides; so nothing needs to be copied here."""
        counted = []

        def count(connection):
            counted.append(len(counted))
            return {"public.kept": 500 - counted[-1]}

        monkeypatch.setattr(upgrade, "row_counts", count)
        monkeypatch.setattr(upgrade, "_pg_upgrade", lambda *rest: None)
        with pytest.raises(DatabaseError, match=r"public\.kept should have 500 rows and has 499"):
            upgrade_server(old_data_dir)
        assert server_status(old_data_dir).version == "16"

    def test_interruption_between_the_two_folders(self, old_data_dir):
        cluster = Cluster.at(old_data_dir)
        cluster.pgdata.rename(cluster.kept)
        with pytest.raises(DatabaseError, match="audiolab db upgrade"):
            ensure_server(old_data_dir)
        assert cluster.pgdata.exists()

    def test_success(self, old_data_dir):
        told = []
        assert upgrade_server(old_data_dir, lambda share, what: told.append(share)) is True
        assert told == sorted(told)
        assert told[-1] == 1.0
        url = ensure_server(old_data_dir)
        assert ask(url, "SHOW server_version_num").startswith("18")
        assert ask(url, "SELECT count(*) FROM kept WHERE v = '[1,2,3]'") == 500
        assert ask(url, "SHOW work_mem") == "77MB"
        assert ask(url, "SHOW data_checksums") == "on"
        assert ask(url, "SELECT reltuples FROM pg_class WHERE relname = 'kept'") == 500
        assert upgrade_server(old_data_dir) is False
        assert release(old_data_dir) is True


def test_nothing_to_upgrade(own_data_dir, new_data_dir):
    assert upgrade_server(own_data_dir) is False
    missing = new_data_dir("missing")
    assert upgrade_server(missing) is False
    assert not missing.exists()


def test_newer_folder(own_data_dir):
    stop_server(own_data_dir)
    version = own_data_dir / "postgres" / "PG_VERSION"
    version.write_text("19\n")
    with pytest.raises(DatabaseError, match="pip install --upgrade"):
        upgrade_server(own_data_dir)
    version.write_text("18\n")
