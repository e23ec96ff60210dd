"""Regions of genes, on both strands and at the edge of a chromosome."""

from __future__ import annotations

import numpy as np

from anchorscope.gene_activity.regions import gene_regions
from anchorscope.io import GeneTable


def table(*rows: tuple[str, str, int, int, str]) -> GeneTable:
    """Genes as (symbol, chromosome, start, end, strand)."""
    symbol, chrom, start, end, strand = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    return GeneTable("test", symbol, symbol, chrom, start.astype(np.int64), end.astype(np.int64), strand)


PAIR = table(("FWD", "chr1", 10_000, 12_000, "+"), ("REV", "chr1", 20_000, 23_000, "-"))


def test_upstream_lies_before_a_forward_gene_and_behind_a_reverse_one() -> None:
    found = gene_regions(PAIR, 2000, 0)
    assert found.start.tolist() == [8000, 20_000]
    assert found.end.tolist() == [12_000, 25_000]


def test_downstream_lies_on_the_other_side() -> None:
    found = gene_regions(PAIR, 2000, 300)
    assert found.start.tolist() == [8000, 19_700]
    assert found.end.tolist() == [12_300, 25_000]


def test_the_gene_itself_is_kept() -> None:
    found = gene_regions(PAIR, 2000, 300)
    assert found.body_start.tolist() == [10_000, 20_000]
    assert found.body_end.tolist() == [12_000, 23_000]
    assert found.strand.tolist() == ["+", "-"]


def test_no_region_begins_before_base_1() -> None:
    found = gene_regions(table(("A", "chr1", 1500, 1800, "+"), ("B", "chr1", 2001, 2500, "+"),
                               ("C", "chr1", 100, 900, "-")), 2000, 99)
    assert found.start.tolist() == [1, 1, 1]
    assert found.end.tolist() == [1899, 2599, 2900]


def test_of_rows_with_one_symbol_the_first_counts_and_the_order_stays() -> None:
    found = gene_regions(table(("Z", "chr2", 100, 200, "+"), ("A", "chr1", 5, 9, "-"), ("Z", "chr9", 1, 2, "+"),
                               ("M", "chr3", 7, 8, "+")), 0, 0)
    assert found.symbols.tolist() == ["Z", "A", "M"]
    assert found.chrom.tolist() == ["chr2", "chr1", "chr3"]
    assert found.start.tolist() == [100, 5, 7]
