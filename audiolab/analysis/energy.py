"""Energy in [0, 1]: how intense a track feels, from loudness, brightness and busyness.

Intensity as listeners rate it follows loudness, spectral extent and the density of change
(Schubert, "Modeling perceived emotion with continuous musical features", Music Perception 21,
2004). Each of the three is scaled to [0, 1] between anchors and they are averaged with WEIGHTS.
"""

import numpy as np

LOUDNESS_LUFS = (-35.0, -7.0)  # a solo piano recorded with headroom; a metal master
BANDWIDTH_HZ = (600.0, 3000.0)  # spectral bandwidth
FLUX_DB = (0.2, 2.5)  # mean of the onset envelope
WEIGHTS = (0.5, 0.25, 0.25)


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
    if loudness_lufs is None or bandwidth_hz is None or flux_db is None:
        return None
    shares = [
        np.clip((value - low) / (high - low), 0, 1)
        for value, (low, high) in (
            (loudness_lufs, LOUDNESS_LUFS),
            (bandwidth_hz, BANDWIDTH_HZ),
            (flux_db, FLUX_DB),
        )
    ]
    return float(np.dot(WEIGHTS, shares))
