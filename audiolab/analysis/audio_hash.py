"""What a file sounds like, as one hash: of the decoded samples, so tags do not matter."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import xxhash

from audiolab.analysis.decode import open_audio
from audiolab.errors import AnalysisError


class AudioHash:
    """XXH3 (128 bits) of samples as they come from the decoder.

    A cryptographic hash would take a sixth of the whole analysis on processors that do not have it
    in hardware; nobody gains from two recordings that only seem to be the same.
    """

    def __init__(self) -> None:
        self._hash = xxhash.xxh3_128()

    def push(self, block: npt.NDArray[np.float32]) -> None:
        """Take in samples of shape (frames, channels), contiguous in memory."""
        self._hash.update(block.data)

    def digest(self) -> bytes:
        """The hash of all blocks."""
        return self._hash.digest()


def audio_hash(path: str | Path) -> bytes:
    """The hash that an analysis of a file without damage gives it.

    Of a damaged file: of what the first decoder makes of it, which is the same for the same bytes.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        If nothing can be decoded.
    """
    found, frames = AudioHash(), 0
    with open_audio(path) as audio:
        for block in audio.blocks():
            frames += len(block)
            if len(block):
                found.push(np.ascontiguousarray(block))
    if not frames:
        raise AnalysisError(str(path), "nothing could be decoded")
    return found.digest()
