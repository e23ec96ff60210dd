"""Gene activity after Cicero: a gene's promoter, and the distal peaks that open together with it."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.gene_activity.cell_groups import cell_groups
from anchorscope.gene_activity.coaccessibility import accessibility, co_accessibility
from anchorscope.gene_activity.maestro import tss
from anchorscope.gene_activity.overlap import overlapping_pairs
from anchorscope.gene_activity.regions import gene_regions
from anchorscope.parameters import GeneActivityParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, GeneRegions, GeneTable, Ints, Peaks


def cicero_credit(
    table: GeneTable, counts: sparse.csr_matrix, peaks: Peaks, space: Floats, settings: GeneActivityParameters,
    seed: int, progress: Progress = SILENT,
) -> tuple[GeneRegions, sparse.csr_matrix]:
    """Credit of promoter peaks and of the distal peaks linked to them.

    Parameters
    ----------
    table
        Genes on the assembly of the peaks.
    counts
        (n2, n_peaks) peak counts.
    peaks
        The columns of `counts`.
    space
        (n2, d) coordinates in which similar cells are grouped.
    settings
        Those named ``links_…``.
    seed
        Decides the groups and the windows that are sampled.
    progress
        Hears the fraction done.

    Returns
    -------
    regions
        Genes; start and end enclose the promoter and all linked peaks.
    credit
        (n_genes, n_peaks) float64, see `linked_credit`.

    Raises
    ------
    InputError
        If no peak lies at a promoter, or there are too few cells or peaks to learn from.

    Notes
    -----
    ``build_gene_activity_matrix`` of Cicero (Pliner et al. 2018, doi 10.1016/j.molcel.2018.06.044). Where Cicero takes
    the start of every transcript, the gene tables hold one start per gene; hence the margin around it.
    """
    promoters = _promoters(table, settings.links_promoter)
    gene, peak = overlapping_pairs(promoters, peaks)
    if not len(gene):
        raise InputError(f"No peak lies at the start of a gene of {table.assembly}", f"{len(peaks)} peaks",
                         "choose the assembly the peaks were called on, or widen the promoter")
    at_promoter = sparse.csr_matrix((np.ones(len(gene)), (gene, peak)), shape=(len(promoters), len(peaks)))
    groups = cell_groups(space, settings.links_cells, seed, Part(progress, 0.0, 0.1))
    links = co_accessibility(accessibility(counts, groups), peaks, np.unique(peak), settings.links_window, seed,
                             Part(progress, 0.1, 1.0))
    credit = linked_credit(at_promoter, links, settings.links_cutoff)
    return _enclosing(promoters, credit, peaks), credit


def linked_credit(at_promoter: sparse.csr_matrix, links: sparse.csr_matrix, cutoff: float) -> sparse.csr_matrix:
    """Turn links into credit.

    Parameters
    ----------
    at_promoter
        (n_genes, n_peaks) 1 where a peak lies at the gene's promoter.
    links
        (n_peaks, n_peaks) co-accessibility.
    cutoff
        Weaker links do not count.

    Returns
    -------
    csr_matrix
        (n_genes, n_peaks) float64: 1 for each peak at the gene's promoter, and one more credit for each such peak that
        has links, shared among the distal peaks it is linked to in proportion to the links. Peaks at the promoter of
        any gene are not distal.
    """
    is_promoter = np.asarray(at_promoter.sum(axis=0)).ravel() > 0
    found = sparse.coo_matrix(links)
    kept = (found.data >= cutoff) & (found.data > 0) & ~is_promoter[found.col]
    strong = sparse.csr_matrix((found.data[kept], (found.row[kept], found.col[kept])), shape=links.shape)
    total = np.asarray(strong.sum(axis=1)).ravel()
    shares = sparse.diags(np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)) @ strong
    return sparse.csr_matrix(at_promoter + at_promoter @ shares)


def _promoters(table: GeneTable, margin: int) -> GeneRegions:
    bodies = gene_regions(table, 0, 0)
    start = tss(bodies)
    return dataclasses.replace(bodies, start=np.maximum(start - margin, 1), end=start + margin)


def _enclosing(promoters: GeneRegions, credit: sparse.csr_matrix, peaks: Peaks) -> GeneRegions:
    start, end = promoters.start.copy(), promoters.end.copy()
    rows: Ints = np.repeat(np.arange(len(promoters)), np.diff(credit.indptr))
    np.minimum.at(start, rows, peaks.start[credit.indices])
    np.maximum.at(end, rows, peaks.end[credit.indices])
    return dataclasses.replace(promoters, start=start, end=end)
