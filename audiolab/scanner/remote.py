"""Roots behind URLs (s3://, sftp:// and whatever else fsspec speaks), read by the workers.

A worker copies each file to its own disk, analyses the copy and removes it. Credentials
are the protocol's own matter, on every machine that reads: AWS_* variables and ~/.aws, ~/.ssh, or
fsspec's configuration (FSSPEC_S3_ENDPOINT_URL, ...); none is ever part of an address.
"""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

import fsspec

from audiolab.catalog.paths import protocol_of
from audiolab.scanner.storage import READ_BYTES, new_digest

T = TypeVar("T")

# A server is believed by its key in ~/.ssh/known_hosts only; names may have any bytes.
OPTIONS: dict[str, dict[str, Any]] = {
    "sftp": {
        "known_hosts": (),
        "connect_timeout": 15,
        "keepalive_interval": 15,
        "sftp_client_kwargs": {"path_errors": "surrogateescape"},
    },
}
OPTIONS["ssh"] = OPTIONS["sftp"]
CHANGED = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Where copies go, in processes that have a folder for it; else where the system has them.
scratch: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a folder, by its name there."""

    name: str
    kind: Literal["file", "folder", "link"]
    size: int
    mtime_ns: int | None


class Remote:
    """The files below a URL.

    Parameters
    ----------
    url : str
        Without a slash at its end.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: tuple[Any, str] | None = None

    def status(self, path: str) -> tuple[int, int]:
        """Size in bytes and time of the last change in ns."""
        found = self._ask(lambda system, root: system.info(_below(root, path)))
        if found["type"] == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        return found.get("size") or 0, _mtime_ns(found) or 0

    @contextmanager
    def opened(self, path: str) -> Iterator[tuple[str, bytes]]:
        """A copy on this machine, for as long as it is needed."""
        if scratch:  # a folder that was cleaned away must not look like a file that is gone
            Path(scratch).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="audiolab-", dir=scratch) as folder:
            copy = os.path.join(folder, "copy" + os.path.splitext(path)[1])  # noqa: PTH118, PTH122
            digest = self._ask(lambda system, root: _copied(system, _below(root, path), copy))
            yield copy, digest

    def check(self, *, missing: bool = False) -> None:
        """Ask the server for the root."""
        del missing  # a server that answers is no empty folder
        self._ask(lambda system, root: system.info(root))

    def is_folder(self) -> bool:
        """Whether there are files below the URL, rather than one at it."""
        found = self._ask(lambda system, root: system.info(root))
        return bool(found["type"] == "directory")

    def listing(self, folder: str) -> list[Entry]:
        """What is in a folder of the root, "" for the root itself."""

        def listed(system: Any, root: str) -> list[Entry]:
            place = _below(root, folder)
            try:
                found = system.ls(place, detail=True)
            finally:
                system.invalidate_cache()  # which would come to hold the whole library
            return [_entry(each, place) for each in found if not _is_marker(each, place)]

        return self._ask(listed)

    def follow(self, path: str) -> Entry:
        """What a link leads to."""
        return _entry(self._ask(lambda system, root: system.info(_below(root, path))), "")

    def _ask(self, question: Callable[[Any, str], T]) -> T:
        """An answer of the server, or an `OSError` with a number; then the line is made anew."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            return question(*self._connection)
        except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
            number = error.errno or _NUMBERS[type(error)]
            raise type(error)(number, os.strerror(number)) from error
        except Exception as error:
            self._connection = None
            raise OSError(getattr(error, "errno", None) or errno.EIO, _said(error)) from error

    def _connect(self) -> tuple[Any, str]:
        protocol = protocol_of(self._url)
        chosen = fsspec.config.conf.get(protocol, {})
        options = {k: v for k, v in OPTIONS.get(protocol, {}).items() if k not in chosen}
        system, root = fsspec.url_to_fs(self._url, skip_instance_cache=True, **options)
        return system, root


_NUMBERS = {
    FileNotFoundError: errno.ENOENT,
    PermissionError: errno.EACCES,
    IsADirectoryError: errno.EISDIR,
}


def _copied(system: Any, path: str, copy: str) -> bytes:
    """Hash of a file's bytes, which are in `copy` now."""
    digest = new_digest()
    with system.open(path, "rb") as source, open(copy, "wb") as target:  # noqa: PTH123 (any bytes)
        while block := source.read(READ_BYTES):
            digest.update(block)
            target.write(block)
    return digest.digest()


def _said(error: Exception) -> str:
    """One short line."""
    line = " ".join(str(getattr(error, "strerror", None) or error).split())
    return line[:200] or type(error).__name__


def _below(root: str, path: str) -> str:
    return f"{root.rstrip('/')}/{path}" if path else root


def _entry(found: dict[str, Any], place: str) -> Entry:
    kinds: dict[str, Literal["file", "folder", "link"]] = {"directory": "folder", "link": "link"}
    kind = kinds.get(found["type"], "file")
    name, above = str(found["name"]), place.rstrip("/") + "/"
    own = name.removeprefix(above) if name.startswith(above) else name.rpartition("/")[2]
    return Entry(own.rstrip("/"), kind, found.get("size") or 0, _mtime_ns(found))


def _is_marker(found: dict[str, Any], place: str) -> bool:
    """Whether an entry is the folder itself, as stores without folders mark one."""
    return found["type"] != "directory" and str(found["name"]).rstrip("/") == place.rstrip("/")


def _mtime_ns(found: dict[str, Any]) -> int | None:
    """When a file was last changed, under whichever name its protocol has for that."""
    for name in CHANGED:
        value = found.get(name)
        if isinstance(value, datetime):
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            return (aware - EPOCH) // timedelta(microseconds=1) * 1000
        if isinstance(value, int | float):
            return int(value * 1e9)
    return None
