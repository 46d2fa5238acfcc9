"""The embedded server dies, the wrong address is given: what the catalog does then."""

import os
import signal

import psutil
import pytest
from embedded_helpers import server_processes

from audiolab import Catalog
from audiolab.catalog.embedded import server, server_status
from audiolab.config import load_settings
from audiolab.errors import DatabaseError


def test_a_killed_embedded_server_is_back_for_the_next_question(own_data_dir):
    with Catalog.open(settings=load_settings(data_dir=own_data_dir)) as catalog:
        root = catalog.root(own_data_dir)
        assert catalog.count() == 0
        for _ in range(2):
            family = server_processes(own_data_dir)
            os.kill(server_status(own_data_dir).pid, signal.SIGKILL)
            psutil.wait_procs(family, timeout=10)  # the others notice, and may answer until then
            assert [r.path for r in catalog.roots()] == [root.path]
        catalog.remove_root(root)


def test_a_write_into_an_embedded_server_that_cannot_come_back_says_why(own_data_dir, monkeypatch):
    mine = own_data_dir / "postgres" / "conf.d" / "mine.conf"

    def write():
        with catalog._database.cursor(write=True) as cursor:
            family = server_processes(own_data_dir)
            os.kill(server_status(own_data_dir).pid, signal.SIGKILL)
            psutil.wait_procs(family, timeout=10)
            cursor.execute("SELECT 1")

    with Catalog.open(settings=load_settings(data_dir=own_data_dir)) as catalog:
        with pytest.raises(DatabaseError, match="try again"):
            write()
        assert catalog.count() == 0, "it has come back"
        with monkeypatch.context() as small:
            small.setattr(server, "LOG_SEGMENT_BYTES", 1 << 60)
            with pytest.raises(DatabaseError, match=r"is full, .*free some space"):
                write()
        mine.write_text("shared_buffers = lots\n")
        try:
            with pytest.raises(DatabaseError, match=r"does not start: .*mine\.conf"):
                write()
        finally:
            mine.unlink()
        assert catalog.count() == 0


def test_the_last_user_stops_the_embedded_server(own_data_dir):
    settings = load_settings(data_dir=own_data_dir)
    first, second = Catalog.open(settings=settings), Catalog.open(settings=settings)
    first.close()
    assert second.count() == 0
    assert server_status(own_data_dir).running
    second.close()
    assert not server_status(own_data_dir).running


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "check that the server runs"),
        ("postgresql://u:hunter2@127.0.0.1:1/none", "cannot be used"),
        ("nonsense", "not like postgresql://"),
    ],
)
def test_a_database_that_is_not_there(url, says):
    with pytest.raises(DatabaseError, match=says) as caught:
        Catalog.open(url)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)
