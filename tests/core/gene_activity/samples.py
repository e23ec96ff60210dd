"""Small genes and peaks that the tests of the models share."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.io import GeneTable
from anchorscope.results import GeneRegions, Peaks


def gene_table(*rows: tuple[str, str, int, int, str]) -> GeneTable:
    """Genes as (symbol, chromosome, start, end, strand)."""
    symbol, chrom, start, end, strand = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    return GeneTable("test", symbol, symbol, chrom, start.astype(np.int64), end.astype(np.int64), strand)


def peaks_at(*rows: tuple[str, int, int]) -> Peaks:
    """Peaks as (chromosome, start, end)."""
    chrom, start, end = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    names = np.array([f"{c}:{s}-{e}" for c, s, e in rows], dtype=object)
    return Peaks(names, chrom, start.astype(np.int64), end.astype(np.int64))


def credit_by_name(regions: GeneRegions, credit: sparse.csr_matrix, peaks: Peaks) -> dict[tuple[str, int], float]:
    """The credit that is not zero, by gene and place of the peak."""
    assert credit.shape == (len(regions), len(peaks))
    found = sparse.coo_matrix(credit)
    return {(str(regions.symbols[row]), int(column)): float(value)
            for row, column, value in zip(found.row, found.col, found.data, strict=True) if value}
