"""The scores of the accuracy benchmark, on answers whose score is known."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # benchmarks are run from the checkout

from audiolab.analysis import TrackAnalysis
from tests.benchmarks.accuracy import OCTAVES, is_right, mirex_key_score, score, tempo_matches


@pytest.mark.parametrize(
    ("found", "points"),
    [
        ("C major", 1.0), ("G major", 0.5), ("F major", 0.5), ("A minor", 0.3), ("C minor", 0.2),
        ("D major", 0.0), ("E minor", 0.0),
    ],
)  # fmt: skip
def test_mirex_key_score_of_c_major(found: str, points: float) -> None:
    assert mirex_key_score(found, "C major") == points


def test_mirex_key_score_of_a_minor() -> None:
    found = [mirex_key_score(key, "A minor") for key in ("A minor", "C major", "A major")]
    assert found == [1.0, 0.3, 0.2]
    assert mirex_key_score("Db minor", "C# minor") == 1.0


def test_tempo_tolerances() -> None:
    assert tempo_matches(124.7, 120)
    assert not tempo_matches(125, 120)
    assert not tempo_matches(60, 120)
    assert tempo_matches(60.5, 120, OCTAVES)
    assert tempo_matches(360, 120, OCTAVES)
    assert not tempo_matches(180, 120, OCTAVES)


TRUTH = {"tempo_bpm": "100", "key": "A", "mode": "minor", "time_signature": "2/4"}


def test_score_of_a_file() -> None:
    path = Path("a.wav")
    whole = score(
        TrackAnalysis(path=path, tempo_bpm=100.1, key="A minor", time_signature="4/4"), TRUTH
    )
    assert is_right(whole)
    assert whole.tempo_error == pytest.approx(0.001)
    wrong = score(TrackAnalysis(path=path, tempo_bpm=200.0, key="C major"), TRUTH)
    assert (wrong.tempo, wrong.octave_tolerant, wrong.key, wrong.meter) == (0, 1, 0.3, 0)
    assert wrong.known == (1, 1, 0)
    assert not is_right(wrong)


def test_what_is_not_there_is_not_to_be_found() -> None:
    nothing = {"tempo_bpm": "", "key": "", "time_signature": ""}
    assert is_right(score(TrackAnalysis(path=Path("a.wav")), nothing))
    invented = score(TrackAnalysis(path=Path("a.wav"), tempo_bpm=120.0, key="A minor"), nothing)
    assert invented.invented == 2
    assert not is_right(invented)
