"""ID3v2 tags for changing: at the start of mp3 files, in a chunk of wav and aiff files.

The version found is the version written, 2.3 or 2.4, and frames are not translated between them;
an ID3v1 tag at the end stays as it is. mutagen would update or remove it.
"""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import mutagen
from mutagen import id3

from audiolab.errors import TagWriteError
from audiolab.writeback.containers import Kind, Native

LATIN1, UTF16, UTF8 = 0, 1, 3
V1_BYTES = 128
NEW_VERSION = 4
NOT_BEFORE_24 = frozenset({"TMOO"})
BINARY_MIME = "application/octet-stream"
Order = Literal["little", "big"]


class Id3Tags:
    """The tags of an mp3 file, or of the file that `holder` is.

    Parameters
    ----------
    path : Path
    holder : mutagen.FileType, optional
        Of a wav or aiff file.
    order : {"little", "big"}
        Of the bytes in the chunks of such a file.
    """

    kind: Kind = "id3"

    def __init__(self, path: Path, holder: Any = None, order: Order = "little") -> None:
        self._path, self._holder, self._order = path, holder, order
        self._tags: Any = _mp3_tags(path) if holder is None else holder.tags
        version = self._tags.version
        if version[:2] == (2, 2):
            raise TagWriteError(
                str(path), "its tags are ID3v2.2: have your tag editor make 2.3 or 2.4 of them"
            )
        self._version = 3 if version[:2] == (2, 3) else NEW_VERSION

    def lacks(self, slot: str) -> bool:
        """Whether the frame came with 2.4 and the file has 2.3."""
        return slot in NOT_BEFORE_24 and self._version < 4

    def spelled(self, slot: str) -> str:
        """Descriptions of TXXX frames come in any case."""
        same = (key for key in self._tags if key.casefold() == slot.casefold())
        return next(same, slot)

    def get(self, slot: str) -> Native | None:
        """A frame: its texts or data, with their encoding."""
        frame = self._tags.get(slot)
        if frame is None:
            return None
        if hasattr(frame, "text"):
            return {"text": [str(text) for text in frame.text], "encoding": int(frame.encoding)}
        return {
            "data": base64.b64encode(frame.data).decode(), "mime": frame.mime,
            "filename": frame.filename, "encoding": int(frame.encoding),
        }  # fmt: skip

    def put(self, slot: str, value: Native | None) -> None:
        """Make the frame anew, or take it out."""
        if value is None:
            self._tags.pop(slot, None)
            return
        name, _, desc = slot.partition(":")
        given = dict(value)
        if "data" in given:
            given["data"] = base64.b64decode(given["data"])
        if name in ("TXXX", "GEOB"):
            given["desc"] = desc
        self._tags[slot] = id3.Frames[name](**given)

    def made(self, slot: str, value: str | bytes) -> Native:
        """A frame of one text or of data."""
        if isinstance(value, bytes):
            data = base64.b64encode(value).decode()
            return {"data": data, "mime": BINARY_MIME, "filename": "", "encoding": LATIN1}
        return {"text": [value], "encoding": self._encoding(value)}

    def _encoding(self, text: str) -> int:
        try:
            text.encode("latin-1")
        except UnicodeEncodeError:
            return UTF8 if self._version == 4 else UTF16
        return LATIN1

    def texts(self, slot: str) -> list[str]:
        """What a frame says; genres by name, not by number."""
        frame = self._tags.get(slot)
        if not hasattr(frame, "text"):  # none, or data
            return []
        return [str(text) for text in (frame.genres if slot == "TCON" else frame.text)]

    def everything(self) -> Mapping[str, Any]:
        """The frames but for their encodings; the other chunks; the rest of an mp3 file."""
        found: dict[str, Any] = {key: _content(frame) for key, frame in self._tags.items()}
        found["unknown frames"] = sorted(self._tags.unknown_frames)
        found["version"] = self._version
        if self._holder is None:
            found["rest"] = _digest_from(self._path, _end_of_tag(self._path))
        else:
            found["chunks"] = _chunks(self._path, self._order)
        return found

    def save(self) -> None:
        """Write the frames back as what they were."""
        how: dict[str, Any] = {"v2_version": self._version, "v23_sep": None}
        if self._holder is not None:
            self._tags.save(str(self._path), **how)
            return
        before = _v1_tag(self._path)
        if not self._tags:
            id3.delete(str(self._path), delete_v1=False)
        else:
            self._tags.save(str(self._path), v1=1, **how)
        if before is not None:
            _put_v1_tag(self._path, before)


def wave_tags(path: Path) -> Id3Tags:
    """The tags of a wav file: those in its ID3 chunk; the INFO list is left alone."""
    from mutagen.wave import WAVE

    return _in_chunk(path, WAVE, "little")


def aiff_tags(path: Path) -> Id3Tags:
    """The tags of an aiff file."""
    from mutagen.aiff import AIFF

    return _in_chunk(path, AIFF, "big")


def _in_chunk(path: Path, kind: type, order: Order) -> Id3Tags:
    holder: Any = kind(str(path), translate=False, load_v1=False)
    if holder.tags is None:
        holder.add_tags()
    return Id3Tags(path, holder, order)


def _mp3_tags(path: Path) -> Any:
    """The ID3v2 tag; of a file that has only an ID3v1 tag, what that says."""
    for load_v1 in (False, True):
        try:
            return id3.ID3(str(path), translate=False, load_v1=load_v1)
        except id3.ID3NoHeaderError:
            continue
    if mutagen.File(path) is None:
        raise TagWriteError(str(path), "it is not an mp3 file")
    return id3.ID3()


def _content(frame: Any) -> str:
    """All of a frame but how its text is encoded."""
    said = {name: value for name, value in vars(frame).items() if name != "encoding"}
    return hashlib.blake2b(
        repr(sorted(said.items())).encode("utf-8", "backslashreplace")
    ).hexdigest()


def _end_of_tag(path: Path) -> int:
    try:
        return int(id3.ID3(str(path), translate=False, load_v1=False).size)
    except id3.ID3NoHeaderError:
        return 0


def _digest_from(path: Path, start: int) -> str:
    """Of all bytes from a place on: the sound, and whatever other tags come after it."""
    with path.open("rb") as file:
        file.seek(start)
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _chunks(path: Path, order: Order) -> list[tuple[str, str]]:
    """The chunks of a RIFF or IFF file with the hashes of their bytes, but for that of the tags."""
    found = []
    with path.open("rb") as file:
        file.seek(12)
        while len(header := file.read(8)) == 8:
            name, size = header[:4], int.from_bytes(header[4:], order)
            digest = hashlib.blake2b(digest_size=16)
            left = size
            while left and (block := file.read(min(left, 1 << 20))):
                digest.update(block)
                left -= len(block)
            if name.strip().lower() != b"id3":
                found.append((repr(name), digest.hexdigest()))
            file.seek(size % 2, 1)
    return found


def _v1_tag(path: Path) -> bytes | None:
    with path.open("rb") as file:
        if file.seek(0, 2) < V1_BYTES:
            return None
        file.seek(-V1_BYTES, 2)
        end = file.read()
    return end if end.startswith(b"TAG") else None


def _put_v1_tag(path: Path, tag: bytes) -> None:
    """Put back what mutagen made anew; it is of the same size at the same place."""
    with path.open("r+b") as file:
        file.seek(-V1_BYTES, 2)
        if file.read(3) == b"TAG":
            file.seek(-V1_BYTES, 2)
            file.write(tag)
