"""Valence in [0, 1] from the signal alone: a documented heuristic, not a measurement.

Major mode, a quick tempo and a bright sound are heard as happy, minor, slow and dark as sad
(Eerola, Friberg & Bresin, "Emotional expression in music: contribution, linearity, and
additivity of primary musical cues", Frontiers in Psychology 4, 2013: mode counts most, then
tempo, then timbre).
"""

import numpy as np

TEMPO_BPM = (60.0, 160.0)
CENTROID_HZ = (800.0, 3200.0)
WEIGHTS = (0.5, 0.3, 0.2)


def valence(
    key: str | None, key_confidence: float, tempo_bpm: float | None, centroid_hz: float | None
) -> float | None:
    """Valence in [0, 1]; None unless key, tempo and spectral centroid are all known.

    Parameters
    ----------
    key : str or None
        Such as "F# minor".
    key_confidence : float
        In [0, 1]; the mode counts as much as it is certain.
    tempo_bpm, centroid_hz : float or None
    """
    if key is None or tempo_bpm is None or centroid_hz is None:
        return None
    mode = 0.5 + (0.5 if key.endswith("major") else -0.5) * (0.5 + 0.5 * key_confidence)
    tempo = np.log(tempo_bpm / TEMPO_BPM[0]) / np.log(TEMPO_BPM[1] / TEMPO_BPM[0])
    bright = (centroid_hz - CENTROID_HZ[0]) / (CENTROID_HZ[1] - CENTROID_HZ[0])
    return float(np.dot(WEIGHTS, [mode, np.clip(tempo, 0, 1), np.clip(bright, 0, 1)]))
