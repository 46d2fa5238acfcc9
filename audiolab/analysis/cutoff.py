"""Where the spectrum ends like cut off: the edge that lossy encoders leave behind.

Encoders drop everything above a frequency that their bit rate decides: MP3 at 128 kbit/s above 16
or 17 kHz, at 192 above 19, at 320 above 20 (LAME's table). The edge outlives every later encoding,
so that a FLAC file made of an MP3 still has it. Music itself fades towards high frequencies and
has no edge. The method is ours; Hennequin, Royo-Letelier & Moussallam ("Codec independent lossy
audio compression detection", ICASSP 2017) show what can be told in this way, and what cannot.

Spectra at the file's own rate, one a second, are averaged as levels in dB, so that a few clipped
peaks, whose splatter reaches everywhere, do not count. The edge is where the level falls by the
most between the kilohertz below and all that is above it, if it falls far enough.
"""

import numpy as np
import scipy.fft

from audiolab.analysis.stream import Doubles, Floats, hann

BAND_HZ = 100.0
LEAST_HZ = 10_000.0  # lower edges are an instrument's, a voice's or a telephone's
BELOW_HZ, GAP_HZ = 1_000.0, 200.0  # what is compared below the edge, and how steep it must be
LEAST_FALL_DB = 15.0
NYQUIST_SHARE = 0.965  # the last part is the recording's own anti-aliasing
SILENT_POWER = 1e-7  # mean square: frames below -70 dBFS are noise and rounding
SMALLEST_POWER = 1e-15


class Cutoff:
    """Average the spectrum of a mono stream, and find its edge.

    Parameters
    ----------
    rate_hz : int
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        size = 4096
        while size < rate_hz / 12:  # some 12 Hz a bin, whatever the rate
            size *= 2
        self._window = hann(size)
        self._scale = np.float32(1 / np.sum(self._window**2))
        self._skip = 0  # samples until the next frame begins
        self._rest = np.zeros(0, np.float32)
        self._levels: Doubles = np.zeros(size // 2 + 1)
        self._frames = 0

    def push(self, mono: Floats) -> None:
        """Take in samples of shape (samples,)."""
        size = len(self._window)
        while True:
            if self._skip >= len(mono) and self._skip:
                self._skip -= len(mono)
                return
            mono, self._skip = mono[self._skip :], 0
            missing = size - len(self._rest)
            self._rest = np.concatenate([self._rest, mono[:missing]])
            if len(self._rest) < size:
                return
            self._add(self._rest)
            self._rest, mono = self._rest[:0], mono[missing:]
            self._skip = max(0, self._rate_hz - size)

    def _add(self, frame: Floats) -> None:
        if float(frame @ frame) < SILENT_POWER * len(frame):
            return
        spectrum = scipy.fft.rfft(frame * self._window, workers=1)
        power = (spectrum.real**2 + spectrum.imag**2) * self._scale
        self._levels += np.log10(power + np.float32(SMALLEST_POWER))
        self._frames += 1

    def values(self) -> dict[str, object]:
        """``cutoff_hz``; left out where the spectrum has no edge, or there is no sound."""
        if not self._frames:
            return {}
        edge = find_edge(10 * self._levels / self._frames, self._rate_hz)
        return {} if edge is None else {"cutoff_hz": edge}


def find_edge(levels: Doubles, rate_hz: float) -> float | None:
    """The frequency in Hz above which nothing is left; None if the spectrum has no such edge.

    Parameters
    ----------
    levels : ndarray, shape (bins,)
        dB, from 0 Hz to half the rate.
    rate_hz : float
    """
    per_band = max(1, round(BAND_HZ / (rate_hz / 2 / (len(levels) - 1))))
    count = len(levels) // per_band
    bands = levels[: count * per_band].reshape(count, per_band).mean(axis=1)
    band_hz = per_band * rate_hz / 2 / (len(levels) - 1)
    last = int(NYQUIST_SHARE * rate_hz / 2 / band_hz)
    below, gap = round(BELOW_HZ / band_hz), round(GAP_HZ / band_hz)
    # The loudest of all that lies above, from each band on.
    above = np.maximum.accumulate(bands[:last][::-1])[::-1]
    edges = np.arange(max(below, round(LEAST_HZ / band_hz)), last - gap)
    if not len(edges):
        return None
    falls = np.array([np.median(bands[at - below : at]) - above[at + gap] for at in edges])
    best = int(falls.argmax())
    return float(edges[best] * band_hz) if falls[best] >= LEAST_FALL_DB else None
