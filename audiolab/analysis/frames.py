"""Decoded frames of a file from any second on, by FFmpeg (through PyAV).

FFmpeg seeks to a packet before the start, so that the end of a two-hour mix comes as quickly as its
beginning. What is damaged costs only itself.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from audiolab.analysis.decode import check_readable
from audiolab.errors import AnalysisError

RUN_UP_SECONDS = 0.5  # an mp3 frame needs those before it
# What damaged files have been seen to raise, besides FFmpeg's own errors.
DAMAGE = (
    FFmpegError,
    ValueError,
    EOFError,
    RuntimeError,
    ZeroDivisionError,
    OSError,
    OverflowError,
)


def frames_from(path: Path, start_seconds: float = 0.0) -> Iterator[Any]:
    """Frames as `av.AudioFrame`, the first of which holds the start.

    Parameters
    ----------
    path : Path
    start_seconds : float
        From 0; no frames if it is beyond the end.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        If it cannot be opened: "not an audio file", "empty file", "unreadable: ...".
    """
    check_readable(path)
    try:
        container = av.open(str(path), metadata_errors="ignore")
    except DAMAGE as error:
        raise AnalysisError(str(path), "not an audio file") from error
    with container:
        stream = _first_audio_stream(container, path)
        if start_seconds > 0:
            with suppress(*DAMAGE):  # without an index it is read through
                container.seek(round(max(0.0, start_seconds - RUN_UP_SECONDS) * av.time_base))
        for frame in _frames(container, stream):
            if (frame.time or 0.0) + frame.samples / max(1, frame.sample_rate) > start_seconds:
                yield frame


def _first_audio_stream(container: Any, path: Path) -> Any:
    for stream in container.streams.audio:
        if stream.codec_context is not None and stream.codec_context.sample_rate:
            stream.thread_type = "NONE"  # one file, one core
            return stream
    raise AnalysisError(str(path), "no audio stream")


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except DAMAGE:
            return
        if packet is None:
            return
        try:
            frames = packet.decode()
        except DAMAGE:
            continue
        yield from frames
