"""ArchR's gene scores, computed by hand on genes and peaks of round numbers."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from anchorscope.gene_activity.archr import archr_credit
from anchorscope.parameters import GeneActivityParameters
from core.gene_activity.samples import credit_by_name, gene_table, peaks_at

BARE = GeneActivityParameters(model="archr", archr_upstream=0, archr_length=1.0)
"""Neither extended nor weighted by length, so that one rule at a time shows."""

ALONE = gene_table(("A", "chr1", 200_001, 210_000, "+"))


def credit(table, peaks, settings=BARE):
    return credit_by_name(*archr_credit(table, peaks, settings), peaks)


@pytest.mark.parametrize(("start", "end", "apart"), [
    (205_000, 205_499, 0),       # inside
    (210_001, 210_500, 0),       # next to it
    (210_011, 210_510, 10),      # ten bases between
    (199_491, 199_990, 10),
    (215_001, 215_500, 5000),
    (300_011, 300_510, 90_010),
])
def test_credit_falls_off_with_the_bases_between_gene_and_peak(start: int, end: int, apart: int) -> None:
    found = credit(ALONE, peaks_at(("chr1", start, end)))
    assert found == {("A", 0): pytest.approx(exp(-apart / 5000) + exp(-1))}


def test_a_peak_counts_if_it_touches_the_window() -> None:
    peaks = peaks_at(("chr1", 310_000, 310_400), ("chr1", 310_001, 310_400), ("chr2", 205_000, 205_400))
    assert set(credit(ALONE, peaks)) == {("A", 0)}
    assert set(credit(ALONE, peaks, BARE.replaced(archr_reach=100_001))) == {("A", 0), ("A", 1)}


def test_the_decay_is_a_setting() -> None:
    found = credit(ALONE, peaks_at(("chr1", 212_001, 212_400)), BARE.replaced(archr_decay=1000))
    assert found == {("A", 0): pytest.approx(exp(-2) + exp(-1))}


@pytest.mark.parametrize(("strand", "near", "far"), [("+", 196_000, 214_000), ("-", 214_000, 196_000)])
def test_upstream_of_the_gene_there_is_full_credit(strand: str, near: int, far: int) -> None:
    table = gene_table(("A", "chr1", 200_001, 210_000, strand))
    peaks = peaks_at(("chr1", near, near + 99), ("chr1", far, far + 99))
    found = credit(table, peaks, BARE.replaced(archr_upstream=5000))
    assert found[("A", 0)] == pytest.approx(1 + exp(-1))
    assert found[("A", 1)] < 0.9 + exp(-1)


NEIGHBOURS = gene_table(("A", "chr1", 200_001, 210_000, "+"), ("B", "chr1", 240_001, 250_000, "+"),
                        ("C", "chr1", 250_501, 260_000, "-"), ("D", "chr2", 230_001, 235_000, "+"))


def test_windows_end_500_bases_before_the_next_gene_but_never_within_a_thousand_of_the_own() -> None:
    regions, _ = archr_credit(NEIGHBOURS, peaks_at(("chr1", 1, 2)), BARE)
    assert regions.symbols.tolist() == ["A", "B", "C", "D"]
    # A: free to the left as far as the chromosome goes or 100 kb, to B's start less 500 on the right.
    # B: from A's end plus 500; C is 500 bases away, so the least of 1,000 bases counts.
    assert regions.start.tolist() == [100_001, 210_500, 249_501, 130_001]
    assert regions.end.tolist() == [239_501, 251_000, 360_000, 335_000]


def test_without_boundaries_every_gene_reaches_out_as_far() -> None:
    regions, _ = archr_credit(NEIGHBOURS, peaks_at(("chr1", 1, 2)), BARE.replaced(archr_boundaries="off"))
    assert (regions.body_start - regions.start).tolist() == [100_000] * 4
    assert (regions.end - regions.body_end).tolist() == [100_000] * 4


def test_no_window_begins_before_base_1() -> None:
    regions, _ = archr_credit(gene_table(("A", "chr1", 501, 900, "+")), peaks_at(("chr1", 1, 2)), BARE)
    assert regions.start.tolist() == [1]


def test_short_genes_weigh_more() -> None:
    table = gene_table(("S", "chr1", 1_000_001, 1_001_000, "+"), ("M", "chr1", 3_000_001, 3_002_000, "+"),
                       ("L", "chr1", 5_000_001, 5_010_000, "+"))
    peaks = peaks_at(*(("chr1", start, start + 9) for start in (1_000_101, 3_000_101, 5_000_101)))
    found = credit(table, peaks, BARE.replaced(archr_length=5.0))
    # 1 + m * (5 - 1) / (max m - min m), m = 1 / width: 1 / 1000, 1 / 2000 and 1 / 10,000.
    full = 1 + exp(-1)
    assert found[("S", 0)] == pytest.approx(full * (1 + 4 / 0.9))
    assert found[("M", 1)] == pytest.approx(full * (1 + 2 / 0.9))
    assert found[("L", 2)] == pytest.approx(full * (1 + 0.4 / 0.9))


def test_genes_of_one_length_all_weigh_one() -> None:
    found = credit(ALONE, peaks_at(("chr1", 205_000, 205_100)), BARE.replaced(archr_length=5.0))
    assert found == {("A", 0): pytest.approx(1 + exp(-1))}


def test_sex_determining_and_mitochondrial_genes_have_no_score() -> None:
    table = gene_table(("SRY", "chrY", 1000, 2000, "+"), ("MT-ND1", "chrM", 1000, 2000, "+"), ("A", "chrX", 1, 9, "+"))
    assert archr_credit(table, peaks_at(("chrY", 1, 2)), BARE)[0].symbols.tolist() == ["A"]


def test_genes_come_in_the_order_of_the_genome_whatever_that_of_the_table() -> None:
    rows = [("C", "chr1", 250_501, 260_000, "-"), ("A", "chr1", 200_001, 210_000, "+"),
            ("B", "chr1", 240_001, 250_000, "+")]
    one, _ = archr_credit(gene_table(*rows), peaks_at(("chr1", 1, 2)), BARE)
    other, _ = archr_credit(gene_table(*reversed(rows)), peaks_at(("chr1", 1, 2)), BARE)
    np.testing.assert_array_equal(one.start, other.start)
    assert one.symbols.tolist() == other.symbols.tolist() == ["A", "B", "C"]
