"""The mel scale, by which the ear spaces frequencies, and its bands over the shared STFT."""

import functools

import numpy as np
import numpy.typing as npt

from audiolab.analysis.stream import RATE_HZ, WINDOW, Doubles, Floats

MEL_BANDS = 128
BIN_HZ = RATE_HZ / WINDOW


def mel_frequencies(count: int, highest_hz: float) -> Doubles:
    """`count` frequencies from 0 to `highest_hz`, evenly spaced on Slaney's mel scale.

    Linear (200/3 Hz per mel) below 1 kHz, logarithmic (27 mel per factor 6.4) above: Slaney,
    "Auditory Toolbox", 1998.
    """
    step = np.log(6.4) / 27
    top = highest_hz * 3 / 200 if highest_hz < 1000 else 15 + np.log(highest_hz / 1000) / step
    mel = np.linspace(0, top, count)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(step * (mel - 15)))


@functools.cache
def mel_weights() -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """The triangular filters by the intervals between their edges: two overlap in each.

    Returns
    -------
    first : ndarray of int, shape (MEL_BANDS + 2,)
        First bin of each interval, and the end of the last.
    falling, rising : ndarray, shape (bins,)
        Weight of the bin in the band that ends with its interval and in the one that peaks there.
    """
    edges = mel_frequencies(MEL_BANDS + 2, RATE_HZ / 2)
    hz = np.arange(WINDOW // 2 + 1) * BIN_HZ
    first = np.searchsorted(hz, edges, side="left")
    first[-1] = len(hz)
    interval = np.repeat(np.arange(MEL_BANDS + 1), np.diff(first))
    share = (hz - edges[interval]) / np.diff(edges)[interval]
    norm = np.concatenate([[0.0], 2 / (edges[2:] - edges[:-2]), [0.0]])  # Slaney: equal area
    falling = (1 - share) * norm[interval]
    rising = share * norm[interval + 1]
    return first, falling.astype(np.float32), rising.astype(np.float32)
