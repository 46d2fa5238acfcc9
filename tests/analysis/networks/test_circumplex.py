"""Words on the circle of affect."""

import json

import numpy as np
import pytest

from audiolab.analysis.networks.circumplex import DIRECTIONS, arousal_and_valence

from .conftest import TINY

CLASSES = json.loads((TINY / "mtg_jamendo_moodtheme-discogs-effnet-1.json").read_text())["classes"]


def place(**scores: float) -> tuple[float, float] | None:
    return arousal_and_valence(CLASSES, np.array([scores.get(name, 0.0) for name in CLASSES]))


def test_every_word_is_a_class_of_the_head_and_stands_once() -> None:
    words = [word for words in DIRECTIONS.values() for word in words]
    assert len(words) == len(set(words))
    assert set(words) <= set(CLASSES)


@pytest.mark.parametrize(
    ("word", "arousal", "valence"),
    [
        ("happy", 0.5, 1.0), ("party", 0.854, 0.854), ("energetic", 1.0, 0.5),
        ("heavy", 0.854, 0.146), ("dark", 0.5, 0.0), ("sad", 0.146, 0.146),
        ("meditative", 0.0, 0.5), ("calm", 0.146, 0.854),
    ],
)  # fmt: skip
def test_one_word_lies_in_its_direction(word: str, arousal: float, valence: float) -> None:
    assert place(**{word: 0.3}) == pytest.approx((arousal, valence), abs=1e-3)


def test_equal_scores_are_the_centre_however_many_words_a_direction_has() -> None:
    everything = arousal_and_valence(CLASSES, np.full(len(CLASSES), 0.2))
    assert everything == pytest.approx((0.5, 0.5))


def test_words_of_no_direction_say_nothing() -> None:
    assert place(film=0.9, corporate=0.5) is None
    assert place(film=0.9, sad=0.1) == place(sad=0.1)
