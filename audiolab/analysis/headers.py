"""How long a file says it is, where it says so reliably.

A decoder's own figure is not enough: libsndfile and FFmpeg shorten the promise of a cut wav to
what is there, and both guess the length of an mp3 without a Xing header from its bit rate.
"""

import struct
from pathlib import Path
from typing import BinaryIO

XING_MARKS = (b"Xing", b"Info", b"VBRI")
UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0x7FFFFFFF)  # what recorders leave when they cannot seek back
LARGEST_OGG_PAGE, OGG_PAGE_HEADER = 65_307, 27  # bytes
GUESSED = frozenset({"AAC"})  # from the bit rate of its beginning


def promised_frames(path: Path, container: str, announced: int) -> int | None:
    """Frames that the header promises.

    Parameters
    ----------
    path : Path
    container : str
        The decoder's name of the container, upper case.
    announced : int
        What the decoder makes of the header.

    Returns
    -------
    int or None
        None where nothing is promised that damage would break.
    """
    if not 0 < announced < 2**62:  # libsndfile's "unknown" is the largest 64-bit integer
        announced = 0
    try:
        if container in ("WAV", "WAVEX", "AIFF", "RF64"):
            return _chunk_frames(path) or announced or None
        if container in ("MP3", "MPEG") and not _has_xing(path):
            return None
    except OSError:
        return announced or None
    if container in GUESSED or is_cut(path, container):
        return None
    return announced or None


def is_cut(path: Path, container: str) -> bool:
    """Whether an Ogg file ends in the middle of a page; its headers do not know its length."""
    if container != "OGG":
        return False
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 2 * LARGEST_OGG_PAGE))
            tail = file.read()
    except OSError:
        return False
    page = tail.rfind(b"OggS")
    if page < 0 or len(tail) < page + OGG_PAGE_HEADER:
        return True
    segments = tail[page + OGG_PAGE_HEADER - 1]  # none in a page that only says: the end
    table = tail[page + OGG_PAGE_HEADER :][:segments]
    end = page + OGG_PAGE_HEADER + segments + sum(table)
    return len(table) < segments or end > len(tail)


def _has_xing(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(10)
        start = 0
        if head[:3] == b"ID3" and len(head) == 10:  # its length is four times seven bits
            sevens = zip(head[6:], (21, 14, 7, 0), strict=True)
            start = 10 + sum((byte & 127) << shift for byte, shift in sevens)
        file.seek(start)
        beginning = file.read(4096)
    return any(mark in beginning for mark in XING_MARKS)


def _chunk_frames(path: Path) -> int | None:
    """Length in the ``fmt``/``data`` chunks of a wav or the ``COMM`` chunk of an aiff."""
    with path.open("rb") as file:
        form = file.read(12)
        if form[:4] == b"RIFF" and form[8:] == b"WAVE":
            return _riff_frames(file)
        if form[:4] == b"FORM" and form[8:11] == b"AIF":
            return _aiff_frames(file)
    return None


def _riff_frames(file: BinaryIO) -> int | None:
    bytes_per_frame = 0
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"fmt ":
            body = file.read(size + size % 2)
            bytes_per_frame = struct.unpack_from("<H", body, 12)[0] if len(body) >= 14 else 0
        elif name == b"data":
            known = bytes_per_frame and size not in UNKNOWN_SIZES
            return size // bytes_per_frame if known else None
        else:
            file.seek(size + size % 2, 1)
    return None


def _aiff_frames(file: BinaryIO) -> int | None:
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack(">4sI", head)
        if name == b"COMM":
            body = file.read(6)
            return int(struct.unpack_from(">I", body, 2)[0]) if len(body) == 6 else None
        file.seek(size + size % 2, 1)
    return None
