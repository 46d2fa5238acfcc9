"""From scores to words."""

import numpy as np
import pytest

from audiolab.analysis.networks.rules import Rule, chosen, describe, describe_affect, scaled_affect

CLASSES = {
    "genre": ("rock", "pop", "jazz", "folk", "house"),
    "instrument": ("drums", "bass", "piano"),
    "voice": ("instrumental", "voice"),
    "gender": ("female", "male"),
}


def scores(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_a_class_counts_by_floor_share_and_number() -> None:
    rule = Rule(floor=0.1, share=0.5, most=3)
    names = ("a", "b", "c", "d", "e")
    assert chosen(names, scores(0.2, 0.5, 0.26, 0.3, 0.24), rule) == ["b", "d", "c"]
    assert chosen(names, scores(0.09, 0.05, 0.0, 0.0, 0.0), rule) == []
    assert chosen(names, scores(0.5, 0.5, 0.5, 0.5, 0.5), rule) == ["a", "b", "c"]


def test_primary_secondary_and_confidence() -> None:
    found = describe(CLASSES, {"genre": scores(0.3, 0.6, 0.1, 0.31, 0.0)})
    assert found["genre_primary"] == "pop"
    assert found["genre_secondary"] == ["folk", "rock"]
    assert found["genre_confidence"] == pytest.approx(0.6)
    assert set(found) == {"genre_primary", "genre_secondary", "genre_confidence"}


def test_a_primary_genre_even_when_all_scores_are_low() -> None:
    found = describe(CLASSES, {"genre": scores(0.01, 0.02, 0.03, 0.0, 0.0)})
    assert (found["genre_primary"], found["genre_secondary"]) == ("jazz", [])


def test_instruments_may_be_none() -> None:
    assert describe(CLASSES, {"instrument": scores(0.6, 0.05, 0.2)})["instruments"] == [
        "drums", "piano",
    ]  # fmt: skip
    assert describe(CLASSES, {"instrument": scores(0.01, 0.0, 0.0)})["instruments"] == []


@pytest.mark.parametrize(
    ("voice", "gender", "has_vocals", "whose"),
    [
        (0.9, (0.8, 0.2), True, "female"),
        (0.9, (0.3, 0.7), True, "male"),
        (0.9, (0.55, 0.45), True, None),  # not clear
        (0.4, (0.9, 0.1), False, None),  # nobody sings
    ],
)
def test_whose_voice_only_where_there_is_one(voice, gender, has_vocals, whose) -> None:
    found = describe(CLASSES, {"voice": scores(1 - voice, voice), "gender": scores(*gender)})
    assert found["vocals_probability"] == pytest.approx(voice)
    assert (found["has_vocals"], found.get("vocal_gender")) == (has_vocals, whose)


def test_classes_are_found_by_name_not_by_place() -> None:
    swapped = {"voice": ("voice", "instrumental")}
    assert describe(swapped, {"voice": scores(0.9, 0.1)})["has_vocals"] is True


def test_affect_is_scaled_from_one_to_nine() -> None:
    assert scaled_affect(scores(1, 5, 9, 0, 10)).tolist() == [0, 0.5, 1, 0, 1]
    found = describe_affect("emomusic", ("valence", "arousal"), scores(0.25, 0.75))
    assert found == {"mood_arousal": 0.75, "mood_valence": 0.25, "mood_source": "emomusic"}
