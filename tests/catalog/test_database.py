"""The embedded server dies, the wrong address is given: what the catalog does then."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pandas as pd
import psutil
import pytest
from embedded_helpers import server_processes
from sqlalchemy import text

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


READS = {
    "similar": lambda catalog, ids: len(catalog.similar(ids[0], limit=3)),
    "between": lambda catalog, ids: len(catalog.between(ids[0], ids[1], steps=1)),
    "documents": lambda catalog, ids: len(catalog.documents_of(ids)),
    "document_page": lambda catalog, ids: len(catalog.document_page(limit=4, cap=0)[0]),
    "tracks": lambda catalog, ids: len(catalog.tracks(limit=4)),
    "page": lambda catalog, ids: len(catalog.page(size=4)),
    "count": lambda catalog, ids: catalog.count(),
    "facets": lambda catalog, ids: len(catalog.facets("key")),
}


@pytest.fixture
def much_used(catalog):
    """A catalog with as many open connections as there have been questions at once."""
    vectors = np.random.default_rng(3).standard_normal((4, 8)).astype("float32")
    frame = pd.DataFrame({"path": [f"{i}.mp3" for i in range(4)], "key": ["A minor"] * 4})
    ids = catalog.add(frame, embeddings={"m": vectors})
    everybody = Barrier(8)

    def wait(_):
        with catalog._database.glance() as connection:
            everybody.wait(20)
            connection.scalar(text("SELECT 1"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(wait, range(8)))
    return catalog, ids


@pytest.mark.parametrize("read", READS)
def test_connections_that_the_server_closed_are_made_anew(much_used, read):
    catalog, ids = much_used
    before = READS[read](catalog, ids)
    with catalog._database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.rowcount >= 8
    assert READS[read](catalog, ids) == before > 0


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
