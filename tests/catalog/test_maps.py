"""The parts of a map: neighbours, hubs, layout, quality, regions with names, new tracks."""

from collections import Counter

import numpy as np
import pytest

from audiolab.catalog.maps import clusters, graph, hubness, layout, placing, quality
from audiolab.catalog.reduction import unit_rows
from audiolab.errors import CatalogError


def styles(rows=400, dimensions=32, count=5, seed=0):
    """Embeddings round a few centres, and which centre each has."""
    rng = np.random.default_rng(seed)
    of = np.arange(rows) % count
    centres = 3 * rng.standard_normal((count, dimensions))
    return (centres[of] + 0.5 * rng.standard_normal((rows, dimensions))).astype(np.float32), of


def hubs(rows=600, dimensions=100):
    """Embeddings with a common direction, which the middle ones are near to all the others by."""
    rng = np.random.default_rng(1)
    spread = rng.uniform(0.3, 2, (rows, 1))
    return (1 + spread * rng.standard_normal((rows, dimensions))).astype(np.float32)


def exact(matrix, k):
    unit = unit_rows(matrix)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1)[:, :k]


def test_all_pairs_give_the_nearest():
    matrix, _ = styles()
    found = graph.neighbour_graph(matrix, 10)
    assert (found.indices == exact(matrix, 10)).all()
    assert (np.diff(found.distances) >= 0).all()
    unit = unit_rows(matrix)
    assert found.distances[7, 3] == pytest.approx(1 - unit[7] @ unit[found.indices[7, 3]], abs=1e-5)


def test_what_a_descent_gives_is_freed_of_the_track_itself():
    """Compiling the descent takes long: benchmarks/maps.py runs it and measures its recall."""
    found = np.array([[0, 2, 1], [2, 1, 0], [1, 0, 3], [3, 1, -1]], np.int32)
    far = np.array([[0, 0.1, 0.2], [0, 0, 0.3], [0, 0.1, 0.4], [-1e-7, 0.5, np.inf]], np.float32)
    indices, distances = graph._without_itself(found, far)
    assert indices.tolist() == [[2, 1], [2, 0], [1, 0], [1, -1]]
    assert distances[:3] == pytest.approx(np.array([[0.1, 0.2], [0, 0.3], [0, 0.1]]))
    assert ((distances >= 0) & (distances <= 2)).all()


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_very_few_tracks(rows):
    matrix, _ = styles(rows)
    found = graph.neighbour_graph(matrix, 10)
    assert found.k == rows - 1
    plane, method = layout.lay_out(matrix, found, "umap", lambda share: None)
    assert plane.shape == (rows, 2)
    assert method == "pca"
    assert np.isfinite(plane).all()
    assert plane.min() >= 0
    assert plane.max() <= 1
    assert quality.measure(matrix, plane) is None or rows > 2
    assert hubness.measure(hubness.occurrence(found), found.k).tracks == rows
    assert clusters.find_clusters(plane, [[]] * rows) == []


def test_k_occurrence_counts_neighbourhoods():
    indices = np.array([[1], [0], [0], [0]], np.int32)
    counts = hubness.occurrence(graph.Graph(indices, np.zeros((4, 1), np.float32)))
    assert counts.tolist() == [3, 1, 0, 0]
    found = hubness.measure(counts, 1)
    assert (found.hubs, found.antihubs, found.largest, found.hub_places) == (0.25, 0.5, 3, 0.75)
    assert found.coverage == 0.5
    assert found.skewness == pytest.approx(0.8165, abs=1e-4)  # scipy.stats.skew
    assert hubness.measure(np.full(8, 10), 10).skewness == 0
    assert hubness.measure(np.zeros(0, int), 10).tracks == 0


def test_mutual_proximity_makes_hubs_smaller():
    matrix = hubs()
    near = graph.neighbour_graph(matrix, hubness.CANDIDATES)
    before = hubness.measure(hubness.occurrence(near.nearest(10)), 10)
    around = hubness.surroundings(matrix)
    after = hubness.measure(hubness.occurrence(hubness.corrected(near, around, 10)), 10)
    assert before.skewness > 3
    assert after.skewness < 0.6 * before.skewness
    assert after.antihubs < before.antihubs
    assert after.largest < before.largest


def test_surroundings_are_those_of_all_distances():
    matrix, _ = styles(100)
    unit = unit_rows(matrix)
    distances = 1 - unit @ unit.T
    found = hubness.surroundings(matrix)
    assert found.mean == pytest.approx(distances.mean(axis=1), abs=1e-4)
    assert found.spread == pytest.approx(distances.std(axis=1), abs=1e-3)


