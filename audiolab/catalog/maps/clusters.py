"""Where the map is dense, and what is typical there: regions, with names from the tracks' tags.

A density is taken on a grid and smoothed. From every cell a way leads uphill, from the densest cell
in reach to the next; all tracks whose ways end on the same peak are a region. A name is what tells
the region apart most: of all tags that a fair share of its tracks have, those with the largest part
in the Kullback-Leibler divergence of its tags from the library's, p log(p / q).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.catalog.maps.graph import Matrix

CELLS = 128  # along each side
SMOOTH = 11.0  # cells; less by the sixth root of the number of tracks (Scott's rule)
REACH = 1.8  # times that: how far the way uphill looks
LEAST_SHARE = 0.004  # of the tracks, in a region that gets a name
LEAST_TRACKS = 8
MOST = 24  # names on a map
TYPICAL = 0.25  # of a region's tracks have a tag that names it
TAGS = 2  # in a name

Labels = npt.NDArray[np.int32]
Tags = Sequence[Sequence[str]]  # of each track, most telling kind first


@dataclass(frozen=True)
class Cluster:
    """A dense region of the map.

    Attributes
    ----------
    name : str
        Its most typical tags; "" if nothing is typical of it.
    x, y : float
        Its middle: the median of its tracks.
    tracks : int
        How many tracks it had when the map was made.
    """

    name: str
    x: float
    y: float
    tracks: int


def find_clusters(plane: Matrix, tags: Tags) -> list[Cluster]:
    """The regions of a map, largest first.

    Parameters
    ----------
    plane : ndarray, shape (n, 2)
        Coordinates in [0, 1].
    tags : sequence of sequences of str
        Of each track.
    """
    labels = label_regions(plane)
    everywhere = Counter(tag for some in tags for tag in set(some))
    least = max(LEAST_TRACKS, LEAST_SHARE * len(plane))
    sizes = Counter(labels.tolist())
    found = []
    for label, size in sizes.most_common(MOST):
        if size < least:
            break
        rows = np.flatnonzero(labels == label)
        here = Counter(tag for row in rows.tolist() for tag in set(tags[row]))
        x, y = np.median(plane[rows], axis=0)
        name = " · ".join(typical(here, size, everywhere, len(plane)))
        found.append(Cluster(name, float(x), float(y), int(size)))
    return found


def label_regions(plane: Matrix) -> Labels:
    """The region of every track, as the number of its peak's cell."""
    from scipy import ndimage  # a page that only reads a map needs no scipy

    if not len(plane):
        return np.zeros(0, np.int32)
    cells = np.clip((plane * CELLS).astype(np.int32), 0, CELLS - 1)
    at = cells[:, 0] * CELLS + cells[:, 1]
    counts = np.bincount(at, minlength=CELLS**2).reshape(CELLS, CELLS).astype(np.float32)
    width = SMOOTH * len(plane) ** (-1 / 6)
    density = ndimage.gaussian_filter(counts, width).ravel()
    # Ranks tell cells of the same density apart, so that one of them leads to the other.
    order = density.argsort(kind="stable")
    ranks = order.argsort().reshape(CELLS, CELLS)
    uphill = order[ndimage.maximum_filter(ranks, 2 * round(REACH * width) + 1).ravel()]
    while (uphill != uphill[uphill]).any():
        uphill = uphill[uphill]
    return np.asarray(uphill[at], np.int32)


def typical(here: Counter[str], size: int, everywhere: Counter[str], total: int) -> list[str]:
    """The tags that tell some tracks apart from all, the most telling first.

    Parameters
    ----------
    here, everywhere : Counter
        Tracks by tag, of these tracks and of all.
    size, total : int
        How many tracks these and all are.
    """

    def telling(tag: str) -> float:
        share, usual = here[tag] / size, everywhere[tag] / total
        return share * math.log(share / usual)

    candidates = [tag for tag in here if here[tag] >= TYPICAL * size and telling(tag) > 0]
    return sorted(candidates, key=lambda tag: (-telling(tag), tag))[:TAGS]
