"""Named users: who may come in with which password, and who of them may change something.

They are kept in ``data_dir/users.json``, for the owner's eyes only. Of a password only its Argon2
hash is kept.
"""

import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from jupyter_server.auth.security import passwd, passwd_check

from audiolab.config import Settings
from audiolab.errors import AudiolabError

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024  # hashing more would only cost time

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class Role(StrEnum):
    """What somebody may do: look and listen, or change the catalog as well."""

    viewer = "viewer"
    editor = "editor"


@dataclass(frozen=True)
class Account:
    """A named user.

    Attributes
    ----------
    name : str
        What is typed at the door.
    role : Role
        What it opens.
    password : str
        Hash of the password, as Jupyter writes it.
    """

    name: str
    role: Role
    password: str

    @property
    def mark(self) -> str:
        """Changes with the password: a login made with an old one no longer counts."""
        return hashlib.sha256(self.password.encode()).hexdigest()[:16]


class Users:
    """The users of a data folder; what is changed in the file counts from the next question on.

    Parameters
    ----------
    path : Path
        The file; if there is none, there are no users.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at: tuple[int, int, int] | None = None
        self._accounts: dict[str, Account] = {}

    def accounts(self) -> dict[str, Account]:
        """All of them, by name.

        Raises
        ------
        AudiolabError
            If the file cannot be read or understood.
        """
        try:
            status = self.path.stat()
            version = (status.st_mtime_ns, status.st_size, status.st_ino)
            if version != self._read_at:
                self._accounts = _parsed(json.loads(self.path.read_text(encoding="utf-8")))
                self._read_at = version
        except FileNotFoundError:
            self._accounts, self._read_at = {}, None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise AudiolabError(
                f"the users in {self.path} cannot be read ({error}), so nobody is let in: "
                "correct the file, or delete it and add them again (audiolab users add)"
            ) from error
        return self._accounts

    def check(self, name: str, password: str) -> Account | None:
        """The user of this name and password; takes as long if there is none (about 0.1 s)."""
        account = self.accounts().get(name)
        known = account.password if account is not None else _nobody()
        right = len(password) <= LONGEST_PASSWORD and passwd_check(known, password)
        return account if right else None

    def add(self, name: str, password: str, role: Role, *, replace: bool = False) -> None:
        """Add a user, or with `replace` give one another password and role.

        Raises
        ------
        AudiolabError
            For a name or password that cannot be used, or a name that is taken.
        """
        if not _NAME.fullmatch(name):
            raise AudiolabError(
                "expected a name of up to 64 letters, digits and . _ @ -, "
                f"that begins with a letter or digit; got {name[:80]!r}"
            )
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise AudiolabError(
                f"expected a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, "
                f"got {len(password)}"
            )
        account = Account(name, role, passwd(password, "argon2"))

        def change(accounts: dict[str, Account]) -> None:
            if name in accounts and not replace:
                raise AudiolabError(
                    f"there is a user {name} already: --replace gives a new password and role"
                )
            accounts[name] = account

        self._change(change)

    def remove(self, name: str) -> None:
        """Remove a user, who is logged out at once.

        Raises
        ------
        AudiolabError
            If there is none of this name.
        """

        def change(accounts: dict[str, Account]) -> None:
            if accounts.pop(name, None) is None:
                known = ", ".join(sorted(accounts)) or "none"
                raise AudiolabError(f"there is no user {name[:80]!r}; there are: {known}")

        self._change(change)

    def _change(self, change: Callable[[dict[str, Account]], None]) -> None:
        with _locked(self.path.parent):
            accounts = dict(self.accounts())
            change(accounts)
            if accounts:
                _write(self.path, {name: _written(one) for name, one in accounts.items()})
            else:
                self.path.unlink(missing_ok=True)


def users_of(settings: Settings) -> Users:
    """The users of these settings' data folder."""
    return Users(settings.data_dir / "users.json")


def _parsed(written: Any) -> dict[str, Account]:
    accounts = {
        name: Account(str(name), Role(one["role"]), str(one["password"]))
        for name, one in dict(written).items()
    }
    if not accounts:
        raise ValueError("it names nobody")
    return accounts


def _written(account: Account) -> dict[str, str]:
    fields = asdict(account)
    del fields["name"]
    return fields


def _nobody() -> str:
    """A hash that no password fits, made as costly to check as the others."""
    if not _NOBODY:
        _NOBODY.append(passwd(os.urandom(24).hex(), "argon2"))
    return _NOBODY[0]


_NOBODY: list[str] = []


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two that change the file at once do so one after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, content: dict[str, Any]) -> None:
    """Replace the file as a whole, with mode 0600."""
    handle, name = tempfile.mkstemp(prefix=".users-", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
            file.write("\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
