"""Scaling of genes to mean 0 and standard deviation 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anchorscope.block_forms import Matrix, Scaled, Shifted
from anchorscope.blocks import CellBlocks, Mapped, ScaledBlocks
from anchorscope.engine import sum_over
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints

CLIP = 10.0
"""Scaled values above this are set to it; there is no lower limit."""

ROUNDING = 1e-11
"""Part of a sum of squares that its rounding may reach."""


@dataclass(frozen=True)
class GeneScale:
    """Mean and standard deviation (n - 1) of each gene, both (n_genes,)."""

    mean: Floats
    sd: Floats


def select_genes(values: CellBlocks, index: Ints) -> CellBlocks:
    """Return the blocks cut to the genes of `index`, in that order."""
    return Mapped(values, lambda _, block: sparse.csr_matrix(block)[:, index], len(index))


def gene_scale(values: CellBlocks, progress: Progress = SILENT) -> GeneScale:
    """Return mean and standard deviation of each column of `values`, (n_cells, n_genes), in one pass."""
    n_cells, n_genes = values.shape

    def sums(_: slice, block: Matrix) -> Floats:
        entries = sparse.csr_matrix(block)
        return np.stack([np.bincount(entries.indices, weights=weights, minlength=n_genes)
                         for weights in (entries.data, entries.data**2)])

    total, squares = sum_over(values, sums, progress)
    mean = total / n_cells
    # Log-normalised values are below 20 and mostly zero: the one-pass formula keeps eleven digits or more. What is left
    # beyond them is rounding, and the gene does not vary.
    centred = squares - n_cells * mean * mean
    variance = np.where(centred > ROUNDING * squares, centred, 0.0) / max(n_cells - 1, 1)
    return GeneScale(mean, np.sqrt(variance))


def scaled(values: CellBlocks, scale: GeneScale) -> ScaledBlocks:
    """Return blocks of ``(x - mean) / sd``, clipped above at 10; a gene that never varies becomes 0.

    Sparse blocks of values that are not negative stay sparse but for a shift; dense ones stay dense.

    Notes
    -----
    Seurat's ``ScaleData`` with its defaults.
    """
    return Mapped(values, lambda _, block: _scale_block(block, scale), values.shape[1])


def _scale_block(block: Matrix, scale: GeneScale) -> Scaled:
    inverse = np.divide(1.0, scale.sd, out=np.zeros_like(scale.sd), where=scale.sd > 0)
    zero = -scale.mean * inverse
    if not sparse.issparse(block):
        return np.minimum(np.asarray(block) * inverse + zero, CLIP)
    # What zeros become is taken off every entry and added to all: they need not be stored.
    value = np.minimum(block.data * inverse[block.indices], CLIP - zero[block.indices])
    entries = sparse.csr_matrix((value, block.indices, block.indptr), shape=block.shape)
    return Shifted(entries, np.ones((block.shape[0], 1)), zero[:, None])
