"""Regions of the similarity map as text: what somebody drew round some tracks, to filter by.

``7/1204-3401/1810-4120/1500-5000`` is a polygon on version 7 of the map, its corners in ten
thousandths of the map's width and height. It is short enough for an address, and says where it was
drawn: on another map the same place would mean other tracks. A leaf: imports nothing else of ours
but errors.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from audiolab.errors import QueryError

SCALE = 10_000
MOST_CORNERS = 60
LEAST_CORNERS = 3
EXPECTED = "a region as the map page draws it, e.g. 7/1204-3401/1810-4120/1500-5000"

_TEXT = re.compile(rf"\d{{1,9}}(/\d{{1,5}}-\d{{1,5}}){{{LEAST_CORNERS},{MOST_CORNERS}}}")
Point = tuple[float, float]


@dataclass(frozen=True)
class Region:
    """A polygon on a map.

    Attributes
    ----------
    version : int
        Of the map.
    corners : tuple of (x, y)
        In [0, 1].
    """

    version: int
    corners: tuple[Point, ...]

    @classmethod
    def parse(cls, text: str) -> "Region":
        """Read a region's text.

        Raises
        ------
        QueryError
            If it is none.
        """
        if not _TEXT.fullmatch(text):
            raise QueryError(f"region: expected {EXPECTED}, got {text[:60]!r}")
        version, *corners = text.split("/")
        pairs = (corner.split("-") for corner in corners)
        return cls(int(version), tuple((int(x) / SCALE, int(y) / SCALE) for x, y in pairs))

    @classmethod
    def drawn(cls, version: int, outline: Sequence[Point]) -> "Region":
        """The region inside an outline; corners that hardly matter are left out.

        Raises
        ------
        QueryError
            If it has fewer than three corners.
        """
        if len(outline) < LEAST_CORNERS:
            raise QueryError(f"region: expected at least {LEAST_CORNERS} corners")
        inside = [(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)) for x, y in outline]
        tolerance = 0.001
        corners = simplified(inside, tolerance)
        while len(corners) > MOST_CORNERS:
            tolerance *= 1.5
            corners = simplified(inside, tolerance)
        return cls(version, tuple(corners))

    def __str__(self) -> str:
        corners = (f"{round(x * SCALE)}-{round(y * SCALE)}" for x, y in self.corners)
        return "/".join([str(self.version), *corners])

    @property
    def polygon(self) -> str:
        """As Postgres reads a polygon."""
        return "(" + ",".join(f"({x},{y})" for x, y in self.corners) + ")"


def simplified(outline: Sequence[Point], tolerance: float) -> list[Point]:
    """Fewer corners, none farther than `tolerance` from the old line (Douglas & Peucker, 1973).

    At least three of the corners stay.
    """
    half = max(range(len(outline)), key=lambda at: _apart(outline[0], outline[at]))
    first = _line(list(outline[: half + 1]), tolerance)
    second = _line([*outline[half:], outline[0]], tolerance)
    corners = [*first[:-1], *second[:-1]]
    if len(corners) >= LEAST_CORNERS:
        return corners
    third = max(outline, key=lambda point: _from_line(point, outline[0], outline[half]))
    return [outline[0], third, outline[half]]


def _line(points: list[Point], tolerance: float) -> list[Point]:
    if len(points) < 3:
        return points
    far = max(range(1, len(points) - 1), key=lambda at: _from_line(points[at], *_ends(points)))
    if _from_line(points[far], *_ends(points)) <= tolerance:
        return [points[0], points[-1]]
    return [*_line(points[: far + 1], tolerance)[:-1], *_line(points[far:], tolerance)]


def _ends(points: list[Point]) -> tuple[Point, Point]:
    return points[0], points[-1]


def _apart(a: Point, b: Point) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


def _from_line(point: Point, a: Point, b: Point) -> float:
    length = _apart(a, b)
    if not length:
        return _apart(point, a)
    return abs((b[0] - a[0]) * (a[1] - point[1]) - (a[0] - point[0]) * (b[1] - a[1])) / length
