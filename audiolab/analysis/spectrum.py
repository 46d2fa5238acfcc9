"""Timbre: shapes of the spectrum and mel-frequency cepstral coefficients, from the shared STFT.

One loop over the bins of a frame yields power, mel bands, centroid, bandwidth, rolloff and
flatness, because reading the spectrum from memory costs more than the arithmetic. Definitions
are librosa's (McFee et al., "librosa", SciPy 2015): centroid and bandwidth of the magnitude
spectrum, rolloff at 85 % of its sum, flatness of the power spectrum, Slaney's mel filters.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import scipy.fft

from audiolab.analysis.mel_scale import BIN_HZ, MEL_BANDS, mel_weights
from audiolab.analysis.stream import WINDOW, Doubles, Floats, Spectrum

MFCC_COUNT = 20
ROLLOFF_SHARE = 0.85
SMALLEST_POWER = 1e-10
LANES = 64  # bins whose logarithms are taken side by side
# Frames below -80 dBFS (of a sine's power, WINDOW**2 / 16, spread over its main lobe) have no
# timbre to speak of: dither and resampler ringing.
SILENT_POWER = 1.5 * (WINDOW / 4) ** 2 * 1e-8

CENTROID, BANDWIDTH, ROLLOFF, FLATNESS, POWER = range(5)


@dataclass(frozen=True)
class SpectralBlock:
    """What the other features take from some frames of the STFT.

    Attributes
    ----------
    power : ndarray, shape (frames, WINDOW // 2 + 1)
    mel_db : ndarray, shape (frames, MEL_BANDS)
        Mel bands in dB re 1.0, not below -100 dB.
    sounding : ndarray of bool, shape (frames,)
        Frames above -80 dBFS.
    """

    power: Floats
    mel_db: Floats
    sounding: npt.NDArray[np.bool_]


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
def _describe(spectrum, first_bin, falling, rising, power, mel, shapes):  # type: ignore[no-untyped-def]
    """Fill power (frames, bins), mel (frames, bands + 2, one spare at each end), shapes."""
    bins = spectrum.shape[1]
    magnitude = np.empty(bins, np.float32)
    products = np.empty(LANES)
    for t in range(spectrum.shape[0]):
        row = spectrum[t]
        out = power[t]
        total = np.float32(0.0)
        first = np.float32(0.0)
        second = np.float32(0.0)
        energy = np.float32(0.0)
        for k in range(bins):
            p = row[k].real * row[k].real + row[k].imag * row[k].imag
            out[k] = p
            m = np.sqrt(p)
            magnitude[k] = m
            f = np.float32(k)
            total += m
            first += f * m
            second += f * f * m
            energy += p
        for i in range(len(first_bin) - 1):
            down = np.float32(0.0)
            up = np.float32(0.0)
            for k in range(first_bin[i], first_bin[i + 1]):
                down += falling[k] * out[k]
                up += rising[k] * out[k]
            mel[t, i] += down
            mel[t, i + 1] += up
        products[:] = np.float64(max(out[bins - 1], np.float32(SMALLEST_POWER))) ** (1 / LANES)
        for k in range(0, bins - 1, LANES):  # one logarithm for 16 bins: within a double's range
            for lane in range(LANES):
                value = out[k + lane]
                floored = value if value > SMALLEST_POWER else np.float32(SMALLEST_POWER)
                products[lane] *= floored
        logs = 0.0
        for lane in range(LANES):
            logs += np.log(products[lane])
        shapes[t, POWER] = energy
        if energy <= SMALLEST_POWER * bins:
            continue
        centroid = first / total
        shapes[t, CENTROID] = centroid
        shapes[t, BANDWIDTH] = np.sqrt(np.maximum(second / total - centroid * centroid, 0.0))
        shapes[t, FLATNESS] = np.exp(logs / bins) / (energy / bins)
        wanted = np.float32(ROLLOFF_SHARE) * total
        reached = np.float32(0.0)
        k = -1
        while reached < wanted and k < bins - 1:
            k += 1
            reached += magnitude[k]
        shapes[t, ROLLOFF] = k


class Timbre:
    """Accumulate the shapes and the MFCC of a stream of spectra."""

    def __init__(self) -> None:
        self._first_bin, self._falling, self._rising = mel_weights()
        bands = np.eye(MEL_BANDS, dtype=np.float32)
        self._cosines = scipy.fft.dct(bands, norm="ortho", axis=1)[:, :MFCC_COUNT]
        self._shapes = np.zeros(4)
        self._frames = 0
        self._mfcc = np.zeros((2, MFCC_COUNT))  # sums of values and of squares

    def push(self, spectrum: Spectrum) -> SpectralBlock:
        """Take in spectra of shape (frames, bins) and hand on what other features need."""
        frames, bins = spectrum.shape
        power = np.empty((frames, bins), np.float32)
        mel = np.zeros((frames, MEL_BANDS + 2), np.float32)
        shapes = np.zeros((frames, 5))
        _describe(spectrum, self._first_bin, self._falling, self._rising, power, mel, shapes)
        audible: Floats = np.maximum(mel[:, 1:-1], np.float32(SMALLEST_POWER))
        mel_db = np.log(audible) * np.float32(10 / np.log(10))  # vectorised, log10 is not
        sounding = shapes[:, POWER] > SILENT_POWER
        self._add(shapes[sounding], mel_db[sounding])
        return SpectralBlock(power, mel_db, sounding)

    def _add(self, shapes: Doubles, mel_db: Floats) -> None:
        self._frames += len(shapes)
        self._shapes += shapes[:, :4].sum(axis=0)
        mfcc = (mel_db @ self._cosines).astype(np.float64)
        self._mfcc += mfcc.sum(axis=0), (mfcc * mfcc).sum(axis=0)

    def values(self) -> dict[str, object]:
        """Means over the sounding frames; empty when there are none.

        Returns
        -------
        dict
            ``spectral_centroid_hz``, ``spectral_bandwidth_hz``, ``spectral_rolloff_hz``,
            ``spectral_flatness`` (0 a sine, towards 1 white noise), ``mfcc`` and ``mfcc_std``
            (MFCC_COUNT values each, of mel bands in dB, orthonormal DCT).
        """
        if not self._frames:
            return {}
        shapes = self._shapes / self._frames
        mean, square = self._mfcc / self._frames
        return {
            "spectral_centroid_hz": float(shapes[CENTROID] * BIN_HZ),
            "spectral_bandwidth_hz": float(shapes[BANDWIDTH] * BIN_HZ),
            "spectral_rolloff_hz": float(shapes[ROLLOFF] * BIN_HZ),
            "spectral_flatness": float(np.clip(shapes[FLATNESS], 0, 1)),
            "mfcc": mean.tolist(),
            "mfcc_std": np.sqrt(np.maximum(square - mean * mean, 0)).tolist(),
        }
