"""MAESTRO's simple regulatory potential, computed by hand."""

from __future__ import annotations

import pytest

from anchorscope.gene_activity.maestro import maestro_credit
from core.gene_activity.samples import credit_by_name, gene_table, peaks_at

TABLE = gene_table(("F", "chr1", 500_000, 520_000, "+"), ("R", "chr2", 480_000, 500_000, "-"))


@pytest.mark.parametrize(("start", "end", "credit"), [
    (499_900, 500_100, 1.0),          # its middle is the gene's start
    (509_900, 510_100, 0.5),          # one half-decay away, inside the gene or not
    (489_900, 490_100, 0.5),
    (479_900, 480_100, 0.25),
    (499_950, 500_051, 2 ** -0.00005),  # a middle between two bases
    (649_900, 650_100, 2**-15),       # the last that counts
    (650_000, 650_002, None),
    (350_000, 350_000, 2**-15),
    (349_999, 349_999, None),
])
@pytest.mark.parametrize(("gene", "chrom"), [("F", "chr1"), ("R", "chr2")])
def test_credit_halves_with_every_half_decay_from_the_start(
    start: int, end: int, credit: float | None, gene: str, chrom: str
) -> None:
    peaks = peaks_at((chrom, start, end))
    found = credit_by_name(*maestro_credit(TABLE, peaks, 10_000), peaks)
    assert found == ({} if credit is None else {(gene, 0): pytest.approx(credit, rel=1e-12)})


def test_the_half_decay_is_a_setting_and_sets_the_reach() -> None:
    peaks = peaks_at(("chr1", 502_000, 502_000), ("chr1", 515_000, 515_000), ("chr1", 515_001, 515_001))
    found = credit_by_name(*maestro_credit(TABLE, peaks, 1000), peaks)
    assert found == {("F", 0): pytest.approx(0.25), ("F", 1): pytest.approx(2**-15)}


def test_a_peak_counts_for_every_gene_in_reach() -> None:
    table = gene_table(("A", "chr1", 100_000, 101_000, "+"), ("B", "chr1", 120_000, 121_000, "+"))
    peaks = peaks_at(("chr1", 110_000, 110_000))
    assert credit_by_name(*maestro_credit(table, peaks, 10_000), peaks) == {("A", 0): 0.5, ("B", 0): 0.5}


def test_regions_are_as_wide_as_the_reach_and_keep_the_gene() -> None:
    regions, _ = maestro_credit(gene_table(("A", "chr1", 100_000, 101_000, "-")), peaks_at(("chr1", 1, 2)), 10_000)
    assert (regions.start[0], regions.end[0]) == (1, 251_000)
    assert (regions.body_start[0], regions.body_end[0]) == (100_000, 101_000)
