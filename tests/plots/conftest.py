"""A small library for figures: tags that agree and disagree, unknown values, hostile texts."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from server.running_dashboard import own_database

from audiolab import Catalog

RATE = 44_100
SECONDS = 12
HOSTILE = '<a href="https://example.org"><b>click</b></a> %{x} ' + "🎧 שלום " * 60
GENRES = ("house", "techno", "folk")
KEYS = ("A minor", "C major", "F# minor", "Eb major", "A minor")
NUMBER = 40


def sine(hz: float, dbfs: float, seconds: float = SECONDS) -> np.ndarray:
    """A stereo tone."""
    time = np.arange(round(seconds * RATE)) / RATE
    mono = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * time)
    return np.stack([mono, mono], axis=1).astype(np.float32)


def library() -> pd.DataFrame:
    """Rows of the catalog; the last one knows nothing but its name."""
    place = np.arange(NUMBER)
    frame = pd.DataFrame(
        {
            "path": [f"track-{number:02d}.wav" for number in place],
            "title": [HOSTILE, *(f"Track {number:02d}" for number in place[1:])],
            "artist": "Somebody",
            "tempo_bpm": 90.0 + place,
            "key": [KEYS[number % 5] for number in place],
            "energy": (place + 0.4) / NUMBER,  # between the edges of bars
            "valence": 1 - place / NUMBER,
            "genre_primary": [GENRES[number % 3] for number in place],
            "genre_secondary": [["dance"] if number % 2 else [] for number in place],
            "tag_genre": [
                GENRES[number % 3].title() if number % 4 else "Polka" for number in place
            ],
            "has_vocals": [bool(number % 2) for number in place],
            "year": [1990 + number % 7 for number in place],
            "duration_seconds": float(SECONDS),
            "tags": [
                {"bpm": [str(90 + number if number % 3 else 45 + number / 2)], "initialkey": ["8A"]}
                for number in place
            ],
        }
    )
    bare = pd.DataFrame({"path": ["bare.wav"]})
    return pd.concat([frame, bare], ignore_index=True)


@pytest.fixture(scope="package")
def catalog(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """The library, with one real file."""
    folder = tmp_path_factory.mktemp("plots")
    soundfile.write(folder / "track-00.wav", sine(440, -23), RATE)
    frame = library()
    peaks = np.linspace(0, 1, 800, dtype=np.float32)
    with own_database(data_dir) as url, Catalog.open(url) as opened:
        opened.add(frame, root=str(folder), waveforms=np.tile(peaks, (len(frame), 1)))
        yield opened


@pytest.fixture(scope="package")
def frame(catalog: Catalog) -> pd.DataFrame:
    """All of it."""
    return catalog.tracks(sort="path")


@pytest.fixture(scope="package")
def track(frame: pd.DataFrame) -> str:
    """Id of the track whose file is there."""
    return str(frame.index[frame["path"] == "track-00.wav"][0])
