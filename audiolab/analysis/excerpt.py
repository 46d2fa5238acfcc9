"""A stretch of a file as mono samples at one rate: what plots are drawn from."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from audiolab.analysis.stream import RATE_HZ, Floats, mix_to_mono

LONGEST_SECONDS = 900.0


@dataclass(frozen=True)
class Excerpt:
    """A stretch of a file.

    Attributes
    ----------
    samples : ndarray, shape (samples,), float32
        Mean over the channels, full scale 1.0.
    rate_hz : int
    start_seconds : float
        Where it begins in the file.
    """

    samples: Floats
    rate_hz: int
    start_seconds: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate_hz


def read_excerpt(
    path: str | Path, start: float = 0.0, seconds: float = 60.0, rate_hz: int = RATE_HZ
) -> Excerpt:
    """Decode part of a file.

    Parameters
    ----------
    path : str or Path
    start : float
        Where to begin, in seconds.
    seconds : float
        How much at most, up to 900.
    rate_hz : int
        Rate of the samples.

    Returns
    -------
    Excerpt
        Shorter than asked for where the file ends; without samples beyond its end.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        If it cannot be decoded: "not an audio file", "empty file", "unreadable: ...".
    ValueError
        For a start below zero or a length that is not within 0 and 900 s.
    """
    if not (np.isfinite(start) and start >= 0 and 0 < seconds <= LONGEST_SECONDS):
        raise ValueError(
            f"expected a start from 0 s and a length up to {LONGEST_SECONDS:g} s, "
            f"got {start!r} and {seconds!r}"
        )
    wanted = round(seconds * rate_hz)
    pieces: list[Floats] = []
    have = 0
    for piece in _mono(Path(path), start, rate_hz):
        pieces.append(piece[: wanted - have])
        have += len(pieces[-1])
        if have >= wanted:
            break
    samples = np.concatenate([*pieces, np.zeros(0, np.float32)])
    return Excerpt(np.nan_to_num(samples, posinf=0, neginf=0), rate_hz, start)


def _mono(path: Path, start: float, rate_hz: int) -> Iterator[Floats]:
    """Samples from `start` on."""
    import av

    from audiolab.analysis.frames import frames_from

    # Not to mono: FFmpeg keeps the power of two channels, and what both have is too loud then.
    resampler = av.AudioResampler(format="flt", rate=rate_hz)
    skip: int | None = None
    for frame in frames_from(path, start):
        if skip is None:
            skip = max(0, round((start - float(frame.time or 0.0)) * rate_hz))
        for piece in _pieces(resampler, frame):
            yield piece[skip:]
            skip = max(0, skip - len(piece))
    yield from (piece[skip or 0 :] for piece in _pieces(resampler, None))


def _pieces(resampler: Any, frame: Any) -> Iterator[Floats]:
    from av.error import FFmpegError

    try:
        converted = resampler.resample(frame)
    except (FFmpegError, ValueError):  # rate or channels changed in mid-stream
        return
    for piece in converted:
        yield mix_to_mono(piece.to_ndarray().reshape(-1, piece.layout.nb_channels))
