"""Triangular bands on Slaney's mel scale: linear below 1 kHz, logarithmic above.

Malcolm Slaney, "Auditory Toolbox", Technical Report 1998-010, Interval Research Corporation, 1998.
"""

import numpy as np
import numpy.typing as npt

BREAK_HZ, BREAK_MEL = 1_000.0, 15.0
LOG_STEP = np.log(6.4) / 27


def hz_to_mel(hz: float) -> float:
    """Mel of a frequency in Hz."""
    if hz < BREAK_HZ:
        return hz * BREAK_MEL / BREAK_HZ
    return float(BREAK_MEL + np.log(hz / BREAK_HZ) / LOG_STEP)


def mel_to_hz(mel: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Frequencies in Hz, in the precision of `mel`."""
    kind = mel.dtype.type
    linear = mel * kind(BREAK_HZ / BREAK_MEL)
    logarithmic = np.exp((mel - kind(BREAK_MEL)) * kind(LOG_STEP))
    return np.where(mel < BREAK_MEL, linear, kind(BREAK_HZ) * logarithmic)


def triangles(
    edges_hz: npt.NDArray[np.floating], rate_hz: int, frame: int
) -> npt.NDArray[np.float32]:
    """Bands of unit area between every second of the edges.

    Parameters
    ----------
    edges_hz : ndarray, shape (bands + 2,)
    rate_hz, frame : int
        Of the spectra.

    Returns
    -------
    ndarray, shape (frame // 2 + 1, bands), float32
        Weights: power spectrum to bands.
    """
    edges = edges_hz.astype(np.float64)
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    hz = np.arange(frame // 2 + 1)[:, None] * rate_hz / frame
    rising, falling = (hz - low) / (centre - low), (high - hz) / (high - centre)
    weights = np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)
    return np.ascontiguousarray(weights, np.float32)
