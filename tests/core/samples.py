"""Small data and comparisons that several tests share."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.anchors.mutual import Neighborhoods, across, neighborhoods
from anchorscope.block_forms import Matrix
from anchorscope.blocks import CellBlocks
from anchorscope.parameters import TransferParameters
from anchorscope.refine.views import alignment, moved
from anchorscope.results import Anchors, Floats, Sides
from anchorscope.transfer.weights import anchor_weights


def poisson(n_cells: int, n_features: int, mean: float = 0.5, seed: int = 0) -> np.ndarray:
    """Counts (n_cells, n_features) as float64."""
    return np.random.default_rng(seed).poisson(mean, (n_cells, n_features)).astype(np.float64)


def overdispersed(n_cells: int, n_genes: int, seed: int = 0) -> np.ndarray:
    """Counts (n_cells, n_genes) of genes whose levels and dispersions differ, as in real cells."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(0.0, 1.0, n_genes)
    cell = rng.gamma(rng.uniform(1.0, 10.0, n_genes), size=(n_cells, n_genes))
    return rng.poisson(level * cell / cell.mean(axis=0)).astype(np.float64)


def dense(block: Matrix) -> Floats:
    """A block or matrix as a plain array."""
    return np.asarray(block) if isinstance(block, np.ndarray) else block.toarray()


def whole(blocks: CellBlocks) -> Floats:
    """All blocks put together as a plain array."""
    return np.vstack([dense(block) for _, block in blocks])


def groups(sizes: tuple[int, ...], n_axes: int = 5, apart: float = 10.0, seed: int = 0) -> tuple[Floats, np.ndarray]:
    """Points (n, n_axes) in well separated groups, and the group of each."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    centres = np.eye(max(n_axes, len(sizes)))[: len(sizes), :n_axes] * apart
    return centres[group] + rng.standard_normal((len(group), n_axes)), group


def aligned(sides: Sides, anchors: Anchors) -> Floats:
    """(n2, d) the query where the anchors put it, as the refined transfer sees it."""
    return moved(sides.query, alignment(sides, anchors))


def same_axes(found: Floats, expected: Floats) -> Floats:
    """Columns of `found` with the signs of `expected`, for axes that are known up to their sign."""
    return found * np.sign((found * expected).sum(axis=0))


def all_neighborhoods(reference: Floats, query: Floats, k: int) -> Neighborhoods:
    """The neighbourhoods of every cell, so that a cell and its row have the same number."""
    cells = np.arange(len(reference)), np.arange(len(query))
    return neighborhoods(reference, query, cells, across(reference, query, k), k)


def whole_weights(anchors: Anchors, space: Floats, parameters: TransferParameters) -> sparse.csr_matrix:
    """(n2, n_anchors) the weights of all query cells in one."""
    return sparse.csr_matrix(sparse.vstack([part for _, part in anchor_weights(anchors, space, parameters)]))
