"""Zero crossing rate: share of neighbouring samples (at 22.05 kHz) that differ in sign."""

import numpy as np

from audiolab.analysis.stream import Floats


class ZeroCrossings:
    """Count the changes of sign of a mono stream."""

    def __init__(self) -> None:
        self._previous: bool | None = None
        self._crossings = 0
        self._samples = 0

    def push(self, mono: Floats) -> None:
        """Take in samples of shape (samples,)."""
        if not len(mono):
            return
        negative = np.signbit(mono)
        self._crossings += int(np.count_nonzero(negative[1:] != negative[:-1]))
        if self._previous is not None:
            self._crossings += int(self._previous != negative[0])
        self._previous = bool(negative[-1])
        self._samples += len(mono)

    def values(self) -> dict[str, object]:
        """``zero_crossing_rate`` in [0, 1]; left out below two samples."""
        if self._samples < 2:
            return {}
        return {"zero_crossing_rate": self._crossings / (self._samples - 1)}
