"""Any audio file -> Ogg/Opus, made while it is listened to.

For browsers that cannot play a file: aiff, Apple Lossless, damage. One file needs about 6 ms of one
core for each second of stereo, and a block of memory. Source: RFC 6716 (Opus), RFC 7845 (in Ogg).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from audiolab.analysis.frames import DAMAGE, frames_from
from audiolab.errors import AnalysisError

RATE_HZ = 48_000
BITS_PER_SECOND = {"mono": 96_000, "stereo": 160_000}  # beyond what listening tests can tell apart
COMPLEXITY = 5  # of 10: at these rates more is not heard, and costs half as much again
PAGE_MICROSECONDS = 200_000  # the first page comes soon
BLOCK_BYTES = 32 * 1024


def to_opus(path: Path, start_seconds: float = 0.0) -> Iterator[bytes]:
    """Encode a file, block by block.

    Parameters
    ----------
    path : Path
    start_seconds : float
        Where to begin, in seconds; exact to a frame of the file (less than 0.1 s).

    Yields
    ------
    bytes
        An Ogg stream in pieces: mono stays mono, everything else becomes stereo.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        Before the first block, if nothing can be decoded.
    """
    encoder: _Encoder | None = None
    for frame in frames_from(path, start_seconds):
        encoder = encoder or _Encoder("mono" if frame.layout.nb_channels == 1 else "stereo")
        yield from encoder.push(frame)
    if encoder is None:
        where = f" from {start_seconds:g} s on" if start_seconds else ""
        raise AnalysisError(str(path), f"nothing can be decoded{where}")
    yield encoder.finish()


class _Sink:
    """Where the Ogg writer writes."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: bytes) -> int:
        self.written += data
        return len(data)

    def take(self) -> bytes:
        data, self.written = bytes(self.written), bytearray()
        return data


class _Encoder:
    """Frames of any kind in, blocks of one Ogg stream out."""

    def __init__(self, layout: str) -> None:
        self._layout = layout
        self._sink = _Sink()
        pages = {"page_duration": str(PAGE_MICROSECONDS)}
        self._ogg: Any = av.open(self._sink, "w", format="ogg", options=pages)
        complexity = {"compression_level": str(COMPLEXITY)}
        self._stream = self._ogg.add_stream("libopus", RATE_HZ, layout=layout, options=complexity)
        self._stream.bit_rate = BITS_PER_SECOND[layout]
        self._resampler = self._new_resampler()
        self._samples = 0
        self._enough = 1  # bytes in the first block: a page, so that the sound begins

    def push(self, frame: Any) -> Iterator[bytes]:
        """Blocks that are ready with the next frame."""
        try:
            pieces = self._resampler.resample(frame)
        except DAMAGE:  # rate or channels have changed in mid-stream
            self._resampler = self._new_resampler()
            pieces = self._resampler.resample(frame)
        self._encode(pieces)
        if len(self._sink.written) >= self._enough:
            yield self._sink.take()
            self._enough = BLOCK_BYTES

    def finish(self) -> bytes:
        """The last block."""
        self._encode(self._resampler.resample(None))
        self._ogg.mux(self._stream.encode(None))
        self._ogg.close()
        return self._sink.take()

    def _new_resampler(self) -> Any:
        return av.AudioResampler(format="s16", layout=self._layout, rate=RATE_HZ)

    def _encode(self, pieces: list[Any]) -> None:
        for piece in pieces:
            piece.pts = self._samples  # a stream of its own, wherever in the file it begins
            self._samples += piece.samples
            self._ogg.mux(self._stream.encode(piece))
