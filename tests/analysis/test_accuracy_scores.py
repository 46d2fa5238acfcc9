"""The scores of the accuracy benchmark, on answers whose score is known."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # benchmarks are run from the checkout

from tests.benchmarks.accuracy import OCTAVES, mirex_key_score, tempo_matches


@pytest.mark.parametrize(
    ("found", "points"),
    [
        ("C major", 1.0), ("G major", 0.5), ("F major", 0.5), ("A minor", 0.3), ("C minor", 0.2),
        ("D major", 0.0), ("E minor", 0.0),
    ],
)  # fmt: skip
def test_mirex_key_score_of_c_major(found: str, points: float) -> None:
    assert mirex_key_score(found, 0, "major") == points


def test_mirex_key_score_of_a_minor() -> None:
    found = [mirex_key_score(key, 9, "minor") for key in ("A minor", "C major", "A major")]
    assert found == [1.0, 0.3, 0.2]
    assert mirex_key_score("Db minor", 1, "minor") == 1.0


def test_tempo_tolerances() -> None:
    assert tempo_matches(124.7, 120)
    assert not tempo_matches(125, 120)
    assert not tempo_matches(60, 120)
    assert tempo_matches(60.5, 120, OCTAVES)
    assert tempo_matches(360, 120, OCTAVES)
    assert not tempo_matches(180, 120, OCTAVES)
