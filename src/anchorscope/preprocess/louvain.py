"""Louvain's method, step for step as Seurat's clustering does it, random numbers included.

Compiled on first use; imported only by the function that needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints

STARTS = 10
"""Random starts, of which the best modularity is kept."""

PASSES = 10
"""Passes of each start at most; one that changes nothing is the last."""

_MULTIPLIER, _MASK = 0x5DEECE66D, (1 << 48) - 1


def best_clusters(graph: sparse.csr_matrix, resolution: float, seed: int, progress: Progress = SILENT) -> Ints:
    """Return the clusters of highest modularity among ten random starts.

    Parameters
    ----------
    graph
        (n, n) symmetric, positive weights, no diagonal.
    resolution
        Above 1 for more and smaller clusters, below for fewer and larger.
    seed
        Starts the one stream of random numbers that all visiting orders come from.
    progress
        Told after each start; a cancel acts between two sweeps.

    Returns
    -------
    numpy.ndarray
        (n,) int64, numbered in no particular order.

    Notes
    -----
    Blondel et al. 2008 (arXiv 0803.0476) with the moves of Waltman and van Eck 2013 (doi 10.1140/epjb/e2013-40829-0):
    cells are visited in random order until none wants to move. On equal neighbours and with seed 0, Seurat's
    ``FindClusters`` is reproduced exactly: its generator is the linear congruential one that Java documents.
    """
    network = _network(graph)
    per_weight = resolution / network.node.sum()
    state = np.array([(seed ^ _MULTIPLIER) & _MASK], dtype=np.int64)
    best, found = -np.inf, np.zeros(graph.shape[0], dtype=np.int64)
    for start in range(STARTS):
        labels = np.arange(graph.shape[0])
        for _ in range(PASSES):
            labels, moved = _pass(network, labels, per_weight, state, progress, start / STARTS)
            if not moved:
                break
        quality = _modularity(network, labels, per_weight)
        if quality > best:
            best, found = quality, labels
        progress.update((start + 1) / STARTS)
    return found


@dataclass(frozen=True)
class _Network:
    """Edges of node i at ``first[i]:first[i + 1]`` of neighbour and weight; `node` is each node's total weight.

    `inside` is the weight of the edges that were merged away into nodes, each counted once.
    """

    first: Ints
    neighbor: Ints
    weight: Floats
    node: Floats
    inside: float


def _network(graph: sparse.csr_matrix, node: Floats | None = None, inside: float = 0.0) -> _Network:
    graph = graph.sorted_indices()
    own: Floats = np.asarray(graph.sum(axis=1), dtype=np.float64).ravel() if node is None else node
    return _Network(graph.indptr.astype(np.int64), graph.indices.astype(np.int64), graph.data.astype(np.float64), own,
                    inside)


def _merged(network: _Network, labels: Ints) -> _Network:
    """Return the network whose nodes are the clusters."""
    n = int(labels.max()) + 1
    row = np.repeat(labels, np.diff(network.first))
    column = labels[network.neighbor]
    across = row != column
    graph = sparse.csr_matrix((network.weight[across], (row[across], column[across])), shape=(n, n))
    node = np.asarray(np.bincount(labels, weights=network.node, minlength=n), dtype=np.float64)
    return _network(graph, node, network.inside + float(network.weight[~across].sum()) / 2)


def _pass(network: _Network, labels: Ints, per_weight: float, state: Ints,
          progress: Progress, done: float) -> tuple[Ints, bool]:
    """Move nodes, merge the clusters into nodes and do the same with those; say whether anything moved."""
    n = len(network.node)
    if n == 1:
        return labels, False
    labels, moved = _settled(network, labels, per_weight, state, progress, done)
    n_clusters = int(labels.max()) + 1
    if n_clusters < n:
        above, merged = _pass(_merged(network, labels), np.arange(n_clusters), per_weight, state, progress,
                              done)
        labels, moved = above[labels], moved or merged
    return labels, moved


def _settled(network: _Network, labels: Ints, per_weight: float, state: Ints,
          progress: Progress, done: float) -> tuple[Ints, bool]:
    """Let nodes move to the cluster that gains most until none wants to."""
    n = len(network.node)
    labels = labels.copy()
    order = _shuffled(n, state)
    cluster_weight = np.bincount(labels, weights=network.node, minlength=n)
    members = np.bincount(labels, minlength=n)
    unused = np.zeros(n + 1, dtype=np.int64)
    empty = np.flatnonzero(members == 0)
    unused[: len(empty)] = empty
    # Nodes in a row that stayed, unused clusters, and whether any moved.
    tally = np.array([0, len(empty), 0], dtype=np.int64)
    while tally[0] < n:
        progress.update(done)
        _sweep(network.first, network.neighbor, network.weight, network.node, per_weight, order, labels,
               cluster_weight, members, unused, tally)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64), bool(tally[2])


def _modularity(network: _Network, labels: Ints, per_weight: float) -> float:
    inside = network.weight[np.repeat(labels, np.diff(network.first)) == labels[network.neighbor]].sum()
    weight = np.bincount(labels, weights=network.node)
    return float(inside + 2 * network.inside - per_weight * np.sum(weight**2))


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sweep(first: Ints, neighbor: Ints, weight: Floats, node: Floats, per_weight: float, order: Ints, labels: Ints,
           cluster_weight: Floats, members: Ints, unused: Ints, tally: Ints) -> None:
    """Visit every node once; stop early when as many in a row stayed as there are nodes."""
    n = len(order)
    tie = np.zeros(n)
    met = np.empty(n, dtype=np.int64)
    for one in order:
        n_met = 0
        for edge in range(first[one], first[one + 1]):
            cluster = labels[neighbor[edge]]
            if tie[cluster] == 0.0:
                met[n_met] = cluster
                n_met += 1
            tie[cluster] += weight[edge]
        home = labels[one]
        cluster_weight[home] -= node[one]
        members[home] -= 1
        if members[home] == 0:
            unused[tally[1]] = home
            tally[1] += 1
        best, best_gain = -1, 0.0
        for place in range(n_met):
            cluster = met[place]
            gain = tie[cluster] - node[one] * cluster_weight[cluster] * per_weight
            if gain > best_gain or (gain == best_gain and cluster < best):
                best, best_gain = cluster, gain
            tie[cluster] = 0.0
        if best < 0:
            # At home alone, or better alone than anywhere.
            tally[1] -= 1
            best = unused[tally[1]]
        cluster_weight[best] += node[one]
        members[best] += 1
        if best == home:
            tally[0] += 1
        else:
            labels[one] = best
            tally[0] = 1
            tally[2] = 1
        if tally[0] >= n:
            return


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _shuffled(n: int, state: Ints) -> NDArray[np.int64]:
    """Return 0..n-1, each place exchanged once with a random one."""
    order = np.arange(n)
    for place in range(n):
        other = _below(n, state)
        order[place], order[other] = order[other], order[place]
    return order


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _below(n: int, state: Ints) -> int:
    """Return a whole number below n, as Java's ``Random.nextInt`` documents."""
    while True:
        # The product overflows, but its lower 48 bits are right.
        state[0] = (state[0] * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        bits = state[0] >> 17
        if n & -n == n:
            return int((n * bits) >> 31)
        value = bits % n
        if bits - value + n - 1 < 1 << 31:
            return int(value)
