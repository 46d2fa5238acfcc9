"""The embedded server in fair weather: start, attach, share, stop, and folders of all names."""

import stat
import time
from pathlib import Path

import psutil
import pytest
from embedded_helpers import Forked, ask, connect, first_pid, wait_for
from sqlalchemy import create_engine, text

from audiolab.catalog.embedded import ensure_server, release, server_status, stop_server
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.errors import DatabaseError


def test_first_use_makes_a_database_and_later_ones_attach(new_data_dir, capsys):
    folder = new_data_dir("not/there/yet")
    began = time.perf_counter()
    url = ensure_server(folder)
    created = time.perf_counter()
    assert ensure_server(folder) == url
    attached = time.perf_counter()
    with capsys.disabled():
        print(
            f" [create {created - began:.2f} s, attach {1e3 * (attached - created):.1f} ms]", end=""
        )
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar() == "audiolab"


def test_text_sorts_by_code_point_and_lowers_all_letters(data_dir):
    url = ensure_server(data_dir)
    words = "SELECT string_agg(w, '' ORDER BY w) FROM unnest(array['b', 'a', 'B', 'é', 'z']) w"
    assert ask(url, words) == "Babzé"
    assert ask(url, "SELECT lower('ÉÑЖ')") == "éñж"
    assert ask(url, "SHOW server_encoding") == "UTF8"


def test_settings_reach_the_server(data_dir):
    url = ensure_server(data_dir)
    settings = {"jit": "off", "synchronous_commit": "on", "fsync": "on", "listen_addresses": ""}
    settings |= {"random_page_cost": "1.1", "max_connections": "100", "TimeZone": "UTC"}
    assert {name: ask(url, f"SHOW {name}") for name in settings} == settings


def test_users_settings_win_over_ours(own_data_dir):
    folder = own_data_dir
    ensure_server(folder)
    stop_server(folder)
    mine = folder / "postgres" / "conf.d" / "mine.conf"
    mine.write_text("work_mem = '123MB'\n")
    assert ask(ensure_server(folder), "SHOW work_mem") == "123MB"
    mine.unlink()


def test_eight_processes_at_once_make_one_server(new_data_dir):
    folder = new_data_dir()
    starters = [Forked(ensure_server, folder) for _ in range(8)]
    assert len({starter.result() for starter in starters}) == 1
    log = (folder / "logs" / "postgres.log").read_text()
    assert log.count("ready to accept connections") == 1


def test_server_survives_its_starter(own_data_dir):
    folder = own_data_dir
    Forked(ensure_server, folder).result()
    before = first_pid(folder)
    url = ensure_server(folder)
    assert ask(url, "SELECT 1") == 1
    assert first_pid(folder) == before


def test_starting_leaves_no_child_and_no_open_file(own_data_dir):
    def open_things():
        me = psutil.Process()
        before = me.num_fds()
        ensure_server(own_data_dir)
        children = len(me.children())
        release(own_data_dir)
        return children, me.num_fds() - before

    assert Forked(open_things).result() == [0, 0]


def test_stop_stops_and_keeps_the_data(own_data_dir):
    folder = own_data_dir
    url = ensure_server(folder)
    ask(url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 7 AS seven")
    assert stop_server(folder) is True
    assert not server_status(folder).running
    assert stop_server(folder) is False
    assert ask(ensure_server(folder), "SELECT seven FROM kept") == 7


def test_stop_of_nothing_makes_nothing(new_data_dir):
    folder = new_data_dir("nothing")
    assert stop_server(folder) is False
    assert not folder.exists()


def test_idle_stop_spares_connections(own_data_dir):
    folder = own_data_dir
    connection = connect(ensure_server(folder))
    assert stop_server(folder, only_if_idle=True) is False
    assert server_status(folder).clients == 1
    connection.close()
    assert stop_server(folder, only_if_idle=True) is True


def test_idle_stop_spares_a_process_that_may_still_connect(own_data_dir):
    folder = own_data_dir
    other = Forked(lambda: (ensure_server(folder), time.sleep(60)))
    wait_for(lambda: server_status(folder).accepting)
    assert stop_server(folder, only_if_idle=True) is False
    other.kill()
    assert stop_server(folder, only_if_idle=True) is True


def test_last_release_stops_the_server(own_data_dir):
    folder = own_data_dir
    ensure_server(folder)
    ensure_server(folder)
    assert release(folder) is False
    assert server_status(folder).running
    assert release(folder) is True
    assert not server_status(folder).running


def test_attaching_and_releasing_at_the_same_time(own_data_dir):
    folder = own_data_dir

    def come_and_go():
        for _ in range(10):
            assert ask(ensure_server(folder), "SELECT 1") == 1
            release(folder)

    for user in [Forked(come_and_go) for _ in range(4)]:
        user.result()
    assert not server_status(folder).running


@pytest.mark.parametrize(
    "name", ['Müsik, 音楽/it\'s "quoted" $HOME `x` \\ %d', "x" * 120], ids=["odd", "long"]
)
def test_folders_of_all_names(new_data_dir, name):
    folder = new_data_dir(name)
    url = ensure_server(folder)
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SHOW data_directory")).scalar() == str(folder / "postgres")
    pid = first_pid(folder)
    assert ensure_server(folder) == url
    assert first_pid(folder) == pid
    socket_dir = Cluster.at(folder).socket_dir
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    assert stop_server(folder) is True
    if socket_dir.parent == Path("/tmp"):
        assert not socket_dir.exists()


def test_a_link_to_the_folder_is_the_same_database(own_data_dir, new_data_dir):
    folder = own_data_dir
    link = new_data_dir() / "link"
    link.symlink_to(folder)
    assert ensure_server(link) == ensure_server(folder)


def test_foreign_socket_folder_is_refused(new_data_dir):
    folder = new_data_dir("long" * 40)
    ensure_server(folder)
    stop_server(folder)
    socket_dir = Cluster.at(folder).socket_dir
    socket_dir.mkdir(mode=0o777)
    socket_dir.chmod(0o777)
    try:
        with pytest.raises(DatabaseError, match="only the database's user can enter"):
            ensure_server(folder)
    finally:
        socket_dir.rmdir()


def test_status_before_there_is_anything(new_data_dir):
    status = server_status(new_data_dir("nothing"))
    assert (status.running, status.pid, status.version, status.url) == (False, None, None, None)


def test_status_tells_what_there_is(own_data_dir):
    folder = own_data_dir
    assert not server_status(folder).running
    url = ensure_server(folder)
    status = server_status(folder)
    assert (status.running, status.accepting, status.clients) == (True, True, 0)
    assert (status.pid, status.url, status.version) == (first_pid(folder), url, "18")
    assert status.size_bytes > 10_000_000
    assert status.log.read_text()


def test_other_programs_environment_does_not_matter(own_data_dir, monkeypatch):
    hostile = {"PGDATA": "/nowhere", "PGPORT": "1", "PGOPTIONS": "-c work_mem=1", "LANG": "xx_YY"}
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    stop_server(own_data_dir)
    ensure_server(own_data_dir)
    assert server_status(own_data_dir).accepting
