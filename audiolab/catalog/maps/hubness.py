"""Hubness: tracks that turn up among everybody's neighbours, and tracks that never do.

In spaces of many dimensions distances concentrate, and some points become neighbours of very many
others whether or not they sound like them (Radovanović, Nanopoulos & Ivanović, "Hubs in space",
JMLR 11, 2010); recommendations then repeat the same tracks and never reach others (Schnitzer,
Flexer, Schedl & Widmer, "Local and global scaling reduce hubs in space", JMLR 13, 2012).

Measured by k-occurrence: among the k nearest of how many others a track is. Its mean is k, so hubs
are those with at least twice as many and anti-hubs those with none (Feldbauer & Flexer, "A
comprehensive empirical comparison of hubness reduction in high-dimensional spaces", KAIS 2019).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audiolab.catalog.maps.graph import Graph, Matrix
from audiolab.catalog.reduction import unit_rows

K = 10
CANDIDATES = 50  # nearest tracks among which a corrected distance chooses
HUB = 2  # times the mean

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Hubness:
    """How evenly tracks turn up as neighbours.

    Attributes
    ----------
    k : int
        Neighbours of each track that were looked at.
    tracks : int
        How many tracks were compared.
    skewness : float
        Of the k-occurrence: near 0 all turn up alike; above 1 some crowd out others; above 3 much.
    hubs, antihubs : float
        Shares of tracks that are among the k nearest of at least 2 k others, and of none.
    hub_places : float
        Share of all places among the k nearest that hubs take.
    largest : int
        The greatest k-occurrence.
    """

    k: int
    tracks: int
    skewness: float
    hubs: float
    antihubs: float
    hub_places: float
    largest: int

    @property
    def coverage(self) -> float:
        """Share of tracks that some other one leads to."""
        return 1 - self.antihubs


def occurrence(graph: Graph) -> Counts:
    """The k-occurrence of every track: among the neighbours of how many others it is."""
    return np.bincount(graph.indices.ravel(), minlength=graph.tracks)


def measure(counts: Counts, k: int) -> Hubness:
    """What k-occurrences say.

    Parameters
    ----------
    counts : ndarray of int, shape (tracks,)
    k : int
        Neighbours they were counted among.
    """
    if not len(counts):
        return Hubness(k, 0, 0.0, 0.0, 0.0, 0.0, 0)
    spread = float(counts.std())
    third = float(((counts - counts.mean()) ** 3).mean())
    hubs = counts >= HUB * k if k else np.zeros(len(counts), bool)
    return Hubness(
        k=k,
        tracks=len(counts),
        skewness=third / spread**3 if spread else 0.0,
        hubs=float(hubs.mean()),
        antihubs=float((counts == 0).mean()),
        hub_places=float(counts[hubs].sum() / max(1, counts.sum())),
        largest=int(counts.max()),
    )


@dataclass(frozen=True)
class Surroundings:
    """How far away the rest of a library is from some tracks: mean and spread of the distances.

    Attributes
    ----------
    mean, spread : ndarray of float32, shape (tracks,)
        Of the cosine distances to all tracks.
    """

    mean: Matrix
    spread: Matrix


def surroundings(matrix: Matrix) -> Surroundings:
    """The surroundings of the rows of a matrix among all its rows."""
    unit = unit_rows(matrix)
    mean = unit @ unit.mean(axis=0, dtype=np.float64).astype(np.float32)
    seconds = unit.T @ unit / np.float32(max(1, len(unit)))
    square = np.einsum("ij,ij->i", unit @ seconds, unit)
    return from_moments(mean, square)


def from_moments(mean: npt.NDArray[Any], square: npt.NDArray[Any]) -> Surroundings:
    """Surroundings from the means of the cosines and of their squares."""
    variance = np.maximum(square.astype(np.float64) - mean.astype(np.float64) ** 2, 1e-8)
    return Surroundings((1 - mean).astype(np.float32), np.sqrt(variance).astype(np.float32))


def secondary_distance(
    distances: Matrix, ours: Surroundings, theirs: Surroundings
) -> npt.NDArray[np.float64]:
    """Mutual proximity as a distance: small where each is unusually near for the other.

    The share of the library that is nearer to either track than they are to each other, with
    distances taken for normally distributed and independent (Schnitzer et al. 2012, section 3.2),
    as its logarithm, since it is tiny among neighbours.

    Parameters
    ----------
    distances : ndarray
        Cosine distances; all three broadcast.
    ours, theirs : Surroundings
        Of the one and of the other track of each distance.
    """
    from scipy.special import log_ndtr  # a page that only reads a map needs no scipy

    nearer = log_ndtr((distances - ours.mean) / ours.spread)
    nearer_to_them = log_ndtr((distances - theirs.mean) / theirs.spread)
    return np.asarray(np.logaddexp(nearer, nearer_to_them))


def corrected(graph: Graph, around: Surroundings, k: int) -> Graph:
    """The k nearest by mutual proximity, among the neighbours that a graph has.

    As a corrected distance reorders near tracks only, it is enough to look at those (Feldbauer,
    Leodolter, Plant & Flexer, "Fast approximate hubness reduction for large high-dimensional
    data", ICBK 2018).
    """
    ours = Surroundings(around.mean[:, None], around.spread[:, None])
    theirs = Surroundings(around.mean[graph.indices], around.spread[graph.indices])
    mutual = secondary_distance(graph.distances, ours, theirs)
    order = np.argsort(mutual, axis=1, kind="stable")[:, :k]
    return Graph(
        np.take_along_axis(graph.indices, order, axis=1),
        np.take_along_axis(graph.distances, order, axis=1),
    )
