"""Fewer dimensions for finding neighbours: principal components, and how far they can be trusted.

Among unit vectors, the first principal components keep most of every inner product, so the
nearest by them are nearly the nearest; these are compared whole afterwards. How many must be
compared for a wanted recall depends on the library, so it is tried out on it. Pure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

SIZES = (256, 512)
WANTED_RECALL = 0.995
LEAST_CANDIDATES, MOST_CANDIDATES = 100, 2_000
NEIGHBOURS = 10
QUESTIONS = 96
SEARCHED = 10  # times the root of all vectors are looked at through the index for a question
PAGE = 8_192
PAGES_PER_CANDIDATE = 4  # both tables and a key, all in different places
MOST_DIMENSIONS = 4_000  # that an index of half floats can have
MOST_TRIED = 200_000


@dataclass(frozen=True)
class Reduction:
    """A way to fewer dimensions.

    Attributes
    ----------
    components : ndarray of float32, shape (dimensions, size), or None
        Principal directions; None keeps all dimensions.
    candidates : int
        How many of the nearest by it must be compared whole to have the ten nearest with
        `WANTED_RECALL`.
    """

    components: Matrix | None
    candidates: int

    def apply(self, matrix: Matrix) -> Matrix:
        """Rows as unit vectors, in fewer dimensions."""
        unit = unit_rows(matrix)
        return unit if self.components is None else unit @ self.components

    def apply_to(self, vector: Matrix) -> Matrix:
        """The same for one vector, shape (dimensions,).

        Without the threads of BLAS: they keep a core busy for 20 ms after they have answered,
        and that is when the database needs it.
        """
        unit: Matrix = unit_rows(vector[None, :])[0]
        if self._directions is None:
            return unit
        reduced: Matrix = np.vecdot(self._directions, unit)
        return reduced

    @cached_property
    def _directions(self) -> Matrix | None:
        """One row each, as they are summed up."""
        return None if self.components is None else np.ascontiguousarray(self.components.T)


WHOLE = Reduction(None, LEAST_CANDIDATES)


def unit_rows(matrix: Matrix) -> Matrix:
    """Rows of length one; zero stays zero."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: Matrix = (matrix / np.maximum(norms, 1e-9)).astype(np.float32)
    return unit


class Trial:
    """Try reductions out on a library: where its true neighbours come by each of them.

    Parameters
    ----------
    sample : ndarray of float32, shape (rows, dimensions)
        Vectors of a random part of it, some ten times as many as dimensions.

    Attributes
    ----------
    questions : ndarray of float32, shape (questions, dimensions)
        What it is tried with: unit vectors of some tracks.
    rows : int
        How many vectors it was tried on.
    """

    def __init__(self, sample: Matrix) -> None:
        unit = unit_rows(sample)
        sizes = [size for size in SIZES if size < unit.shape[1]]
        by_importance = np.linalg.eigh(unit.T @ unit)[1][:, ::-1] if sizes else unit
        self._components = [by_importance[:, :size].astype(np.float32) for size in sizes]
        self.questions = unit[np.random.default_rng(0).permutation(len(unit))[:QUESTIONS]]
        # What is left of them in fewer dimensions, seen from all: it gives the same products.
        left = [(self.questions @ some) @ some.T for some in self._components]
        self._queries = np.stack([self.questions, *left])
        self.rows = 0
        self._ids: list[str] = []
        self._likeness: list[Matrix] = []

    def push(self, ids: Sequence[str], matrix: Matrix) -> None:
        """Compare with some rows of the library."""
        self.rows += len(matrix)
        self._ids += ids
        self._likeness.append(self._queries @ unit_rows(matrix).T)

    def neighbours(self) -> list[set[str]]:
        """The tracks that are truly nearest to each question, itself among them."""
        whole = np.concatenate([likeness[0] for likeness in self._likeness], axis=1)
        return [{self._ids[place] for place in row} for row in _nearest(whole)]

    def result(self, vectors: int) -> Reduction:
        """The reduction by which a question is answered with the least reading.

        Parameters
        ----------
        vectors : int
            How many vectors the library has; in one n times as large, n times as many come
            before each neighbour.
        """
        if not self._components:
            return WHOLE
        whole, *reduced = np.concatenate(self._likeness, axis=2)
        found = [
            Reduction(components, self._candidates(whole, short, vectors))
            for components, short in zip(self._components, reduced, strict=True)
        ]
        dimensions = len(self._components[0])
        if dimensions <= MOST_DIMENSIONS:
            found = [*(some for some in found if some.candidates <= MOST_CANDIDATES), WHOLE]
        return min(found, key=lambda reduction: _pages(reduction, dimensions, vectors))

    def _candidates(self, whole: Matrix, short: Matrix, vectors: int) -> int:
        theirs = np.take_along_axis(short, _nearest(whole), axis=1)
        ranks = [
            int((row > likeness).sum())
            for row, some in zip(short, theirs, strict=True)
            for likeness in some
        ]
        needed = float(np.quantile(ranks, WANTED_RECALL)) * vectors / self.rows
        return max(LEAST_CANDIDATES, math.ceil(needed) + NEIGHBOURS)


def _pages(reduction: Reduction, dimensions: int, vectors: int) -> float:
    """About how many pages of 8 kB are read for a question."""
    size = dimensions if reduction.components is None else int(reduction.components.shape[1])
    searched = SEARCHED * math.sqrt(vectors)
    return searched * 2 * size / PAGE + PAGES_PER_CANDIDATE * reduction.candidates


def _nearest(likeness: Matrix) -> npt.NDArray[np.intp]:
    """Places of the nearest in each row; a question itself is one of them."""
    count = min(NEIGHBOURS + 1, likeness.shape[1])
    return np.argpartition(-likeness, count - 1, axis=1)[:, :count]
