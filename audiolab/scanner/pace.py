"""How fast a scan is, and how long it will go on."""

import time
from collections import deque

REMEMBERED_SECONDS = 60.0
STEP_SECONDS = 1.0


class Pace:
    """Files and bytes of the last minute.

    Parameters
    ----------
    now : float or None
        When it begins, seconds of the monotonic clock; for tests.
    """

    def __init__(self, now: float | None = None) -> None:
        self._files = 0
        self._bytes = 0
        # (time, files, bytes) until then, one a second at most
        self._marks = deque([(time.monotonic() if now is None else now, 0, 0)])

    def add(self, size_bytes: int, now: float | None = None) -> None:
        """A file is through."""
        now = time.monotonic() if now is None else now
        self._files += 1
        self._bytes += size_bytes
        if now - self._marks[-1][0] >= STEP_SECONDS:
            self._marks.append((now, self._files, self._bytes))
        while len(self._marks) > 2 and now - self._marks[0][0] > REMEMBERED_SECONDS:
            self._marks.popleft()

    def forecast(
        self, files: int, size_bytes: int, now: float | None = None
    ) -> tuple[float | None, float | None]:
        """Files per second, and seconds until so many files of so many bytes are through.

        By the bytes, as the large files of a library may come last; None while nothing is known.
        """
        now = time.monotonic() if now is None else now
        since, files_before, bytes_before = self._marks[0]
        seconds = max(now - since, 1e-3)
        done, done_bytes = self._files - files_before, self._bytes - bytes_before
        if not done:
            return None, None
        share = size_bytes / done_bytes if done_bytes and size_bytes else files / done
        return round(done / seconds, 3), round(share * seconds, 1)
