"""Compressing an answer the way its client likes best.

Source: RFC 9110, section 12.5.3 (Accept-Encoding).
"""

import gzip
import re
from collections.abc import Callable, Mapping

import brotli

WORTH_IT = 1_024  # bytes; less fits into one packet anyhow
GZIP_LEVEL = 5
BROTLI_QUALITY = 4  # as fast as gzip's 5, and smaller

_QUALITY = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)")

# The first of those that are liked equally is taken.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, brotli.MODE_TEXT, BROTLI_QUALITY),
    "gzip": lambda content: gzip.compress(content, GZIP_LEVEL, mtime=0),
}


def best_coding(accepted: str) -> str | None:
    """The name of the coding that an ``Accept-Encoding`` header likes best; None for none.

    Parameters
    ----------
    accepted : str
        The header, e.g. ``gzip, deflate, br;q=0.9``; "" if there is none.
    """
    liked = {}
    for item in accepted.lower().split(","):
        name, _, parameters = item.partition(";")
        quality = _QUALITY.search(parameters)
        liked[name.strip()] = float(quality[1]) if quality else 1.0
    best = max(CODINGS, key=lambda name: liked.get(name, 0.0))
    return best if liked.get(best, 0.0) > 0 else None


def compressed(content: bytes, coding: str | None) -> tuple[bytes, str | None]:
    """`content` in a coding, and its name; as it is, and None, if that is not worth it."""
    if coding is None or len(content) < WORTH_IT:
        return content, None
    return CODINGS[coding](content), coding
