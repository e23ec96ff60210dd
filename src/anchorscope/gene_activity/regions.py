"""The stretch of genome whose accessibility is credited to a gene."""

from __future__ import annotations

import numpy as np

from anchorscope.results import GeneRegions, GeneTable


def gene_regions(table: GeneTable, upstream: int, downstream: int) -> GeneRegions:
    """Extend each gene's body, strand-aware.

    Parameters
    ----------
    table
        Protein-coding genes on standard chromosomes; of several rows with one symbol the first counts.
    upstream, downstream
        Extension before the start and past the end of the gene, in bp; a region never begins before base 1.

    Returns
    -------
    GeneRegions
        One region per symbol, in the order of the table.

    Notes
    -----
    Signac's ``Extend``; in R ``resize(width + 2000, fix = "end")``.
    """
    _, first = np.unique(table.symbol.astype(str), return_index=True)
    rows = np.sort(first)
    start, end, strand = table.start[rows], table.end[rows], table.strand[rows]
    reverse = strand == "-"
    left, right = np.where(reverse, downstream, upstream), np.where(reverse, upstream, downstream)
    return GeneRegions(
        symbols=table.symbol[rows], chrom=table.chrom[rows], start=np.maximum(start - left, 1), end=end + right,
        strand=strand, body_start=start, body_end=end)
