import numpy as np
import pytest

from audiolab.catalog.beat_grid import beat_grid


def steady(bpm, beats=400, start=0.31, jitter=0.008):
    noise = np.random.default_rng(0).normal(0, jitter, beats)
    return start + np.arange(beats) * 60 / bpm + noise


def test_a_steady_tempo_is_one_line_better_than_its_beats():
    (part,) = beat_grid(steady(124.37), 124.4)
    assert part.start_seconds == pytest.approx(0.31, abs=0.003)
    assert part.bpm == pytest.approx(124.37, abs=0.01)
    assert part.beats == 400


@pytest.mark.parametrize(("factor", "beats"), [(2, 799), (0.5, 200), (3, 1198), (1 / 3, 134)])
def test_it_counts_at_the_tempo_that_is_asked_for(factor, beats):
    (part,) = beat_grid(steady(124.0), 124.0 * factor)
    assert part.bpm == pytest.approx(124.0 * factor, rel=1e-3)
    assert part.beats == beats


def test_beats_that_were_missed_leave_no_hole():
    (part,) = beat_grid(np.delete(steady(124.0), [5, 6, 77]), 124.0)
    assert (part.beats, part.bpm) == (400, pytest.approx(124.0, abs=0.02))


def test_it_bends_where_the_tempo_changes():
    beats = np.concatenate([np.arange(100) * 0.5, 50 + np.arange(100) * 0.45])
    first, second = beat_grid(beats, 126.0)
    assert first.bpm == pytest.approx(120, abs=0.2)
    assert second.bpm == pytest.approx(133.33, abs=0.1)
    assert first.beats + second.beats == 200


def test_every_beat_of_a_tempo_that_glides_is_near_the_grid():
    beats = np.cumsum(60 / np.linspace(100, 130, 500))
    lines = [
        part.start_seconds + np.arange(part.beats) * 60 / part.bpm for part in beat_grid(beats, 115)
    ]
    assert np.abs(np.concatenate(lines) - beats).max() < 0.06
    assert len(lines) < 20


@pytest.mark.parametrize(
    ("beats", "bpm"), [([], 120), ([0.5, 1.0], 120), (steady(120), None), (steady(120), 150.0)]
)
def test_without_beats_or_a_tempo_of_theirs_there_is_none(beats, bpm):
    assert beat_grid(np.array(beats), bpm) == []
