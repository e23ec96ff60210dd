"""Counts of cells in memory or on disk, and the few things that are asked of either."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.blocks import BLOCK_CELLS, CellBlocks, InMemory, Mapped
from anchorscope.engine import each_block
from anchorscope.errors import InputError
from anchorscope.machine import free_memory_mib
from anchorscope.progress import SILENT, Progress
from anchorscope.results.arrays import Floats, Ints
from anchorscope.scratch import OnDisk

Counts: TypeAlias = "sparse.csr_matrix | CellBlocks"
"""(n_cells, n_features) counts: a csr matrix in memory, or blocks that are read or made when they are asked for."""

BYTES = 8
"""Memory of a count in a csr matrix of single precision."""


MEMORY_BLOCK_CELLS = 2 * BLOCK_CELLS
"""Cells in a block of a matrix in memory, at most: a sum over cells costs a little for each block."""


def blocks_of(counts: Counts) -> CellBlocks:
    """Return counts as blocks of cells."""
    if not sparse.issparse(counts):
        return counts
    # An even number of blocks of about the same size keeps two threads busy to the end.
    pairs = max(-(-counts.shape[0] // (2 * MEMORY_BLOCK_CELLS)), 1)
    return InMemory(counts, max(-(-counts.shape[0] // (2 * pairs)), 1))


def are_in_memory(counts: Counts) -> bool:
    """Whether counts are held whole, so that passing over them costs no reading."""
    return bool(sparse.issparse(counts))


def counts_per_cell(counts: Counts) -> Ints:
    """Return how many features of each cell have a count: (n_cells,)."""
    if sparse.issparse(counts):
        return np.diff(counts.indptr).astype(np.int64)
    parts = each_block(counts, lambda _, block: np.diff(sparse.csr_matrix(block).indptr).astype(np.int64))
    return np.concatenate([part for _, part in parts])


def with_features(counts: Counts, features: NDArray[np.bool_]) -> Counts:
    """Return the same cells with some of the features: (n_features,) which."""
    if features.all():
        return counts
    if isinstance(counts, OnDisk):
        return counts.taking(features)
    if sparse.issparse(counts):
        return sparse.csr_matrix(counts[:, features])
    return Mapped(counts, lambda _, block: sparse.csr_matrix(block)[:, features], int(features.sum()))


def in_memory(counts: Counts, progress: Progress = SILENT) -> sparse.csr_matrix:
    """Return counts as one csr matrix.

    Raises
    ------
    InputError
        If they do not fit into the memory that is free.
    """
    if sparse.issparse(counts):
        return counts
    needed, free = counts_per_cell(counts).sum() * BYTES / 2**20, free_memory_mib()
    if needed > free / 2:
        raise InputError(
            "This needs all counts in memory at once",
            f"{needed / 1024:,.1f} GB of counts and {free / 1024:,.1f} GB of free memory",
            "choose another model of gene activity, or a smaller query, or a computer with more memory")
    parts = [part for _, part in each_block(counts, lambda _, block: sparse.csr_matrix(block, dtype=np.float32),
                                            progress)]
    return sparse.csr_matrix(sparse.vstack(parts, format="csr"))


def column(counts: Counts, place: int, progress: Progress = SILENT) -> Floats:
    """Return one feature of all cells: (n_cells,) float64, in one pass."""
    if sparse.issparse(counts):
        return np.asarray(counts[:, [place]].toarray(), dtype=np.float64).ravel()
    parts = each_block(counts, lambda _, block: sparse.csr_matrix(block)[:, [place]].toarray().ravel(),
                       progress)
    return np.concatenate([part for _, part in parts])
