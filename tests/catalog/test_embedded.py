"""The embedded server in fair weather: start, attach, share, stop, and folders of all names."""

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from embedded_helpers import ask, connect, first_pid, python
from sqlalchemy import create_engine, text

from audiolab.catalog.embedded import ensure_server, release, server_status, stop_server
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.errors import DatabaseError

ENSURE = """
import sys
from pathlib import Path
from audiolab.catalog.embedded import ensure_server
print(ensure_server(Path(sys.argv[1])))
"""


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
    starters = [python(ENSURE, folder) for _ in range(8)]
    outputs = [starter.communicate() for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 8, outputs
    assert len({stdout for stdout, _ in outputs}) == 1
    log = (folder / "logs" / "postgres.log").read_text()
    assert log.count("ready to accept connections") == 1


def test_server_survives_its_starter(own_data_dir):
    folder = own_data_dir
    starter = python(ENSURE, folder, start_new_session=True)
    assert starter.wait() == 0, starter.stderr.read()
    before = first_pid(folder)
    url = ensure_server(folder)
    assert ask(url, "SELECT 1") == 1
    assert first_pid(folder) == before


def test_starting_leaves_no_child_and_no_open_file(own_data_dir):
    folder = own_data_dir
    code = ENSURE + (
        "import psutil; me = psutil.Process(); assert me.children() == []\n"
        "from audiolab.catalog.embedded import release; release(Path(sys.argv[1]))\n"
        "print([f.path for f in me.open_files()])\n"
    )
    starter = python(code, folder)
    stdout, stderr = starter.communicate()
    assert starter.returncode == 0, stderr
    assert stdout.splitlines()[-1] == "[]"


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
    other = python(ENSURE + "sys.stdout.flush(); sys.stdin.read()", folder, stdin=subprocess.PIPE)
    other.stdout.readline()
    assert stop_server(folder, only_if_idle=True) is False
    other.communicate()
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
    code = """
import sys
from pathlib import Path
import psycopg2
from audiolab.catalog.embedded import ensure_server, release
for _ in range(10):
    url = ensure_server(Path(sys.argv[1])).replace("+psycopg2", "")
    connection = psycopg2.connect(url)
    connection.cursor().execute("SELECT 1")
    connection.close()
    release(Path(sys.argv[1]))
"""
    users = [python(code, folder) for _ in range(4)]
    outputs = [user.communicate() for user in users]
    assert [user.returncode for user in users] == [0] * 4, outputs
    assert not server_status(folder).running


@pytest.mark.parametrize(
    "name",
    ["with spaces and, commas", "Müsik/音楽", 'it\'s "quoted" $HOME `x` \\ %d', "x" * 120],
    ids=["spaces", "non-ascii", "shell", "long"],
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


def test_other_programs_environment_does_not_matter(own_data_dir):
    folder = own_data_dir
    hostile = {"PGDATA": "/nowhere", "PGPORT": "1", "PGOPTIONS": "-c work_mem=1", "LANG": "xx_YY"}
    starter = subprocess.run(
        [sys.executable, "-c", ENSURE, folder], env=hostile, capture_output=True, text=True
    )
    assert starter.returncode == 0, starter.stderr
