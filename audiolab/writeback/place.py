"""Whether a file may be replaced where it is, and the replacing."""

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import Protocol

from audiolab.errors import TagWriteError

CHANGED = "changed since it was scanned: scan again"
# Not this file's fault: the next ones would fare no better.
NO_USE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


class Known(Protocol):
    """What the catalog remembers of a file."""

    @property
    def file_size_bytes(self) -> int | None: ...


def check_place(path: Path, known: Known | None = None) -> None:
    """Make sure that a file may be replaced, and is the one that is known.

    Raises
    ------
    TagWriteError
        If it is not there, was changed since the scan, or must not be replaced.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise TagWriteError(str(path), "no longer there: scan again") from None
    except OSError as error:
        raise TagWriteError(str(path), because(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise TagWriteError(str(path), "not a file")
    size = known.file_size_bytes if known else None
    if size not in (None, status.st_size):
        raise TagWriteError(str(path), CHANGED)
    reason = _protected(path, status)
    if reason:
        raise TagWriteError(str(path), reason)


def _protected(path: Path, status: os.stat_result) -> str | None:
    """Why a file must not be replaced by a copy of it."""
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        return "read-only"
    if not os.access(path.resolve().parent, os.W_OK):
        return "its folder is read-only"
    if status.st_nlink > 1:
        return f"it has {status.st_nlink} names (hard links), which a new file would part"
    if status.st_uid != os.geteuid() and os.geteuid() != 0:
        return "it belongs to another user"
    return None


def because(error: OSError) -> str:
    """What the system said, in lower case."""
    return (error.strerror or type(error).__name__).lower()


def copy_aside(path: Path, copy: Path) -> None:
    """Copy a file with its owner, rights and extended attributes.

    Raises
    ------
    OSError
    """
    status = path.stat()
    with path.open("rb") as source, copy.open("xb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
    shutil.copystat(path, copy)
    if (status.st_uid, status.st_gid) != (copy.stat().st_uid, copy.stat().st_gid):
        os.chown(copy, status.st_uid, status.st_gid)


def replace(copy: Path, path: Path, times: tuple[int, int] | None) -> None:
    """Put a copy in the place of a file, for good.

    Parameters
    ----------
    copy, path : Path
        In one folder.
    times : tuple of int, optional
        Access and modification time in ns to give it.

    Raises
    ------
    OSError
    """
    if times is not None:
        os.utime(copy, ns=times)
    _to_disk(copy)
    copy.replace(path)
    _to_disk(path.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network shares cannot
            raise
    finally:
        os.close(handle)
