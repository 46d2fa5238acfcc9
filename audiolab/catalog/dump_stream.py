"""Reading a dump as it flows by: counting its rows, leaving out what another server would refuse.

A dump is SQL with blocks of ``COPY table (columns) FROM stdin;``, one line a row, up to ``\\.``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_COPY = re.compile(rb"COPY (\S+) \(.*\) FROM stdin;\n")
_END = b"\\.\n"

# Older servers do not know it; an extension's comment belongs to whoever installed it.
_LEFT_OUT = (b"SET transaction_timeout", b"COMMENT ON EXTENSION")


@dataclass
class DumpCounter:
    """Counts the rows of a dump.

    Attributes
    ----------
    rows : dict of str to int
        Rows by table so far.
    table : str or None
        Whose rows are flowing by.
    """

    rows: dict[str, int] = field(default_factory=dict)
    table: str | None = None

    @property
    def total(self) -> int:
        """All rows so far."""
        return sum(self.rows.values())

    def through(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Pass the lines on that a server should get, counting rows."""
        for line in lines:
            if self.table is not None:
                if line == _END:
                    self.table = None
                else:
                    self.rows[self.table] += 1
            elif line.startswith(b"COPY ") and (start := _COPY.fullmatch(line)):
                self.table = start.group(1).decode()
                self.rows.setdefault(self.table, 0)
            elif line.startswith(_LEFT_OUT):
                continue
            yield line
