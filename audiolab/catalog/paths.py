"""File names as text that Postgres can hold, without losing any; and addresses of roots.

A name on disk is bytes; Python shows undecodable ones as lone surrogates, which UTF-8 cannot
carry. Each such byte becomes a private-use character (U+EF80 + byte - 128, the convention of
MirBSD's OPTU-8), and a name that already has one of those is spelt by its bytes, so that
`decode(encode(name)) == name` for every name.

A root is an absolute folder or a URL (``s3://bucket/music``): only folders begin with a slash.
"""

import os
from pathlib import PurePath

_SURROGATE = 0xDC00
_PRIVATE = 0xEF00
_OURS = range(0xEF80, 0xF000)


def encode(path: str | bytes | PurePath) -> str:
    """A file path as valid Unicode text with ``/`` between its parts."""
    text = os.fsdecode(path)
    if text.isascii():
        return text
    return "".join(_encode_character(character) for character in text)


def _encode_character(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return chr(code - _SURROGATE + _PRIVATE)
    if code in _OURS:
        return "".join(chr(_PRIVATE + byte) for byte in character.encode())
    return character


def decode(text: str) -> str:
    """The file path that `encode` was given, as Python's file functions want it."""
    if text.isascii() or not any(ord(character) in _OURS for character in text):
        return text
    raw = b"".join(
        bytes([ord(character) - _PRIVATE]) if ord(character) in _OURS else character.encode()
        for character in text
    )
    return os.fsdecode(raw)


def is_url(address: str) -> bool:
    """Whether a root is behind a URL."""
    return not address.startswith("/") and "://" in address


def protocol_of(url: str) -> str:
    """What comes before ``://``."""
    return url.partition("://")[0]
