"""TF-IDF: peaks weighted by how rare they are, cells by how deep."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.block_forms import Matrix
from anchorscope.blocks import CellBlocks, Mapped
from anchorscope.engine import sum_over
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints


def peak_totals(counts: CellBlocks, progress: Progress = SILENT) -> Floats:
    """Return the summed counts of each peak, (n_peaks,), in one pass over `counts` (n2, n_peaks)."""
    return np.asarray(sum_over(counts, lambda _, block: np.asarray(block.sum(axis=0)).ravel(), progress))


def top_peaks(totals: Floats, min_count: int) -> Ints:
    """Return the peaks whose total is above `min_count`, largest first (Signac's ``FindTopFeatures``)."""
    order = np.argsort(-totals, kind="stable")
    return order[totals[order] > min_count].astype(np.int64)


def tf_idf(counts: CellBlocks, totals: Floats, peaks: Ints, scale_factor: float = 1e4,
           dtype: type[np.float64] | type[np.float32] = np.float64) -> CellBlocks:
    """Return sparse blocks of ``ln(1 + tf * idf * scale_factor)``, zero but for the peaks of `peaks`.

    Parameters
    ----------
    counts
        Peak counts as they are (not binarised), (n2, n_peaks).
    totals
        (n_peaks,) their sums over cells: idf = n2 / total.
    peaks
        Those that count. Term frequencies still refer to each cell's total over all peaks.
    scale_factor
        Multiplies TF-IDF before the logarithm.
    dtype
        Precision in which they are computed.

    Notes
    -----
    Signac's ``RunTFIDF`` method 1; Cusanovich et al. 2015 (doi 10.1126/science.aab1601). The other peaks stay as zeros:
    singular values and vectors of cells are the same, and no block has to be cut.
    """
    idf = np.zeros(len(totals))
    np.divide(counts.shape[0], totals, out=idf, where=totals > 0)
    idf[np.setdiff1d(np.arange(len(totals)), peaks)] = 0.0
    idf = idf.astype(dtype)

    def weigh(_: slice, block: Matrix) -> sparse.csr_matrix:
        entries = sparse.csr_matrix(block)
        cell = np.asarray(entries.sum(axis=1)).ravel()
        tf = np.divide(scale_factor, cell, out=np.zeros_like(cell), where=cell > 0).astype(dtype)
        # In place, and in single precision by the plain logarithm: a pass over a million cells is mostly this.
        values = idf[entries.indices]
        values *= entries.data
        values *= np.repeat(tf, np.diff(entries.indptr))
        if dtype is np.float32:
            np.log(np.add(values, 1.0, out=values), out=values)
        else:
            np.log1p(values, out=values)
        return sparse.csr_matrix((values, entries.indices, entries.indptr), shape=entries.shape)

    return Mapped(counts, weigh, len(totals))
