"""Vectors through Postgres' binary COPY, decoded and encoded by a numpy dtype.

A row is a count of fields and, for each, its length in bytes and its content; a halfvec is its
dimension, an unused word and big-endian half floats. Text would take several times longer.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_END = struct.pack("!h", -1)
HALF_MAX = 65504.0

READ_BYTES = 1 << 20  # at once: other threads may hold the interpreter between two reads

Take = Callable[[list[str], npt.NDArray[np.float32]], None]


def _row(dimensions: int) -> np.dtype[np.void]:
    return np.dtype(
        [("fields", ">i2"), ("id_bytes", ">i4"), ("id", "V16"), ("vector_bytes", ">i4"),
         ("dimensions", ">i2"), ("unused", ">i2"), ("vector", ">f2", (dimensions,))]
    )  # fmt: skip


def _score_row(classes: int) -> np.dtype[np.void]:
    """A row of an id and an array of floats: its header, then each with its length before it."""
    header = [(name, ">i4") for name in ("array_bytes", "axes", "nulls", "type", "size", "first")]
    items = np.dtype([("bytes", ">i4"), ("value", ">f4")])
    return np.dtype(
        [("fields", ">i2"), ("id_bytes", ">i4"), ("id", "V16"), *header,
         ("vector", items, (classes,))]
    )  # fmt: skip


def copy_in(cursor: Any, target: str, chunks: Iterable[bytes], *, is_new: bool = False) -> None:
    """Fill a table with encoded rows.

    Parameters
    ----------
    cursor : psycopg2 cursor
    target : str
        SQL of a table, and of columns where they are not all.
    chunks : iterable of bytes
        As the encoders of this module make them.
    is_new : bool
        Whether this transaction made the table: then its rows need no vacuum.
    """
    cursor.copy_expert(
        f"COPY {target} FROM STDIN (FORMAT binary, FREEZE {is_new})",
        _ChunkReader(chunks),
        READ_BYTES,
    )


def _id_bytes(ids: Sequence[str]) -> npt.NDArray[np.void]:
    return np.frombuffer(bytes.fromhex("".join(ids).replace("-", "")), "V16")


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
        rows["id"] = _id_bytes(ids[start : start + step])
        rows["vector_bytes"] = 4 + 2 * matrix.shape[1]
        rows["dimensions"] = matrix.shape[1]
        rows["vector"] = part
        yield rows.tobytes()
    yield _END


def encode_blobs(ids: Sequence[str], blobs: Sequence[bytes]) -> Iterator[bytes]:
    """(id, bytes) rows as the chunks of a binary COPY."""
    yield _SIGNATURE
    yield b"".join(
        struct.pack("!hi16si", 2, 16, UUID(track_id).bytes, len(blob)) + blob
        for track_id, blob in zip(ids, blobs, strict=True)
    )
    yield _END


def encode_columns(
    ids: Sequence[str], columns: Sequence[npt.NDArray[np.float32] | npt.NDArray[np.int32]]
) -> Iterator[bytes]:
    """(id, number, number, …) rows as the chunks of a binary COPY.

    Parameters
    ----------
    ids : sequence of str
        UUIDs, one a row.
    columns : sequence of ndarray of float32 or int32, shape (rows,)
        Values of columns of type ``real`` or ``integer``.
    """
    numbers = [(f"{at}", column.dtype.newbyteorder(">")) for at, column in enumerate(columns)]
    sized = [pair for name, kind in numbers for pair in ((f"{name}_bytes", ">i4"), (name, kind))]
    rows = np.zeros(
        len(ids), np.dtype([("fields", ">i2"), ("id_bytes", ">i4"), ("id", "V16"), *sized])
    )
    rows["fields"] = 1 + len(columns)
    rows["id_bytes"] = 16
    rows["id"] = _id_bytes(ids)
    for (name, _), column in zip(numbers, columns, strict=True):
        rows[f"{name}_bytes"] = 4
        rows[name] = column
    yield _SIGNATURE
    yield rows.tobytes()
    yield _END


class BlockSink:
    """File-like target of a binary COPY of (id, halfvec) rows; hands them on in blocks.

    Parameters
    ----------
    dimensions : int
        Length of every vector.
    take : callable
        Gets the ids and the float32 matrix of each block.
    rows : int
        How many make a block; the last one may be smaller, and `flush` hands it on.
    scores : bool
        Whether the rows hold arrays of floats instead of halfvecs.
    """

    def __init__(self, dimensions: int, take: Take, rows: int = 0, *, scores: bool = False) -> None:
        self._dtype = _score_row(dimensions) if scores else _row(dimensions)
        self._scores = scores
        self._take = take
        self._bytes = max(1, rows) * self._dtype.itemsize
        self._skip = len(_SIGNATURE)
        self._rest = bytearray()

    def write(self, chunk: bytes) -> int:
        """Take the next bytes of the COPY."""
        self._rest += chunk
        if self._skip:
            taken = min(self._skip, len(self._rest))
            del self._rest[:taken]
            self._skip -= taken
        if len(self._rest) >= self._bytes:
            self.flush()
        return len(chunk)

    def flush(self) -> None:
        """Hand on what is there."""
        count = len(self._rest) // self._dtype.itemsize
        if not count:
            return
        size = count * self._dtype.itemsize
        rows = np.frombuffer(bytes(self._rest[:size]), self._dtype)
        del self._rest[:size]
        ids = [str(UUID(bytes=i.tobytes())) for i in rows["id"]]
        vectors = rows["vector"]["value"] if self._scores else rows["vector"]
        self._take(ids, vectors.astype(np.float32))


class MatrixSink(BlockSink):
    """Collects the rows of a binary COPY in one float32 matrix. Parameters as of `BlockSink`."""

    def __init__(self, dimensions: int, *, scores: bool = False) -> None:
        super().__init__(dimensions, self._keep, rows=200, scores=scores)
        self._ids: list[str] = []
        self._parts: list[npt.NDArray[np.float32]] = []

    def _keep(self, ids: list[str], matrix: npt.NDArray[np.float32]) -> None:
        self._ids += ids
        self._parts.append(matrix)

    def result(self) -> tuple[list[str], npt.NDArray[np.float32]]:
        """The ids and the matrix, shape (rows, dimensions)."""
        self.flush()
        if self._parts:
            return self._ids, np.concatenate(self._parts)
        return [], np.empty((0, self._dtype["vector"].shape[0]), np.float32)


class _ChunkReader:
    """File-like source over an iterator of bytes, as COPY FROM wants it."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def read(self, size: int) -> bytes:
        """At most `size` bytes; b"" at the end."""
        while not self._rest:
            try:
                self._rest = memoryview(next(self._chunks))
            except StopIteration:
                return b""
        out, self._rest = self._rest[:size], self._rest[size:]
        return bytes(out)
