"""Long lists whose end is in a temporary file, so that no library is too large for the memory.

Ten million new files would take four gigabytes as objects; nobody looks at more than a few hundred
of them at once.
"""

import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, Generic, TypeVar

T = TypeVar("T")

IN_MEMORY = 50_000
BLOCK = 1_000


class Spool(Generic[T]):
    """Records that are appended, and then read from the first to the last, as often as needed.

    The file has no name: it is gone with the process, however that ends.

    Parameters
    ----------
    records : iterable
        The first ones.
    """

    def __init__(self, records: Iterable[T] = ()) -> None:
        self._first: list[T] = []
        self._last: list[T] = []
        self._blocks: list[tuple[int, int]] = []  # offset and length of each in the file
        self._file: IO[bytes] | None = None
        self._end = 0
        for record in records:
            self.append(record)

    def append(self, record: T) -> None:
        """One more."""
        if len(self._first) < IN_MEMORY:
            self._first.append(record)
            return
        self._last.append(record)
        if len(self._last) == BLOCK:
            self._write(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL))
            self._last = []

    def _write(self, block: bytes) -> None:
        if self._file is None:
            self._file = TemporaryFile(buffering=0)  # noqa: SIM115 (open as long as we live)
        self._file.write(block)
        self._blocks.append((self._end, len(block)))
        self._end += len(block)

    def __len__(self) -> int:
        return len(self._first) + BLOCK * len(self._blocks) + len(self._last)

    def __iter__(self) -> Iterator[T]:
        yield from self._first
        for offset, length in self._blocks:
            assert self._file is not None
            yield from pickle.loads(os.pread(self._file.fileno(), length, offset))
        yield from self._last

    def settled(self) -> "Records[T]":
        """The same, when nothing more comes: a tuple, if it is short."""
        return self if self._blocks or self._last else tuple(self._first)


Records = tuple[T, ...] | Spool[T]


def joined(one: Records[T], other: Records[T]) -> Records[T]:
    """Both, one after the other."""
    both = Spool(one)
    for record in other:
        both.append(record)
    return both.settled()


def sample(records: Records[T] | Sequence[T], count: int) -> list[T]:
    """At most so many, from all over the list."""
    step = max(1, len(records) // count)
    return [record for place, record in enumerate(records) if place % step == 0][:count]
