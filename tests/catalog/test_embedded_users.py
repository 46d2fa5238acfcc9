"""Several OS users: root lends its server to another user, and nobody gets into a stranger's."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

import psutil
import pytest
from embedded_helpers import IS_ROOT, Forked, ask, first_pid

from audiolab.catalog.embedded import ensure_server, release, stop_server, tools
from audiolab.catalog.embedded.account import SERVER_USER, account_for
from audiolab.catalog.embedded.cluster import Cluster
from audiolab.errors import DatabaseError

ORDINARY = "nobody"


def as_ordinary_user(work, *arguments):
    """Do `work` as somebody who is neither root nor the server's user."""
    return Forked(work, *arguments, user=ORDINARY if IS_ROOT else None).result()


def life(folder):
    """Use a server from start to end."""
    answer = ask(ensure_server(folder), "SELECT 1")
    owner = (folder / "postgres").stat().st_uid
    return {"answer": answer, "owner": owner, "user": os.geteuid(), "stopped": release(folder)}


def complaint(folder):
    """What a user is told who cannot have a server."""
    try:
        return ensure_server(folder, timeout_seconds=5)
    except DatabaseError as error:
        return str(error)


@pytest.fixture
def ordinary_data_dir(new_data_dir):
    """An empty data folder of the ordinary user."""
    folder = new_data_dir()
    if IS_ROOT:
        user = pwd.getpwnam(ORDINARY)
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def test_ordinary_user_has_a_server_of_his_own(ordinary_data_dir):
    lived = as_ordinary_user(life, ordinary_data_dir)
    assert lived["user"] != 0, lived
    assert lived == {"answer": 1, "owner": lived["user"], "user": lived["user"], "stopped": True}


def test_server_never_runs_as_root_and_its_folders_are_closed(own_data_dir):
    ensure_server(own_data_dir)
    pgdata = (own_data_dir / "postgres").stat()
    assert pgdata.st_uid != 0
    assert stat.S_IMODE(pgdata.st_mode) == 0o700
    assert stat.S_IMODE(Cluster.at(own_data_dir).socket_dir.stat().st_mode) == 0o700
    assert psutil.Process(first_pid(own_data_dir)).uids().real == pgdata.st_uid
    if IS_ROOT:
        assert pgdata.st_uid == pwd.getpwnam(SERVER_USER).pw_uid


def test_other_users_do_not_get_in(own_data_dir):
    """The user `nobody` under root; else the folder's mode has to speak for itself."""
    url = ensure_server(own_data_dir)
    if not IS_ROOT:
        assert stat.S_IMODE(Cluster.at(own_data_dir).socket_dir.stat().st_mode) & 0o077 == 0
        return
    with pytest.raises(AssertionError, match="Permission denied"):
        as_ordinary_user(ask, url, "SELECT 1")


def test_data_folder_of_another_user_is_refused(own_data_dir):
    """An ordinary user comes to root's folder; when not root, root's folder stands in."""
    ensure_server(own_data_dir)
    if not IS_ROOT:
        with pytest.raises(DatabaseError, match="belongs to the user root"):
            account_for(Path("/"))
        return
    told = as_ordinary_user(complaint, own_data_dir)
    assert "AUDIOLAB_DATA_DIR" in told
    assert "\n" not in told


def test_private_folder_is_refused_and_left_as_it_is(new_data_dir):
    """Under root the server's user cannot enter it; otherwise we cannot write it."""
    top = new_data_dir()
    top.chmod(0o700 if IS_ROOT else 0o500)
    with pytest.raises(DatabaseError, match="AUDIOLAB_DATA_DIR") as caught:
        ensure_server(top / "data")
    assert str(top) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert stat.S_IMODE(top.stat().st_mode) == (0o700 if IS_ROOT else 0o500)
    top.chmod(0o755)


@pytest.mark.long
def test_root_uses_an_ordinary_users_database_as_that_user(ordinary_data_dir):
    folder = ordinary_data_dir
    owner = as_ordinary_user(life, folder)["owner"]
    assert ask(ensure_server(folder), "SELECT 1") == 1
    assert (folder / "postgres").stat().st_uid == owner
    assert release(folder) is True
    assert as_ordinary_user(life, folder)["stopped"] is True


@pytest.mark.long
def test_programs_that_the_server_user_cannot_reach_are_copied(new_data_dir, monkeypatch):
    """Root's virtual environment often lies in root's private home; others run the wheel's own."""
    private, folder = new_data_dir(), new_data_dir()
    wheel = tools.wheel_binaries()
    package = wheel.parent.parent
    for source in (package, package.with_name(f"{package.name}.libs")):
        (private / source.name).symlink_to(source)
    private.chmod(0o700)
    hidden = private / package.name / wheel.parent.name / wheel.name
    monkeypatch.setattr(tools, "wheel_binaries", lambda version=18: hidden)
    assert ask(ensure_server(folder), "SELECT 1") == 1
    copies = list(folder.glob("postgres-programs-18/*/*/bin/postgres"))
    assert len(copies) == (1 if IS_ROOT else 0)
    made = [copy.stat().st_ino for copy in copies]
    stop_server(folder)
    ensure_server(folder)
    assert [copy.stat().st_ino for copy in copies] == made, "copied again"
    private.chmod(0o755)


def test_missing_user_that_cannot_be_created(monkeypatch):
    """Without useradd (macOS, small containers) root is told what to do; others need no user."""
    monkeypatch.setattr("audiolab.catalog.embedded.account.SERVER_USER", "no-such-user")
    monkeypatch.setattr(subprocess, "run", _no_useradd)
    if IS_ROOT:
        with pytest.raises(DatabaseError, match="'no-such-user' could not be created"):
            account_for(None)
    else:
        assert not account_for(None).borrowed


def _no_useradd(command, **options):
    raise FileNotFoundError(2, "No such file or directory", command[0])
