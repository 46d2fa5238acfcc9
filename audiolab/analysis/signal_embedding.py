"""A track as a vector of signal features, so that similarity works without any network.

Timbre, harmony and rhythm descriptors, each standardised by fixed constants: those of a mixed
collection (music of many styles, speech, animals), rounded, the same for every library and version,
so that vectors of the same name always compare. Groups weigh as `WEIGHTS` says, whatever their
number of values: the cosine of two vectors is about the weighted mean of how the groups agree.
Loudness is left out, as a remaster is the same music. An unknown value counts as the usual one.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from audiolab.analysis.result import SignalAnalysis

MODEL = "audiolab-signal-1"  # another number for every change to what is below
WEIGHTS = {"timbre": 0.5, "harmony": 0.2, "rhythm": 0.3}
FARTHEST = 4.0  # standard deviations: one odd value must not decide

# (usual value, spread) of each descriptor
MFCC = (
    (110, 60), (-10, 45), (30, 30), (-8, 22), (11, 21), (-7, 17), (8, 15), (-9, 13), (4, 10),
    (-4, 9), (2, 8), (0, 9), (1, 8), (0, 8), (0, 8), (0, 8), (0, 7), (-1, 6), (1, 6),
)  # fmt: skip
MFCC_STD = (
    (110, 36), (43, 17), (28, 13), (20, 8), (17, 7), (15, 6.5), (14, 5), (13, 5), (13, 4.5),
    (12, 4.5), (12, 4), (12, 4), (11, 4), (12, 4.5), (11, 5), (11, 4.5), (10, 3.5), (10, 3.5),
    (10, 3.5), (11, 4),
)  # fmt: skip
CENTROID, ROLLOFF, BANDWIDTH = (10.8, 0.7), (11.7, 0.8), (10.9, 0.45)  # octaves above 1 Hz
FLATNESS, CROSSINGS = (-8.6, 3.0), (-3.9, 1.8)  # octaves
CHROMA = (1 / 12, 0.03)
TEMPO = (6.9, 0.4)  # octaves above 1 BPM
ONSETS, DANCEABILITY, ENERGY, LOUDNESS_RANGE = (3.8, 1.5), (0.5, 0.23), (0.57, 0.15), (6.3, 4.1)

Scale = tuple[float, float]


def signal_embedding(found: SignalAnalysis) -> npt.NDArray[np.float32] | None:
    """Vector of 61 values; None where there is no sound to describe.

    Parameters
    ----------
    found : SignalAnalysis

    Returns
    -------
    ndarray, shape (61,), float32
        19 MFCCs (without the first, the level), their 20 spreads, 5 spectral shapes, 12 pitch
        classes, then tempo, onset rate, danceability, energy and loudness range.
    """
    if found.mfcc is None or found.mfcc_std is None or found.spectral_centroid_hz is None:
        return None
    timbre = [
        *_standardised(found.mfcc[1:], MFCC),
        *_standardised(found.mfcc_std, MFCC_STD),
        _octaves(found.spectral_centroid_hz, CENTROID),
        _octaves(found.spectral_rolloff_hz, ROLLOFF),
        _octaves(found.spectral_bandwidth_hz, BANDWIDTH),
        _octaves(found.spectral_flatness, FLATNESS),
        _octaves(found.zero_crossing_rate, CROSSINGS),
    ]
    harmony = _standardised(found.chroma or [CHROMA[0]] * 12, [CHROMA] * 12)
    rhythm = [
        _octaves(found.tempo_bpm, TEMPO),
        _standard(found.onset_rate_hz, ONSETS),
        _standard(found.danceability, DANCEABILITY),
        _standard(found.energy, ENERGY),
        _standard(found.loudness_range_lu, LOUDNESS_RANGE),
    ]
    return np.concatenate(
        [
            _weighted(timbre, WEIGHTS["timbre"]),
            _weighted(harmony, WEIGHTS["harmony"]),
            _weighted(rhythm, WEIGHTS["rhythm"]),
        ]
    )


def _weighted(values: Sequence[float], weight: float) -> npt.NDArray[np.float32]:
    limited = np.clip(values, -FARTHEST, FARTHEST)
    scaled: npt.NDArray[np.float32] = (limited * math.sqrt(weight / len(values))).astype(np.float32)
    return scaled


def _standardised(values: Sequence[float], scales: Sequence[Scale]) -> list[float]:
    return [_standard(value, scale) for value, scale in zip(values, scales, strict=True)]


def _standard(value: float | None, scale: Scale) -> float:
    usual, spread = scale
    return 0.0 if value is None else (value - usual) / spread


def _octaves(value: float | None, scale: Scale) -> float:
    return _standard(math.log2(value) if value else None, scale)
