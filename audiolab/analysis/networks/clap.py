"""CLAP's ear: windows of ten seconds to embeddings in a space that words share.

Wu et al., "Large-scale contrastive language-audio pretraining with feature fusion and
keyword-to-caption augmentation", ICASSP 2023. A window of 480,000 samples at 48 kHz becomes 1001
frames (1024 samples every 480, periodic Hann window, reflected at both ends) of 64 bands from 50 Hz
to 14 kHz, in decibels of power: what the models without feature fusion listen to, of any length of
track. What is shorter than a window is repeated and filled up with silence, as in training.

Models with feature fusion take four such spectra at once, so they are refused.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy.fft

from audiolab.analysis.networks.bands import hz_to_mel, mel_to_hz, triangles
from audiolab.analysis.networks.installed import StageNetworks
from audiolab.analysis.networks.listener import SILENCE, Means
from audiolab.analysis.networks.load import load_backbone
from audiolab.errors import ModelError

Floats = npt.NDArray[np.float32]

RATE_HZ = 48_000
FRAME, HOP = 1024, 480
WINDOW = 480_000  # samples
BANDS = 64
LOWEST_HZ, HIGHEST_HZ = 50.0, 14_000.0
FLOOR = 1e-10  # power: -100 dB


@lru_cache(maxsize=1)
def mel_bands() -> Floats:
    """Weights of shape (513, 64): power spectrum to bands."""
    steps = np.linspace(hz_to_mel(LOWEST_HZ), hz_to_mel(HIGHEST_HZ), BANDS + 2)
    return triangles(mel_to_hz(steps), RATE_HZ, FRAME)


def log_mel(window: Floats) -> Floats:
    """Spectra of shape (1001, 64) in dB of a window of shape (480000,)."""
    padded = np.pad(window, FRAME // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    hann = np.hanning(FRAME + 1)[:-1].astype(np.float32)
    spectra = scipy.fft.rfft(frames * hann, axis=1, workers=1)
    bands = (spectra.real**2 + spectra.imag**2) @ mel_bands()
    decibels: Floats = 10 * np.log10(np.maximum(bands, FLOOR))
    return decibels.astype(np.float32, copy=False)


def filled(samples: Floats) -> Floats:
    """A whole window of what is shorter: as often as it fits, then silence."""
    repeated = np.tile(samples, WINDOW // len(samples))
    return np.pad(repeated, (0, WINDOW - len(repeated)))


def unit(vector: npt.NDArray[np.floating]) -> Floats:
    """The same direction with length 1: what CLAP's vectors are compared by."""
    length = float(np.linalg.norm(vector))
    return (vector / max(length, 1e-12)).astype(np.float32)


class ClapPass:
    """A track heard window by window.

    Parameters
    ----------
    networks : StageNetworks
    """

    def __init__(self, networks: StageNetworks) -> None:
        self.networks = networks
        self._model = load_backbone(networks.backbone)
        self._hop = networks.patch_hop * HOP
        self._rest = np.zeros(0, np.float32)
        self._skip = 0
        self._sum = np.zeros(networks.dimensions)
        self._count = 0

    def push(self, mono: Floats, mel: Floats) -> None:
        """Take in samples; the spectra of other networks are of no use here."""
        self._rest = np.concatenate([self._rest, mono])
        self._jump()
        while len(self._rest) >= WINDOW and not self._skip:
            self._hear(self._rest[:WINDOW])
            self._skip = self._hop
            self._jump()

    def means(self) -> Means | None:
        """The direction of the track; None if nothing was heard."""
        if not self._count and len(self._rest):
            self._hear(filled(self._rest))
        return Means(unit(self._sum), {}) if self._count else None

    def _jump(self) -> None:
        """Leave out what lies before the next window."""
        leave = min(self._skip, len(self._rest))
        self._rest, self._skip = self._rest[leave:], self._skip - leave

    def _hear(self, window: Floats) -> None:
        """Add what a window sounds like, unless it is silent."""
        if np.abs(window).max() <= SILENCE:
            return
        (rows,) = self._model(log_mel(window)[None, None])
        if rows.shape != (1, self.networks.dimensions) or not np.isfinite(rows).all():
            raise ModelError(
                self.networks.backbone.file.path.name,
                f"expected an embedding of {self.networks.dimensions} numbers, "
                f"got an array of shape {rows.shape}",
            )
        self._sum += unit(rows[0])
        self._count += 1
