"""The embedded server in foul weather: killed at any moment, its pid somebody else's."""

import fcntl
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from contextlib import suppress

import psutil
import psycopg2
import pytest
from embedded_helpers import (
    Forked,
    ask,
    connect,
    first_pid,
    owner_options,
    server_processes,
    wait_for,
)

from audiolab.catalog.embedded import connect as connecting
from audiolab.catalog.embedded import (
    ensure_server,
    launch,
    lifecycle,
    processes,
    server_status,
    stop_server,
)
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.catalog.embedded.locks import open_lock
from audiolab.catalog.embedded.processes import is_alive, members
from audiolab.errors import DatabaseError

pytestmark = pytest.mark.long


@pytest.fixture
def kept(own_data_dir):
    """A running server with a committed row."""
    ask(
        ensure_server(own_data_dir),
        "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 7 AS seven",
    )
    return own_data_dir


def assert_recovers(data_dir):
    assert ask(ensure_server(data_dir), "SELECT seven FROM kept") == 7


def kill_all(data_dir):
    processes.send(server_processes(data_dir), signal.SIGKILL)
    wait_for(lambda: not members(data_dir / "postgres"))


def test_all_processes_killed(kept):
    kill_all(kept)
    assert_recovers(kept)


def test_first_process_killed_while_a_backend_works_on(kept):
    url = ensure_server(kept)

    def work():
        with pytest.raises(psycopg2.OperationalError):
            ask(url, "SELECT count(*) FROM generate_series(1, 1e12)")

    worker = Forked(work)
    wait_for(lambda: server_status(kept).clients == 1)
    pid = first_pid(kept)
    psutil.Process(pid).kill()
    wait_for(lambda: not is_alive(pid))
    orphans = members(kept / "postgres")
    assert orphans
    assert_recovers(kept)
    assert not any(is_alive(orphan.pid) for orphan in orphans)
    worker.result()


@pytest.mark.parametrize("fate", ["zombie", "recycled"])
def test_pid_of_somebody_else(kept, fate):
    kill_all(kept)
    command = ["true"] if fate == "zombie" else ["sleep", "60"]
    other = subprocess.Popen(command, cwd="/", **owner_options(kept))
    if fate == "zombie":
        wait_for(lambda: psutil.Process(other.pid).status() == psutil.STATUS_ZOMBIE)
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        path = Cluster.at(kept).socket_dir / name
        lines = path.read_text().splitlines()
        path.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
    assert_recovers(kept)
    assert first_pid(kept) != other.pid
    assert other.poll() == (0 if fate == "zombie" else None), "the stranger was harmed"
    other.kill()
    other.wait()


def test_garbage_in_the_pid_file(kept):
    kill_all(kept)
    (kept / "postgres" / "postmaster.pid").write_text("")
    assert_recovers(kept)


def test_pid_file_removed_from_a_running_server(kept):
    pid = first_pid(kept)
    (kept / "postgres" / "postmaster.pid").rename(kept / "aside")
    assert_recovers(kept)
    (kept / "aside").rename(kept / "postgres" / "postmaster.pid")
    assert server_status(kept).pid == pid


def test_socket_removed_from_a_running_server(kept, monkeypatch):
    monkeypatch.setattr(lifecycle, "LOST_SOCKET_SECONDS", 0.5)
    (Cluster.at(kept).socket_dir / ".s.PGSQL.5432").unlink()
    assert_recovers(kept)


def freeze_recovery(kept):
    """Kill the server and have it started; returns its recovering process, which stands still."""
    frozen, over = [], threading.Event()

    def catch():
        while not frozen and not over.is_set():
            for process in members(kept / "postgres"):
                with suppress(psutil.Error, IndexError):
                    if process.cmdline()[0].startswith("postgres: startup"):
                        process.suspend()
                        frozen.append(process)

    for _ in range(10):  # some recoveries are over before anybody could see them
        kill_all(kept)
        over.clear()
        said = ""
        watcher = threading.Thread(target=catch)
        watcher.start()
        try:
            ensure_server(kept, timeout_seconds=1)
        except DatabaseError as error:
            said = str(error)
        finally:
            over.set()
            watcher.join()
        if said:
            assert "recovering" in said
            return frozen[0]
        frozen.clear()
    raise AssertionError("no recovery took long enough to be seen")


