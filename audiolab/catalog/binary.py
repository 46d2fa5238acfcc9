"""Vectors through Postgres' binary COPY, decoded and encoded by a numpy dtype.

A row is a count of fields and, for each, its length in bytes and its content; a halfvec is its
dimension, an unused word and big-endian half floats. Text would take several times longer.
"""

import struct
from collections.abc import Iterator, Sequence
from uuid import UUID

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_END = struct.pack("!h", -1)
HALF_MAX = 65504.0


def _row(dimensions: int) -> np.dtype[np.void]:
    return np.dtype(
        [("fields", ">i2"), ("id_bytes", ">i4"), ("id", "V16"), ("vector_bytes", ">i4"),
         ("dimensions", ">i2"), ("unused", ">i2"), ("vector", ">f2", (dimensions,))]
    )  # fmt: skip


def encode_rows(ids: Sequence[str], matrix: npt.NDArray[np.float32]) -> Iterator[bytes]:
    """(id, vector) rows as the chunks of a binary COPY.

    Parameters
    ----------
    ids : sequence of str
        UUIDs, one a row.
    matrix : ndarray of float32, shape (rows, dimensions)
        Finite values within the range of half floats.
    """
    yield _SIGNATURE
    step = 2_000
    for start in range(0, len(ids), step):
        part = matrix[start : start + step]
        rows = np.zeros(len(part), _row(matrix.shape[1]))
        rows["fields"] = 2
        rows["id_bytes"] = 16
        rows["id"] = [np.void(UUID(i).bytes) for i in ids[start : start + step]]
        rows["vector_bytes"] = 4 + 2 * matrix.shape[1]
        rows["dimensions"] = matrix.shape[1]
        rows["vector"] = part
        yield rows.tobytes()
    yield _END


class MatrixSink:
    """File-like target of a binary COPY of (id, halfvec) rows; fills one float32 matrix.

    Parameters
    ----------
    dimensions : int
        Length of every vector.
    """

    def __init__(self, dimensions: int) -> None:
        self._dtype = _row(dimensions)
        self._rest = b""
        self._skip = len(_SIGNATURE)
        self._ids: list[str] = []
        self._parts: list[npt.NDArray[np.float32]] = []

    def write(self, chunk: bytes) -> int:
        """Take the next bytes of the COPY."""
        data = self._rest + chunk
        if self._skip:
            taken = min(self._skip, len(data))
            data, self._skip = data[taken:], self._skip - taken
        count = len(data) // self._dtype.itemsize
        if count:
            rows = np.frombuffer(data, self._dtype, count)
            self._ids += [str(UUID(bytes=i.tobytes())) for i in rows["id"]]
            self._parts.append(rows["vector"].astype(np.float32))
        self._rest = data[count * self._dtype.itemsize :]
        return len(chunk)

    def result(self) -> tuple[list[str], npt.NDArray[np.float32]]:
        """The ids and the matrix, shape (rows, dimensions)."""
        if self._parts:
            return self._ids, np.concatenate(self._parts)
        return [], np.empty((0, self._dtype["vector"].shape[0]), np.float32)


class ChunkReader:
    """File-like source over an iterator of bytes, as COPY FROM wants it."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; b"" at the end."""
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return b""
        if size < 0:
            size = len(self._rest)
        out, self._rest = self._rest[:size], self._rest[size:]
        return out
