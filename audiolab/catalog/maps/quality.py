"""How far a map can be trusted: whether neighbours on it are neighbours in the full space.

Estimated on a random sample of the tracks, each compared with all others.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiolab.catalog.maps.graph import Matrix
from audiolab.catalog.reduction import unit_rows

K = 15
SAMPLED = 1_000
BLOCK = 50
SEED = 0


@dataclass(frozen=True)
class Quality:
    """Two measures in [0, 1], 1 for a map that keeps every neighbourhood.

    Attributes
    ----------
    k : int
        Size of the neighbourhoods.
    trustworthiness : float
        Less by how far those lie away in the full space that the map shows as neighbours (Venna &
        Kaski, "Neighborhood preservation in nonlinear projection methods", ICANN 2001).
    kept : float
        Share of each track's k nearest in the full space that are among its k nearest on the map.
    """

    k: int
    trustworthiness: float
    kept: float


def measure(matrix: Matrix, plane: Matrix, k: int = K) -> Quality | None:
    """The quality of a map; None where there are too few tracks to speak of neighbourhoods.

    Parameters
    ----------
    matrix : ndarray of float32, shape (n, dimensions)
        Compared by cosine.
    plane : ndarray of float32, shape (n, 2)
    k : int
        Size of the neighbourhoods; less than half of the tracks.
    """
    count = len(matrix)
    k = min(k, (count - 1) // 2)
    if k < 1:
        return None
    unit = unit_rows(matrix)
    rows = np.sort(np.random.default_rng(SEED).permutation(count)[:SAMPLED])
    errors = kept = 0
    for start in range(0, len(rows), BLOCK):
        some = rows[start : start + BLOCK]
        near, ranks = _ranks(unit, plane, some, k)
        errors += int(np.maximum(ranks - k, 0).sum())
        kept += near
    worst = len(rows) * k * (2 * count - 3 * k - 1) / 2
    return Quality(k, 1 - errors / worst, kept / (len(rows) * k))


def _ranks(
    unit: Matrix, plane: Matrix, rows: npt.NDArray[np.int64], k: int
) -> tuple[int, npt.NDArray[np.int64]]:
    """Of the k nearest on the map of some rows, their ranks (from 1) in the full space, and how
    many of them are up to k.
    """
    own = np.arange(len(rows))
    squares = ((plane[rows, None, :] - plane[None, :, :]) ** 2).sum(axis=2)
    squares[own, rows] = np.inf
    shown = np.argpartition(squares, k - 1, axis=1)[:, :k]
    cosines = unit[rows] @ unit.T
    cosines[own, rows] = -np.inf
    theirs = np.take_along_axis(cosines, shown, axis=1)
    ranks = np.stack(
        [1 + (cosines > theirs[:, place, None]).sum(axis=1) for place in range(k)], axis=1
    )
    return int((ranks <= k).sum()), ranks
