"""MP4 atoms for changing: the list of iTunes' tags in m4a files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mutagen.mp4 import MP4, AtomDataType, MP4FreeForm

from audiolab.writeback.containers import Kind, Native

FREEFORM = "----:"
WHOLE_NUMBERS = frozenset({"tmpo"})


class Mp4Tags:
    """The tags of an m4a file."""

    kind: Kind = "mp4"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: Any = MP4(str(path))
        if self._file.tags is None:
            self._file.add_tags()

    def lacks(self, slot: str) -> bool:
        """Any name will do."""
        return False

    def spelled(self, slot: str) -> str:
        """Names of free atoms come in any case."""
        same = (key for key in self._file.tags if key.casefold() == slot.casefold())
        return next(same, slot) if slot.startswith(FREEFORM) else slot

    def get(self, slot: str) -> Native | None:
        """The values of an atom; of a free one with their type."""
        values = self._file.tags.get(slot)
        if not values:
            return None
        if slot.startswith(FREEFORM):
            return {"free": [[bytes(one).decode("latin-1"), int(one.dataformat)] for one in values]}
        return {"values": list(values)}

    def put(self, slot: str, value: Native | None) -> None:
        """Replace the values of an atom, or take it out."""
        if value is None:
            self._file.tags.pop(slot, None)
        elif slot.startswith(FREEFORM):
            self._file.tags[slot] = [
                MP4FreeForm(text.encode("latin-1"), kind) for text, kind in value["free"]
            ]
        else:
            self._file.tags[slot] = value["values"]

    def made(self, slot: str, value: str | bytes) -> Native:
        """One value."""
        if slot.startswith(FREEFORM):
            content = value if isinstance(value, bytes) else value.encode()
            return {"free": [[content.decode("latin-1"), int(AtomDataType.UTF8)]]}
        return {"values": [int(value) if slot in WHOLE_NUMBERS else value]}

    def texts(self, slot: str) -> list[str]:
        """What an atom says."""
        values = self._file.tags.get(slot, [])
        return [
            bytes(one).decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
            for one in values
        ]

    def everything(self) -> Mapping[str, Any]:
        """The atoms, with the types of free ones and of pictures."""
        found: dict[str, Any] = {key: _content(value) for key, value in self._file.tags.items()}
        found["chapters"] = str([(one.start, one.title) for one in self._file.chapters or ()])
        return found

    def save(self) -> None:
        """Write the atoms back."""
        self._file.save(str(self._path))


def _content(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [
        (bytes(one), getattr(one, "dataformat", None), getattr(one, "imageformat", None))
        if isinstance(one, bytes)
        else one
        for one in value
    ]
