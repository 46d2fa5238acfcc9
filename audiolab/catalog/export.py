"""Writing tracks to files that other programs read, and reading playlists back.

Tables: csv, json, jsonl, parquet with the DataFrame's columns. Playlists: m3u8 (extended) and
xspf, with paths relative to the playlist, so that both can be moved together. A file is written
under another name first, so that an old one is replaced whole or not at all.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import pandas as pd

from audiolab.catalog.tables import WRITERS
from audiolab.errors import CatalogError

Locate = Callable[[str], Path]  # a track's id to its file
M3U8_HEAD = b"#EXTM3U\n"
XSPF = "http://xspf.org/ns/0/"
XSPF_HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<playlist version="1" xmlns="' + XSPF.encode() + b'"><trackList>\n'
)
XSPF_END = b"</trackList></playlist>\n"


def export(frame: pd.DataFrame, to: Path, locate: Locate) -> Path:
    """Write tracks into a file whose name says the format; collections have `rekordbox`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tracks, as `Catalog.tracks` gives them.
    to : Path
        Ends in .csv, .json, .jsonl, .parquet, .m3u8 or .xspf.
    locate : callable
        Where the file of a track id is, for playlists.

    Raises
    ------
    CatalogError
        For another ending, or a folder that cannot be written.
    """
    ending = to.suffix.lower().lstrip(".")
    if ending not in WRITERS and ending not in _PLAYLISTS:
        raise CatalogError(f"{to.name}: expected a name ending in .{', .'.join(ENDINGS)}")
    with replacing(to) as path:
        if ending in WRITERS:
            with path.open("wb") as stream:
                WRITERS[ending](frame.reset_index(names="id"), stream)
        else:
            _PLAYLISTS[ending](frame, path, _beside(to, locate))
    return to


@contextmanager
def replacing(to: Path) -> Iterator[Path]:
    """A new file beside `to` that takes its place when all went well."""
    try:
        handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.", suffix=to.suffix)
    except OSError as error:
        raise CatalogError(f"{to} cannot be written: {error.strerror}") from error
    os.close(handle)
    path = Path(name)
    try:
        yield path
        path.chmod(0o666 & ~_umask())
        path.replace(to)
    except OSError as error:
        raise CatalogError(f"{to} cannot be written: {error.strerror or error}") from error
    finally:
        path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _beside(playlist: Path, locate: Locate) -> Locate:
    """Where a track is as seen from the playlist; absolute if they share no folder but the root."""
    folder = playlist.parent.resolve()

    def find(track_id: str) -> Path:
        path = locate(track_id)
        if path.is_absolute() and path.parts[:2] == folder.parts[:2]:
            return Path(os.path.relpath(path, folder))
        return path

    return find


def _rows(frame: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    for row in frame.itertuples():
        yield str(row.Index), row


def _one_line(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str) else ""


def _write_m3u8(frame: pd.DataFrame, path: Path, find: Locate) -> None:
    folder = path.parent.resolve()
    entries = m3u8_entries(frame, lambda track_id: _playlist_line(find(track_id), folder))
    path.write_bytes(M3U8_HEAD + entries)


def m3u8_entries(frame: pd.DataFrame, line_of: Callable[[str], str]) -> bytes:
    """The tracks as entries of an extended playlist, to follow its head.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tracks.
    line_of : callable
        How the file of a track id is named.
    """
    lines = []
    for track_id, row in _rows(frame):
        seconds = -1 if pd.isna(row.duration_seconds) else round(row.duration_seconds)
        shown = _one_line(row.title) or row.filename
        artist = _one_line(row.artist)
        lines.append(f"#EXTINF:{seconds},{f'{artist} - ' if artist else ''}{_one_line(shown)}")
        lines.append(line_of(track_id))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def _playlist_line(path: Path, folder: Path) -> str:
    """A path as one line: not like a comment, and as a file URL where it has line breaks."""
    text = str(path)
    if "\n" in text or "\r" in text:
        return (folder / path).as_uri()
    return f"./{text}" if text.startswith("#") else text


def _write_xspf(frame: pd.DataFrame, path: Path, find: Locate) -> None:
    path.write_bytes(XSPF_HEAD + xspf_entries(frame, find) + XSPF_END)


def xspf_entries(frame: pd.DataFrame, find: Locate) -> bytes:
    """The tracks as entries of an XSPF playlist, between its head and its end.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tracks.
    find : callable
        Where the file of a track id is, absolute or relative to the playlist.
    """
    entries = []
    for track_id, row in _rows(frame):
        track = ElementTree.Element("track")
        file = find(track_id)
        location = file.as_uri() if file.is_absolute() else quote(os.fsencode(file))
        duration = None if pd.isna(row.duration_seconds) else str(round(row.duration_seconds * 1e3))
        values = {"location": location, "title": row.title, "creator": row.artist,
                  "album": row.album, "duration": duration}  # fmt: skip
        for name, value in values.items():
            if isinstance(value, str) and value:
                ElementTree.SubElement(track, name).text = value
        entries.append(ElementTree.tostring(track, encoding="utf-8") + b"\n")
    return b"".join(entries)


_PLAYLISTS: dict[str, Callable[[pd.DataFrame, Path, Locate], None]] = {
    "m3u8": _write_m3u8,
    "xspf": _write_xspf,
}
ENDINGS = (*WRITERS, *_PLAYLISTS, "xml")  # the last is `rekordbox`


def read_playlist(playlist: Path) -> list[Path]:
    """The files that a .m3u, .m3u8 or .xspf playlist names, absolute.

    Raises
    ------
    CatalogError
        If it cannot be read, or is no playlist.
    """
    try:
        content = playlist.read_bytes()
    except OSError as error:
        raise CatalogError(f"{playlist} cannot be read: {error.strerror}") from error
    if playlist.suffix.lower() == ".xspf":
        names = _xspf_locations(playlist, content)
    elif playlist.suffix.lower() in (".m3u", ".m3u8"):
        lines = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n").split(b"\n")
        wanted = (line.strip() for line in lines if not line.startswith(b"#"))
        names = [name for line in wanted if line for name in _readings(line)]
    else:
        raise CatalogError(f"{playlist.name}: expected a playlist ending in .m3u8, .m3u or .xspf")
    folder = playlist.parent.resolve()
    return [Path(os.path.normpath(folder / _local(name))) for name in names]


def _readings(line: bytes) -> list[str]:
    """A line as the file system's text; one that is not Unicode may also be Windows'."""
    text = line.decode("utf-8", "surrogateescape")
    if text.isprintable() or not any("\udc80" <= sign <= "\udcff" for sign in text):
        return [text]
    return [text, line.decode("cp1252", "replace")]


def _xspf_locations(playlist: Path, content: bytes) -> list[str]:
    try:
        tree = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise CatalogError(f"{playlist} is not an XSPF playlist: {error}") from error
    found = (node.text for node in tree.iter(f"{{{XSPF}}}location"))
    return [
        text if text.startswith("file://") else unquote(text, errors="surrogateescape")
        for text in found
        if text
    ]


def _local(name: str) -> str:
    if name.startswith("file://"):
        return unquote(urlsplit(name).path, errors="surrogateescape")
    return name
