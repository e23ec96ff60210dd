"""Clusters of cells, of either side by itself: shared-nearest-neighbour graph and Louvain."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.neighbors import nearest
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints

PRUNE = 1.0 / 15.0
"""Edges weaker than this are dropped."""


def shared_neighbor_graph(embeddings: Floats, n_neighbors: int, progress: Progress = SILENT) -> sparse.csr_matrix:
    """Return the graph in which cells are linked by how many neighbours they share.

    Parameters
    ----------
    embeddings
        (n_cells, d) coordinates, usually principal components.
    n_neighbors
        Size k of each cell's neighbourhood, itself included; lowered to the number of cells where there are fewer.
    progress
        Told as neighbours are found.

    Returns
    -------
    scipy.sparse.csr_matrix
        (n_cells, n_cells), symmetric, without diagonal: shared / (2k - shared), the Jaccard index of the two
        neighbourhoods, where at least 1/15.

    Notes
    -----
    Seurat's ``FindNeighbors``, with exact neighbours in place of annoy's.
    """
    n_cells = len(embeddings)
    k = min(n_neighbors, n_cells)
    return graph_of_neighbors(nearest(embeddings, embeddings, k, progress)[0])


def graph_of_neighbors(indices: Ints) -> sparse.csr_matrix:
    """Return the same graph from the neighbours (n_cells, k) of each cell, itself included."""
    n_cells, k = indices.shape
    member = sparse.csr_matrix(
        (np.ones(indices.size), indices.ravel(), np.arange(0, indices.size + 1, k)), shape=(n_cells, n_cells))
    shared = sparse.coo_matrix(member @ member.T)
    weight = shared.data / (2 * k - shared.data)
    keep = (weight >= PRUNE) & (shared.row != shared.col)
    return sparse.csr_matrix((weight[keep], (shared.row[keep], shared.col[keep])), shape=shared.shape)


def louvain(graph: sparse.csr_matrix, resolution: float, seed: int, progress: Progress = SILENT) -> Ints:
    """Split a graph into clusters of high modularity.

    Parameters
    ----------
    graph
        (n_cells, n_cells) symmetric, non-negative weights.
    resolution
        Above 1 for more and smaller clusters, below for fewer and larger.
    seed
        Seed of the random visiting orders; Seurat's is 0.
    progress
        Told after each of the ten starts.

    Returns
    -------
    numpy.ndarray
        (n_cells,) int64 cluster numbers, the largest cluster being 0. A cell alone joins the cluster of several
        to which it is tied most strongly, as in Seurat.

    Notes
    -----
    Seurat's ``FindClusters``: Louvain from ten random starts, best modularity kept; see `best_clusters`.
    """
    from anchorscope.preprocess.louvain import best_clusters

    if graph.nnz == 0:
        return np.zeros(graph.shape[0], dtype=np.int64)
    found = best_clusters(graph, resolution, seed, progress)
    return _by_size(_without_singletons(graph, _by_size(found)))


def prepare() -> None:
    """Load what clustering needs; the first time on a machine its loops are compiled, which takes seconds."""
    louvain(sparse.csr_matrix(np.array([[0.0, 1.0], [1.0, 0.0]])), 1.0, 0)


def clusters(embeddings: Floats, n_neighbors: int, resolution: float, seed: int,
             progress: Progress = SILENT) -> Ints:
    """Return the cluster of each cell: the two steps above on coordinates (n_cells, d)."""
    graph = shared_neighbor_graph(embeddings, n_neighbors, Part(progress, 0.0, 0.5))
    return louvain(graph, resolution, seed, Part(progress, 0.5, 1.0))


def _without_singletons(graph: sparse.csr_matrix, labels: Ints) -> Ints:
    """Let each cell alone join the cluster of several to which its mean weight is largest, if it is tied to any."""
    sizes = np.bincount(labels)
    result = labels.astype(np.int64)
    for cell in np.flatnonzero(sizes[labels] == 1):
        row = graph[[cell]]
        tie = np.bincount(labels[row.indices], weights=row.data, minlength=len(sizes)) / sizes
        # Two cells alone must not change places.
        tie[sizes == 1] = 0.0
        if tie.any():
            result[cell] = int(tie.argmax())
    return result


def _by_size(labels: Ints) -> Ints:
    names, codes, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(names))
    return rank[codes]
