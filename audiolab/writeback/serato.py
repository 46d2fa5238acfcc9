"""Serato's beat grid, as it lies in the GEOB frame "Serato BeatGrid" of mp3 and aiff files.

Mixxx reads it too. The layout is that of Jan Holthuis' serato-tags and triseratops: version 1.0,
the number of markers, markers with the beats up to the next one, a last marker with the tempo, and
a byte that means nothing. In flac, ogg and m4a files Serato packs it in base64 of a kind of its
own, on which the descriptions disagree: there it is not written.
"""

import struct
from collections.abc import Sequence

from audiolab.catalog.beat_grid import GridPart

SLOT = "GEOB:Serato BeatGrid"
VERSION = b"\x01\x00"
FOOTER = b"\x00"


def beatgrid_data(parts: Sequence[GridPart]) -> bytes | None:
    """The content of the frame; None without a grid.

    Parameters
    ----------
    parts : sequence of GridPart
        In order. Serato takes the start of each for the first beat of a bar.
    """
    if not parts:
        return None
    *others, last = parts
    markers = [struct.pack(">fI", part.start_seconds, part.beats) for part in others]
    markers.append(struct.pack(">ff", last.start_seconds, last.bpm))
    return VERSION + struct.pack(">I", len(markers)) + b"".join(markers) + FOOTER


def described(data: bytes) -> str:
    """A grid for people: where it begins and how fast it is."""
    try:
        markers = read_beatgrid(data)
    except ValueError:
        return f"{len(data)} bytes"
    start, bpm = markers[0][0], markers[-1][1]
    bends = f", {len(markers)} parts" if len(markers) > 1 else ""
    return f"from {start:.2f} s at {bpm:.2f} BPM{bends}"


def read_beatgrid(data: bytes) -> list[tuple[float, float]]:
    """The markers of such a frame: seconds, and beats up to the next one or, last, the tempo.

    Raises
    ------
    ValueError
        If it is none.
    """
    if data[:2] != VERSION or len(data) < 7:
        raise ValueError("expected a Serato BeatGrid of version 1.0")
    (count,) = struct.unpack_from(">I", data, 2)
    if count < 1 or len(data) != 7 + 8 * count:
        raise ValueError(f"expected {count} markers of 8 bytes, got {len(data) - 7} bytes")
    last = 6 + 8 * (count - 1)
    others = list(struct.iter_unpack(">fI", data[6:last]))
    return [*others, struct.unpack_from(">ff", data, last)]
