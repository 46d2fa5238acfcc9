"""Leading and trailing silence: everything before the first and after the last sample above
-60 dBFS in any channel, the level below which players trim and fades are inaudible.
"""

import numba

from audiolab.analysis.stream import Floats

THRESHOLD = 10 ** (-60 / 20)


@numba.njit(cache=True, nogil=True)
def _first_above(x, threshold):  # type: ignore[no-untyped-def]
    for n in range(x.shape[0]):
        for channel in range(x.shape[1]):
            if abs(x[n, channel]) > threshold:
                return n
    return -1


@numba.njit(cache=True, nogil=True)
def _last_above(x, threshold):  # type: ignore[no-untyped-def]
    for n in range(x.shape[0] - 1, -1, -1):
        for channel in range(x.shape[1]):
            if abs(x[n, channel]) > threshold:
                return n
    return -1


class Silence:
    """Find the first and the last sample above the threshold.

    Parameters
    ----------
    rate_hz : int
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._frames = 0
        self._first: int | None = None
        self._last = -1

    def push(self, block: Floats, sample_peak: float) -> None:
        """Take in samples of shape (frames, channels) whose largest magnitude is known."""
        if sample_peak > THRESHOLD:
            if self._first is None:
                self._first = self._frames + int(_first_above(block, THRESHOLD))
            self._last = self._frames + int(_last_above(block, THRESHOLD))
        self._frames += len(block)

    def values(self) -> dict[str, object]:
        """``silence_start_seconds`` and ``silence_end_seconds``.

        In a track that is silent throughout, both are its whole duration.
        """
        first = self._frames if self._first is None else self._first
        return {
            "silence_start_seconds": first / self._rate_hz,
            "silence_end_seconds": (self._frames - 1 - self._last) / self._rate_hz,
        }
