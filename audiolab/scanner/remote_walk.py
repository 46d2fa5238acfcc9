"""Find the audio files below a URL: what `audiolab.scanner.walk` does for folders.

The same names are left out and the same order is kept. A link to a file is a file; links to
folders are skipped, as a server does not say where they lead.
"""

from collections.abc import Iterator

from audiolab.catalog.paths import encode
from audiolab.errors import ScanError
from audiolab.scanner.remote import Entry, Remote
from audiolab.scanner.walk import FoundFile, Skipped, because, is_audio, is_left_out

Outcome = FoundFile | Skipped | str


def find_remote(url: str, recursive: bool = True) -> Iterator[FoundFile | Skipped]:
    """Walk through what is below `url`; files come in the order of the code points of their paths.

    Parameters
    ----------
    url : str
    recursive : bool
        Whether to look into the folders below.

    Yields
    ------
    FoundFile or Skipped

    Raises
    ------
    ScanError
        If the root itself cannot be read.
    """
    remote = Remote(url)
    try:
        top = remote.listing("")
    except OSError as error:
        raise ScanError(f"{url} cannot be read: {because(error)}") from error
    visits = [_visit(remote, "", top)]
    while visits:
        outcome = next(visits[-1], None)
        if outcome is None:
            visits.pop()
        elif not isinstance(outcome, str):
            yield outcome
        elif recursive:
            visits.append(_look(remote, outcome))


def _look(remote: Remote, folder: str) -> Iterator[Outcome]:
    try:
        entries = remote.listing(folder)
    except FileNotFoundError:
        return  # removed meanwhile
    except OSError as error:
        reason = f"unreadable folder: {because(error)}"
        yield Skipped(encode(folder), reason, is_folder=True)
        return
    yield from _visit(remote, folder, entries)


def _visit(remote: Remote, folder: str, entries: list[Entry]) -> Iterator[Outcome]:
    """The audio files of a folder, and its folders as paths."""
    for entry in sorted(entries, key=_key):
        path = f"{folder}/{entry.name}" if folder else entry.name
        if is_left_out(entry.name, is_folder=entry.kind == "folder"):
            continue
        if entry.kind == "folder":
            yield path if entry.name else Skipped(encode(path), "folder without a name")
        elif entry.kind == "link":
            yield from _follow(remote, path)
        elif is_audio(entry.name):
            yield _file(path, entry)


def _key(entry: Entry) -> str:
    """Files of a folder called "a" come after "a b.mp3": their paths go on with a slash."""
    key = encode(entry.name)
    return key + "/" if entry.kind == "folder" else key


def _follow(remote: Remote, path: str) -> Iterator[FoundFile | Skipped]:
    try:
        target = remote.follow(path)
    except FileNotFoundError:
        target = None
    except OSError as error:
        yield Skipped(encode(path), f"unreadable: {because(error)}")
        return
    if target is not None and target.kind != "file":
        yield Skipped(encode(path), "link to a folder on a server", is_folder=True)
    elif is_audio(path):
        yield Skipped(encode(path), "broken link") if target is None else _file(path, target)


def _file(path: str, entry: Entry) -> FoundFile | Skipped:
    if entry.mtime_ns is None:  # a change could not be seen
        return Skipped(encode(path), "its server does not tell when it was changed")
    return FoundFile(encode(path), entry.size, entry.mtime_ns)
