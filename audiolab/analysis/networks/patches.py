"""Cut a stream of frames into the overlapping patches that a network looks at."""

from collections.abc import Iterator

import numpy as np

from audiolab.analysis.networks.mel import BANDS, Floats


class Patches:
    """Batches of patches from frames that come in any portions.

    Parameters
    ----------
    frames : int
        Length of a patch.
    hop : int
        Frames from the start of a patch to the start of the next, at most `frames`.
    at_once : int
        Patches in a batch; the last one may have fewer.
    """

    def __init__(self, frames: int, hop: int, at_once: int) -> None:
        if not 0 < hop <= frames:
            raise ValueError(f"expected a hop of 1 to {frames} frames, got {hop}")
        self._frames, self._hop, self._at_once = frames, hop, at_once
        self._rest = np.zeros((0, BANDS), np.float32)
        self._started = False

    def push(self, mel: Floats) -> Iterator[Floats]:
        """Full batches of shape (at_once, frames, 96) that the next frames complete."""
        self._rest = np.concatenate([self._rest, mel])
        while (batch := self._batch(self._at_once)) is not None:
            yield batch

    def finish(self) -> Iterator[Floats]:
        """The patches left. A rest is dropped; what is shorter than a patch is repeated."""
        if not self._started and 0 < len(self._rest) < self._frames:
            self._rest = np.resize(self._rest, (self._frames, BANDS))
        left = (len(self._rest) - self._frames) // self._hop + 1
        if left > 0 and (batch := self._batch(left)) is not None:
            yield batch

    def _batch(self, count: int) -> Floats | None:
        if len(self._rest) < self._frames + (count - 1) * self._hop:
            return None
        starts = range(0, count * self._hop, self._hop)
        batch = np.stack([self._rest[start : start + self._frames] for start in starts])
        self._rest = self._rest[count * self._hop :]
        self._started = True
        return batch
