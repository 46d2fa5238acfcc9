"""Find the audio files under a folder, in the order of their encoded paths.

No more is held than the names in the folders from the root to the present one.

Found is every file whose name ends in a known extension. What cannot be looked into (an
unreadable folder, a loop of links, a broken link) is found as well, as `Skipped` with its reason,
so that nothing disappears without a word. Left out silently, as they hold no music:

- names that begin with a dot: hidden files and folders, among them AppleDouble companions
  (``._song.mp3``), ``.Trash-1000`` and ``.AppleDouble``;
- the system folders in `SYSTEM_FOLDERS`: bins, indexes, thumbnails, recovered fragments.

A link to a file is a file. A link to a folder is followed once when the folder lies outside the
root; inside the root its files are found at their real place. A fence keeps links from leading
out of some folders.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audiolab.analysis import AUDIO_EXTENSIONS
from audiolab.catalog.paths import encode
from audiolab.errors import ScanError

SYSTEM_FOLDERS = frozenset(
    {
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "__macosx",
        "#recycle",
        "@eadir",
        "network trash folder",
        "temporary items",
    }
)
LEADS_OUT = "link that leads out of the library folders"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file with an audio extension.

    Attributes
    ----------
    path : str
        Relative to the root, as `audiolab.catalog.paths.encode` spells it.
    size : int
        Bytes.
    mtime_ns : int
        Time of the last change, nanoseconds since 1970.
    """

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not analysed.

    Attributes
    ----------
    path : str
        Relative to the root, encoded.
    reason : str
        Why, in a few words that group well.
    is_folder : bool
        Whether files below it are unknown rather than absent.
    """

    path: str
    reason: str
    is_folder: bool = False


def find(
    root: Path, recursive: bool = True, fence: Sequence[Path] = ()
) -> Iterator[FoundFile | Skipped]:
    """Walk through `root`; files come in the order of the code points of their paths.

    Parameters
    ----------
    root : Path
        An absolute folder.
    recursive : bool
        Whether to look into the folders below.
    fence : sequence of Path
        Absolute folders without links; links that lead out of all of them are skipped. None: links
        may lead anywhere.

    Yields
    ------
    FoundFile or Skipped

    Raises
    ------
    ScanError
        If the root itself cannot be read, or is another folder at the end: a disk that is not
        there, or no longer, is not an empty library.
    """
    before = _identity(root)
    walk = _Walk(root, fence)
    visits = [walk.visit(str(root), False)]
    while visits:  # not recursive: trees may be deeper than Python's stack
        outcome = next(visits[-1], None)
        if outcome is None:
            visits.pop()
        elif not isinstance(outcome, tuple):
            yield outcome
        elif recursive:
            visits.append(walk.visit(*outcome))
    if _identity(root) != before:
        raise ScanError(f"{root} went away while it was looked at: scan again when it is back")


def _identity(root: Path) -> tuple[int, int]:
    try:
        os.scandir(root).close()
        status = root.stat()
    except OSError as error:
        raise ScanError(f"{root} cannot be read: {because(error)}") from error
    return status.st_dev, status.st_ino


def because(error: OSError) -> str:
    """What the system said, in lower case: ``permission denied``."""
    return (error.strerror or type(error).__name__).lower()


class _Walk:
    """What one walk remembers: its root and the folders it entered through links."""

    def __init__(self, root: Path, fence: Sequence[Path]) -> None:
        self.root = str(root)
        self.fence = tuple(_with_slash(str(folder)) for folder in fence)
        self.real_root = os.path.realpath(root)
        self.entered: set[tuple[int, int]] = set()

    def visit(self, folder: str, outside: bool) -> Iterator[FoundFile | Skipped | tuple[str, bool]]:
        """The audio files of one folder, and its folders as (path, reached through a link)."""
        try:
            if outside and not self._enter(folder):
                yield self._skip(folder, "link to a folder already scanned", is_folder=True)
                return
            names = listing(folder)
        except FileNotFoundError:
            return  # removed meanwhile
        except OSError as error:
            yield self._skip(folder, f"unreadable folder: {because(error)}", is_folder=True)
            return
        for _, name, kind in names:
            path = os.path.join(folder, name)  # noqa: PTH118 (any bytes)
            if kind == "folder":
                yield path, outside
            elif self.fence and self._leads_out(path):
                yield self._skip(path, LEADS_OUT, is_folder=kind == "link to a folder")
            elif kind == "link to a folder":
                yield self._follow(path)
            elif (outcome := self._measure(path)) is not None:
                yield outcome

    def _leads_out(self, path: str) -> bool:
        """Whether a path is a link out of the fence; names without links never lead anywhere."""
        if not os.path.islink(path):  # noqa: PTH114
            return False
        return not _with_slash(os.path.realpath(path)).startswith(self.fence)

    def _follow(self, link: str) -> Skipped | tuple[str, bool]:
        target = _with_slash(os.path.realpath(link))
        here = _with_slash(os.path.realpath(os.path.dirname(link)))  # noqa: PTH120
        if here.startswith(target):
            return self._skip(link, "link loop", is_folder=True)
        if target.startswith(_with_slash(self.real_root)):
            return self._skip(link, "link to a folder of the same root", is_folder=True)
        return link, True

    def _enter(self, folder: str) -> bool:
        """Note a folder outside the root; False if it has been here before."""
        status = os.stat(folder)  # noqa: PTH116 (names of any bytes, no Path built per folder)
        identity = (status.st_dev, status.st_ino)
        if identity in self.entered:
            return False
        self.entered.add(identity)
        return True

    def _measure(self, path: str) -> FoundFile | Skipped | None:
        try:
            status = os.stat(path)  # noqa: PTH116 (any bytes)
        except FileNotFoundError:
            is_link = os.path.islink(path)  # noqa: PTH114
            return self._skip(path, "broken link") if is_link else None
        except OSError as error:
            what = "link loop" if error.errno == errno.ELOOP else f"unreadable: {because(error)}"
            return self._skip(path, what)
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            return self._skip(path, "not a regular file")
        return FoundFile(self._relative(path), status.st_size, status.st_mtime_ns)

    def _skip(self, path: str, reason: str, *, is_folder: bool = False) -> Skipped:
        return Skipped(self._relative(path), reason, is_folder)

    def _relative(self, path: str) -> str:
        return encode(path[len(_with_slash(self.root)) :])


def listing(folder: str) -> list[tuple[str, str, str]]:
    """What counts in a folder: (sort key, name, kind).

    A folder's key ends with a slash, as that is what its files' paths go on with: "a b.mp3" comes
    before "a/c.mp3", whose folder is called "a".
    """
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            kind = _kind(entry)
            if kind is not None:
                key = encode(entry.name)
                names.append((key if kind == "file" else key + "/", entry.name, kind))
    names.sort()
    return names


def _kind(entry: os.DirEntry[str]) -> str | None:
    """What is to be done about an entry; None for nothing."""
    is_folder = entry.is_dir(follow_symlinks=False)
    if is_left_out(entry.name, is_folder=is_folder):
        return None
    if is_folder:
        return "folder"
    if entry.is_symlink() and _leads_to_folder(entry.path):
        return "link to a folder"
    return "file" if is_audio(entry.name) else None


def _with_slash(folder: str) -> str:
    return folder.rstrip("/") + "/"


def is_left_out(name: str, *, is_folder: bool) -> bool:
    """Whether the name of a file or folder says that it holds no music."""
    return name.startswith(".") or (is_folder and name.casefold() in SYSTEM_FOLDERS)


def _leads_to_folder(link: str) -> bool:
    return os.path.isdir(link)  # noqa: PTH112


def is_audio(name: str) -> bool:
    """Whether a file's name has a known extension."""
    return os.path.splitext(name)[1].lower() in AUDIO_EXTENSIONS  # noqa: PTH122
