"""The two decoders behind `open_audio`: libsndfile through soundfile, FFmpeg through PyAV.

Both raise nothing after opening: what cannot be decoded sets ``damaged`` and decoding goes on
with the next packet (FFmpeg) or ends (libsndfile).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile

from audiolab.analysis.decode import BLOCK_FRAMES, AudioFile, Samples
from audiolab.analysis.headers import is_cut, promised_frames
from audiolab.errors import AnalysisError

# What damaged files have been seen to raise, besides the libraries' own errors.
UNEXPECTED = (ValueError, EOFError, RuntimeError, ZeroDivisionError, OSError, OverflowError)

av.logging.set_level(None)


# What codecs give: type and scale of a sample; planes of one channel each if the name ends in p.
SAMPLE_KINDS: dict[str, tuple[type[np.generic], float]] = {
    "fltp": (np.float32, 1.0),  # mp3, aac, vorbis, opus
    "flt": (np.float32, 1.0),
    "s16p": (np.int16, 2.0**-15),
    "s16": (np.int16, 2.0**-15),  # flac, wav
    "s32p": (np.int32, 2.0**-31),
    "s32": (np.int32, 2.0**-31),
}


def _copy(frame: Any, kind: str, into: Samples) -> None:
    """The samples of a frame into an array of shape (frames, channels)."""
    count, channels = into.shape
    dtype, scale = SAMPLE_KINDS[kind]
    if kind.endswith("p"):
        planes = frame.planes  # PyAV counts one too many where there are eight
        for channel in range(channels):
            into[:, channel] = np.frombuffer(planes[channel], dtype, count)
    else:
        into[:] = np.frombuffer(frame.planes[0], dtype, count * channels).reshape(count, channels)
    if scale != 1:
        into *= np.float32(scale)


class SndFile:
    """Decoding by libsndfile (mp3 by mpg123)."""

    def __init__(self, path: Path) -> None:
        self.damaged = False
        try:
            self._file = soundfile.SoundFile(path)
        except (soundfile.SoundFileError, *UNEXPECTED, TypeError) as error:
            raise AnalysisError(str(path), "not an audio file") from error
        self.sample_rate_hz = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        self.claimed_frames = promised_frames(path, self._file.format, self._file.frames)
        self.damaged = is_cut(path, self._file.format)

    def blocks(self) -> Iterator[Samples]:
        """Blocks until `read` returns nothing: the header's length cannot be relied on."""
        while True:
            try:
                block = self._file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)
            except (soundfile.SoundFileError, *UNEXPECTED):
                self.damaged = True
                return
            if not len(block):
                return
            yield block

    def close(self) -> None:
        """Release the file."""
        self._file.close()


class FFmpegFile:
    """Decoding by FFmpeg, packet by packet, so that one bad packet costs only itself."""

    def __init__(self, path: Path) -> None:
        self.damaged = False
        try:
            self._container: Any = av.open(str(path), metadata_errors="ignore")
        except (av.error.FFmpegError, *UNEXPECTED) as error:
            raise AnalysisError(str(path), "not an audio file") from error
        try:
            self._stream = self._first_audio_stream(path)
            context = self._stream.codec_context
            self.sample_rate_hz = int(context.sample_rate or 0)
            self.channels = int(context.channels or 0)
        except BaseException:
            self._container.close()
            raise
        self.claimed_frames = promised_frames(path, self._format(), self._announced_frames())
        self.damaged = is_cut(path, self._format())

    def _first_audio_stream(self, path: Path) -> Any:
        for stream in self._container.streams.audio:
            if stream.codec_context is not None:
                stream.thread_type = "NONE"  # one file, one core: files run in parallel
                if stream.codec_context.name == "flac":  # else it decodes damage to noise
                    stream.codec_context.options = {"err_detect": "crccheck+explode"}
                return stream
        raise AnalysisError(str(path), "no audio stream")

    def _format(self) -> str:
        return str(self._container.format.name).upper()

    def _announced_frames(self) -> int:
        seconds = 0.0
        if self._stream.duration and self._stream.time_base:
            seconds = float(self._stream.duration * self._stream.time_base)
        elif self._container.duration:
            seconds = self._container.duration / av.time_base
        return round(seconds * self.sample_rate_hz)

    def blocks(self) -> Iterator[Samples]:
        """Blocks of interleaved float32."""
        kind = self._stream.codec_context.format.name
        return self._copied(kind) if kind in SAMPLE_KINDS else self._converted()

    def _copied(self, kind: str) -> Iterator[Samples]:
        """Samples copied and scaled here: a third cheaper than FFmpeg's own way."""
        block, filled = self._empty_block(), 0
        for frame in self._frames():
            count = frame.samples
            same = frame.format.name == kind and frame.sample_rate == self.sample_rate_hz
            if not same or frame.layout.nb_channels != self.channels or count > BLOCK_FRAMES:
                self.damaged = True  # rate or channels changed in mid-stream
                continue
            if filled + count > BLOCK_FRAMES:
                yield block[:filled]
                block, filled = self._empty_block(), 0
            try:
                _copy(frame, kind, block[filled : filled + count])
            except UNEXPECTED:  # fewer samples than it says
                self.damaged = True
                continue
            filled += count
        yield block[:filled]

    def _empty_block(self) -> Samples:
        return np.empty((BLOCK_FRAMES, self.channels), np.float32)

    def _converted(self) -> Iterator[Samples]:
        """Any other kind of sample, joined and converted by FFmpeg's own resampler."""
        join = av.AudioResampler(
            format="flt",
            layout=self._stream.codec_context.layout,
            rate=self.sample_rate_hz,
            frame_size=BLOCK_FRAMES,
        )
        for frame in self._frames():
            yield from self._pieces(join, frame)
        yield from self._pieces(join, None)

    def _frames(self) -> Iterator[Any]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, *UNEXPECTED):
                self.damaged = True
                return
            if packet is None:
                return
            if packet.is_corrupt:
                self.damaged = True
            try:
                frames = packet.decode()
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, *UNEXPECTED):
                self.damaged = True
                continue
            yield from frames

    def _pieces(self, join: Any, frame: Any) -> Iterator[Samples]:
        try:
            joined = join.resample(frame)
        except (av.error.FFmpegError, *UNEXPECTED):  # rate or channels changed in mid-stream
            self.damaged = True
            return
        for piece in joined:
            yield np.ascontiguousarray(piece.to_ndarray().reshape(-1, self.channels))

    def close(self) -> None:
        """Release the file."""
        self._container.close()


DECODERS: dict[str, Callable[[Path], AudioFile]] = {"libsndfile": SndFile, "ffmpeg": FFmpegFile}
