"""Chroma: how the energy divides among the twelve pitch classes, C first.

Two views that err differently are added. The first folds the shared STFT (as librosa's
`chroma_stft`, every frame scaled to its maximum): many frames, coarse in the bass. The second
takes spectral peaks of frames four times as fine in frequency, flattened by the local spectral
envelope (Gómez, "Tonal description of polyphonic audio", 2006: HPCP): few frames, exact pitch.
The lowest of these peaks make a third view, the bass. All are kept for several tunings, and the
tuning of the whole track picks one at the end. What sounds first and last is kept besides.
"""

import functools
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from audiolab.analysis.mel_scale import BIN_HZ
from audiolab.analysis.spectrum import SpectralBlock
from audiolab.analysis.stream import RATE_HZ, Doubles, Floats, Framer, Spectrum

A440_MIDI = 69.0
PITCH_CLASSES = 12
STEPS = 10  # tunings resolved: tenths of a semitone
TUNINGS = np.array([-0.4, -0.2, 0.0, 0.2, 0.4])  # semitones away from A = 440 Hz
FOLDED_BINS = 326  # of the STFT, up to 3.5 kHz
FINE_WINDOW = 4096
FINE_HOP = 4096
LOWEST_HZ, HIGHEST_HZ = 55.0, 3500.0
BASS_HZ = 250.0  # the highest of a bass: a cello's or a left hand's middle
FINE_BINS = int(HIGHEST_HZ * 1.15 / RATE_HZ * FINE_WINDOW)
CHANGE_FRAMES = 3  # harmonic change compares chroma this far to each side, 70 ms
CLEAR_CHANGE = 0.2
AUDIBLE = 1e-5 * FINE_WINDOW / 2  # magnitude of a peak
LEAST_OF_ENVELOPE = 0.1  # softer peaks are side lobes and noise
END_FRAMES = 4  # of the fine ones in which something sounds, 0.7 s


def semitones(hz: Doubles) -> Doubles:
    """MIDI pitch of frequencies."""
    midi: Doubles = A440_MIDI + 12 * np.log2(np.maximum(hz, 1e-3) / 440)
    return midi


@functools.cache
def fold_filters() -> Floats:
    """Weights of STFT bins in pitch classes for each tuning, shape (bins, tunings * 12).

    A Gaussian of the bin's own width around each pitch class, scaled to unit energy per bin and
    to a preference for the octaves around 400 Hz (Ellis, "Chroma feature analysis", 2007).
    """
    hz: Doubles = np.arange(FOLDED_BINS, dtype=np.float64) * BIN_HZ
    pitch = semitones(hz)
    pitch[0] = pitch[1] - 18  # as good as no pitch
    width = np.maximum(np.diff(pitch, append=pitch[-1] + 1), 1.0)
    octave = np.exp(-0.5 * ((pitch - 12 * 5.5) / 24) ** 2)
    columns = []
    for tuning in TUNINGS:
        away = pitch[:, None] - tuning - np.arange(PITCH_CLASSES)
        away = np.remainder(away + 6, 12) - 6
        weight = np.exp(-0.5 * (2 * away / width[:, None]) ** 2)
        weight /= np.linalg.norm(weight, axis=1, keepdims=True)
        columns.append(weight * octave[:, None])
    return np.concatenate(columns, axis=1).astype(np.float32)


@functools.cache
def envelope_cells() -> npt.NDArray[np.int64]:
    """Cell of each fine bin, two semitones wide, in which the loudest bin sets the envelope."""
    hz = np.arange(FINE_BINS, dtype=np.float64) * RATE_HZ / FINE_WINDOW
    cells = (semitones(hz) - semitones(np.array([LOWEST_HZ]))) // 2
    return np.maximum(cells + 1, 0).astype(np.int64)


