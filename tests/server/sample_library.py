"""A small library on disk and in a catalog: every format, hostile names, a file that has gone."""

import base64
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import mutagen.id3
import numpy as np
import numpy.typing as npt
import pandas as pd
import soundfile

from audiolab import Catalog

RATE = 22_050
SECONDS = 30.0
HOSTILE = '<img src=x onerror="globalThis.hacked = true">'
ODD_NAME = '100% „dé jà“ "vu"; x=1.ogg'
GONE = "gone.ogg"
FILLERS = 54
KEYS = ("A minor", "E minor", "C major", "F# minor")
CAMELOT = ("8A", "9A", "8B", "11A")
MOODS = ("calm", "happy")
GENRES = ("House", "Techno", "Folk")
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

# File, title, artist, BPM.
SPECIAL = (
    ("night.mp3", "Night Drive", "Lena Hart", 122.0),
    ("hostile.flac", HOSTILE, "Bobby <b>Tables</b>", 96.0),
    ("long.ogg", "שלום 🎧 " + "very long title " * 30, "Ünïcödé", 140.0),
    ("talk.m4a", "Talk", None, None),
    ("tone.wav", "Tone", "Lena Hart", 60.0),
    (ODD_NAME, None, None, 100.0),
    (GONE, "Gone", "Nobody", 100.0),
)


def tone(seconds: float) -> npt.NDArray[np.float32]:
    """A tone that swells, so that its waveform has a shape."""
    time = np.arange(round(seconds * RATE)) / RATE
    swell = 0.05 + 0.4 * np.sin(np.pi * time / seconds) ** 2
    return (swell * np.sin(2 * np.pi * 220 * time)).astype(np.float32)


def write_m4a(path: Path, samples: npt.NDArray[np.float32]) -> None:
    """AAC in MP4, which soundfile does not write."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        for start in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], "fltp", "mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@cache
def encoded() -> "TemporaryDirectory[str]":
    """The files, once for all libraries of this process: encoding them takes a second or two."""
    kept = TemporaryDirectory(prefix="audiolab-samples-")
    folder = Path(kept.name)
    long = tone(SECONDS)
    for name, *_ in SPECIAL:
        path = folder / name
        if path.suffix == ".m4a":
            write_m4a(path, long)
        elif name != GONE:
            soundfile.write(path, long, RATE)
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.APIC(mime="image/png", type=3, data=PIXEL))
    tags.save(folder / "night.mp3")
    soundfile.write(folder / "filler.ogg", tone(2.0), RATE)
    return kept


def make_files(folder: Path) -> None:
    """The files; the fillers are one short file under many names."""
    shutil.copytree(encoded().name, folder, dirs_exist_ok=True)
    for number in range(FILLERS):
        os.link(folder / "filler.ogg", folder / f"filler-{number:02d}.ogg")


def make_frame() -> pd.DataFrame:
    """What the catalog knows of the files."""
    fillers = [
        (f"filler-{number:02d}.ogg", f"Filler {number:02d}", "The Fillers", 60.0 + 2 * number)
        for number in range(FILLERS)
    ]
    rows = []
    for place, (name, title, artist, bpm) in enumerate([*SPECIAL, *fillers]):
        rows.append(
            {
                "path": name,
                "title": title,
                "artist": artist,
                "album": "Samples" if artist else None,
                "tempo_bpm": bpm,
                "key": KEYS[place % 4],
                "key_camelot": CAMELOT[place % 4],
                "energy": round(place / 100, 2),
                "tag_genre": GENRES[place % 3],
                "duration_seconds": SECONDS if place < len(SPECIAL) else 2.0,
                "has_artwork": name == "night.mp3",
                "mood_primary": MOODS[place % 2],
                "instruments": ["piano"] if place % 5 else ["piano", "violin"],
                "has_vocals": bool(place % 2),
                "year": 1985 + place % 40,
                "format": Path(name).suffix.lstrip("."),
            }
        )
    return pd.DataFrame(rows)


def vectors(rows: int) -> npt.NDArray[np.float32]:
    """Embeddings, of which the first two are alike."""
    made = np.random.default_rng(5).standard_normal((rows, 8)).astype(np.float32)
    made[1] = made[0] + 0.3 * made[1]
    return made


def fill(catalog: Catalog, folder: Path) -> dict[str, str]:
    """Make files and rows, every other one with an embedding; returns file name -> track id."""
    make_files(folder)
    frame = make_frame()
    peaks = np.abs(np.sin(np.linspace(0, np.pi, 800, dtype=np.float32)))
    ids = catalog.add(frame, root=str(folder), waveforms=np.tile(peaks, (len(frame), 1)))
    some = frame[["path"]].iloc[::2]
    catalog.add(some, root=str(folder), embeddings={"sample": vectors(len(some))})
    return dict(zip(frame["path"], ids, strict=True))
