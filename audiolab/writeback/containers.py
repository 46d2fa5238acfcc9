"""The tags of one file for changing: slots by name, read, set and saved in the file's own way.

A slot is one place in a file's tags as its format names it: ``TBPM`` or ``TXXX:MOOD`` (ID3),
``BPM`` (Vorbis comments), ``tmpo`` or ``----:com.apple.iTunes:BPM`` (MP4). What is in it is a
`Native`: JSON that a journal can keep and that gives the same slot again, to the last detail.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from audiolab.errors import TagWriteError

Kind = Literal["id3", "vorbis", "opus", "mp4"]
Native = dict[str, Any]


class Container(Protocol):
    """The tags of one open file.

    Attributes
    ----------
    kind : {"id3", "vorbis", "opus", "mp4"}
        How tags are called in it.
    """

    kind: Kind

    def lacks(self, slot: str) -> bool:
        """Whether the file's version of the format has no such slot."""
        ...

    def spelled(self, slot: str) -> str:
        """The slot as this file spells it, whose case may be another."""
        ...

    def get(self, slot: str) -> Native | None:
        """What is in a slot; None for nothing."""
        ...

    def put(self, slot: str, value: Native | None) -> None:
        """Fill a slot, or remove it with None."""
        ...

    def made(self, slot: str, value: str | bytes) -> Native:
        """What a slot has to hold to say this."""
        ...

    def texts(self, slot: str) -> list[str]:
        """What a slot says, for people; [] for nothing."""
        ...

    def everything(self) -> Mapping[str, Any]:
        """Every slot with its content, and what else must not change, to compare."""
        ...

    def save(self) -> None:
        """Write the tags into the file, in place."""
        ...


def open_tags(path: Path) -> Container:
    """The tags of a file.

    Raises
    ------
    TagWriteError
        If its tags cannot be written: another format, damaged tags.
    """
    from mutagen import MutagenError

    make = _openers().get(path.suffix.lower())
    if make is None:
        raise TagWriteError(str(path), f"no tags are written into {path.suffix.lower()} files")
    try:
        return make(path)
    except TagWriteError:
        raise
    except (MutagenError, ValueError, KeyError, IndexError, EOFError, AssertionError) as error:
        raise TagWriteError(str(path), f"its tags cannot be read ({_said(error)})") from error


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:80]


def _openers() -> dict[str, Callable[[Path], Container]]:
    from audiolab.writeback.tags_id3 import Id3Tags, aiff_tags, wave_tags
    from audiolab.writeback.tags_mp4 import Mp4Tags
    from audiolab.writeback.tags_vorbis import VorbisTags, flac_tags

    return {
        ".mp3": Id3Tags, ".wav": wave_tags, ".aif": aiff_tags, ".aiff": aiff_tags,
        ".flac": flac_tags, ".ogg": VorbisTags, ".oga": VorbisTags, ".opus": VorbisTags,
        ".m4a": Mp4Tags,
    }  # fmt: skip
