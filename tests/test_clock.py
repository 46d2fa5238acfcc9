"""Lengths of time as players show them."""

import pytest

from audiolab.clock import clock


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, ""),
        (0, "0:00"),
        (13.9, "0:13"),
        (59.9999999, "1:00"),  # what a sum of floats makes of a minute
        (205.5, "3:25"),
        (3600, "1:00:00"),
        (3725.99, "1:02:05"),
        (360_000, "100:00:00"),
    ],
)
def test_lengths(seconds, shown):
    assert clock(seconds) == shown
