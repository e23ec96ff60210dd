"""The shared-neighbour graph by brute force, and Louvain on graphs whose clusters are plain to see."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import sparse

from anchorscope.preprocess.cluster import PRUNE, _without_singletons, clusters, louvain, shared_neighbor_graph
from anchorscope.progress import CancelToken, Reporting
from core.samples import groups

POINTS = np.random.default_rng(4).standard_normal((50, 3))


def jaccard(points: np.ndarray, k: int) -> np.ndarray:
    """Jaccard index of every two cells' k nearest, themselves included; the diagonal and weak edges are zero."""
    distances = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    near = [set(row[:k].tolist()) for row in np.argsort(distances, axis=1)]
    result = np.zeros((len(points), len(points)))
    for one, other in itertools.permutations(range(len(points)), 2):
        index = len(near[one] & near[other]) / len(near[one] | near[other])
        result[one, other] = index if index >= 1 / 15 else 0.0
    return result


def cliques(*sizes: int, bridges: tuple[tuple[int, int, float], ...] = ()) -> sparse.csr_matrix:
    """Fully linked groups of cells, and single edges (cell, cell, weight) between them."""
    graph = np.zeros((sum(sizes), sum(sizes)))
    start = 0
    for size in sizes:
        graph[start : start + size, start : start + size] = 1
        start += size
    np.fill_diagonal(graph, 0)
    for one, other, weight in bridges:
        graph[one, other] = graph[other, one] = weight
    return sparse.csr_matrix(graph)


@pytest.mark.parametrize("k", [2, 8, 20])
def test_weights_are_jaccard_indices_of_neighbourhoods(k: int) -> None:
    np.testing.assert_allclose(shared_neighbor_graph(POINTS, k).toarray(), jaccard(POINTS, k), atol=1e-14)


def test_weak_edges_are_dropped_and_the_diagonal_is_empty() -> None:
    graph = shared_neighbor_graph(POINTS, 20)
    unpruned = [s / (40 - s) for s in (1, 2)]
    assert unpruned[0] < PRUNE <= graph.data.min()
    assert unpruned[1] < PRUNE
    assert not graph.diagonal().any()
    assert abs(graph - graph.T).max() == 0


def test_more_neighbours_than_cells_are_lowered() -> None:
    graph = shared_neighbor_graph(POINTS[:6], 20).toarray()
    np.testing.assert_array_equal(graph, 1 - np.eye(6))


def test_two_cliques_are_two_clusters() -> None:
    graph = cliques(6, 9, bridges=((0, 6, 1.0),))
    assert louvain(graph, 1.0, seed=0).tolist() == [1] * 6 + [0] * 9


def test_clusters_are_numbered_by_size() -> None:
    assert louvain(cliques(4, 12, 7), 0.5, seed=0).tolist() == [2] * 4 + [0] * 12 + [1] * 7


def test_equal_sizes_keep_numbers_apart() -> None:
    found = louvain(cliques(5, 5), 1.0, seed=0)
    assert sorted(set(found.tolist())) == [0, 1]
    assert len(set(found[:5])) == len(set(found[5:])) == 1


def test_a_higher_resolution_splits_further() -> None:
    ring = cliques(*[5] * 12, bridges=tuple((5 * i, 5 * ((i + 1) % 12) + 1, 1.0) for i in range(12)))
    coarse, fine = (len(set(louvain(ring, resolution, 0).tolist())) for resolution in (0.05, 1.0))
    assert coarse < fine == 12


@pytest.mark.parametrize("to_small", [0.03, 0.036])
def test_a_cell_alone_joins_the_cluster_with_the_largest_mean_weight(to_small: float) -> None:
    # At this resolution no edge of the last cell is worth joining for, so Louvain leaves it alone. Its edges to the
    # larger clique sum to more or less than the one to the smaller, but always have the smaller mean.
    graph = cliques(5, 6, 1, bridges=((11, 0, to_small), (11, 5, 0.0175), (11, 6, 0.0175)))
    assert louvain(graph, 1.3, seed=0).tolist() == [*[1] * 5, *[0] * 6, 1]
    larger = cliques(5, 6, 1, bridges=((11, 0, 0.02), (11, 5, 0.0175), (11, 6, 0.0175)))
    assert louvain(larger, 1.3, seed=0).tolist() == [*[1] * 5, *[0] * 6, 0]


def test_two_cells_alone_do_not_change_places() -> None:
    graph = cliques(6, 6, 1, 1, bridges=((12, 13, 0.5), (12, 0, 0.01), (13, 6, 0.01)))
    alone = np.array([0] * 6 + [1] * 6 + [2, 3])
    assert _without_singletons(graph, alone).tolist() == [0] * 6 + [1] * 6 + [0, 1]


def test_a_cell_without_any_tie_stays_alone() -> None:
    assert louvain(cliques(5, 4, 1), 1.0, seed=0).tolist() == [0] * 5 + [1] * 4 + [2]


def test_a_graph_without_edges_is_one_cluster() -> None:
    assert louvain(sparse.csr_matrix((4, 4)), 1.0, seed=0).tolist() == [0] * 4


def test_the_same_seed_gives_the_same_clusters() -> None:
    graph = shared_neighbor_graph(POINTS, 6)
    np.testing.assert_array_equal(louvain(graph, 1.0, seed=3), louvain(graph, 1.0, seed=3))


@pytest.mark.parametrize("seed", range(5))
def test_separated_groups_are_found_from_coordinates(seed: int) -> None:
    points, group = groups((30, 50, 20), seed=seed)
    found = clusters(points, 15, 0.5, seed=seed)
    np.testing.assert_array_equal(found, np.array([1, 0, 2])[group])


def test_progress_rises_to_one() -> None:
    heard: list[float] = []
    clusters(POINTS, 6, 1.0, 0, Reporting(heard.append, CancelToken()))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
