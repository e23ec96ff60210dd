"""Gene activity counted from the fragments themselves, as Signac does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from anchorscope.errors import InputError
from anchorscope.gene_activity.activity import membership, taken, with_counts
from anchorscope.gene_activity.regions import gene_regions
from anchorscope.io.fragment_counts import count_in_regions
from anchorscope.parameters import FRAGMENTS
from anchorscope.progress import SILENT, Progress
from anchorscope.results import GeneActivity, GeneTable, Names, Peaks

WIDEST = 500_000
"""Genes as long as this, or longer, collect fragments from everywhere and are left out."""


def fragment_activity(
    path: Path, barcodes: Names, table: GeneTable, peaks: Peaks, upstream: int, downstream: int,
    progress: Progress = SILENT,
) -> GeneActivity:
    """Count, per gene and cell, the fragments that touch the gene's region.

    Parameters
    ----------
    path
        Fragments file of the cells.
    barcodes
        (n2,) the cells.
    table
        Genes on the assembly of the fragments.
    peaks
        Peaks of the query; they take no part in the counts, only in the picture.
    upstream, downstream
        Extension before the start and past the end of the gene, in bp.
    progress
        Hears the fraction of the file that was read.

    Returns
    -------
    GeneActivity
        `membership` is 1 where a peak of the query overlaps the region, so that a picture can be drawn.

    Raises
    ------
    InputError
        If the file cannot be read, or holds none of the cells or no fragment at a gene.

    Notes
    -----
    Signac's ``GeneActivity`` (Stuart et al. 2021, doi 10.1038/s41592-021-01282-5): protein-coding genes shorter than
    500,000 bp, every line of the file counts 1. Of several genes with one symbol only the first is kept, where Signac
    numbers the others (NAME.1), which no gene of a reference is called.
    """
    regions = gene_regions(table, upstream, downstream)
    regions = taken(regions, np.flatnonzero(regions.body_end - regions.body_start + 1 < WIDEST))
    counts = count_in_regions(path, regions.chrom, regions.start, regions.end, barcodes, progress)
    if not counts.nnz:
        raise InputError(f"No fragment touches a gene of {table.assembly}", f"none in {path.name}",
                         "choose the assembly the fragments were mapped to, or widen the gene-activity window")
    return with_counts(counts.astype(np.float64), regions, membership(regions, peaks), table.assembly, FRAGMENTS)
