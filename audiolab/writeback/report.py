"""What came of writing, undoing or clearing up."""

from dataclasses import dataclass, field
from typing import Any

from audiolab.writeback.plan import Refusal


@dataclass(frozen=True)
class Recovered:
    """What an interrupted write had left behind.

    Attributes
    ----------
    written : int
        Files that were replaced already: the journal and the catalog know it now.
    untouched : int
        Files that were noted, and are as they were.
    copies : int
        Copies that were removed.
    """

    written: int = 0
    untouched: int = 0
    copies: int = 0

    def __bool__(self) -> bool:
        return bool(self.written or self.untouched or self.copies)


@dataclass
class WriteReport:
    """What came of a write or an undo.

    Attributes
    ----------
    write : int or None
        Its number in the journal; None if nothing was to be done.
    written : int
        Files with other tags than before.
    failed : list of Refusal
        Files that are as they were, and why.
    recovered : Recovered
        What an earlier, interrupted one had left behind.
    stopped : str or None
        Why the rest was not tried: the disk is full.
    not_tried : int
        How many that are.
    """

    write: int | None = None
    written: int = 0
    failed: list[Refusal] = field(default_factory=list)
    recovered: Recovered = field(default_factory=Recovered)
    stopped: str | None = None
    not_tried: int = 0

    def values(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return {
            "write": self.write,
            "written": self.written,
            "failed": len(self.failed),
            "not_tried": self.not_tried,
            "stopped": self.stopped,
            "failures": [{"path": one.path, "reason": one.reason} for one in self.failed],
            "recovered": vars(self.recovered),
        }
