"""UMAP pictures, for drawing only: no label depends on them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from scipy import optimize, sparse

from anchorscope.blocks import stretches
from anchorscope.embedding.cca import l2_normalised
from anchorscope.neighbors import Search, nearest
from anchorscope.parameters import UmapParameters
from anchorscope.progress import SILENT, Part, Progress, apart, side_by_side
from anchorscope.results import Floats, Ints

MOST_CELLS = 10_000
"""Up to this many cells a layout takes 500 epochs, beyond it 200."""

MOST_FITTED = 50_000
"""Cells that a layout is fitted on; further ones are placed among their neighbours, which changes nothing to see."""

PLACED_BY = 5
"""Fitted cells that a further cell is placed by."""

PLACED_CELLS = 50_000
"""Further cells placed at a time."""

HALVINGS = 64
"""Steps in which the width of each cell is found: beyond what a float can tell apart."""

EXTENT = 10.0
"""Width of the layout that the optimiser starts from."""


def prepare() -> None:
    """Load what maps need; the first time on a machine their loop is compiled, which takes seconds."""
    pair = sparse.coo_matrix(np.array([[0.0, 1.0], [1.0, 0.0]]))
    _optimised(pair, np.array([[0.0, 0.0], [1.0, 1.0]]), 0.3, 0, SILENT)


def umaps(spaces: Sequence[Floats], parameters: UmapParameters, seed: int, progress: Progress = SILENT) -> list[Floats]:
    """Draw each space as a map.

    Parameters
    ----------
    spaces
        Coordinates (n_cells, d) of each data set, leading axes first, compared by the cosine of their rows.
    parameters
        Neighbours and minimum distance.
    seed
        Seed of the layout; the same seed gives the same map.
    progress
        Told as neighbours are found and after each epoch of the layout; a cancel acts between two epochs.

    Returns
    -------
    list of numpy.ndarray
        (n_cells, 2) float64 for each space; of more than `MOST_FITTED` cells, that many were fitted (`fitted_cells`).

    Notes
    -----
    McInnes et al. 2018 (arXiv 1802.03426) with the settings of Seurat's ``RunUMAP`` and exact cosine neighbours. It
    starts from the ranks on the first two axes, not from a spectral layout: as good a start, and always the same (Kobak
    and Linderman 2021, doi 10.1038/s41587-020-00809-z).
    """
    apart(prepare, Part(progress, 0.0, 0.0))
    return side_by_side([partial(_umap, space, parameters, seed) for space in spaces], progress)


def fitted_cells(n_cells: int) -> int:
    """Return how many of a data set's cells the layout is fitted on; the others are placed among them."""
    return min(n_cells, MOST_FITTED)


def _umap(space: Floats, parameters: UmapParameters, seed: int, progress: Progress) -> Floats:
    if len(space) <= MOST_FITTED:
        return _fitted(space, parameters, seed, progress)
    chosen = np.sort(np.random.default_rng(seed).choice(len(space), MOST_FITTED, replace=False))
    layout = _fitted(space[chosen], parameters, seed, Part(progress, 0.0, 0.6))
    places = placed(l2_normalised(space), l2_normalised(space[chosen]), layout, Part(progress, 0.6, 1.0))
    places[chosen] = layout
    return places


def placed(cells: Floats, fitted: Floats, layout: Floats, progress: Progress = SILENT) -> Floats:
    """Return where further cells lie on a map.

    Parameters
    ----------
    cells, fitted
        (m, d) and (n, d) coordinates of the further cells and of those that the map was fitted on.
    layout
        (n, 2) the map.
    progress
        Told block by block.

    Returns
    -------
    numpy.ndarray
        (m, 2) the mean of the places of each cell's nearest fitted cells, the nearer the more it counts.
    """
    search = Search(fitted, len(cells), Part(progress, 0.0, 0.1))
    places = np.empty((len(cells), 2))
    for rows in stretches(len(cells), PLACED_CELLS):
        part = Part(progress, 0.1 + 0.9 * rows.start / len(cells), 0.1 + 0.9 * rows.stop / len(cells))
        near, distances = search.nearest(cells[rows], min(PLACED_BY, len(fitted)), part)
        width = np.maximum(distances.mean(axis=1, keepdims=True) / 4, 1e-12)
        weight = np.exp((distances[:, :1] - distances) / width)
        places[rows] = np.einsum("ij,ijk->ik", weight, layout[near]) / weight.sum(axis=1, keepdims=True)
    return places


