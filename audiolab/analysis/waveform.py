"""Overview of a track for drawing: 800 peaks, from a stream whose length is not known yet.

Peaks are kept for windows that double in length whenever there are too many of them, so memory
stays constant and every final column still averages over at least forty windows' accuracy.
"""

import numba
import numpy as np

from audiolab.analysis.stream import Floats

COLUMNS = 800
MOST_WINDOWS = 1 << 16


@numba.njit(cache=True, nogil=True, fastmath=True)
def _window_peaks(flat, position, length, peaks):  # type: ignore[no-untyped-def]
    """Raise peaks (windows,) to the largest magnitude of flat (samples,) in each window."""
    samples = len(flat)
    start = 0
    row = 0
    while start < samples:
        stop = min(samples, start + length - position)
        highest = np.float32(0.0)
        for n in range(start, stop):
            magnitude = abs(flat[n])
            highest = magnitude if magnitude > highest else highest  # vectorises; max() does not
        peaks[row] = max(peaks[row], highest)
        position = 0
        start = stop
        row += 1


class Waveform:
    """Accumulate the peaks of a stream."""

    def __init__(self) -> None:
        self._peaks = np.zeros(MOST_WINDOWS, np.float32)
        self._length = 1  # frames in a window
        self._frames = 0

    def push(self, block: Floats) -> None:
        """Take in finite samples of shape (frames, channels)."""
        while self._frames + len(block) > MOST_WINDOWS * self._length:
            pairs = np.maximum(self._peaks[::2], self._peaks[1::2])
            self._peaks = np.concatenate([pairs, np.zeros_like(pairs)])
            self._length *= 2
        window, position = divmod(self._frames, self._length)
        channels = block.shape[1]  # windows hold whole frames, so that channels need no loop
        _window_peaks(
            block.reshape(-1), position * channels, self._length * channels, self._peaks[window:]
        )
        self._frames += len(block)

    def values(self) -> Floats:
        """Peaks over all channels, shape (800,), clipped to [0, 1].

        Column i is the peak between shares i / 800 and (i + 1) / 800 of the duration; a track
        shorter than 800 frames repeats them.
        """
        windows = -(-self._frames // self._length)
        if not windows:
            return np.zeros(COLUMNS, np.float32)
        edges = np.arange(COLUMNS + 1) * self._frames / (COLUMNS * self._length)
        starts = edges[:-1].astype(int)
        stops = np.maximum(np.ceil(edges[1:]).astype(int), starts + 1)
        peaks = np.maximum.reduceat(
            np.append(self._peaks[:windows], np.float32(0)),
            np.column_stack([starts, stops]).ravel(),
        )[::2]
        return np.minimum(peaks, np.float32(1.0))
