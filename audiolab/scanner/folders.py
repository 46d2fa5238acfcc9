"""The folders that a page may look into and scan: those of ``AUDIOLAB_LIBRARY_PATH``, and no other.

A page names a folder by its place: the name of a library folder, then the names of the folders
that lead from it. Paths never travel, and links that lead out of the library are not followed.
"""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from audiolab.catalog.paths import decode, encode
from audiolab.errors import OutsideLibraryError, ScanError
from audiolab.scanner.walk import FoundFile, because, find, listing

Place: TypeAlias = tuple[str, ...]

SEPARATOR = " / "


@dataclass(frozen=True)
class Listing:
    """What is in a folder.

    Attributes
    ----------
    folders : tuple of str
        Names of the folders in it that may be opened, as people sort them.
    files : int
        Audio files directly in it.
    """

    folders: tuple[str, ...]
    files: int


class LibraryFolders:
    """The library's folders.

    Parameters
    ----------
    folders : iterable of Path
        Those of the settings. One that lies in another is found there.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        real = dict.fromkeys(folder.resolve() for folder in folders)
        outermost = [one for one in real if not any(other in one.parents for other in real)]
        self._tops: dict[str, Path] = {}
        for folder in outermost:
            self._tops[self._free_name(encode(folder.name) or "disk")] = folder

    def _free_name(self, name: str) -> str:
        number, free = 1, name
        while free in self._tops:
            number += 1
            free = f"{name} ({number})"
        return free

    @property
    def tops(self) -> tuple[str, ...]:
        """Names of the library's folders; () if none may be scanned."""
        return tuple(self._tops)

    @property
    def fence(self) -> tuple[Path, ...]:
        """Where they are, without links."""
        return tuple(self._tops.values())

    def path(self, place: Sequence[str]) -> Path:
        """Where a folder is on disk, without links.

        Raises
        ------
        OutsideLibraryError
            If the place does not exist in the library, or a link leads out of it.
        ScanError
            If it is not a folder, or cannot be reached.
        """
        top, *names = place or ("",)
        if not all(map(_is_name, place)) or top not in self._tops:
            raise OutsideLibraryError("there is no such folder in the library")
        try:
            path = self._tops[top].joinpath(*map(decode, names)).resolve()
            is_folder = path.is_dir()
        except OSError as error:
            raise ScanError(f"{shown(place)} cannot be read: {because(error)}") from None
        except RuntimeError:  # how Python before 3.13 says it
            raise ScanError(f"{shown(place)} cannot be read: link loop") from None
        if self.place(path) is None:
            raise OutsideLibraryError(f"{shown(place)} leads out of the library")
        if not is_folder:
            raise ScanError(f"{shown(place)} is not there: its disk may not be connected")
        return path

    def place(self, path: Path) -> Place | None:
        """How a path without links is named; None if it is outside the library."""
        for top, folder in self._tops.items():
            if path.is_relative_to(folder):
                return top, *(encode(name) for name in path.relative_to(folder).parts)
        return None

    def look(self, place: Sequence[str]) -> Listing:
        """What is in a folder.

        Raises
        ------
        OutsideLibraryError, ScanError
            As `path`; and if it cannot be read.
        """
        path = self.path(place)
        try:
            found = listing(str(path))
        except OSError as error:
            raise ScanError(f"{shown(place)} cannot be read: {because(error)}") from None
        names = [
            encode(n) for _, n, kind in found if kind == "folder" or self._opens(path / n, kind)
        ]
        names.sort(key=_as_people_sort)
        return Listing(tuple(names), sum(kind == "file" for *_, kind in found))

    def _opens(self, path: Path, kind: str) -> bool:
        """Whether something in a folder is a link to a folder of the library."""
        if kind != "link to a folder":
            return False
        return self.place(path.resolve()) is not None

    def count(self, place: Sequence[str], seconds: float) -> tuple[int, bool]:
        """Audio files in a folder and below it, and whether all were counted in so many seconds.

        Raises
        ------
        OutsideLibraryError, ScanError
            As `look`.
        """
        end, files = time.monotonic() + seconds, 0
        for item in find(self.path(place), fence=self.fence):
            files += isinstance(item, FoundFile)
            if time.monotonic() > end:
                return files, False
        return files, True


def shown(place: Sequence[str]) -> str:
    """A place as people read it: ``Music / House``."""
    return SEPARATOR.join(place)


def _as_people_sort(name: str) -> list[tuple[int, str]]:
    """ "Kit 2" comes before "Kit 10", and case does not matter."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _is_name(name: object) -> bool:
    """Whether something from a page is the name of a folder, not a way to somewhere else."""
    if not isinstance(name, str) or name in ("", ".", ".."):
        return False
    return not any(sign in decode(name) for sign in "/\0")
