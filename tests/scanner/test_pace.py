"""How long a scan will go on."""

import pytest

from audiolab.scanner.pace import Pace


def test_nothing_is_foretold_before_anything_has_happened() -> None:
    assert Pace(now=0).forecast(10, 1000, now=5) == (None, None)


def test_the_time_left_goes_by_bytes() -> None:
    pace = Pace(now=0)
    for second in range(1, 11):
        pace.add(1_000_000, now=second)
    assert pace.forecast(1, 30_000_000, now=10) == (1.0, 30.0)
    assert pace.forecast(0, 0, now=10) == (1.0, 0.0)


def test_empty_files_go_by_number() -> None:
    pace = Pace(now=0)
    for second in range(1, 5):
        pace.add(0, now=second)
    assert pace.forecast(8, 0, now=4) == (1.0, 8.0)


def test_only_the_last_minute_counts() -> None:
    pace = Pace(now=0)
    for second in range(1, 101):
        pace.add(1, now=second)
    for tenth in range(1, 1001):
        pace.add(1, now=100 + tenth / 10)
    rate, left = pace.forecast(100, 100, now=200)
    assert rate == pytest.approx(10, rel=0.05)
    assert left == pytest.approx(10, rel=0.05)
    assert len(pace._marks) < 70
