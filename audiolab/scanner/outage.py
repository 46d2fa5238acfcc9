"""Files that could not be read for a reason that may pass: kept, and tried again later.

When the whole root is away (a share, a server, a disk), nothing more is sent: one file after the
other asks whether it is back. A file that stumbles alone gets a few more chances while the others
go on.
"""

import time
from collections import Counter, deque
from collections.abc import Callable

from audiolab.errors import ScanError
from audiolab.scanner.model import Task
from audiolab.scanner.worker import FileResult

PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
LONGEST_SECONDS = 3600.0
CHANCES = 3


class Outage:
    """What waits for a root, or for a file, to be readable again.

    Parameters
    ----------
    root : str
        Its address, for the notes.
    note : callable
        Tells the user.
    """

    def __init__(self, root: str, note: Callable[[str], None]) -> None:
        self._root = root
        self._note = note
        self._held: deque[tuple[float, Task]] = deque()
        self._stumbles: Counter[str] = Counter()
        self._since: float | None = None
        self._asked = 0
        self._ask_at = 0.0

    @property
    def is_on(self) -> bool:
        """Whether the root is away."""
        return self._since is not None

    def __len__(self) -> int:
        """Files that are to be tried again."""
        return len(self._held)

    def takes(self, task: Task, result: FileResult) -> bool:
        """Look at a result; True if the file is kept, to be tried again.

        Raises
        ------
        ScanError
            If the root has been away for too long.
        """
        if result.trouble == "root":
            self._begin_or_go_on(result.reason)
            self._held.append((0.0, task))
            return True
        self._end()
        if result.trouble is None:
            return False
        self._stumbles[task.path] += 1
        if self._stumbles[task.path] > CHANCES:
            return False
        pause = PAUSES_SECONDS[self._stumbles[task.path] - 1]
        self._held.append((time.monotonic() + pause, task))
        return True

    def due(self, *, idle: bool) -> Task | None:
        """A file to try now, if it is time; `idle` says that none is under way."""
        now = time.monotonic()
        if self.is_on:
            return self._question(now) if idle else None
        for place, (at, task) in enumerate(self._held):
            if at <= now:
                del self._held[place]
                return task
        return None

    def _question(self, now: float) -> Task | None:
        """While the root is away, a file that asks for it, more and more seldom."""
        if now < self._ask_at or not self._held:
            return None
        self._asked += 1
        self._ask_at = now + PAUSES_SECONDS[min(self._asked, len(PAUSES_SECONDS) - 1)]
        return self._held.popleft()[1]

    def _begin_or_go_on(self, reason: str) -> None:
        now = time.monotonic()
        if self._since is None:
            self._since, self._asked, self._ask_at = now, 0, now + PAUSES_SECONDS[0]
            self._note(f"waiting for {self._root} ({reason}); Ctrl-C ends the scan")
        elif now - self._since > LONGEST_SECONDS:
            raise ScanError(
                f"{self._root} has been away for {LONGEST_SECONDS / 60:.0f} min ({reason}): "
                "scan again when it is back, to go on"
            )

    def _end(self) -> None:
        if self._since is not None:
            self._note(f"{self._root} is back after {time.monotonic() - self._since:.0f} s")
            self._since = None
