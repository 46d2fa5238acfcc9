"""File -> blocks of float32 samples, whatever the container and however damaged.

Two decoders share the work: libsndfile (through soundfile) is the fastest for mp3, wav and aiff;
FFmpeg (through PyAV) reads everything else, goes on after damaged packets, and stands in when
libsndfile gives up. Flac is FFmpeg's too: libsndfile hides lost frames behind silence. Nothing here
ever holds more than one block of a file.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audiolab.errors import AnalysisError

Samples = npt.NDArray[np.float32]

AUDIO_EXTENSIONS: frozenset[str] = frozenset(
    {".mp3", ".wav", ".flac", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".aif", ".aiff"}
)

BLOCK_FRAMES = 131_072  # 3 s: so few that what Python does for each costs nothing
LIBSNDFILE_FIRST = frozenset({".mp3", ".wav", ".aif", ".aiff"})
MIN_RATE_HZ, MAX_RATE_HZ = 4_000, 768_000
MAX_CHANNELS = 64


class AudioFile(Protocol):
    """An open file, decoded from its start.

    Attributes
    ----------
    sample_rate_hz : int
    channels : int
    claimed_frames : int or None
        Length that the header promises; None where it promises nothing reliable.
    damaged : bool
        Whether something could not be decoded so far; complete after the last block.
    """

    sample_rate_hz: int
    channels: int
    claimed_frames: int | None
    damaged: bool

    def blocks(self) -> Iterator[Samples]:
        """Blocks of shape (frames, channels), full scale 1.0, until the end or what is left."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...


def decoder_names(path: Path) -> tuple[str, ...]:
    """The decoders to try for `path`, best first."""
    if path.suffix.lower() in LIBSNDFILE_FIRST:
        return "libsndfile", "ffmpeg"
    return "ffmpeg", "libsndfile"


def check_readable(path: Path) -> None:
    """Refuse what is no file with content, before a decoder blocks or guesses.

    Raises
    ------
    FileNotFoundError
        If there is nothing at `path`.
    AnalysisError
        With the reason "not a file", "empty file" or "unreadable: ...".
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a named pipe would wait for ever
            raise AnalysisError(str(path), "not a file")
        if status.st_size == 0:
            raise AnalysisError(str(path), "empty file")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = f"unreadable: {error.strerror or type(error).__name__}"
        raise AnalysisError(str(path), reason.lower()) from error


@contextmanager
def open_audio(path: str | Path, decoder: str | None = None) -> Iterator[AudioFile]:
    """Open a file for decoding.

    Parameters
    ----------
    path : str or Path
    decoder : {"libsndfile", "ffmpeg"}, optional
        Insist on one decoder; by default the first that can open the file.

    Yields
    ------
    AudioFile
        Its ``blocks()`` stop early, with ``damaged`` set, where the data cannot be decoded.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    AnalysisError
        If no decoder can open it: "not an audio file", "empty file", "not a file", ...
    """
    path = Path(path)
    check_readable(path)
    file = _first_that_opens(path, (decoder,) if decoder else decoder_names(path))
    try:
        yield file
    finally:
        file.close()


def _first_that_opens(path: Path, names: tuple[str, ...]) -> AudioFile:
    from audiolab.analysis.decoders import DECODERS

    reasons = []
    for name in names:
        try:
            file = DECODERS[name](path)
        except AnalysisError as error:
            reasons.append(error.reason)
            continue
        if not file.sample_rate_hz:
            reasons.append("not an audio file")  # FFmpeg opens anything with a known suffix
        elif not MIN_RATE_HZ <= file.sample_rate_hz <= MAX_RATE_HZ:
            reasons.append("implausible sample rate")
        elif not 1 <= file.channels <= MAX_CHANNELS:
            reasons.append("implausible number of channels")
        else:
            return file
        file.close()
    specific = [reason for reason in reasons if reason != "not an audio file"]
    raise AnalysisError(str(path), specific[0] if specific else "not an audio file")
