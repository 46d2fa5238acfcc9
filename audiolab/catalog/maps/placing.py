"""Putting tracks on a map that is there already: among their nearest neighbours on it.

The map need not be made anew for a few tracks, and what people know of it stays where it is. UMAP's
own transform would want the whole model; a track's place among its neighbours wants only the map.
"""

import numpy as np
import numpy.typing as npt

from audiolab.catalog.maps.graph import Matrix
from audiolab.catalog.maps.hubness import Surroundings, from_moments
from audiolab.catalog.reduction import unit_rows

NEIGHBOURS = 10


class Nearest:
    """The nearest of a library that comes in blocks, for some tracks.

    Parameters
    ----------
    matrix : ndarray of float32, shape (tracks, dimensions)
        Embeddings of the tracks to place.
    """

    def __init__(self, matrix: Matrix) -> None:
        self._unit = unit_rows(matrix)
        self._cosines = np.full((len(matrix), NEIGHBOURS), -np.inf, np.float32)
        self._places = np.full((len(matrix), NEIGHBOURS, 2), np.nan, np.float32)
        self._compared = 0
        self._sums = np.zeros((2, len(matrix)))  # of the cosines and of their squares

    def push(self, matrix: Matrix, plane: Matrix) -> None:
        """Compare with some tracks that have a place."""
        found = self._unit @ unit_rows(matrix).T
        self._compared += len(matrix)
        self._sums += found.sum(axis=1, dtype=np.float64), (found**2).sum(axis=1, dtype=np.float64)
        cosines = np.hstack([self._cosines, found])
        best = np.argpartition(-cosines, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
        known = np.broadcast_to(plane, (len(self._unit), *plane.shape))
        places = np.concatenate([self._places, known], axis=1)
        self._cosines = np.take_along_axis(cosines, best, axis=1)
        self._places = np.take_along_axis(places, best[:, :, None], axis=1)

    def placed(self) -> Matrix:
        """Coordinates of each track, shape (tracks, 2); NaN if nothing was compared."""
        rows = zip(self._cosines, self._places, strict=True)
        return np.array([place(c, p) for c, p in rows], np.float32).reshape(-1, 2)

    def surroundings(self) -> Surroundings:
        """Of each track among those it was compared with."""
        mean, square = self._sums / max(1, self._compared)
        return from_moments(mean, square)


def place(cosines: npt.NDArray[np.float32], places: Matrix) -> Matrix:
    """Where a track belongs whose nearest neighbours lie at some places.

    Its neighbours may lie in several regions, and their mean in none. So the neighbour with the
    least distance to the others on the map is found, and the mean taken of the half of them that
    lies round it, weighted by their likeness.

    Parameters
    ----------
    cosines : ndarray, shape (neighbours,)
    places : ndarray, shape (neighbours, 2)
    """
    known = np.isfinite(cosines)
    if not known.any():
        return np.full(2, np.nan, np.float32)
    weights, places = np.maximum(cosines[known], 1e-3), places[known]
    apart = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    middle = int((apart @ weights).argmin())
    round_it = np.argsort(apart[middle], kind="stable")[: (len(places) + 1) // 2]
    found: Matrix = np.average(places[round_it], axis=0, weights=weights[round_it])
    return found.astype(np.float32)
