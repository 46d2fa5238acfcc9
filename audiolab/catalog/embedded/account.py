"""The OS user that Postgres runs as. Postgres refuses to be root, so root lends it another one."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audiolab.errors import DatabaseError

SERVER_USER = "pgserver"


@dataclass(frozen=True)
class Account:
    """An OS user.

    Attributes
    ----------
    uid, gid : int
        Its numbers.
    borrowed : bool
        Whether we are root and have to become this user for everything Postgres does.
    """

    uid: int
    gid: int
    borrowed: bool

    @property
    def name(self) -> str:
        """Its name, or its number where it has none (in containers)."""
        return user_name(self.uid)

    @property
    def popen_options(self) -> dict[str, Any]:
        """What makes `subprocess` run a command as this user."""
        if not self.borrowed:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def is_root() -> bool:
    """Whether we may, and for Postgres have to, become somebody else."""
    return os.geteuid() == 0


def user_name(uid: int) -> str:
    """The name of an OS user, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def account_for(pgdata: Path | None) -> Account:
    """Who runs the database in `pgdata`, which is its owner; None stands for a new database.

    Raises
    ------
    DatabaseError
        If the folder belongs to somebody else, or a user for it cannot be created.
    """
    if pgdata is None:
        return _server_account() if is_root() else _own_account()
    owner = pgdata.stat().st_uid
    if not is_root():
        me = os.geteuid()
        if owner != me:
            raise DatabaseError(
                f"{pgdata} belongs to the user {user_name(owner)}, and you are {user_name(me)}: "
                "set AUDIOLAB_DATA_DIR to a folder of your own"
            )
        return _own_account()
    if owner == 0:
        raise DatabaseError(
            f"{pgdata} belongs to root, which Postgres refuses to run as: "
            f"give it to another user (chown -R {SERVER_USER} {pgdata})"
        )
    return Account(owner, pgdata.stat().st_gid, borrowed=True)


def _own_account() -> Account:
    return Account(os.geteuid(), os.getegid(), borrowed=False)


def _server_account() -> Account:
    """The user that root lends to Postgres, created where it is missing."""
    try:
        entry = pwd.getpwnam(SERVER_USER)
    except KeyError:
        entry = _create_user()
    return Account(entry.pw_uid, entry.pw_gid, borrowed=True)


def _create_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--shell", "/usr/sbin/nologin", SERVER_USER]
    path = {"PATH": f"{os.defpath}:/usr/sbin:/sbin"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=path)
        why = done.stderr.strip().splitlines()[-1:] or [f"useradd ended with {done.returncode}"]
    except OSError as error:
        why = [f"useradd: {error.strerror}"]
    try:
        return pwd.getpwnam(SERVER_USER)  # another process may have been faster
    except KeyError:
        raise DatabaseError(
            f"Postgres refuses to run as root, and its user {SERVER_USER!r} could not be created "
            f"({why[0]}): create it, or run audiolab as an ordinary user"
        ) from None
