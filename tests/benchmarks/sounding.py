"""Synthetic tracks whose embeddings lie as real ones do: styles within families, few directions.

Vectors of independent noise have no neighbourhoods that a map could keep; those of networks lie
near a surface of some twenty dimensions. Tracks of a style share genre, tempo and mood.
"""

import numpy as np
import pandas as pd

from audiolab import Catalog, keys

DIMENSIONS = 1280
LATENT = 24
FAMILIES, STYLES = 12, 200
FORMATS = np.array(["mp3", "flac", "m4a", "ogg", "wav"])
BATCH = 5_000
CODES = [f"{number}{letter}" for letter in "AB" for number in range(1, 13)]


class Sounding:
    """Batches of tracks with their vectors."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        families = self.rng.normal(0, 3, (FAMILIES, LATENT))
        self.family = self.rng.integers(0, FAMILIES, STYLES)
        self.styles = families[self.family] + self.rng.normal(0, 1.2, (STYLES, LATENT))
        self.first = self.rng.normal(0, LATENT**-0.5, (LATENT, 256))
        self.second = self.rng.normal(0, 1 / 16, (256, DIMENSIONS))
        self.tempo = self.rng.uniform(70, 180, STYLES)

    def vectors(self, style: np.ndarray) -> np.ndarray:
        """Like activations: never below zero."""
        latent = self.styles[style] + self.rng.normal(0, 0.7, (len(style), LATENT))
        active = np.maximum(0, np.tanh(latent @ self.first) @ self.second)
        return (active + np.abs(self.rng.normal(0, 0.05, active.shape))).astype(np.float32)

    def batch(self, start: int, rows: int) -> tuple[pd.DataFrame, np.ndarray]:
        """Rows of the catalog, and embeddings of shape (rows, DIMENSIONS)."""
        rng = self.rng
        style = rng.integers(0, STYLES, rows)
        family = self.family[style]
        code = rng.integers(0, 24, rows)
        unknown = rng.random(rows) < 0.04
        frame = pd.DataFrame(
            {
                "path": [f"{family[i]}/{style[i]}/{start + i:07d}.mp3" for i in range(rows)],
                "title": [f"Song {start + i}" for i in range(rows)],
                "artist": [f"Artist {one}" for one in rng.integers(0, rows, rows)],
                "album": [f"Album {one}" for one in rng.integers(0, rows, rows)],
                "format": FORMATS[rng.integers(0, len(FORMATS), rows)],
                "bitrate_kbps": rng.choice([128.0, 192.0, 320.0], rows),
                "sample_rate_hz": 44_100,
                "year": 1960 + (style * 7 + rng.integers(0, 15, rows)) % 66,
                "duration_seconds": rng.uniform(60, 500, rows).round(2),
                "file_size_bytes": rng.integers(3_000_000, 30_000_000, rows),
                "added_at": pd.Timestamp("2024-01-01", tz="UTC")
                + pd.to_timedelta(rng.integers(0, 700, rows), unit="D"),
                "tempo_bpm": np.where(unknown, np.nan, self.tempo[style] + rng.normal(0, 3, rows)),
                "tempo_confidence": rng.beta(4, 2, rows),
                "key": [keys.name(*keys.parse(CODES[one])) for one in code],
                "key_camelot": [CODES[one] for one in code],
                "key_confidence": rng.beta(3, 2, rows),
                "loudness_lufs": rng.normal(-12, 4, rows),
                "true_peak_dbtp": rng.normal(-0.5, 0.8, rows),
                "energy": np.clip(0.3 + 0.05 * family + rng.normal(0, 0.12, rows), 0, 1),
                "valence": np.clip(0.5 + 0.03 * (family - 6) + rng.normal(0, 0.15, rows), 0, 1),
                "cutoff_hz": np.where(rng.random(rows) < 0.2, 16_000.0, np.nan),
                "silence_start_seconds": rng.exponential(0.3, rows),
                "silence_end_seconds": rng.exponential(1.0, rows),
                "tags": [{"bpm": [str(round(self.tempo[one]))]} for one in style],
                "genre_primary": [f"Genre {one % 40:02d}" for one in style],
                "genre_secondary": [[f"Family {one}"] for one in family],
                "genre_confidence": rng.beta(5, 3, rows),
                "mood_primary": [f"mood {one % 25:02d}" for one in style],
                "mood_confidence": rng.beta(2, 4, rows),
                "instruments": [[f"instrument {one % 20:02d}"] for one in style],
                "has_vocals": rng.random(rows) < 0.6,
            }
        )
        return frame, self.vectors(style)


def fill(catalog: Catalog, rows: int, root: str = "imported") -> None:
    """A library of so many tracks, each with an embedding."""
    library = Sounding()
    for start in range(0, rows, BATCH):
        frame, matrix = library.batch(start, min(BATCH, rows - start))
        catalog.add(frame, root=root, embeddings={"discogs-effnet": matrix})
    catalog.maintain()