@numba.njit(cache=True, nogil=True)
def _histograms_of_peaks(magnitude, cells, bin_hz, steps):  # type: ignore[no-untyped-def]
    """The spectral peaks of each frame (frames, bins), whitened, in fine histograms.

    Of all and of the bass, shape (2, frames, steps), each scaled to its maximum.
    """
    frames, bins = magnitude.shape
    histograms = np.zeros((2, frames, steps))
    lowest = max(1, int(LOWEST_HZ / bin_hz))
    highest = min(bins - 1, int(HIGHEST_HZ / bin_hz))
    loudest = np.empty(cells[-1] + 1, np.float32)
    for t in range(frames):
        row = magnitude[t]
        frame, low = histograms[0, t], histograms[1, t]
        loudest[:] = 0.0
        for k in range(bins):
            loudest[cells[k]] = max(loudest[cells[k]], row[k])
        for k in range(lowest, highest):
            if row[k] <= AUDIBLE or row[k] < row[k - 1] or row[k] <= row[k + 1]:
                continue
            cell = cells[k]
            around = max(loudest[cell], loudest[max(cell - 1, 0)])
            around = max(around, loudest[min(cell + 1, cells[-1])])
            if row[k] < LEAST_OF_ENVELOPE * around:
                continue
            left, right = row[k - 1] / row[k] + 1e-9, row[k + 1] / row[k] + 1e-9
            curve = np.log(left * right)  # of the parabola through the logarithms
            shift = 0.5 * np.log(left / right) / curve if curve < -1e-6 else 0.0
            pitch = A440_MIDI + 12 * np.log2((k + shift) * bin_hz / 440)
            place = int(np.floor((pitch % 12.0) * steps / 12 + 0.5)) % steps
            strength = row[k] / around * np.sqrt(row[k])
            frame[place] += strength
            if k * bin_hz < BASS_HZ:
                low[place] += strength
        for one in (frame, low):
            strongest = one.max()
            if strongest > 0:
                one[:] = one / strongest
    return histograms


