"""Fourier tempogram: how strongly an onset envelope pulsates at each rate.

The autocorrelation of a pulse peaks at its multiples, that is at slower rates; the Fourier
transform peaks at its harmonics, faster ones. What both show is the pulse itself, so the two
together tell levels apart that either confuses (Peeters, "Template-based estimation of
time-varying tempo", EURASIP Journal on Advances in Signal Processing 2007; Grosche, Müller &
Kurth, "Cyclic tempogram", ICASSP 2010). Windows of 48 s, half overlapping, are averaged: long
enough to part neighbouring rates, short enough for a tempo that drifts.
"""

import numpy as np
import scipy.fft

from audiolab.analysis.stream import FRAMES_PER_SECOND, Doubles, Floats

WINDOW_FRAMES, POINTS = 2048, 8192
SLOWEST_HZ, FASTEST_HZ = 0.3, 12.0  # the strongest rate between them counts 1
REACH = 0.007  # a rate may be found this much beside its place
COMPRESSION = 0.7


def tempogram(envelope: Floats) -> Doubles:
    """Magnitude by rate, averaged over the windows.

    Parameters
    ----------
    envelope : ndarray, shape (frames,)
        Onset envelope less its local mean.

    Returns
    -------
    ndarray, shape (POINTS // 2 + 1,)
        From 0 Hz to half of FRAMES_PER_SECOND, 1 at the strongest; zeros without change.
    """
    frames = len(envelope)
    size = min(WINDOW_FRAMES, frames)
    power = np.zeros(POINTS // 2 + 1)
    if size < 2:
        return power
    window = np.hanning(size).astype(np.float32)
    windows = 1 + -(-2 * (frames - size) // size)
    for start in np.linspace(0, frames - size, windows).astype(int):
        part = envelope[start : start + size]
        spectrum = scipy.fft.rfft((part - part.mean()) * window, POINTS)
        power += spectrum.real**2 + spectrum.imag**2
    first, last = (round(hz * POINTS / FRAMES_PER_SECOND) for hz in (SLOWEST_HZ, FASTEST_HZ))
    strongest = power[first : last + 1].max()
    return np.sqrt(power / strongest) if strongest > 0 else np.zeros(len(power))


def at_rates(magnitude: Doubles, hz: Doubles) -> Doubles:
    """Highest magnitude near each rate, compressed; 0 beyond the fastest."""
    nearby = hz[..., None] * np.linspace(1 - REACH, 1 + REACH, 9) * POINTS / FRAMES_PER_SECOND
    found = np.interp(nearby, np.arange(len(magnitude)), magnitude, right=0).max(axis=-1)
    compressed: Doubles = found**COMPRESSION
    return compressed
