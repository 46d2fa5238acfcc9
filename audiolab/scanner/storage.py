"""Where the files of a root are: in folders of this machine, or behind a URL.

The scanner walks a storage, workers read from it: a file's status before and after, and between
the two a file on this machine that the analysis may open, with the hash of its bytes.
"""

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

from audiolab.catalog.paths import is_url

HASH_BYTES = 16
READ_BYTES = 1 << 20
ANSWER_SECONDS = 30.0

Trouble = Literal["root", "file"]

# A cable, a server or a disk that may be back soon.
PASSING = frozenset(
    {
        errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.EPIPE,
        errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH,
        errno.ECONNRESET, errno.ECONNREFUSED, errno.ECONNABORTED, errno.EAGAIN,
        getattr(errno, "EREMOTEIO", errno.EIO),
    }
)  # fmt: skip
# The machine that reads is short of something: no file is to blame.
SHORTAGES = frozenset({errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT})


class Storage(Protocol):
    """The files of one root, by their paths below it (not encoded)."""

    def status(self, path: str) -> tuple[int, int]:
        """Size in bytes and time of the last change in ns.

        Raises
        ------
        OSError
        """
        ...

    def opened(self, path: str) -> AbstractContextManager[tuple[str, bytes]]:
        """A file on this machine with the bytes, and their hash.

        Raises
        ------
        OSError
        """
        ...

    def check(self, *, missing: bool = False) -> None:
        """Look whether the root is there.

        Parameters
        ----------
        missing : bool
            Whether a file was not found that had been there.

        Raises
        ------
        OSError
            If it is away.
        """
        ...


@lru_cache(maxsize=16)
def storage_of(address: str) -> Storage:
    """The storage of a root, one for each process: it remembers a folder or a connection.

    Parameters
    ----------
    address : str
        An absolute folder or a URL.
    """
    if not is_url(address):
        return Folder(address)
    from audiolab.scanner.remote import Remote  # fsspec is not needed for folders

    return Remote(address)


def answers(address: str) -> bool:
    """Whether a root can be looked at in a reasonable time.

    Asked by a process of its own: who asks a share whose server is away may hang for hours.
    """
    question = f"from {__name__} import storage_of; storage_of({address!r}).check()"
    try:
        asked = subprocess.run(
            [sys.executable, "-c", question],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=ANSWER_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0


def trouble(storage: Storage, path: str, error: OSError) -> Trouble | None:
    """Whether a failed read is worth another: the whole root is away, or the file stumbled.

    None is a failure that stays: not there, not allowed.
    """
    if error.errno in SHORTAGES:
        return "root"
    stumbled, missing = error.errno in PASSING, isinstance(error, FileNotFoundError)
    if not stumbled and not missing:
        return None
    try:
        storage.check(missing=missing)
    except OSError:
        return "root"
    # The root may have come back between the two looks.
    return "file" if stumbled or _is_there(storage, path) else None


def _is_there(storage: Storage, path: str) -> bool:
    try:
        storage.status(path)
    except OSError:
        return False
    return True


class Folder:
    """A folder of this machine; the server of a share may be elsewhere.

    Parameters
    ----------
    path : str
        Absolute.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None
        self._has_read = False
        with suppress(OSError):
            self._identity = self._look()

    def status(self, path: str) -> tuple[int, int]:
        """Size in bytes and time of the last change in ns."""
        status = os.stat(self._at(path))  # noqa: PTH116 (any bytes)
        return status.st_size, status.st_mtime_ns

    @contextmanager
    def opened(self, path: str) -> Iterator[tuple[str, bytes]]:
        """The file itself: what the hash has read, the decoder finds in memory."""
        file = self._at(path)
        digest = hash_file(file)
        self._identity, self._has_read = self._look(), True
        yield file, digest

    def check(self, *, missing: bool = False) -> None:
        """Look whether the folder is there; another, empty one is where a disk was mounted."""
        identity = self._look()
        with os.scandir(self._path) as entries:
            empty = next(entries, None) is None
        another = self._identity not in (None, identity) or (missing and not self._has_read)
        if empty and another:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self._path)

    def _look(self) -> tuple[int, int]:
        status = os.stat(self._path)  # noqa: PTH116 (any bytes)
        return status.st_dev, status.st_ino

    def _at(self, path: str) -> str:
        return os.path.join(self._path, path)  # noqa: PTH118 (any bytes)


def new_digest() -> "hashlib.blake2b":
    """What the bytes of a file go through."""
    return hashlib.blake2b(digest_size=HASH_BYTES)


def hash_file(file: str | Path) -> bytes:
    """blake2b of a file's bytes, 16 bytes long.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    digest = new_digest()
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 (any bytes)
        size = os.fstat(stream.fileno()).st_size
        buffer = memoryview(bytearray(max(1, min(READ_BYTES, size))))
        while count := stream.readinto(buffer):
            digest.update(buffer[:count])
    return digest.digest()
