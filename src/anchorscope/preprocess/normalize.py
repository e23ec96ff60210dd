"""Log-normalisation of counts."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.block_forms import Matrix
from anchorscope.blocks import CellBlocks, Mapped
from anchorscope.engine import each_block
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats


def cell_totals(counts: CellBlocks, progress: Progress = SILENT) -> Floats:
    """Return the summed counts of every cell, shape (n_cells,)."""
    totals = np.zeros(counts.shape[0])
    for rows, total in each_block(counts, lambda _, block: np.asarray(block.sum(axis=1)).ravel(), progress):
        totals[rows] = total
    return totals


def log_normalize(counts: CellBlocks, scale_factor: float = 1e4) -> CellBlocks:
    """Return blocks of ``ln(1 + count / cell total * scale_factor)``.

    Parameters
    ----------
    counts
        Raw counts, (n_cells, n_features).
    scale_factor
        The total every cell is brought to, in counts.

    Returns
    -------
    CellBlocks
        Same shape, sparse; zeros stay zeros and a cell without counts stays empty.

    Notes
    -----
    Seurat's ``NormalizeData(normalization.method = "LogNormalize")``.
    """
    return Mapped(counts, lambda _, block: log_normalize_block(block, scale_factor), counts.shape[1])


def log_normalize_block(block: Matrix, scale_factor: float) -> sparse.csr_matrix:
    """Log-normalise whole cells: (n, n_features) counts in, csr float64 of the same shape out."""
    result = sparse.csr_matrix(block, dtype=np.float64, copy=True)
    totals = np.asarray(result.sum(axis=1)).ravel()
    totals[totals == 0] = 1.0
    result.data *= np.repeat(scale_factor / totals, np.diff(result.indptr))
    np.log1p(result.data, out=result.data)
    return result
