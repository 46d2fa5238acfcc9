"""Regions of the map as text: read and written alike, short, of three corners at least."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab import Filter
from audiolab.catalog.regions import MOST_CORNERS, Region, simplified
from audiolab.errors import QueryError

share = st.floats(0, 1, allow_nan=False)
point = st.tuples(share, share)


@given(st.integers(0, 10**8), st.lists(point, min_size=3, max_size=400))
def test_what_is_drawn_is_short_and_can_be_read_again(version, outline):
    drawn = Region.drawn(version, outline)
    assert 3 <= len(drawn.corners) <= MOST_CORNERS
    text = str(drawn)
    assert len(text) < 800
    assert str(Region.parse(text)) == text
    asked = Filter(region=text)
    assert Filter.parse(asked.to_query()) == asked
    assert eval(asked.to_code(), {"Filter": Filter}) == asked


def test_a_circle_stays_round():
    circle = [
        (0.5 + 0.3 * math.cos(t / 100 * math.tau), 0.5 + 0.3 * math.sin(t / 100 * math.tau))
        for t in range(100)
    ]
    corners = Region.drawn(1, circle).corners
    assert len(corners) <= MOST_CORNERS
    assert all(abs(math.hypot(x - 0.5, y - 0.5) - 0.3) < 0.002 for x, y in corners)


def test_corners_on_a_line_are_left_out():
    square = [(x / 10, 0.0) for x in range(11)] + [(1.0, y / 10) for y in range(11)] + [(0.0, 1.0)]
    assert simplified(square, 1e-6) == [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


@pytest.mark.parametrize(
    "text",
    ["", "1", "1/2-3", "1/1-1/2-2", "a/1-1/2-2/3-3", "1/1-1/2-2/3", "1/1-1/2-2/3-3/", "x'--"],
)
def test_what_is_no_region(text):
    with pytest.raises(QueryError, match=r"region: expected a region as the map page draws it"):
        Filter(region=text)


def test_too_few_corners():
    with pytest.raises(QueryError, match="at least 3"):
        Region.drawn(1, [(0, 0), (1, 1)])