def test_umap_keeps_styles_together_and_apart():
    matrix, of = styles(150)
    near = graph.neighbour_graph(matrix, 20)
    told = []
    plane, method = layout.lay_out(matrix, near, "umap", told.append)
    assert method == "umap"
    assert plane.min() >= 0
    assert plane.max() <= 1
    assert told == sorted(told)
    assert told[-1] <= 1
    found = quality.measure(matrix, plane)
    assert found.trustworthiness > 0.95
    assert found.kept > 0.3
    inside = [plane[of == style].std(axis=0).max() for style in range(5)]
    middles = np.array([plane[of == style].mean(axis=0) for style in range(5)])
    apart = np.linalg.norm(middles[:, None] - middles[None], axis=2) + np.eye(5)
    assert max(inside) < apart.min()
    again, _ = layout.lay_out(matrix, near, "umap", lambda share: None)
    assert (again == plane).all(), "the same library, the same map"


def test_what_the_progress_raises_ends_the_layout():
    def stop(share):
        raise KeyboardInterrupt

    matrix, _ = styles(60)
    with pytest.raises(KeyboardInterrupt):
        layout.lay_out(matrix, graph.neighbour_graph(matrix, 20), "umap", stop)


def test_principal_components():
    matrix, of = styles(count=2)
    plane, method = layout.lay_out(
        matrix, graph.neighbour_graph(matrix, 5), "pca", lambda share: None
    )
    assert method == "pca"
    assert (plane[of == 0, 0].max() < plane[of == 1, 0].min()) != (
        plane[of == 1, 0].max() < plane[of == 0, 0].min()
    )
    with pytest.raises(CatalogError, match=r"expected one of umap, pca, got 'tsne'"):
        layout.checked("tsne")


def test_trustworthiness_is_that_of_the_formula():
    from sklearn.manifold import trustworthiness

    matrix, _ = styles(200)
    unit = unit_rows(matrix)
    plane = np.random.default_rng(0).random((200, 2)).astype(np.float32)
    found = quality.measure(matrix, plane, k=7)
    expected = trustworthiness(unit, plane, n_neighbors=7)  # of unit vectors both agree
    assert found.trustworthiness == pytest.approx(expected, abs=1e-3)
    whole = quality.measure(matrix[:, :2], layout.fitted(unit_rows(matrix[:, :2])))
    assert whole.kept == pytest.approx(1, abs=0.02)


def test_regions_are_named_by_what_is_typical():
    rng = np.random.default_rng(0)
    plane = np.concatenate(
        [0.03 * rng.standard_normal((200, 2)) + middle for middle in ([0.2, 0.2], [0.8, 0.7])]
    ).astype(np.float32)
    tags = [["House", "dark"]] * 200 + [["Folk", "calm"]] * 150 + [["Folk", "dark"]] * 50
    found = clusters.find_clusters(plane, tags)
    names = {one.name for one in found}
    assert names == {"House · dark", "Folk · calm"}
    assert all(195 <= one.tracks <= 205 for one in found)
    assert {(round(one.x, 1), round(one.y, 1)) for one in found} == {(0.2, 0.2), (0.8, 0.7)}


def test_what_everybody_has_is_typical_of_nobody():
    assert clusters.typical(Counter(rock=50), 50, Counter(rock=100), 100) == []
    assert clusters.typical(Counter(rock=50, odd=2), 50, Counter(rock=60, odd=2), 100) == ["rock"]


def test_a_new_track_comes_among_its_neighbours():
    matrix, of = styles()
    plane, _ = layout.lay_out(matrix, graph.neighbour_graph(matrix, 15), "pca", lambda share: None)
    known, new = slice(0, 350), slice(350, 400)
    nearest = placing.Nearest(matrix[new])
    for start in range(0, 350, 100):
        rows = slice(start, min(350, start + 100))
        nearest.push(matrix[rows], plane[rows])
    middles = np.array([plane[known][of[known] == style].mean(axis=0) for style in range(5)])
    placed = nearest.placed()
    closest = np.linalg.norm(placed[:, None] - middles[None], axis=2).argmin(axis=1)
    assert (closest == of[new]).all()
    expected = 1 - unit_rows(matrix[new]) @ unit_rows(matrix[known]).T
    assert nearest.surroundings().mean == pytest.approx(expected.mean(axis=1), abs=1e-4)
    assert nearest.surroundings().spread == pytest.approx(expected.std(axis=1), abs=1e-3)


def test_neighbours_in_two_places_do_not_pull_a_track_between_them():
    places = np.array([[0, 0]] * 6 + [[1, 1]] * 4, np.float32)
    assert placing.place(np.full(10, 0.9, np.float32), places).tolist() == [0, 0]
    nowhere = placing.place(np.full(3, -np.inf, np.float32), np.full((3, 2), np.nan, np.float32))
    assert np.isnan(nowhere).all()