@numba.njit(cache=True, nogil=True)
def _add_scaled(chroma, sounding, folded, centre):  # type: ignore[no-untyped-def]
    """Add the sounding frames (frames, tunings, 12), each scaled to its maximum, to folded.

    `centre` (frames, 12) takes the frames of the middle tuning, scaled to unit length.
    """
    frames, tunings, classes = chroma.shape
    for t in range(frames):
        if not sounding[t]:
            continue
        for tuning in range(tunings):
            highest = chroma[t, tuning].max() + np.float32(1e-12)
            for i in range(classes):
                folded[tuning, i] += chroma[t, tuning, i] / highest
        middle = chroma[t, tunings // 2]
        length = np.sqrt((middle * middle).sum()) + np.float32(1e-12)
        for i in range(classes):
            centre[t, i] = middle[i] / length


@dataclass(frozen=True)
class Tonal:
    """What is known of a track's harmony.

    Attributes
    ----------
    folded, peaks : ndarray, shape (12,)
        The two chroma vectors, each summing to 1 (zeros when nothing tonal was heard).
    bass : ndarray, shape (12,)
        As `peaks`, below BASS_HZ.
    ends : ndarray, shape (4, 12)
        As `peaks` of the first and of the last sounds, and as `bass` of these.
    change : ndarray, shape (frames,)
        Harmonic change in [0, 1] at the frames of the STFT.
    tuning : float
        Semitones away from A = 440 Hz, in [-0.5, 0.5).
    """

    folded: Doubles
    peaks: Doubles
    bass: Doubles
    ends: Doubles
    change: Floats
    tuning: float


class _Ends:
    """The first and the last frames of a histogram in which something sounds."""

    def __init__(self) -> None:
        self._first = self._last = np.zeros((0, PITCH_CLASSES * STEPS))

    def push(self, frames: Doubles) -> None:
        """Take in some more, shape (frames, steps)."""
        sounding = frames[frames.any(axis=1)]
        self._first = np.concatenate([self._first, sounding])[:END_FRAMES]
        self._last = np.concatenate([self._last, sounding])[-END_FRAMES:]

    def histograms(self) -> tuple[Doubles, Doubles]:
        """Their sums."""
        return self._first.sum(axis=0), self._last.sum(axis=0)


class Chroma:
    """Accumulate the chroma vectors and the harmonic change."""

    def __init__(self) -> None:
        self._filters = fold_filters()
        self._cells = envelope_cells()
        self._folded = np.zeros((len(TUNINGS), PITCH_CLASSES))
        self._histograms = np.zeros((2, PITCH_CLASSES * STEPS))  # of all, of the bass
        self._ends = _Ends(), _Ends()
        self._framer = Framer(FINE_WINDOW, FINE_HOP)
        self._recent = np.zeros((0, PITCH_CLASSES), np.float32)
        self._change: list[Floats] = []

    def push_spectrum(self, block: SpectralBlock) -> None:
        """Take in frames of the shared STFT."""
        chroma = block.power[:, :FOLDED_BINS] @ self._filters
        chroma = chroma.reshape(len(chroma), len(TUNINGS), PITCH_CLASSES)
        centre = np.zeros((len(chroma), PITCH_CLASSES), np.float32)
        _add_scaled(chroma, block.sounding, self._folded, centre)
        self._add_change(centre)

    def _add_change(self, unit: Floats) -> None:
        joined = np.concatenate([self._recent, unit])
        lag = 2 * CHANGE_FRAMES
        if len(joined) > lag:
            similar = np.einsum("ij,ij->i", joined[lag:], joined[:-lag])
            both = joined[lag:].any(axis=1) & joined[:-lag].any(axis=1)
            self._change.append(np.where(both, 1 - similar, 0).astype(np.float32))
        self._recent = joined[-lag:]

    def push_samples(self, mono: Floats, last: bool = False) -> None:
        """Take in the resampled signal itself, for the fine frames."""
        for spectrum in self._framer.push(mono):
            self._add_peaks(spectrum)
        if last:
            for spectrum in self._framer.finish():
                self._add_peaks(spectrum)

    def _add_peaks(self, spectrum: Spectrum) -> None:
        magnitude = np.abs(spectrum[:, :FINE_BINS])
        bin_hz = RATE_HZ / FINE_WINDOW
        steps = PITCH_CLASSES * STEPS
        histograms = _histograms_of_peaks(magnitude, self._cells, bin_hz, steps)
        self._histograms += histograms.sum(axis=1)
        for ends, frames in zip(self._ends, histograms, strict=True):
            ends.push(frames)

    def result(self) -> Tonal:
        """All vectors at the track's own tuning."""
        tuning = estimate_tuning(self._histograms[0])
        peaks, bass = (_share(fold_histogram(one, tuning)) for one in self._histograms)
        sums = [histogram for ends in self._ends for histogram in ends.histograms()]
        edge = np.zeros(CHANGE_FRAMES, np.float32)
        return Tonal(
            folded=_share(self._folded[np.abs(TUNINGS - tuning).argmin()]),
            peaks=peaks,
            bass=bass,
            ends=np.array([_share(fold_histogram(one, tuning)) for one in sums]),
            change=np.concatenate([edge, *self._change, edge]),
            tuning=tuning,
        )


def count_changes(change: Floats) -> int:
    """How often the harmony changes clearly: the peaks of its change above CLEAR_CHANGE."""
    inner = change[1:-1]
    peaks = (inner > change[:-2]) & (inner >= change[2:]) & (inner > CLEAR_CHANGE)
    return int(peaks.sum())


def _share(vector: Doubles) -> Doubles:
    total = vector.sum()
    return vector / total if total > 0 else np.zeros(len(vector))


def estimate_tuning(histogram: Doubles) -> float:
    """Circular mean of the peaks' distance from the nearest semitone, in [-0.5, 0.5)."""
    steps = histogram.reshape(PITCH_CLASSES, STEPS).sum(axis=0)
    phase = np.exp(2j * np.pi * np.arange(STEPS) / STEPS) @ steps
    return float(np.angle(phase) / (2 * np.pi)) if abs(phase) > 0 else 0.0


def fold_histogram(histogram: Doubles, tuning: float) -> Doubles:
    """Twelve pitch classes from a fine histogram: cosine windows a semitone wide each side."""
    place = np.arange(len(histogram)) / STEPS - tuning
    away = np.remainder(place[:, None] - np.arange(PITCH_CLASSES) + 6, 12) - 6
    weight = np.where(np.abs(away) < 1, np.cos(away * np.pi / 2) ** 2, 0)
    folded: Doubles = histogram @ weight
    return folded
