"""A collection as rekordbox imports it: tracks with tempo, key and beat grid, and playlists.

The format is that of rekordbox' "Export Collection in xml format" (DJ_PLAYLISTS 1.0.0), which
other DJ programs and converters read, too. Times are those of our decoder; of some MP3 files
rekordbox counts them from some 20 ms earlier or later.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import numpy as np
import numpy.typing as npt
import pandas as pd

from audiolab import keys
from audiolab.catalog.beat_grid import beat_grid
from audiolab.catalog.tables import records

Beats = npt.NDArray[np.float32]
LOCALHOST = "file://localhost"
KINDS = {"mp3": "MP3 File", "m4a": "M4A File", "aac": "M4A File", "wav": "WAV File",
         "aiff": "AIFF File", "flac": "FLAC File"}  # fmt: skip
DEFAULT_METRE = "4/4"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(
    frame: pd.DataFrame,
    path: Path,
    files: Mapping[str, Path],
    beats: Mapping[str, Beats],
    playlists: Iterable[tuple[str, Sequence[str]]],
) -> None:
    """Write a collection.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tracks, as `Catalog.tracks` gives them.
    path : Path
        The file to write.
    files : mapping
        Where the tracks are, by id.
    beats : mapping
        Beat times in seconds, by id; of those that have some.
    playlists : iterable of (name, ids)
        Of each, what is in the frame is listed; one with nothing of it is left out.
    """
    from audiolab import __version__

    top = Element("DJ_PLAYLISTS", Version="1.0.0")
    SubElement(top, "PRODUCT", Name="audiolab", Version=__version__, Company="")
    numbers = {str(track_id): str(number) for number, track_id in enumerate(frame.index, 1)}
    collection = SubElement(top, "COLLECTION", Entries=str(len(numbers)))
    for (track_id, number), row in zip(numbers.items(), records(frame), strict=True):
        _track(collection, number, row, files[track_id], beats.get(track_id))
    _playlists(SubElement(top, "PLAYLISTS"), playlists, numbers)
    ElementTree.indent(top)
    ElementTree.ElementTree(top).write(path, encoding="utf-8", xml_declaration=True)


def _track(
    collection: Element, number: str, row: Mapping[str, Any], file: Path, beats: Beats | None
) -> None:
    attributes = {
        "TrackID": number,
        "Name": row["title"] or row["filename"],
        "Artist": row["artist"],
        "Album": row["album"],
        "Genre": row["tag_genre"] or row["genre_primary"],
        "Kind": KINDS.get(str(row["format"]), f"{str(row['format'] or 'audio').upper()} File"),
        "Size": row["file_size_bytes"],
        "TotalTime": _rounded(row["duration_seconds"]),
        "Year": row["year"],
        "AverageBpm": _decimals(row["tempo_bpm"], 2),
        "DateAdded": str(row["added_at"])[:10],
        "BitRate": _rounded(row["bitrate_kbps"]),
        "SampleRate": row["sample_rate_hz"],
        "Tonality": _tonality(row["key"]),
        "Location": LOCALHOST + quote(os.fsencode(file)),
    }
    known = {name: _xml(value) for name, value in attributes.items() if value is not None}
    track = SubElement(collection, "TRACK", known)
    if beats is None:
        return
    for part in beat_grid(beats, row["tempo_bpm"]):
        SubElement(
            track,
            "TEMPO",
            Inizio=f"{part.start_seconds:.3f}",
            Bpm=f"{part.bpm:.2f}",
            Metro=row["time_signature"] or DEFAULT_METRE,
            Battito="1",
        )


def _playlists(
    top: Element, playlists: Iterable[tuple[str, Sequence[str]]], numbers: Mapping[str, str]
) -> None:
    folder = SubElement(top, "NODE", Type="0", Name="ROOT")
    for name, ids in playlists:
        here = [numbers[track_id] for track_id in ids if track_id in numbers]
        if not here:
            continue
        node = SubElement(
            folder, "NODE", Name=_xml(name), Type="1", KeyType="0", Entries=str(len(here))
        )
        for number in here:
            SubElement(node, "TRACK", Key=number)
    folder.set("Count", str(len(folder)))


def _tonality(key: str | None) -> str | None:
    if key is None:
        return None
    pitch, mode = keys.parse(key)
    return keys.TONICS[pitch] + ("m" if mode == "minor" else "")


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _decimals(value: float | None, places: int) -> str | None:
    return None if value is None else f"{value:.{places}f}"


def _xml(value: object) -> str:
    """Text as XML can hold it."""
    return NOT_IN_XML.sub("", str(value))
