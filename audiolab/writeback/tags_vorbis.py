"""Vorbis comments for changing: in flac files and in Ogg files of any codec."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mutagen
from mutagen import flac

from audiolab.errors import TagWriteError
from audiolab.writeback.containers import Kind, Native

PADDING, COMMENT = 1, 4  # codes of blocks in flac files


class VorbisTags:
    """The comments of an Ogg file, or of `file`.

    Parameters
    ----------
    path : Path
    file : mutagen.FileType, optional
    """

    def __init__(self, path: Path, file: Any = None) -> None:
        self._path = path
        self._file = mutagen.File(path) if file is None else file
        if self._file is None or not hasattr(self._file.tags, "vendor"):
            raise TagWriteError(str(path), "it is not an Ogg file with comments")
        self.kind: Kind = "opus" if type(self._file).__name__ == "OggOpus" else "vorbis"

    @property
    def _comments(self) -> list[tuple[str, str]]:
        """(name, text) in the order of the file."""
        comments: list[tuple[str, str]] = self._file.tags
        return comments

    def lacks(self, slot: str) -> bool:
        """Any name will do."""
        return False

    def spelled(self, slot: str) -> str:
        """Case does not matter here."""
        return slot

    def get(self, slot: str) -> Native | None:
        """The comments of a name, with its case as the file has it."""
        found = [[name, text] for name, text in self._comments if _same(name, slot)]
        return {"comments": found} if found else None

    def put(self, slot: str, value: Native | None) -> None:
        """Replace the comments of a name where they are; new ones come last."""
        places = [place for place, (name, _) in enumerate(self._comments) if _same(name, slot)]
        at = places[0] if places else len(self._comments)
        for place in reversed(places):
            del self._comments[place : place + 1]  # by slices: single items go by name here
        new = [] if value is None else [(name, text) for name, text in value["comments"]]
        self._comments[at:at] = new

    def made(self, slot: str, value: str | bytes) -> Native:
        """One comment."""
        before = self.get(slot)
        name = before["comments"][0][0] if before else slot
        return {"comments": [[name, str(value)]]}

    def texts(self, slot: str) -> list[str]:
        """The texts of a name."""
        return [text for name, text in self._comments if _same(name, slot)]

    def everything(self) -> Mapping[str, Any]:
        """The comments; of a flac file its other blocks, too: pictures, cue sheet, seek table."""
        found: dict[str, Any] = {}
        for name, text in self._comments:
            found.setdefault(name.upper(), []).append(text)
        found["vendor"] = self._file.tags.vendor
        found["blocks"] = [
            (block.code, block.write())
            for block in getattr(self._file, "metadata_blocks", ())
            if block.code not in (PADDING, COMMENT)
        ]
        return found

    def save(self) -> None:
        """Write the comments back."""
        self._file.save(str(self._path))


def flac_tags(path: Path) -> VorbisTags:
    """The comments of a flac file, which may have had none."""
    file = flac.FLAC(str(path))
    if file.tags is None:
        file.add_tags()
    return VorbisTags(path, file)


def _same(name: str, slot: str) -> bool:
    return name.upper() == slot.upper()
