"""Pictures of sound: mel and constant-Q spectrograms, chromagram and tempogram of an excerpt.

For plots, not for the catalog's values: everything here is light to load and bounded in size.
Frames are centred on ``n * hop`` samples. Levels are in dB relative to a full-scale sine.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.fft

from audiolab.analysis.mel_scale import MEL_BANDS, mel_frequencies, mel_weights
from audiolab.analysis.stream import RATE_HZ, WINDOW, Doubles, Floats, Framer, hann

FLOOR_DB = -100.0
FULL_SCALE = (WINDOW / 4) ** 2  # power of a full-scale sine's bin under a Hann window
HOP = 512

LOWEST_HZ = 32.703  # C1
BINS_PER_OCTAVE, OCTAVES = 36, 8
PITCH_CLASSES = 12
LONGEST_FRAME = 1 << 14

TEMPOGRAM_SECONDS = 8.0
SLOWEST_BPM, FASTEST_BPM, TEMPI = 40.0, 240.0, 120
LEAST_CHANGE_DB = 0.2  # a steady sound has no pulse


@dataclass(frozen=True)
class Picture:
    """Values over time and something else.

    Attributes
    ----------
    values : ndarray, shape (rows, columns), float32
    rows : ndarray, shape (rows,)
        Frequencies in Hz, pitch classes from 0 = C, or tempi in BPM.
    seconds : ndarray, shape (columns,)
        Times of the columns from the beginning of the samples.
    """

    values: Floats
    rows: Doubles
    seconds: Doubles


def mel_spectrogram(samples: Floats, columns: int | None = None) -> Picture:
    """Power in 128 mel bands, in dB.

    Parameters
    ----------
    samples : ndarray, shape (samples,)
        Mono at 22,050 Hz.
    columns : int, optional
        At most so many columns: the loudest of the frames that fall into each.
    """
    framer = Framer(WINDOW, HOP)
    spectra = [*framer.push(samples), *framer.finish()]
    weights = _mel_matrix()
    bands = [(np.abs(spectrum) ** 2) @ weights for spectrum in spectra]
    power: Floats = np.concatenate([*bands, np.zeros((0, MEL_BANDS), np.float32)])
    power /= np.float32(FULL_SCALE)
    return _picture(to_db(power).T, mel_centres(), HOP, columns)


def constant_q(samples: Floats, columns: int | None = None) -> Picture:
    """Level at three steps a semitone from C1, eight octaves, in dB.

    Brown & Puckette, "An efficient algorithm for the calculation of a constant Q transform",
    Journal of the Acoustical Society of America 92, 1992; with windows of at most 0.74 s, so that
    the deepest octaves are resolved to semitones only.
    """
    hz = constant_q_frequencies()
    if not len(samples):
        return _picture(np.zeros((len(hz), 0), np.float32), hz, HOP, columns)
    hop = _hop(len(samples), columns)
    padded = np.pad(samples, LONGEST_FRAME // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, LONGEST_FRAME)[::hop]
    kernel = _kernels()
    magnitude = [
        np.abs(kernel @ scipy.fft.rfft(frames[first : first + 64], axis=1).T)
        for first in range(0, len(frames), 64)
    ]
    return _picture(to_db(np.concatenate(magnitude, axis=1) ** 2), hz, hop, columns)


def chromagram(samples: Floats, columns: int | None = None) -> Picture:
    """Strength of the twelve pitch classes, C first: 1 is the strongest at its time.

    The constant-Q magnitudes folded into one octave; silence is 0.
    """
    found = constant_q(samples, columns)
    magnitude = np.where(found.values > FLOOR_DB + 30, 10 ** (found.values / 20), 0)
    steps = BINS_PER_OCTAVE // PITCH_CLASSES
    octaves = magnitude.reshape(OCTAVES, PITCH_CLASSES, steps, -1).max(axis=2).sum(axis=0)
    strongest = octaves.max(axis=0, initial=0)
    strength = np.divide(octaves, strongest, out=np.zeros_like(octaves), where=strongest > 0)
    return Picture(
        strength.astype(np.float32), np.arange(PITCH_CLASSES, dtype=np.float64), found.seconds
    )


def tempogram(samples: Floats, columns: int | None = None) -> Picture:
    """How strongly the onsets repeat at each tempo, from 0 to 1, over windows of 8 s.

    Local autocorrelation of the spectral flux: Grosche, Müller & Kurth, "Cyclic tempogram", ICASSP
    2010.
    """
    bpm = np.geomspace(SLOWEST_BPM, FASTEST_BPM, TEMPI)
    flux = onset_strength(samples)
    window = round(TEMPOGRAM_SECONDS * RATE_HZ / HOP)
    if not len(flux):
        return _picture(np.zeros((TEMPI, 0), np.float32), bpm, HOP, columns)
    step = max(1, -(-len(flux) // (columns or len(flux))))
    padded = np.pad(flux, (window // 2, window - window // 2))
    parts = np.lib.stride_tricks.sliding_window_view(padded, window)[: len(flux) : step]
    parts = (parts - parts.mean(axis=1, keepdims=True)) * hann(window)
    power = np.abs(scipy.fft.rfft(parts, 2 * window, axis=1)) ** 2
    correlation = scipy.fft.irfft(power, axis=1)[:, :window]
    whole = correlation[:, :1]
    clear = whole > window * LEAST_CHANGE_DB**2
    correlation = np.divide(correlation, whole, out=np.zeros_like(correlation), where=clear)
    lags = 60 * RATE_HZ / HOP / bpm
    strength = np.array([np.interp(lags, np.arange(window), row) for row in correlation]).T
    return _picture(np.maximum(strength, 0).astype(np.float32), bpm, step * HOP, None)


def onset_strength(samples: Floats) -> Floats:
    """Mean rise of the mel bands per frame, in dB."""
    mel_db = np.maximum(mel_spectrogram(samples).values, -80)
    rise = np.maximum(np.diff(mel_db, axis=1, prepend=mel_db[:, :1]), 0)
    strength: Floats = rise.mean(axis=0).astype(np.float32)
    return strength


def to_db(power: Floats) -> Floats:
    """Power to dB, not below -100."""
    decibels: Floats = 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))
    return decibels.astype(np.float32)


def mel_centres() -> Doubles:
    """Centre frequency of each mel band in Hz."""
    centres: Doubles = mel_frequencies(MEL_BANDS + 2, RATE_HZ / 2)[1:-1]
    return centres


def constant_q_frequencies() -> Doubles:
    """Frequency of each row of the constant-Q transform in Hz."""
    steps = np.arange(OCTAVES * BINS_PER_OCTAVE) - 1  # each pitch class in the middle of its three
    hz: Doubles = LOWEST_HZ * 2 ** (steps / BINS_PER_OCTAVE)
    return hz


@functools.cache
def _mel_matrix() -> Floats:
    """Weight of each bin in each band, shape (bins, MEL_BANDS), the strongest bin of a band 1."""
    first, falling, rising = mel_weights()
    matrix = np.zeros((WINDOW // 2 + 1, MEL_BANDS + 2), np.float32)
    for interval in range(MEL_BANDS + 1):
        bins = np.arange(first[interval], first[interval + 1])
        matrix[bins, interval] += falling[bins]
        matrix[bins, interval + 1] += rising[bins]
    weights: Floats = matrix[:, 1:-1] / np.maximum(matrix[:, 1:-1].max(axis=0), 1e-12)
    return weights


@functools.cache
def _kernels() -> Any:
    """Spectra of the windowed exponentials, shape (rows, bins): complex, sparse."""
    import scipy.sparse

    rows = []
    for hz in constant_q_frequencies():
        length = min(LONGEST_FRAME, round(RATE_HZ / hz / (2 ** (1 / BINS_PER_OCTAVE) - 1)))
        kernel = np.zeros(LONGEST_FRAME, np.complex64)
        start = (LONGEST_FRAME - length) // 2
        phase = 2j * np.pi * hz * (np.arange(length) - length // 2) / RATE_HZ
        kernel[start : start + length] = np.exp(phase) * hann(length) * 4 / length
        spectrum = np.conj(scipy.fft.fft(kernel))[: LONGEST_FRAME // 2 + 1] / LONGEST_FRAME
        spectrum[np.abs(spectrum) < 0.005 * np.abs(spectrum).max()] = 0
        rows.append(scipy.sparse.csr_matrix(spectrum))
    return scipy.sparse.vstack(rows).tocsr()


def _hop(samples: int, columns: int | None) -> int:
    """Frames no denser than four to a column."""
    return HOP if columns is None else max(HOP, samples // (4 * columns))


def _picture(values: Floats, rows: Doubles, hop: int, columns: int | None) -> Picture:
    count = values.shape[1]
    step = 1 if columns is None or count <= columns else -(-count // columns)
    if step > 1:
        values = np.maximum.reduceat(values, np.arange(0, count, step), axis=1)
    seconds = (np.arange(values.shape[1]) * step + (step - 1) / 2) * hop / RATE_HZ
    return Picture(values, rows, seconds)
