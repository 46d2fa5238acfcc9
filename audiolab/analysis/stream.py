"""What the features share: one resampling, one framing, one Fourier transform.

Blocks of any size go in, frames of one fixed grid come out, so that no result depends on how a
file was cut into blocks. Conventions: rates in Hz, frames centred on ``n * hop`` samples with
zeros beyond both ends, a periodic Hann window, amplitudes with full scale 1.0.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import scipy.fft
import soxr

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Spectrum = npt.NDArray[np.complex64]

RATE_HZ = 22_050
WINDOW = 2048
HOP = 512
FRAMES_PER_SECOND = RATE_HZ / HOP
BATCH_SAMPLES = 1 << 16  # new samples of the frames transformed at once


class Resampler:
    """Mono stream to another rate (soxr, high quality).

    Parameters
    ----------
    rate_hz, target_hz : int
        Rate of the input and of the output.
    """

    def __init__(self, rate_hz: int, target_hz: int = RATE_HZ) -> None:
        self._stream = (
            None
            if rate_hz == target_hz
            else soxr.ResampleStream(rate_hz, target_hz, 1, dtype="float32", quality="HQ")
        )

    def push(self, mono: Floats, last: bool = False) -> Floats:
        """What has become computable with the next samples; `last` flushes the rest."""
        if self._stream is None:
            return mono
        resampled: Floats = self._stream.resample_chunk(mono, last=last)
        return resampled


def mix_to_mono(block: Floats) -> Floats:
    """Mean over the channels of a block of shape (frames, channels)."""
    if block.shape[1] == 1:
        return np.ascontiguousarray(block[:, 0])
    if block.shape[1] == 2:
        return (block[:, 0] + block[:, 1]) * np.float32(0.5)
    mono: Floats = block.mean(axis=1, dtype=np.float32)
    return mono


def hann(size: int) -> Floats:
    """Periodic Hann window."""
    return np.hanning(size + 1)[:-1].astype(np.float32)


class Framer:
    """Cut a stream into overlapping, windowed frames and transform them.

    Parameters
    ----------
    window, hop : int
        Length and distance of the frames in samples.
    """

    def __init__(self, window: int = WINDOW, hop: int = HOP) -> None:
        self._window, self._hop = hann(window), hop
        self._batch = max(1, BATCH_SAMPLES // hop)
        self._windowed = np.empty((self._batch, window), np.float32)
        self._rest = np.zeros(window // 2, np.float32)  # centres the first frame on sample 0
        self._frames = 0
        self._samples = 0

    def push(self, mono: Floats) -> Iterator[Spectrum]:
        """Spectra of the frames completed by `mono`, a batch at a time.

        Yields
        ------
        ndarray, shape (frames, window // 2 + 1), complex64
        """
        self._samples += len(mono)
        return self._transform(mono, minimum=self._batch)

    def finish(self) -> Iterator[Spectrum]:
        """Spectra of the last frames, padded with zeros: ``1 + samples // hop`` in all."""
        if not self._samples:
            return iter(())
        missing = 1 + self._samples // self._hop - self._frames
        size = len(self._window)
        wanted = (missing - 1) * self._hop + size if missing else 0
        padding = np.zeros(max(0, wanted - len(self._rest)), np.float32)
        return self._transform(padding, minimum=1)

    def _transform(self, mono: Floats, minimum: int) -> Iterator[Spectrum]:
        samples = np.concatenate([self._rest, mono])
        size, hop, done = len(self._window), self._hop, 0
        ready = (len(samples) - size) // hop + 1 if len(samples) >= size else 0
        if ready:
            frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
            while ready - done >= minimum:
                batch = frames[done : done + min(self._batch, ready - done)]
                windowed = np.multiply(batch, self._window, out=self._windowed[: len(batch)])
                yield scipy.fft.rfft(windowed, axis=1, workers=1)
                done += len(batch)
        self._frames += done
        self._rest = samples[done * hop :]
