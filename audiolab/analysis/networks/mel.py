"""The input of the networks: log mel spectra of a 16 kHz stream, as MusiCNN was trained on.

Equal to essentia's TensorflowInputMusiCNN within 1e-4 at an eighth of its cost, and without
essentia, whose wheel loads TensorFlow: 512-sample frames every 256 samples, symmetric Hann window,
power spectrum, 96 triangular bands of unit area on Slaney's mel scale from 0 to 8 kHz, then
log10(1 + 10000 x) (Pons & Serra, "musicnn: pre-trained convolutional neural networks for music
audio tagging", 2019; Alonso-Jiménez et al., "TensorFlow audio models in Essentia", ICASSP 2020).
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy.fft

from audiolab.analysis.networks.bands import hz_to_mel, mel_to_hz, triangles

Floats = npt.NDArray[np.float32]

RATE_HZ = 16_000
FRAME, HOP = 512, 256
BANDS = 96
FRAMES_AT_ONCE = 64  # always as many: a matrix product's rounding depends on its shape
SCALE = np.float32(10_000)


def _band_edges() -> npt.NDArray[np.floating]:
    """The 98 edges of the bands in Hz, in single precision as essentia has them.

    One bin lies so close to an edge of band 66 that exact edges would change that band by 4e-4.
    """
    steps = np.full(BANDS + 2, hz_to_mel(RATE_HZ / 2) / (BANDS + 1), np.float32)
    steps[0] = 0
    return mel_to_hz(np.add.accumulate(steps))


@lru_cache(maxsize=1)
def mel_bands() -> Floats:
    """Weights of shape (257, 96): power spectrum to bands."""
    return triangles(_band_edges(), RATE_HZ, FRAME)


class LogMel:
    """Log mel spectra of a stream, centred on every 256th sample."""

    def __init__(self) -> None:
        self._window = np.hanning(FRAME).astype(np.float32)
        self._bands = mel_bands()
        self._rest = np.zeros(FRAME // 2, np.float32)
        self._samples = 0
        self._frames = 0

    def push(self, mono: Floats) -> Floats:
        """Frames completed by `mono`, shape (frames, 96); the last few may wait for more."""
        self._samples += len(mono)
        self._rest = np.concatenate([self._rest, mono])
        ready = (len(self._rest) - FRAME) // HOP + 1
        return self._transform(max(0, ready) // FRAMES_AT_ONCE * FRAMES_AT_ONCE)

    def finish(self) -> Floats:
        """The last frames, padded with zeros: ``1 + ceil(samples / 256)`` in all."""
        if not self._samples:
            return np.zeros((0, BANDS), np.float32)
        missing = 1 - (-self._samples // HOP) - self._frames
        padding = (missing - 1) * HOP + FRAME - len(self._rest)
        self._rest = np.concatenate([self._rest, np.zeros(max(0, padding), np.float32)])
        return self._transform(missing)

    def _transform(self, count: int) -> Floats:
        if not count:
            return np.zeros((0, BANDS), np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(self._rest, FRAME)[::HOP]
        batches = [
            self._log_mel(frames[start : min(start + FRAMES_AT_ONCE, count)])
            for start in range(0, count, FRAMES_AT_ONCE)
        ]
        self._rest = self._rest[count * HOP :]
        self._frames += count
        return np.concatenate(batches)

    def _log_mel(self, frames: Floats) -> Floats:
        spectra = scipy.fft.rfft(frames * self._window, axis=1, workers=1)
        power = spectra.real**2
        power += spectra.imag**2
        bands: Floats = power @ self._bands
        bands *= SCALE
        bands += np.float32(1)
        return np.log10(bands, out=bands)
