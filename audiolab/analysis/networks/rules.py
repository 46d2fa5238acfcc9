"""From scores to words: which genres, moods and instruments a track is said to have.

A head gives every class a score in [0, 1], averaged over the patches of a track. The primary
class is the one with the highest score, and that score is its confidence. A further class counts
when it reaches the head's floor and a share of the highest score: multi-label scores are low when
several classes fit, so that a fixed threshold alone would leave most tracks without words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.analysis.networks import circumplex

Scores = Mapping[str, npt.NDArray[np.float32]]
Classes = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Rule:
    """When a class counts: at least `floor`, at least `share` of the best, at most `most`."""

    floor: float
    share: float
    most: int


RULES = {
    "genre": Rule(floor=0.10, share=0.5, most=4),
    "mood": Rule(floor=0.05, share=0.5, most=4),
    "instrument": Rule(floor=0.10, share=0.3, most=6),
}
VOICE_IS_LIKELY = 0.5
GENDER_IS_CLEAR = 0.6
AFFECT_SCALE = (1.0, 9.0)  # the annotators' scale of emoMusic and DEAM


def chosen(classes: Sequence[str], scores: npt.NDArray[np.float32], rule: Rule) -> list[str]:
    """The classes that count, the highest score first."""
    best_first = np.argsort(-scores, kind="stable")[: rule.most]
    least = max(rule.floor, rule.share * float(scores.max()))
    return [classes[place] for place in best_first if scores[place] >= least]


def describe(classes: Classes, scores: Scores) -> dict[str, Any]:
    """Columns of the catalog from the scores of the heads that ran.

    Parameters
    ----------
    classes, scores : mapping by head
        Class names, and scores of shape (classes,).

    Returns
    -------
    dict
        ``genre_*``, ``mood_*``, ``instruments``, ``has_vocals``, ``vocals_probability`` and
        ``vocal_gender``: those whose heads are there.
    """
    found: dict[str, Any] = {}
    for head in ("genre", "mood"):
        if head in scores:
            found |= _primary_and_others(head, classes[head], scores[head])
    if "mood" in scores:
        place = circumplex.arousal_and_valence(classes["mood"], scores["mood"])
        if place is not None:
            found["mood_arousal"], found["mood_valence"] = place
            found["mood_source"] = circumplex.SOURCE
    if "instrument" in scores:
        rule = RULES["instrument"]
        found["instruments"] = chosen(classes["instrument"], scores["instrument"], rule)
    if "voice" in scores:
        found |= _voice(classes, scores)
    return found


def _primary_and_others(
    head: str, classes: Sequence[str], scores: npt.NDArray[np.float32]
) -> dict[str, Any]:
    primary = classes[int(scores.argmax())]
    others = [name for name in chosen(classes, scores, RULES[head]) if name != primary]
    return {
        f"{head}_primary": primary,
        f"{head}_secondary": others,
        f"{head}_confidence": float(scores.max()),
    }


def _voice(classes: Classes, scores: Scores) -> dict[str, Any]:
    """Voices, and of whom: only where there is one, and clearly."""
    probability = float(scores["voice"][list(classes["voice"]).index("voice")])
    found: dict[str, Any] = {
        "vocals_probability": probability,
        "has_vocals": probability >= VOICE_IS_LIKELY,
    }
    if "gender" in scores and found["has_vocals"]:
        likelier = int(scores["gender"].argmax())
        if scores["gender"][likelier] >= GENDER_IS_CLEAR:
            found["vocal_gender"] = classes["gender"][likelier]
    return found


def scaled_affect(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Arousal and valence from the annotators' 1 to 9 to [0, 1]."""
    low, high = AFFECT_SCALE
    scaled: npt.NDArray[np.float32] = np.clip((scores - low) / (high - low), 0, 1)
    return scaled


def describe_affect(source: str, classes: Sequence[str], scaled: Any) -> dict[str, Any]:
    """Columns from a head trained on arousal and valence.

    Parameters
    ----------
    source : str
        The head that says so.
    classes : sequence of str
        "arousal" and "valence", in whatever order.
    scaled : ndarray, shape (2,)
        In [0, 1].
    """
    by_name = dict(zip(classes, np.asarray(scaled).tolist(), strict=True))
    return {
        "mood_arousal": by_name["arousal"],
        "mood_valence": by_name["valence"],
        "mood_source": source,
    }
