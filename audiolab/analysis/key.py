"""Key and mode from chroma, with the runner-up and the names DJs use.

Every key is weighed by how much sounds on each step of its scale, in all registers, in the bass,
and in what sounds first and last, and a multinomial logit picks one: template matching
(Krumhansl, "Cognitive Foundations of Musical Pitch", 1990) whose templates are fitted, which tells
neighbours apart by the few notes that they do not share, and relatives by their bass and by where
the music is at home. The fit starts from the profiles of Albrecht & Shanahan ("The use of large
corpora to train a new type of key-finding algorithm", Music Perception 31, 2013), to which the
penalty holds it; there are 73 weights for either mode.

The weights come from the 40 renderings of the development split (counted twice), of 105 chorales,
tunes and quartets, and of 144 accompaniments drawn at random (counted half), each of them whole
and cut at both sides, as not every recording begins and ends at home. Fitted to half of the
chorales and three quarters of the accompaniments alone, they score (MIREX) 0.98 on the development
split; as they are, 0.98 on 96 pieces with other harmony and grooves, where all registers and the
bass alone gave 0.89. `python -m tests.benchmarks.train_key` fits them again to other files.
"""

import numpy as np

from audiolab import keys
from audiolab.analysis import key_weights
from audiolab.analysis.chroma import PITCH_CLASSES, Tonal, count_changes
from audiolab.analysis.stream import FRAMES_PER_SECOND, Doubles

PROFILES = np.array(
    [
        [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081],
        [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052],
    ]
)
MODES = ("major", "minor")
WEIGHTS = np.array([key_weights.MAJOR, key_weights.MINOR]).reshape(2, -1)
MINOR = np.array([[0.0], [key_weights.MINOR_AT_ALL]])
# A note's third harmonic sounds a fifth above it; this share of each pitch class is taken for it.
THIRD_HARMONIC = 0.15
# Least fit to some key's profile (more in what is short, where anything may resemble a key),
# unevenness of pitch classes and number of changes of harmony. Renderings of 45 s lie above 0.48,
# 0.24 and 50, unless drums drown their notes. Of speech in five languages, noise, rain, hits and
# animals nothing reaches all three, except drops and chimes of random pitch in a few seconds; a
# mains hum, a bell and beating tones never change.
LEAST_CORRELATION, SHORT_CORRELATION_SECONDS = 0.45, 0.8  # 0.45 + 0.8 s / duration
LEAST_CONTRAST = 0.18
LEAST_CHANGES = 3
# A key's third over its tonic. Renderings lie above 0.2; fifths without thirds have no mode.
LEAST_THIRD = 0.17
THIRDS = (4, 3)


def estimate_key(tonal: Tonal) -> dict[str, object]:
    """Key of a track, from its chroma vectors.

    Returns
    -------
    dict
        ``chroma`` (12 shares, sum 1; left out when there was no sound), ``key`` ("F# minor"),
        ``key_camelot`` ("11A"), ``key_open`` ("4m"), ``key_confidence`` in [0, 1] (the key's
        probability among all 24) and ``key_runner_up``. Key, its names and runner-up are left
        out, and the confidence is 0, when the chroma is too flat, too steady or too unlike any
        key to tell, or could be of either mode.
    """
    values: dict[str, object] = {"key_confidence": 0.0}
    if not tonal.folded.any():
        return values
    values["chroma"] = tonal.folded.tolist()
    probability = probabilities(tonal)
    order = np.argsort(probability, axis=None)[::-1]
    best, second = ((int(i % PITCH_CLASSES), MODES[i // PITCH_CLASSES]) for i in order[:2])
    if not _has_key(tonal) or not _has_mode(tonal, *best):
        return values
    return values | {
        "key": keys.name(*best),
        "key_camelot": keys.camelot(*best),
        "key_open": keys.open_key(*best),
        "key_confidence": float(probability.max()),
        "key_runner_up": keys.name(*second),
    }


def probabilities(tonal: Tonal) -> Doubles:
    """Of each key, shape (2 modes, 12 tonics), summing to 1."""
    scores = WEIGHTS @ describe_keys(tonal).T + MINOR
    likely = np.exp(scores - scores.max())
    probability: Doubles = likely / likely.sum()
    return probability


def describe_keys(tonal: Tonal) -> Doubles:
    """What the weights multiply, shape (12 tonics, 72): the steps above each, in six views.

    All registers, the bass, then the first and the last sounds, and the bass of these. Roots,
    because a loud note does not make a key more likely than a frequent one.
    """
    views = [np.sqrt(_without_third_harmonic(view)) for view in (tonal.folded, tonal.peaks)]
    whole = _standardised(np.sum([_standardised(view) for view in views], axis=0))
    steps = np.array([whole, *np.sqrt([tonal.bass, *tonal.ends])])
    return np.array([np.roll(steps, -tonic, axis=1).ravel() for tonic in range(PITCH_CLASSES)])


def correlations(chroma: Doubles) -> Doubles:
    """Pearson correlation with each key's profile, shape (2 modes, 12 tonics)."""
    profiles = PROFILES - PROFILES.mean(axis=1, keepdims=True)
    profiles /= np.linalg.norm(profiles, axis=1, keepdims=True)
    centred = chroma - chroma.mean()
    centred /= np.linalg.norm(centred) + 1e-12
    return np.array(
        [[centred @ np.roll(profile, tonic) for tonic in range(12)] for profile in profiles]
    )


def _has_key(tonal: Tonal) -> bool:
    """Whether the music is uneven enough, changes, and resembles some key."""
    seconds = len(tonal.change) / FRAMES_PER_SECOND
    views = [_without_third_harmonic(view) for view in (tonal.folded, tonal.peaks)]
    fit = correlations(np.sum([_standardised(view) for view in views], axis=0)).max()
    return bool(
        tonal.peaks.std() * PITCH_CLASSES >= LEAST_CONTRAST  # 0: all pitch classes alike
        and fit >= LEAST_CORRELATION + SHORT_CORRELATION_SECONDS / seconds
        and count_changes(tonal.change) >= LEAST_CHANGES
    )


def _has_mode(tonal: Tonal, tonic: int, mode: str) -> bool:
    """Whether the third that tells the mode sounds."""
    chroma = np.roll(tonal.folded + tonal.peaks, -tonic)
    return bool(chroma[THIRDS[MODES.index(mode)]] >= LEAST_THIRD * chroma[0])


def _without_third_harmonic(chroma: Doubles) -> Doubles:
    return np.maximum(chroma - THIRD_HARMONIC * np.roll(chroma, 7), 0)


def _standardised(vector: Doubles) -> Doubles:
    standard: Doubles = (vector - vector.mean()) / (vector.std() + 1e-12)
    return standard
