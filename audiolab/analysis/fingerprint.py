"""Chromaprint: a fingerprint that says which recording this is, whatever its encoding.

The algorithm and numbers of Chromaprint 1.5 (L. Lalinsky, "How does Chromaprint work?", 2011; after
Y. Ke, D. Hoiem, R. Sukthankar, "Computer vision for music identification", CVPR 2005). ``fpcalc``
and essentia's `Chromaprinter` give the same, so AcoustID knows what is computed here; but the wheel
of essentia loads TensorFlow, which a worker does not need.

The first two minutes at 11025 Hz; energy in 12 pitch classes every 124 ms, smoothed over five
frames and normalised; 16 filters over that picture, two bits each, make one number a step.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
import soxr

from audiolab.analysis.stream import RATE_HZ, Doubles, Floats
from audiolab.chromaprint import Hashes, compress

LONGEST_SECONDS = 120
FINGERPRINT_RATE_HZ = 11_025
FRAME = 4096
HOP = FRAME // 3
LOWEST_HZ, HIGHEST_HZ = 28, 3520
BASE_HZ = 27.5  # A0, the first pitch class
SMOOTHING = np.array([0.25, 0.75, 1.0, 0.75, 0.25])
SILENT = 0.01  # norm of a pitch class vector that counts as nothing
WIDEST = 16  # frames that the widest filter spans
GRAY = np.array([0, 1, 3, 2], np.uint32)
BATCH = 64  # frames transformed at once: fits the caches


@dataclass(frozen=True)
class Classifier:
    """A filter over `width` frames and `height` pitch classes from `low`, and its thresholds.

    Kinds: the mean of all (0); upper against lower half (1); later against earlier half (2);
    one diagonal against the other (3); the middle third of pitches against the outer ones (4), and
    of time (5).
    """

    kind: int
    low: int
    height: int
    width: int
    thresholds: tuple[float, float, float]


CLASSIFIERS = (
    Classifier(0, 4, 3, 15, (1.98215, 2.35817, 2.63523)),
    Classifier(4, 4, 6, 15, (-1.03809, -0.651211, -0.282167)),
    Classifier(1, 0, 4, 16, (-0.298702, 0.119262, 0.558497)),
    Classifier(3, 8, 2, 12, (-0.105439, 0.0153946, 0.135898)),
    Classifier(3, 4, 4, 8, (-0.142891, 0.0258736, 0.200632)),
    Classifier(4, 0, 3, 5, (-0.826319, -0.590612, -0.368214)),
    Classifier(1, 2, 2, 9, (-0.557409, -0.233035, 0.0534525)),
    Classifier(2, 7, 3, 4, (-0.0646826, 0.00620476, 0.0784847)),
    Classifier(2, 6, 2, 16, (-0.192387, -0.029699, 0.215855)),
    Classifier(2, 1, 3, 2, (-0.0397818, -0.00568076, 0.0292026)),
    Classifier(5, 10, 1, 15, (-0.53823, -0.369934, -0.190235)),
    Classifier(3, 6, 2, 10, (-0.124877, 0.0296483, 0.139239)),
    Classifier(2, 1, 1, 14, (-0.101475, 0.0225617, 0.231971)),
    Classifier(3, 5, 6, 4, (-0.0799915, -0.00729616, 0.063262)),
    Classifier(1, 9, 2, 12, (-0.272556, 0.019424, 0.302559)),
    Classifier(3, 4, 2, 14, (-0.164292, -0.0321188, 0.0846339)),
)


class Fingerprint:
    """Keep the first two minutes of a stream, and tell its fingerprint at the end."""

    def __init__(self) -> None:
        self._blocks: list[Floats] = []
        self._wanted = LONGEST_SECONDS * RATE_HZ

    def push(self, mono: Floats) -> None:
        """Take in samples of shape (samples,) at 22.05 kHz."""
        if self._wanted:
            kept = mono[: self._wanted].copy()
            self._blocks.append(kept)
            self._wanted -= len(kept)

    def values(self) -> dict[str, str | None]:
        """The fingerprint as Chromaprint writes it; None for less than three seconds of sound."""
        if not self._blocks:
            return {"fingerprint": None}
        samples = soxr.resample(np.concatenate(self._blocks), RATE_HZ, FINGERPRINT_RATE_HZ, "HQ")
        hashes = compute(samples)
        return {"fingerprint": compress(hashes) if len(hashes) and samples.any() else None}


def compute(samples: Floats) -> Hashes:
    """The numbers of the fingerprint of mono samples at 11025 Hz, one for every 124 ms."""
    image = _pitch_classes(samples)
    steps = len(image) - WIDEST + 1
    if steps <= 0:
        return np.empty(0, np.uint32)
    areas = np.zeros((len(image) + 1, 13))
    areas[1:, 1:] = image.cumsum(axis=0).cumsum(axis=1)
    hashes = np.zeros(steps, np.uint32)
    for classifier in CLASSIFIERS:
        value = _response(areas, classifier, steps)
        level = np.searchsorted(classifier.thresholds, value, side="right")
        hashes = (hashes << np.uint32(2)) | GRAY[level]
    return hashes


def _pitch_classes(samples: Floats) -> Doubles:
    """Smoothed and normalised energies, shape (frames - 4, 12)."""
    if len(samples) < FRAME:
        return np.empty((0, 12))
    rounded = np.round(np.clip(samples, -1, 1) * 32767).astype(np.float32) / np.float32(32767)
    frames = np.lib.stride_tricks.sliding_window_view(rounded, FRAME)[::HOP]
    window = np.hamming(FRAME).astype(np.float32)
    first, last = (round(FRAME * hz / FINGERPRINT_RATE_HZ) for hz in (LOWEST_HZ, HIGHEST_HZ))
    hertz = np.arange(first, last) * FINGERPRINT_RATE_HZ / FRAME
    pitch = (12 * (np.log2(hertz / BASE_HZ) % 1)).astype(int)
    to_classes = (pitch[:, None] == np.arange(12)).astype(np.float32)
    energies = [
        (np.abs(scipy.fft.rfft(frames[at : at + BATCH] * window)[:, first:last]) ** 2) @ to_classes
        for at in range(0, len(frames), BATCH)
    ]
    classes = np.concatenate(energies).astype(np.float64)
    if len(classes) < len(SMOOTHING):
        return np.empty((0, 12))
    around = np.lib.stride_tricks.sliding_window_view(classes, len(SMOOTHING), axis=0)
    smooth: Doubles = around @ SMOOTHING
    norms = np.linalg.norm(smooth, axis=1, keepdims=True)
    return np.where(norms < SILENT, 0.0, smooth / np.maximum(norms, SILENT))


def _response(areas: Doubles, it: Classifier, steps: int) -> Doubles:
    """What a filter says at each step: log of what it looks for against what it avoids."""

    def area(from_frame: int, to_frame: int, from_pitch: int, to_pitch: int) -> Doubles:
        lower, upper = it.low + from_pitch, it.low + to_pitch
        before, after = areas[from_frame : from_frame + steps], areas[to_frame : to_frame + steps]
        found: Doubles = after[:, upper] - after[:, lower] - before[:, upper] + before[:, lower]
        return found

    w, h = it.width, it.height
    every = area(0, w, 0, h)
    if it.kind == 0:
        wanted, other = every, np.zeros(steps)
    elif it.kind == 1:
        wanted, other = area(0, w, h // 2, h), area(0, w, 0, h // 2)
    elif it.kind == 2:
        wanted, other = area(w // 2, w, 0, h), area(0, w // 2, 0, h)
    elif it.kind == 3:
        wanted = area(0, w // 2, h // 2, h) + area(w // 2, w, 0, h // 2)
        other = every - wanted
    elif it.kind == 4:
        wanted = area(0, w, h // 3, 2 * (h // 3))
        other = every - wanted
    else:
        wanted = area(w // 3, 2 * (w // 3), 0, h)
        other = every - wanted
    return np.log1p(np.maximum(wanted, 0)) - np.log1p(np.maximum(other, 0))
