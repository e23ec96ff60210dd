"""Louvain by brute force on graphs small enough to try every clustering, and its random numbers against Java's."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import sparse

from anchorscope.errors import Cancelled
from anchorscope.preprocess.louvain import _below, _merged, _modularity, _network, _shuffled, best_clusters
from anchorscope.progress import CancelToken, Reporting


def graph(n: int, density: float, seed: int) -> sparse.csr_matrix:
    """Random symmetric weights without diagonal."""
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.random((n, n)) * (rng.random((n, n)) < density), 1)
    return sparse.csr_matrix(upper + upper.T)


def modularity(dense: np.ndarray, labels: np.ndarray, resolution: float) -> float:
    """Newman's modularity times the total weight, by its double sum."""
    degree, total = dense.sum(axis=1), dense.sum()
    expected = resolution * np.outer(degree, degree) / total
    return float(((dense - expected) * (labels[:, None] == labels[None])).sum())


def partitions(n: int) -> list[np.ndarray]:
    """Every way to split n things: each label at most one above the largest before it."""
    found = [labels for labels in itertools.product(range(n), repeat=n)
             if all(label <= max(labels[:place], default=-1) + 1 for place, label in enumerate(labels))]
    return [np.array(labels) for labels in found]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("resolution", [0.5, 1.0])
def test_small_graphs_reach_the_best_of_all_clusterings(seed: int, resolution: float) -> None:
    dense = graph(6, 0.6, seed).toarray()
    best = max(modularity(dense, labels, resolution) for labels in partitions(6))
    found = best_clusters(sparse.csr_matrix(dense), resolution, seed)
    assert modularity(dense, found, resolution) == pytest.approx(best, abs=1e-12)


def test_modularity_is_kept_when_clusters_become_nodes() -> None:
    whole = _network(graph(40, 0.3, 1))
    labels = np.arange(40) % 7
    per_weight = 0.8 / whole.node.sum()
    merged = _merged(whole, labels)
    assert _modularity(merged, np.arange(7), per_weight) == pytest.approx(_modularity(whole, labels, per_weight))
    assert _modularity(whole, labels, per_weight) == pytest.approx(
        modularity(graph(40, 0.3, 1).toarray(), labels, 0.8))


def test_no_single_move_improves_the_result() -> None:
    dense = graph(60, 0.15, 3).toarray()
    found = best_clusters(sparse.csr_matrix(dense), 1.0, seed=5)
    reached = modularity(dense, found, 1.0)
    for node, cluster in itertools.product(range(60), range(found.max() + 1)):
        moved = found.copy()
        moved[node] = cluster
        assert modularity(dense, moved, 1.0) <= reached + 1e-9


def test_random_numbers_are_those_of_java() -> None:
    # new Random(42).nextInt(10), ten times, as its documentation's generator gives them.
    state = np.array([42 ^ 0x5DEECE66D], dtype=np.int64)
    assert [_below(10, state) for _ in range(10)] == [0, 3, 8, 4, 0, 5, 5, 8, 9, 3]


def test_a_shuffle_keeps_every_node_once() -> None:
    order = _shuffled(1000, np.array([9], dtype=np.int64))
    assert sorted(order.tolist()) == list(range(1000))
    assert (order != np.arange(1000)).mean() > 0.9


def test_a_cancel_stops_it() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        best_clusters(graph(50, 0.2, 0), 1.0, 0, Reporting(lambda _: None, token))
