"""Putting tracks in the plane: UMAP, or principal components where it is not to be had.

UMAP (McInnes, Healy & Melville, "UMAP: Uniform manifold approximation and projection for dimension
reduction", 2018) starts from the first two principal components, so that what is far apart in the
library stays so on the map (Kobak & Linderman, "Initialization is critical for preserving global
data structure in both t-SNE and UMAP", Nature Biotechnology 2021), and so that the same library
always gives the same map.
"""

import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import numpy as np

from audiolab.catalog.maps.graph import Graph, Matrix, Places
from audiolab.catalog.reduction import unit_rows
from audiolab.errors import CatalogError

Method = Literal["umap", "pca"]
Report = Callable[[float], None]  # share done in [0, 1]

METHODS: tuple[Method, ...] = ("umap", "pca")
LEAST_TRACKS = 30  # fewer have no neighbourhoods that UMAP could keep
NEIGHBOURS = 15
CLOSEST = 0.1  # how close UMAP may put two tracks; less makes dense knots
MARGIN = 0.03  # round the map
SEED = 0


def checked(method: str) -> Method:
    """The method of a name.

    Raises
    ------
    CatalogError
        If there is none.
    """
    for known in METHODS:
        if method == known:
            return known
    raise CatalogError(f"method: expected one of {', '.join(METHODS)}, got {method!r}")


def lay_out(matrix: Matrix, graph: Graph, method: Method, report: Report) -> tuple[Matrix, Method]:
    """Coordinates in [0, 1] of every track, and the method they were made by.

    Parameters
    ----------
    matrix : ndarray of float32, shape (n, dimensions)
    graph : Graph
        Its neighbours; at least `NEIGHBOURS` for each, if there are so many.
    method : {"umap", "pca"}
        Few tracks are laid out by their principal components anyhow.
    report : callable
        Told the share that is done; what it raises ends the layout.

    Returns
    -------
    tuple of (ndarray of float32, shape (n, 2), str)
    """
    start = principal_plane(matrix)
    if method == "pca" or len(matrix) < LEAST_TRACKS:
        return fitted(start), "pca"
    return fitted(_umap(start, graph.nearest(NEIGHBOURS), report)), "umap"


def principal_plane(matrix: Matrix) -> Matrix:
    """The first two principal components of the unit vectors, shape (n, 2)."""
    unit = unit_rows(matrix)
    unit -= unit.mean(axis=0, dtype=np.float64).astype(np.float32)
    directions = np.linalg.eigh(unit.T @ unit)[1][:, ::-1][:, :2]
    if directions.shape[1] < 2:
        directions = np.pad(directions, [(0, 0), (0, 1)])
    # Either sign would do; one is chosen, so that maps of the same tracks are the same.
    largest = np.abs(directions).argmax(axis=0)
    signs = np.sign(directions[largest, [0, 1]])
    plane: Matrix = (unit @ (directions * np.where(signs == 0, 1, signs))).astype(np.float32)
    return plane


def fitted(plane: Matrix) -> Matrix:
    """The same picture inside the unit square, in its middle."""
    low, high = plane.min(axis=0), plane.max(axis=0)
    scale = (1 - 2 * MARGIN) / max(float((high - low).max()), 1e-9)
    inside: Matrix = ((plane - (low + high) / 2) * scale + 0.5).astype(np.float32)
    return inside


class _Ticks:
    """What tqdm writes to: UMAP tells its progress to nobody else."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def write(self, text: str) -> None:
        done, _, total = text.strip().partition("/")
        if done.isdecimal() and total.isdecimal():
            self._report(int(done) / max(1, int(total)))

    def flush(self) -> None:
        pass


def _umap(start: Matrix, graph: Graph, report: Report) -> Matrix:
    from umap import UMAP

    _keep_compiled()
    ticks = {"disable": False, "file": _Ticks(report), "bar_format": "{n_fmt}/{total_fmt}",
             "mininterval": 0.5, "leave": False}  # fmt: skip
    spread = float(start.std()) or 1.0
    layout = UMAP(
        n_neighbors=graph.k + 1,  # UMAP counts the track itself
        precomputed_knn=_with_itself(graph),
        init=10 * start / spread,
        min_dist=CLOSEST,
        random_state=SEED,
        n_jobs=1,  # several threads would make another map each time
        force_approximation_algorithm=True,  # take the neighbours we have, however few tracks
        tqdm_kwds=ticks,
    )
    with warnings.catch_warnings():  # that nothing more can be put on it: `placing` does that
        warnings.filterwarnings("ignore", "precomputed_knn")
        made: Matrix = layout.fit_transform(start).astype(np.float32)
    return np.asarray(np.where(np.isfinite(made), made, start.mean(axis=0)), np.float32)


def _keep_compiled() -> None:
    """Let numba keep what UMAP compiles anew in every process: seven seconds of CPU each time."""
    from umap import layouts, umap_

    for compiled in (
        umap_.smooth_knn_dist,
        umap_.compute_membership_strengths,
        layouts._nb_optimize_layout_euclidean_single_epoch,
    ):
        with suppress(AttributeError, RuntimeError):  # another version; no folder to write to
            compiled.enable_caching()


def _with_itself(graph: Graph) -> tuple[Places, Matrix]:
    own = np.arange(graph.tracks, dtype=np.int32)[:, None]
    nothing = np.zeros((graph.tracks, 1), np.float32)
    return np.hstack([own, graph.indices]), np.hstack([nothing, graph.distances])
