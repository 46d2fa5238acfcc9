"""Which bytes a request asks for. Pure functions of its headers.

Source: RFC 9110, sections 13.1.5 (If-Range) and 14 (Range).
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*", re.IGNORECASE | re.ASCII)


class UnsatisfiableRangeError(ValueError):
    """A well-formed range that lies outside the file."""


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """The part of a file of `size` bytes that a ``Range`` header means.

    Several ranges at once are answered with the whole file, as the RFC allows; so is a header
    that makes no sense.

    Parameters
    ----------
    header : str or None
        E.g. ``bytes=0-99``, ``bytes=100-`` or ``bytes=-500`` (the last 500).
    size : int
        Length of the file in bytes.

    Returns
    -------
    tuple of int or None
        First byte and the byte after the last; None for the whole file.

    Raises
    ------
    UnsatisfiableRangeError
        If no byte of the file is in the range.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        start, stop = max(0, size - int(match[2])), size
        if int(match[2]) == 0 or size == 0:
            raise UnsatisfiableRangeError(header)
        return start, stop
    start = int(match[1])
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise UnsatisfiableRangeError(header)
    return start, min(size, int(match[2]) + 1) if match[2] else size


def still_valid(header: str | None, etag: str, mtime: float) -> bool:
    """Whether the file is still the one an ``If-Range`` header names, so that a part of it fits.

    Parameters
    ----------
    header : str or None
        An entity tag or an HTTP date; None means no condition.
    etag : str
        The file's strong entity tag, with its quotes.
    mtime : float
        The file's modification time in seconds since 1970.
    """
    if header is None:
        return True
    header = header.strip()
    if header.startswith(('"', "W/")):
        return header == etag
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return False
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return date == datetime.fromtimestamp(int(mtime), UTC)