def _fitted(space: Floats, parameters: UmapParameters, seed: int, progress: Progress) -> Floats:
    count = min(parameters.n_neighbors, len(space))
    start = _spread(space[:, :2])
    if len(space) < max(count + 1, 5):
        return start
    near = _cosine_neighbors(space, count, Part(progress, 0.0, 0.2))
    graph = fuzzy_graph(*near, Part(progress, 0.2, 0.22))
    return _optimised(graph, start, parameters.min_distance, seed, Part(progress, 0.22, 1.0))


def _cosine_neighbors(space: Floats, count: int, progress: Progress) -> tuple[Ints, Floats]:
    unit = l2_normalised(space)
    indices, distances = nearest(unit, unit, count, progress)
    # Half the squared distance of unit vectors is one minus their cosine.
    return indices, distances**2 / 2


def fuzzy_graph(indices: Ints, distances: Floats, progress: Progress = SILENT) -> sparse.coo_matrix:
    """Return how much two cells are neighbours, between 0 and 1.

    Parameters
    ----------
    indices, distances
        (n_cells, k) the nearest of each cell, itself first.
    progress
        Told as the widths close in, and once the graph is put together.

    Returns
    -------
    scipy.sparse.coo_matrix
        (n_cells, n_cells), symmetric, without diagonal.
    """
    n_cells, k = indices.shape
    near = np.maximum(distances[:, 1:] - distances[:, 1:2], 0.0)
    strength = np.exp(-near / _widths(near, np.log2(k), progress)[:, None])
    directed = sparse.csr_matrix(
        (strength.ravel(), indices[:, 1:].ravel(), np.arange(0, n_cells * (k - 1) + 1, k - 1)),
        shape=(n_cells, n_cells))
    progress.update(1.0)
    both = directed.multiply(directed.T)
    progress.update(1.0)
    union = sparse.coo_matrix(directed + directed.T - both)
    progress.update(1.0)
    keep = union.row != union.col
    return sparse.coo_matrix((union.data[keep], (union.row[keep], union.col[keep])), shape=union.shape)


def _widths(near: Floats, target: float, progress: Progress) -> Floats:
    """Return per cell the width at which its neighbours' strengths add up to `target`, by bisection."""
    low, high = np.zeros(len(near)), np.full(len(near), np.inf)
    width = np.ones(len(near))
    for step in range(HALVINGS):
        progress.update(step / HALVINGS)
        total = np.exp(-near / width[:, None]).sum(axis=1)
        low, high = np.where(total < target, width, low), np.where(total < target, high, width)
        width = np.where(np.isinf(high), width * 2, (low + high) / 2)
    # A cell whose neighbours are all equally near would have no width.
    floor = 1e-3 * near.mean(axis=1)
    return np.maximum(width, np.where(floor > 0, floor, 1e-3 * max(float(near.mean()), 1e-12)))


def _curve(min_distance: float) -> tuple[float, float]:
    """Return a and b of 1 / (1 + a d^2b), which is 1 up to the minimum distance and then falls off."""
    distance = np.linspace(0, 3, 300)
    wanted = np.where(distance < min_distance, 1.0, np.exp(-(distance - min_distance)))
    (a, b), _ = optimize.curve_fit(lambda x, a, b: 1.0 / (1.0 + a * x ** (2 * b)), distance, wanted)
    return float(a), float(b)


def _spread(axes: Floats) -> Floats:
    """Return where cells start: by their rank on each axis, so that a few far cells do not push all others together."""
    start = np.zeros((len(axes), 2))
    start[:, : axes.shape[1]] = np.argsort(np.argsort(axes, axis=0, kind="stable"), axis=0)
    return np.asarray(EXTENT * start / max(len(axes) - 1, 1))


def _optimised(graph: sparse.coo_matrix, start: Floats, min_distance: float, seed: int, progress: Progress) -> Floats:
    from anchorscope.embedding.layout import epoch_of_layout

    n_epochs = 500 if len(start) <= MOST_CELLS else 200
    keep = graph.data >= graph.data.max() / n_epochs
    # By cell: the order in which edges pull, and so the picture, must not depend on how the graph was made.
    progress.update(0.0)
    order = np.lexsort((graph.col[keep], graph.row[keep]))
    progress.update(0.0)
    head, tail = (values[keep][order].astype(np.int64) for values in (graph.row, graph.col))
    weight = graph.data[keep][order]
    a, b = _curve(min_distance)
    # Cells with the same first two axes would never part.
    places = start + np.random.default_rng(seed).normal(0, 1e-3 * EXTENT, start.shape)
    every = weight.max() / weight
    due, due_apart = every.copy(), every / 5.0
    state = np.array([seed + 1], dtype=np.int64)
    for epoch in range(n_epochs):
        epoch_of_layout(places, head, tail, every, due, due_apart, state, a, b, epoch, 1.0 - epoch / n_epochs)
        progress.update((epoch + 1) / n_epochs)
    return places