def test_long_recovery_is_waited_for(kept):
    """The recovering process is frozen for a while: nothing but patience may help."""
    recovering = freeze_recovery(kept)
    try:
        pid = recovering.ppid()
        waiting = Forked(ensure_server, kept)
        time.sleep(1)
        assert waiting.is_alive()
    finally:
        recovering.resume()
    waiting.result()
    assert_recovers(kept)
    assert first_pid(kept) == pid, "the recovery was not left alone"


def test_backend_killed(kept):
    connection = connect(ensure_server(kept))
    psutil.Process(connection.info.backend_pid).kill()
    wait_for(lambda: not server_status(kept).accepting or server_status(kept).clients == 0)
    assert_recovers(kept)


def test_stop_while_it_works_ends_it(kept):
    connection = connect(ensure_server(kept))
    connection.cursor().execute("BEGIN; INSERT INTO kept VALUES (8)")
    assert stop_server(kept) is True
    assert_recovers(kept)
    assert ask(ensure_server(kept), "SELECT count(*) FROM kept") == 1


def test_hanging_server_is_ended_in_time(kept, monkeypatch):
    monkeypatch.setattr(processes, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(connecting, "PATIENCE_SECONDS", 2)
    alive = server_processes(kept)
    alive[0].suspend()
    assert stop_server(kept, timeout_seconds=0.5) is True
    assert not any(is_alive(process.pid) for process in alive)
    assert_recovers(kept)


@pytest.mark.parametrize("pause", [0.0, 0.03, 0.1, 0.2])
def test_stop_in_the_middle_of_a_recovery(kept, pause):
    first = first_pid(kept)
    next(process for process in server_processes(kept) if process.pid != first).kill()
    time.sleep(pause)
    began = time.monotonic()
    assert stop_server(kept) is True
    assert time.monotonic() - began < 30, "it hung"
    assert_recovers(kept)


def test_interrupted_creation_starts_over(new_data_dir):
    folder = new_data_dir()
    starter = Forked(ensure_server, folder)
    wait_for(lambda: any(folder.glob(".postgres-new-*/base")), 30)
    starter.kill()
    assert not (folder / "postgres").exists()
    assert ask(ensure_server(folder), "SELECT 1") == 1
    assert not list(folder.glob(".postgres-new-*"))


def test_disk_that_takes_no_more_fails_clearly_and_leaves_nothing(new_data_dir):
    folder = new_data_dir()

    def start_without_space():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        with pytest.raises(DatabaseError) as caught:
            ensure_server(folder)
        return str(caught.value)

    told = Forked(start_without_space).result()
    assert "File too large" in told
    assert "\n" not in told
    assert not (folder / "postgres").exists()
    assert not list(folder.glob(".postgres-new-*"))
    ensure_server(folder)


def test_something_else_in_the_folders_place(new_data_dir):
    folder = new_data_dir()
    (folder / "postgres").mkdir()
    (folder / "postgres" / "letter.txt").write_text("mine")
    with pytest.raises(DatabaseError, match="neither empty nor a database"):
        ensure_server(folder)
    assert (folder / "postgres" / "letter.txt").read_text() == "mine"


def test_older_version_names_the_command(kept):
    stop_server(kept)
    version = kept / "postgres" / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(DatabaseError, match="audiolab db upgrade"):
        ensure_server(kept)
    version.write_text("19\n")
    with pytest.raises(DatabaseError, match="pip install --upgrade"):
        ensure_server(kept)
    version.write_text("18\n")
    assert_recovers(kept)


def test_broken_setting_is_quoted(kept):
    stop_server(kept)
    mine = kept / "postgres" / "conf.d" / "mine.conf"
    mine.write_text("shared_buffers = lots\n")
    try:
        with pytest.raises(DatabaseError, match=r"mine\.conf.*postgres\.log"):
            ensure_server(kept)
    finally:
        mine.unlink()
    assert_recovers(kept)


def test_server_that_cannot_be_seen_is_not_doubled(kept, monkeypatch):
    """Another container's processes are invisible, but their lock is not."""
    monkeypatch.setattr(launch, "LETTING_GO_SECONDS", 0.5)
    stop_server(kept)
    holder = open_lock(kept / "postgres.alive")
    fcntl.flock(holder, fcntl.LOCK_EX)
    with pytest.raises(DatabaseError, match="cannot be seen"):
        ensure_server(kept)
    os.close(holder)
    assert_recovers(kept)


def test_removed_folder_is_made_anew_in_the_same_process(new_data_dir):
    folder = new_data_dir()
    ensure_server(folder)
    stop_server(folder)
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    assert ask(ensure_server(folder), "SELECT 1") == 1
