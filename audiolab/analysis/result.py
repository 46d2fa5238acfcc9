"""What is known of a track after analysis: frozen, with units in the names; unknown is None.

Attribute names are the catalog's column names. `values()` gives the columns as plain Python
values that JSON and a database take: never NaN, never infinite.
"""

import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from audiolab.analysis.track import StageOutcome

Value = float | int | str | bool | list[Any] | dict[str, Any] | None

NOT_A_COLUMN = {"column": False}


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Base of the results: their columns as a dictionary."""

    def values(self) -> dict[str, Value]:
        """Column name to value, None where unknown."""
        return {
            attribute.name: _plain(getattr(self, attribute.name))
            for attribute in fields(self)
            if attribute.metadata.get("column", True)
        }


def _plain(value: Any) -> Value:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"expected a number, a text, a list or a dict, got {type(value).__name__}")


@dataclass(frozen=True, kw_only=True)
class FileTags(Columns):
    """What the file says about itself (stage "tags").

    Attributes
    ----------
    format : str
        "mp3", "wav", "flac", "m4a", "aac", "ogg", "opus" or "aiff".
    bitrate_kbps, duration_seconds, sample_rate_hz, channels
        From the header.
    title, artist, album, tag_genre : str
        The first value of each.
    year : int
    tags : dict of str to list of str
        All textual tags, names in lower case.
    has_artwork : bool
    """

    format: str | None = None
    bitrate_kbps: float | None = None
    duration_seconds: float | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    tag_genre: str | None = None
    tags: dict[str, list[str]] | None = None
    has_artwork: bool | None = None


@dataclass(frozen=True, kw_only=True)
class SignalAnalysis(Columns):
    """What the decoded samples say (stage "signal").

    Each attribute is described where it is computed: tempo.py, key.py, meter.py, loudness.py, ...

    Attributes
    ----------
    decoded_share : float
        Decoded and usable frames over those the header promises, in [0, 1]; None for a damaged
        file whose header promises nothing.
    waveform : ndarray, shape (800,), float32
        Peaks in [0, 1].
    beats : ndarray, shape (beats,), float32
        Seconds.
    audio_hash : bytes
        SHA-256, cut to 16 bytes, of the decoded float32 samples: equal audio, whatever the tags.
    fingerprint : str
        Chromaprint of the first two minutes, as ``fpcalc`` writes it: the same recording,
        whatever the encoding.
    partial : bool
        Whether something was missing, damaged or unusable.
    """

    duration_seconds: float | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    decoded_share: float | None = None
    silence_start_seconds: float | None = None
    silence_end_seconds: float | None = None
    tempo_bpm: float | None = None
    tempo_confidence: float | None = None
    tempo_alternatives: list[dict[str, float]] | None = None
    time_signature: str | None = None
    time_signature_confidence: float | None = None
    onset_rate_hz: float | None = None
    danceability: float | None = None
    key: str | None = None
    key_camelot: str | None = None
    key_open: str | None = None
    key_confidence: float | None = None
    key_runner_up: str | None = None
    loudness_lufs: float | None = None
    loudness_range_lu: float | None = None
    true_peak_dbtp: float | None = None
    replaygain_track_gain_db: float | None = None
    energy: float | None = None
    spectral_centroid_hz: float | None = None
    spectral_rolloff_hz: float | None = None
    spectral_bandwidth_hz: float | None = None
    spectral_flatness: float | None = None
    cutoff_hz: float | None = None
    zero_crossing_rate: float | None = None
    mfcc: list[float] | None = None
    mfcc_std: list[float] | None = None
    chroma: list[float] | None = None
    valence: float | None = None
    waveform: npt.NDArray[np.float32] | None = field(
        default=None, repr=False, compare=False, metadata=NOT_A_COLUMN
    )
    beats: npt.NDArray[np.float32] | None = field(
        default=None, repr=False, compare=False, metadata=NOT_A_COLUMN
    )
    audio_hash: bytes | None = field(default=None, repr=False, metadata=NOT_A_COLUMN)
    fingerprint: str | None = field(default=None, repr=False, compare=False, metadata=NOT_A_COLUMN)
    partial: bool = field(default=False, metadata=NOT_A_COLUMN)


@dataclass(frozen=True, kw_only=True)
class NetworkAnalysis(Columns):
    """What the networks hear (stage "networks"); all unknown where the track is silent.

    How words are chosen from scores is described in networks/rules.py.

    Attributes
    ----------
    genre_confidence, mood_confidence : float
        Score of the primary class, in [0, 1].
    mood_arousal, mood_valence : float
        In [0, 1]; `mood_source` says from what.
    vocals_probability : float
        In [0, 1].
    vocal_gender : str
        "female" or "male", where there is a voice and it is clear.
    embedding_model : str
        The embedding that represents the track.
    embeddings : dict of str to ndarray, float32
        Mean over the patches, by model.
    scores : dict of str to ndarray, float32
        Class scores in [0, 1], by head.
    """

    genre_primary: str | None = None
    genre_secondary: list[str] | None = None
    genre_confidence: float | None = None
    mood_primary: str | None = None
    mood_secondary: list[str] | None = None
    mood_confidence: float | None = None
    mood_arousal: float | None = None
    mood_valence: float | None = None
    mood_source: str | None = None
    instruments: list[str] | None = None
    has_vocals: bool | None = None
    vocals_probability: float | None = None
    vocal_gender: str | None = None
    embedding_model: str | None = None
    embeddings: dict[str, npt.NDArray[np.float32]] = field(
        default_factory=dict, repr=False, compare=False, metadata=NOT_A_COLUMN
    )
    scores: dict[str, npt.NDArray[np.float32]] = field(
        default_factory=dict, repr=False, compare=False, metadata=NOT_A_COLUMN
    )


@dataclass(frozen=True, kw_only=True)
class AffectAnalysis(Columns):
    """Arousal and valence from a network trained on them (stage "affect").

    Attributes
    ----------
    mood_arousal, mood_valence : float
        In [0, 1].
    mood_source : str
        The head that says so.
    embeddings, scores : dict of str to ndarray, float32
        As of a NetworkAnalysis.
    """

    mood_arousal: float | None = None
    mood_valence: float | None = None
    mood_source: str | None = None
    embeddings: dict[str, npt.NDArray[np.float32]] = field(
        default_factory=dict, repr=False, compare=False, metadata=NOT_A_COLUMN
    )
    scores: dict[str, npt.NDArray[np.float32]] = field(
        default_factory=dict, repr=False, compare=False, metadata=NOT_A_COLUMN
    )


@dataclass(frozen=True, kw_only=True)
class ClapAnalysis(Columns):
    """Where a track lies in the space that sounds and words share (stage "clap").

    Attributes
    ----------
    embeddings : dict of str to ndarray, float32
        Unit vector, by model.
    scores : dict
        Empty.
    """

    embeddings: dict[str, npt.NDArray[np.float32]] = field(
        default_factory=dict, repr=False, compare=False, metadata=NOT_A_COLUMN
    )
    scores: dict[str, npt.NDArray[np.float32]] = field(
        default_factory=dict, repr=False, compare=False, metadata=NOT_A_COLUMN
    )


@dataclass(frozen=True, kw_only=True)
class TrackAnalysis(FileTags, SignalAnalysis, NetworkAnalysis):
    """All that is known of one file.

    Where header and samples disagree (duration, rate, channels), the samples are right.

    Attributes
    ----------
    path : Path
    stages : tuple of StageOutcome
        How each stage ended.
    """

    path: Path = field(metadata=NOT_A_COLUMN)
    stages: "tuple[StageOutcome, ...]" = field(default=(), repr=False, metadata=NOT_A_COLUMN)
