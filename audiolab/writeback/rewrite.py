"""Write tags into one file so that it is never in danger: into a copy that is checked first.

The copy lies beside the file under a name that scans overlook. It takes the file's place in one
step, once it decodes to the same samples and nothing but the intended slots differs.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from audiolab.analysis.audio_hash import audio_hash
from audiolab.errors import AnalysisError, TagWriteError
from audiolab.scanner.storage import hash_file
from audiolab.writeback.containers import Container, Native, open_tags
from audiolab.writeback.place import CHANGED, copy_aside, replace

PREFIX = ".audiolab-"
Slots = Mapping[str, Native | None]


@dataclass(frozen=True)
class Written:
    """A file with its new tags.

    Attributes
    ----------
    size, mtime_ns : int
    file_hash, audio_hash : bytes
        As a scan would find them.
    """

    size: int
    mtime_ns: int
    file_hash: bytes
    audio_hash: bytes


def temporary_name(path: Path) -> str:
    """A new name for the copy of a file: hidden, with its ending."""
    return f"{PREFIX}{uuid4().hex}{path.suffix}"


def copy_of(path: Path, temporary: str) -> Path:
    """Where the copy of a file lies: beside the file itself, not beside a link to it."""
    return Path(os.path.realpath(path)).with_name(temporary)


def rewrite(
    path: Path,
    temporary: str,
    before: Slots,
    after: Slots,
    *,
    file_hash: bytes | None = None,
    sound: bytes | None = None,
    keep_mtime: bool = False,
) -> Written:
    """Give a file other tags.

    Parameters
    ----------
    path : Path
    temporary : str
        Name of the copy.
    before, after : mapping
        What each slot has to hold now, and what it is to hold.
    file_hash : bytes, optional
        Hash that the file must have; None for any.
    sound : bytes, optional
        Hash of its decoded audio, where that is known.
    keep_mtime : bool
        Whether the file keeps its modification time, so that other programs see no change.

    Raises
    ------
    TagWriteError
        If anything is not as expected; the file is as it was, and the copy is gone.
    OSError
        Likewise, if the system is to blame: a full disk.
    """
    file, copy = Path(os.path.realpath(path)), copy_of(path, temporary)
    status = file.stat()
    try:
        copy_aside(file, copy)
        if file_hash is not None and hash_file(copy) != file_hash:
            raise TagWriteError(str(path), CHANGED)
        _change(path, copy, before, after)
        heard = _check_sound(file, copy, sound)
        digest = hash_file(copy)
        _check_untouched(path, file, status)
        replace(copy, file, (status.st_atime_ns, status.st_mtime_ns) if keep_mtime else None)
    finally:
        copy.unlink(missing_ok=True)
    now = file.stat()
    return Written(now.st_size, now.st_mtime_ns, digest, heard)


def _change(path: Path, copy: Path, before: Slots, after: Slots) -> None:
    """Write the tags into the copy, and see that nothing else has changed in it."""
    from mutagen import MutagenError

    tags = open_tags(copy)
    if any(tags.get(slot) != value for slot, value in before.items()):
        raise TagWriteError(str(path), "its tags are others than they were: left alone")
    untouched = _untouched(tags, after)
    for slot, value in after.items():
        tags.put(slot, value)
    try:
        tags.save()
    except (MutagenError, ValueError) as error:
        raise TagWriteError(str(path), f"its tags cannot be written ({error})") from error
    tags = open_tags(copy)
    wrong = [slot for slot, value in after.items() if tags.get(slot) != value]
    if wrong:
        raise TagWriteError(str(path), f"it does not keep what is written into {wrong[0]}")
    if _untouched(tags, after) != untouched:
        raise TagWriteError(str(path), "other tags of it would have changed")


def _untouched(tags: Container, slots: Slots) -> dict[str, Any]:
    touched = {slot.casefold() for slot in slots}
    return {
        name: content
        for name, content in tags.everything().items()
        if name.casefold() not in touched
    }


def _check_sound(file: Path, copy: Path, sound: bytes | None) -> bytes:
    """The hash of the copy's audio, which is that of the file's."""
    try:
        heard = audio_hash(copy)
        if heard not in (sound, audio_hash(file) if heard != sound else sound):
            raise TagWriteError(str(file), "it would have sounded different")
    except AnalysisError as error:
        raise TagWriteError(str(file), error.reason) from error
    return heard


def _check_untouched(path: Path, file: Path, before: os.stat_result) -> None:
    """Nobody else has written into the file meanwhile."""
    now = file.stat()
    same = ("st_ino", "st_size", "st_mtime_ns")
    if any(getattr(now, name) != getattr(before, name) for name in same):
        raise TagWriteError(str(path), "another program changed it meanwhile")
