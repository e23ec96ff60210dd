"""Genes that vary more than their mean explains (vst)."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from scipy import sparse

from anchorscope.block_forms import Matrix
from anchorscope.blocks import CellBlocks
from anchorscope.engine import sum_over
from anchorscope.errors import InputError
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, VariableGenes

LOESS_SPAN = 0.3

TIED_BELOW = 10
"""Digits by which genes are ranked: genes of equal counts differ behind them by what a processor's rounding adds, and
their order must not depend on the processor."""

FEWEST_GENES = 10
"""With fewer, or fewer different means, there is no trend to fit; of three points the compiled loess even crashes."""


def variable_genes(counts: CellBlocks, progress: Progress = SILENT) -> VariableGenes:
    """Rank genes by their standardised variance.

    The expected variance of a gene is a loess fit (span 0.3, degree 2) of log10 variance on log10 mean; counts are
    standardised with it, clipped above at the root of the number of cells, and their variance ranks the genes.

    Parameters
    ----------
    counts
        Raw counts, (n_cells, n_genes).
    progress
        Told as the two passes over the cells go on.

    Returns
    -------
    VariableGenes
        All arrays (n_genes,); genes without any count are left out of `order`, ties keep their order in the data.

    Raises
    ------
    InputError
        If fewer than two cells or too few varying genes, or genes of too few different means, are there to fit a trend.

    Notes
    -----
    Seurat's ``FindVariableFeatures(selection.method = "vst")``; Stuart et al. 2019 (doi 10.1016/j.cell.2019.05.031).
    """
    mean, variance = _moments(counts, Part(progress, 0.0, 0.45))
    expected = _expected_variance(mean, variance)
    progress.update(0.5)
    standardized = _standardized_variance(counts, mean, np.sqrt(expected), Part(progress, 0.5, 1.0))
    order = np.argsort(-np.round(standardized, TIED_BELOW), kind="stable")
    return VariableGenes(mean, variance, expected, standardized, order[mean[order] > 0].astype(np.int64))


def _moments(counts: CellBlocks, progress: Progress) -> tuple[Floats, Floats]:
    n_cells = counts.shape[0]
    if n_cells < 2:
        raise InputError("The reference is too small", f"{n_cells} cell", "load a reference with more cells")

    def sums(_: slice, block: Matrix) -> Floats:
        return np.stack([np.asarray(values.sum(axis=0)).ravel() for values in (block, _squared(block))])

    # Counts are whole numbers, so these sums are exact and the one-pass variance loses nothing to rounding.
    total, squares = sum_over(counts, sums, progress)
    # Sum divided by n, not multiplied by 1/n: equal means must be equal to the last bit, or loess cuts its cells
    # elsewhere and expected variances move by up to 0.3 %.
    mean = total / n_cells
    return mean, (squares - total * total / n_cells) / (n_cells - 1)


def _squared(block: sparse.csr_matrix | Floats) -> sparse.csr_matrix:
    squared = sparse.csr_matrix(block, copy=True)
    squared.data **= 2
    return squared


def _expected_variance(mean: Floats, variance: Floats) -> Floats:
    varying = variance > 0
    if varying.sum() < FEWEST_GENES:
        raise InputError(
            "The reference has too few genes that vary between cells",
            f"{int(varying.sum())}", "load raw counts of all genes")
    expected = np.zeros_like(mean)
    expected[varying] = 10.0 ** _trend(np.log10(mean[varying]), np.log10(variance[varying]))
    return expected


def _trend(x: Floats, y: Floats) -> Floats:
    """Return the loess fit of `y` at each `x`; where ties in `x` do not allow it, that of their averages."""
    fitted = _loess(x, y, np.ones_like(x))
    if np.isfinite(fitted).all():
        return fitted
    # Three genes in ten with the same mean, such as one count in all, leave a neighbourhood without width.
    places, gene, count = np.unique(x, return_inverse=True, return_counts=True)
    if len(places) < FEWEST_GENES:
        raise InputError(
            "The reference is too sparse to tell which genes vary", f"only {len(places)} different means of genes",
            "load raw counts of more cells")
    fitted = _loess(places, np.bincount(gene, y) / count, count.astype(np.float64))
    return np.asarray(fitted[gene])


def _loess(x: Floats, y: Floats, weights: Floats) -> Floats:
    from skmisc.loess import loess

    fit = loess(x, y, weights=weights, span=LOESS_SPAN, degree=2)
    # What R's loess only warns of is raised here; the fitted values are the same, and unusable ones are not finite.
    with suppress(ValueError):
        fit.fit()
    return np.array(fit.outputs.fitted_values)


def _standardized_variance(counts: CellBlocks, mean: Floats, sd: Floats, progress: Progress) -> Floats:
    n_cells, n_genes = counts.shape
    limit = np.sqrt(n_cells)
    inverse = np.divide(1.0, sd, out=np.zeros_like(sd), where=sd > 0)

    def sums(_: slice, block: Matrix) -> Floats:
        entries = sparse.csr_matrix(block)
        gene = entries.indices
        z = np.minimum((entries.data - mean[gene]) * inverse[gene], limit)
        return np.stack([np.bincount(gene, weights=z * z, minlength=n_genes), np.bincount(gene, minlength=n_genes)])

    total, stored = sum_over(counts, sums, progress)
    # Zeros are not stored; each contributes the same, unclipped.
    total += (n_cells - stored) * (mean * inverse) ** 2
    return np.asarray(total / (n_cells - 1))
