"""The written form of a Chromaprint fingerprint, as ``fpcalc`` prints it and AcoustID takes it.

A fingerprint is a sequence of 32-bit numbers. Written is what changes from one to the next: the
distances from set bit to set bit of their difference, then a zero; in 3 bits each, and what is
beyond 7 in 5 bits behind all of them; after one byte for the algorithm and three for the length;
in base64 for addresses. A leaf.
"""

import base64
import binascii

import numpy as np
import numpy.typing as npt

ALGORITHM = 1
STEP_SECONDS = 1365 / 11_025  # from one number to the next

Hashes = npt.NDArray[np.uint32]


def compress(hashes: Hashes) -> str:
    """The numbers as Chromaprint writes them."""
    changes = hashes ^ np.concatenate([np.zeros(1, np.uint32), hashes[:-1]])
    bits = (changes[:, None] >> np.arange(32, dtype=np.uint32)) & 1
    ends = np.ones((len(bits), 1), bits.dtype)  # stands for the zero after each number
    rows, places = np.nonzero(np.hstack([bits, ends]))
    first = np.concatenate([[True], rows[1:] != rows[:-1]])
    before = np.where(first, 0, np.concatenate([[0], places[:-1] + 1]))
    distances = np.where(places == 32, 0, places + 1 - before)
    small, rest = np.minimum(distances, 7), distances[distances >= 7] - 7
    head = bytes([ALGORITHM]) + len(hashes).to_bytes(3, "big")
    whole = head + _pack(small, 3) + _pack(rest, 5)
    return base64.urlsafe_b64encode(whole).rstrip(b"=").decode()


def decompress(text: str) -> Hashes:
    """The numbers of a written fingerprint.

    Raises
    ------
    ValueError
        If it is none, or is incomplete.
    """
    try:
        whole = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{text[:40]!r} is not a Chromaprint fingerprint") from None
    count = int.from_bytes(whole[1:4], "big")
    small = _unpack(whole[4:], 3)
    ends = np.flatnonzero(small == 0)[:count]
    if len(whole) < 4 or whole[0] != ALGORITHM or len(ends) < count:
        raise ValueError(f"{text[:40]!r} is not a complete Chromaprint fingerprint")
    if not count:
        return np.empty(0, np.uint32)
    distances = small[: ends[-1] + 1]
    large = distances == 7
    rest = _unpack(whole[4 + -(-3 * len(distances) // 8) :], 5)
    if large.sum() > len(rest):
        raise ValueError(f"{text[:40]!r} is not a complete Chromaprint fingerprint")
    distances[large] += rest[: large.sum()]
    return _hashes(distances, ends)


def _hashes(distances: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> Hashes:
    """The numbers whose changes have set bits at these distances, a zero after each."""
    places = distances.cumsum()
    lengths = np.diff(np.concatenate([[-1], ends]))
    starts = np.concatenate([[0], places[ends[:-1]]])
    bit = places - np.repeat(starts, lengths) - 1
    set_bits = distances > 0
    if (bit[set_bits] > 31).any():
        raise ValueError("not a Chromaprint fingerprint: a number has more than 32 bits")
    changes = np.zeros(len(ends), np.uint32)
    rows = np.repeat(np.arange(len(ends)), lengths)[set_bits]
    np.bitwise_or.at(changes, rows, np.uint32(1) << bit[set_bits].astype(np.uint32))
    found: Hashes = np.bitwise_xor.accumulate(changes)
    return found


def _pack(numbers: npt.NDArray[np.int64], width: int) -> bytes:
    """Numbers of `width` bits one after the other, the lowest bit first."""
    bits = (numbers[:, None] >> np.arange(width)) & 1
    return np.packbits(bits.astype(np.uint8).ravel(), bitorder="little").tobytes()


def _unpack(packed: bytes, width: int) -> npt.NDArray[np.int64]:
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")
    whole = len(bits) // width
    numbers: npt.NDArray[np.int64] = bits[: whole * width].reshape(whole, width).astype(
        np.int64
    ) @ (1 << np.arange(width))
    return numbers
