"""Arousal and valence from mood words: a documented stand-in for a model trained on them.

Russell ("A circumplex model of affect", Journal of Personality and Social Psychology 39, 1980)
orders affect on a circle with eight directions, 45 degrees apart. Words of the mood/theme head
that clearly lie in a direction count for it; words about use ("film", "corporate") or of no one
direction ("emotional", "deep") count for none. The strength of a direction is the square of its
strongest word's score, so that directions with many words have no advantage; the track lies at
the mean of the directions. Equal scores for everything give the centre, (0.5, 0.5).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SOURCE = "mood words"

# direction in degrees: 0 is pleasure, 90 is arousal
DIRECTIONS: dict[int, tuple[str, ...]] = {
    0: ("happy", "hopeful", "love", "positive", "romantic"),
    45: (
        "fun", "funny", "groovy", "inspiring", "motivational", "party", "summer", "upbeat",
        "uplifting",
    ),
    90: ("action", "energetic", "epic", "fast", "powerful", "sport"),
    135: ("drama", "dramatic", "heavy"),
    180: ("dark",),
    225: ("melancholic", "sad"),
    270: ("meditative", "slow"),
    315: ("calm", "dream", "relaxing", "soft"),
}  # fmt: skip


def arousal_and_valence(
    classes: Sequence[str], scores: npt.NDArray[np.floating]
) -> tuple[float, float] | None:
    """Arousal and valence in [0, 1]; None if no class is a word of the circle.

    Parameters
    ----------
    classes : sequence of str
    scores : ndarray, shape (classes,)
        In [0, 1].
    """
    by_word = dict(zip(classes, scores.tolist(), strict=True))
    strengths = {
        degrees: max((by_word.get(word, 0.0) for word in words), default=0.0) ** 2
        for degrees, words in DIRECTIONS.items()
    }
    total = sum(strengths.values())
    if total <= 0:
        return None
    angles, weights = np.radians(list(strengths)), np.array(list(strengths.values())) / total
    arousal, valence = float(weights @ np.sin(angles)), float(weights @ np.cos(angles))
    return (arousal + 1) / 2, (valence + 1) / 2
