"""Accessibility summed over each gene's region: the bridge from peaks to genes."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import sparse

from anchorscope.blocks import CellBlocks, InMemory, Mapped
from anchorscope.counts import Counts, blocks_of
from anchorscope.engine import sum_over
from anchorscope.errors import InputError
from anchorscope.gene_activity.overlap import overlapping_pairs
from anchorscope.linalg import gathered
from anchorscope.parameters import BODY_PROMOTER
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, GeneActivity, GeneRegions, Ints, Peaks


def membership(regions: GeneRegions, peaks: Peaks) -> sparse.csr_matrix:
    """Return the genes x peaks matrix with 1 where a peak overlaps a gene's region.

    A peak that touches two genes counts for both.
    """
    gene, peak = overlapping_pairs(regions, peaks)
    return sparse.csr_matrix((np.ones(len(gene)), (gene, peak)), shape=(len(regions), len(peaks)))


def gene_activity(
    counts: Counts, regions: GeneRegions, peaks: Peaks, assembly: str, progress: Progress = SILENT
) -> GeneActivity:
    """Sum, per gene and cell, the counts of the gene's peaks.

    Parameters
    ----------
    counts
        Peak counts, (n2, n_peaks).
    regions
        Gene regions on the same assembly as the peaks.
    peaks
        The columns of `counts`.
    assembly
        Name of the assembly, kept with the result.
    progress
        Told after each block of cells.

    Returns
    -------
    GeneActivity
        Counts of the genes that have any, in the order of `regions`.

    Raises
    ------
    InputError
        If no peak with counts touches any gene.

    Notes
    -----
    Signac's ``GeneActivity`` on peaks instead of fragments (Stuart et al. 2021, doi 10.1038/s41592-021-01282-5).
    """
    return summed(counts, regions, membership(regions, peaks), assembly, BODY_PROMOTER, progress)


def summed(
    counts: Counts, regions: GeneRegions, credit: sparse.csr_matrix, assembly: str, model: str,
    progress: Progress = SILENT,
) -> GeneActivity:
    """Sum, per gene and cell, the counts of all peaks times the credit each has for the gene.

    Parameters
    ----------
    counts
        Peak counts, (n2, n_peaks).
    regions
        The genes.
    credit
        (n_genes, n_peaks) float64, not negative.
    assembly, model
        Kept with the result.
    progress
        Told after each block of cells.

    Raises
    ------
    InputError
        If no peak with counts has credit for any gene.
    """
    if sparse.issparse(counts):
        return with_counts(gathered(activity_blocks(InMemory(counts), credit), progress), regions, credit, assembly,
                           model)
    totals = sum_over(counts, lambda _, block: np.asarray(block.sum(axis=0)).ravel(), progress)
    seen = _seen(credit @ totals, credit, assembly)
    return GeneActivity(activity_blocks(counts, credit[seen]), taken(regions, seen), credit[seen], assembly, model)


def activity_blocks(counts: CellBlocks, credit: sparse.csr_matrix) -> CellBlocks:
    """Return blocks of the counts (n2, n_peaks) times the credit of each peak: (n2, n_genes)."""
    turned = sparse.csr_matrix(credit.T)
    return Mapped(counts, lambda _, block: sparse.csr_matrix(block @ turned), len(credit.indptr) - 1)


def with_counts(
    activity: sparse.csr_matrix, regions: GeneRegions, credit: sparse.csr_matrix, assembly: str, model: str
) -> GeneActivity:
    """Keep the genes that have any activity; (n2, n_genes) `activity`, otherwise as `summed`."""
    seen = _seen(np.asarray(activity.sum(axis=0), dtype=np.float64).ravel(), credit, assembly)
    return GeneActivity(activity[:, seen], taken(regions, seen), credit[seen], assembly, model)


def rejoined(activity: GeneActivity, counts: Counts) -> GeneActivity:
    """Return activity from a session file with its counts, where these are made in passes over the query's `counts`."""
    if not sparse.issparse(activity.counts) or activity.counts.nnz:
        return activity
    return dataclasses.replace(activity, counts=activity_blocks(blocks_of(counts), activity.membership))


def _seen(totals: Floats, credit: sparse.csr_matrix, assembly: str) -> Ints:
    """Return the genes with any activity."""
    seen = np.flatnonzero(totals > 0)
    if len(seen) == 0:
        raise InputError(
            f"No accessible peak touches a gene of {assembly}",
            f"{credit.shape[1]} peaks, none in a gene region",
            "choose the assembly the peaks were called on, or widen the gene-activity window")
    return seen


def taken(regions: GeneRegions, index: Ints) -> GeneRegions:
    """Return some of the genes."""
    columns = {item.name: getattr(regions, item.name)[index] for item in dataclasses.fields(regions)}
    return GeneRegions(**columns)
