"""Accessibility summed over each gene's region: the bridge from peaks to genes."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import sparse

from anchorscope.blocks import CellBlocks
from anchorscope.errors import InputError
from anchorscope.gene_activity.overlap import overlapping_pairs
from anchorscope.progress import SILENT, Progress, tracked
from anchorscope.results import GeneActivity, GeneRegions, Peaks


def membership(regions: GeneRegions, peaks: Peaks) -> sparse.csr_matrix:
    """Return the genes x peaks matrix with 1 where a peak overlaps a gene's region.

    A peak that touches two genes counts for both.
    """
    gene, peak = overlapping_pairs(regions, peaks)
    return sparse.csr_matrix((np.ones(len(gene)), (gene, peak)), shape=(len(regions), len(peaks)))


def gene_activity(
    counts: CellBlocks, regions: GeneRegions, peaks: Peaks, assembly: str, progress: Progress = SILENT
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
    credit = membership(regions, peaks)
    blocks = []
    for _, block in tracked(counts, progress):
        blocks.append(sparse.csr_matrix(block @ credit.T))
    activity = sparse.vstack(blocks, format="csr")
    seen = np.flatnonzero(np.asarray(activity.sum(axis=0)).ravel() > 0)
    if len(seen) == 0:
        raise InputError(
            f"No accessible peak touches a gene of {assembly}", f"{len(peaks)} peaks, none in a gene region",
            "choose the assembly the peaks were called on, or widen the gene-activity window")
    return GeneActivity(activity[:, seen], _taken(regions, seen), credit[seen], assembly)


def _taken(regions: GeneRegions, index: np.ndarray) -> GeneRegions:
    columns = {item.name: getattr(regions, item.name)[index] for item in dataclasses.fields(regions)}
    return GeneRegions(**columns)
