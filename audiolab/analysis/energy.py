"""Energy in [0, 1]: how intense a track feels, from loudness, spectral extent and busyness.

Intensity as listeners rate it follows loudness first, then spectral extent and the density of
change (Schubert, "Modeling perceived emotion with continuous musical features", Music Perception
21, 2004). The three are added as distances from the usual (a band recording at -16 LUFS, 1500 Hz
wide) and squeezed by a logistic function.

Calibrated so that a soft solo piano comes below 0.1 (-25 LUFS, 500 Hz: 0.01), chamber music and
ballads near 0.3, a pop master near 0.8 (-12 LUFS, 2 kHz) and a metal master above 0.9 (-7 LUFS,
2.8 kHz: 0.95), while nothing reaches an end. Loudness is as in the file: a quiet transfer of a loud
band loses, as it does in a player without gain correction.
"""

import numpy as np

USUAL_LUFS, PER_LU = -16.0, 0.18
USUAL_BANDWIDTH_HZ, PER_OCTAVE = 1500.0, 1.6
USUAL_FLUX_DB, PER_DB = 1.2, 0.6


def energy(
    loudness_lufs: float | None, bandwidth_hz: float | None, flux_db: float | None
) -> float | None:
    """Energy in [0, 1]; None if one of the three is unknown.

    Parameters
    ----------
    loudness_lufs : float or None
        Integrated loudness.
    bandwidth_hz : float or None
        Mean spectral bandwidth.
    flux_db : float or None
        Mean rise of the mel bands per frame.
    """
    if loudness_lufs is None or not bandwidth_hz or flux_db is None:
        return None
    distance = (
        PER_LU * (loudness_lufs - USUAL_LUFS)
        + PER_OCTAVE * np.log2(bandwidth_hz / USUAL_BANDWIDTH_HZ)
        + PER_DB * (flux_db - USUAL_FLUX_DB)
    )
    return float(1 / (1 + np.exp(-distance)))
