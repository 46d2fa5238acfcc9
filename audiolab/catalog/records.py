"""What a scan hands to the catalog: one record per file. Plain data, checked at the door."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from audiolab import keys
from audiolab.catalog.fields import BY_NAME
from audiolab.catalog.schema import WAVEFORM_POINTS
from audiolab.errors import CatalogError

# Set by the catalog itself, never by a record's values.
OWN = frozenset({"path", "filename", "added_at", "analyzed_at", "file_size_bytes"})
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


@dataclass(frozen=True)
class StageRow:
    """How one stage of analysis ended for one file.

    Attributes
    ----------
    stage, version : str
        Which stage, of which version.
    state : {"done", "partial", "failed"}
        Partial: part of the file could be used.
    reason : str or None
        Why not done, in a few words.
    seconds : float
        Time it took.
    """

    stage: str
    version: str
    state: Literal["done", "partial", "failed"]
    reason: str | None
    seconds: float


@dataclass(frozen=True)
class TrackRecord:
    """One file and what is known of it.

    Attributes
    ----------
    path : str
        Relative to its root, as `paths.encode` gives it.
    state : {"analysed", "partial", "failed"}
        The track's state from now on.
    file_size_bytes, mtime_ns : int
        Size and modification time of the file that was analysed.
    file_hash, audio_hash : bytes or None
        Hash of the file's bytes and of its decoded audio; None keeps what is stored.
    values : mapping of str to value
        Columns that were computed; columns that are absent stay as they are.
    stages : tuple of StageRow
        Stages that ran.
    id : str or None
        The track, when it is known already.
    changed : bool
        Whether the track was of other bytes before: what is known of those goes (see `former`).
    waveform : ndarray, shape (800,), or None
        Peaks in [0, 1].
    beats : ndarray or None
        Beat times in seconds.
    fingerprint : str or None
        Chromaprint as ``fpcalc`` writes it; "" removes what is stored, None keeps it.
    embeddings, scores : mapping of str to ndarray
        By model and by head.
    """

    path: str
    state: Literal["analysed", "partial", "failed"]
    file_size_bytes: int | None
    mtime_ns: int | None
    file_hash: bytes | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    stages: tuple[StageRow, ...] = ()
    id: str | None = None
    changed: bool = False
    audio_hash: bytes | None = None
    waveform: npt.NDArray[np.floating[Any]] | None = None
    beats: npt.NDArray[np.floating[Any]] | None = None
    fingerprint: str | None = None
    embeddings: Mapping[str, npt.NDArray[np.floating[Any]]] = field(default_factory=dict)
    scores: Mapping[str, npt.NDArray[np.floating[Any]]] = field(default_factory=dict)


def clean_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored: known columns, no control characters, no NaN.

    A key brings its Camelot and Open Key codes along.

    Raises
    ------
    CatalogError
        For a column that does not exist or may not be set.
    """
    stored = {}
    for name, value in values.items():
        if name not in BY_NAME or name in OWN:
            raise CatalogError(f"a track has no settable column {name!r}")
        stored[name] = _clean(value)
    if "key" in stored:
        stored |= key_codes(stored["key"])
    return stored


def key_codes(name: str | None) -> dict[str, str | None]:
    """The Camelot and Open Key codes of a key, with its name in the usual spelling."""
    if name is None:
        return {"key_camelot": None, "key_open": None}
    try:
        key = keys.parse(name)
    except ValueError:
        return {}  # something else's notation: kept as it came
    return {
        "key": keys.name(*key),
        "key_camelot": keys.camelot(*key),
        "key_open": keys.open_key(*key),
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return [_clean(item) for item in value.tolist()]
    if isinstance(value, (list, tuple)):
        if {*map(type, value)} <= {float} and math.isfinite(sum(map(abs, value))):
            return [*value]
        return [_clean(item) for item in value]
    if isinstance(value, Mapping):
        return {clean_text(str(key)): _clean(item) for key, item in value.items()}
    return value


def clean_text(text: str) -> str:
    """Text that Postgres can hold: no control characters, no lone surrogates."""
    if text.isprintable():
        return text
    return text.translate(_CONTROL).encode("utf-8", "replace").decode()


def pack_waveform(peaks: npt.NDArray[np.floating[Any]]) -> bytes:
    """800 peaks in [0, 1] as little-endian uint16.

    Raises
    ------
    CatalogError
        For another shape or values that are not finite.
    """
    peaks = np.asarray(peaks, np.float32)
    if peaks.shape != (WAVEFORM_POINTS,) or not np.isfinite(peaks).all():
        raise CatalogError(
            f"a waveform has {WAVEFORM_POINTS} finite peaks in [0, 1], got shape {peaks.shape}"
        )
    return np.round(peaks.clip(0, 1) * 65535).astype("<u2").tobytes()


def unpack_waveform(stored: bytes) -> npt.NDArray[np.float32]:
    """The peaks that `pack_waveform` was given, to 1/65535."""
    return (np.frombuffer(stored, "<u2") / np.float32(65535)).astype(np.float32)
