"""The nearest neighbours of every track, by the cosine of their embeddings.

Up to `COMPARED` tracks all pairs are compared. Beyond, neighbours are found by nearest neighbour
descent (Dong, Charikar & Li, "Efficient k-nearest neighbor graph construction for generic
similarity measures", WWW 2011; pynndescent), which misses a few in a thousand.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.catalog.reduction import unit_rows

Matrix = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]

COMPARED = 8_000
BLOCK = 500
SEED = 0


@dataclass(frozen=True)
class Graph:
    """The k nearest neighbours of n tracks, nearest first, without the track itself.

    Attributes
    ----------
    indices : ndarray of int32, shape (n, k)
        Rows of the matrix.
    distances : ndarray of float32, shape (n, k)
        1 - cosine, in [0, 2].
    """

    indices: Places
    distances: Matrix

    @property
    def tracks(self) -> int:
        """How many tracks there are."""
        return len(self.indices)

    @property
    def k(self) -> int:
        """How many neighbours each has."""
        return int(self.indices.shape[1])

    def nearest(self, k: int) -> "Graph":
        """The same with fewer neighbours."""
        return Graph(self.indices[:, :k], self.distances[:, :k])


def neighbour_graph(matrix: Matrix, k: int) -> Graph:
    """The graph of some embeddings.

    Parameters
    ----------
    matrix : ndarray of float32, shape (n, dimensions)
    k : int
        Neighbours of each; at most n - 1 are found.
    """
    k = max(0, min(k, len(matrix) - 1))
    unit = unit_rows(matrix)
    return _compared(unit, k) if len(unit) <= COMPARED else _descended(unit, k)


def _compared(unit: Matrix, k: int) -> Graph:
    indices = np.empty((len(unit), k), np.int32)
    distances = np.empty((len(unit), k), np.float32)
    for start in range(0, len(unit), BLOCK):
        rows = slice(start, start + BLOCK)
        indices[rows], distances[rows] = _nearest(unit, unit[rows], k, itself=start)
    return Graph(indices, distances)


def _nearest(unit: Matrix, queries: Matrix, k: int, itself: int) -> tuple[Places, Matrix]:
    """Of some rows, which begin at place `itself`, the k nearest others."""
    cosines = queries @ unit.T
    cosines[np.arange(len(queries)), itself + np.arange(len(queries))] = -np.inf
    best = np.argpartition(-cosines, max(0, k - 1), axis=1)[:, :k].astype(np.int32)
    found = np.take_along_axis(cosines, best, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    return (
        np.take_along_axis(best, order, axis=1),
        np.clip(1 - np.take_along_axis(found, order, axis=1), 0, 2),
    )


def _descended(unit: Matrix, k: int) -> Graph:
    from pynndescent import NNDescent  # compiles for a second or two

    index = NNDescent(
        unit,
        metric="cosine",
        n_neighbors=k + 1,
        random_state=SEED,
        low_memory=True,
        compressed=True,
    )
    found, far = index.neighbor_graph
    indices, distances = _without_itself(found, far)
    lost = np.flatnonzero((indices < 0).any(axis=1))
    for row in lost:  # the descent could not reach enough others
        indices[row], distances[row] = _nearest(unit, unit[row : row + 1], k, itself=int(row))
    return Graph(indices, distances)


def _without_itself(found: Places, far: Matrix) -> tuple[Places, Matrix]:
    """One column less: the track itself, or the last where it is not among its own nearest."""
    other = found != np.arange(len(found))[:, None]
    other[other.all(axis=1), -1] = False
    shape = (len(found), found.shape[1] - 1)
    return (
        found[other].reshape(shape).astype(np.int32),
        np.clip(far[other].reshape(shape), 0, 2).astype(np.float32),
    )
