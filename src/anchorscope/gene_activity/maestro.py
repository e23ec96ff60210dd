"""Regulatory potential after MAESTRO: credit halves with every so many bases from the gene's start."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import sparse

from anchorscope.gene_activity.overlap import overlapping_pairs
from anchorscope.gene_activity.regions import gene_regions
from anchorscope.results import GeneRegions, GeneTable, Ints, Peaks

HALVINGS = 15
"""Half-decays beyond which a peak has no credit."""


def maestro_credit(table: GeneTable, peaks: Peaks, half_decay: int) -> tuple[GeneRegions, sparse.csr_matrix]:
    """Credit of each peak for each gene whose start is near.

    Parameters
    ----------
    table
        Genes on the assembly of the peaks.
    peaks
        Any.
    half_decay
        Base pairs over which the credit halves.

    Returns
    -------
    regions
        Genes; start and end are as far as peaks count.
    credit
        (n_genes, n_peaks) float64: ``2 ** (-x / half_decay)``, where x is the distance of the middle of the peak from
        the gene's start, up to 15 half-decays.

    Notes
    -----
    The *simple* regulatory potential of MAESTRO (Wang et al. 2020, doi 10.1186/s13059-020-02116-x; ``RP_Simple`` in
    ``scATAC_Genescore.py``). Its *adjusted* model, which leaves out peaks in promoters and exons of other genes, needs
    exons, which the gene tables do not hold.
    """
    bodies = gene_regions(table, 0, 0)
    start = tss(bodies)
    reach = HALVINGS * half_decay
    regions = dataclasses.replace(bodies, start=np.maximum(start - reach, 1), end=start + reach)
    gene, peak = overlapping_pairs(regions, peaks)
    apart = np.abs((peaks.start[peak] + peaks.end[peak]) / 2.0 - start[gene])
    near = apart <= reach
    value = 2.0 ** (-apart[near] / half_decay)
    return regions, sparse.csr_matrix((value, (gene[near], peak[near])), shape=(len(regions), len(peaks)))


def tss(regions: GeneRegions) -> Ints:
    """(n_genes,) int64 position at which each gene's transcription starts."""
    return np.where(regions.strand == "-", regions.body_end, regions.body_start)
