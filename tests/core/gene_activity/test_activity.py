"""Gene activity, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.counts import in_memory
from anchorscope.errors import InputError
from anchorscope.gene_activity.activity import gene_activity, membership
from anchorscope.results import GeneRegions, Peaks

# Genes A and B overlap each other; C lies elsewhere on the same chromosome, D on another, E touches nothing.
REGIONS = GeneRegions(
    np.array(["A", "B", "C", "D", "E"], dtype=object), np.array(["chr1", "chr1", "chr1", "chr2", "chr3"], dtype=object),
    np.array([100, 180, 900, 100, 1]), np.array([200, 300, 999, 200, 50]), np.array(["+"] * 5, dtype=object),
    np.array([100, 180, 900, 100, 1]), np.array([200, 300, 999, 200, 50]))
# In A only; in A and B; in B only; between genes; in C, without any count; in D.
PEAKS = Peaks(
    np.array([f"p{place}" for place in range(6)], dtype=object),
    np.array(["chr1", "chr1", "chr1", "chr1", "chr1", "chr2"], dtype=object),
    np.array([110, 190, 300, 500, 950, 150]), np.array([120, 195, 310, 600, 960, 160]))
COUNTS = np.array([[1.0, 2, 0, 9, 0, 0], [0, 0, 4, 9, 0, 3]])
MEMBERSHIP = [[1, 1, 0, 0, 0, 0], [0, 1, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0]]


def test_membership_credits_a_peak_to_every_gene_it_touches() -> None:
    np.testing.assert_array_equal(membership(REGIONS, PEAKS).toarray(), MEMBERSHIP)


def test_activity_is_the_sum_over_the_genes_peaks() -> None:
    found = gene_activity(sparse.csr_matrix(COUNTS), REGIONS, PEAKS, "GRCh38")
    assert isinstance(found.counts, sparse.csr_matrix)
    np.testing.assert_array_equal(found.counts.toarray(), [[3, 2, 0], [0, 4, 3]])
    assert found.assembly == "GRCh38"


def test_genes_without_any_count_are_left_out_everywhere() -> None:
    found = gene_activity(sparse.csr_matrix(COUNTS), REGIONS, PEAKS, "GRCh38")
    assert found.regions.symbols.tolist() == ["A", "B", "D"]
    assert found.regions.start.tolist() == [100, 180, 100]
    np.testing.assert_array_equal(found.membership.toarray(), np.array(MEMBERSHIP)[[0, 1, 3]])


def test_blocks_do_not_matter() -> None:
    counts = sparse.csr_matrix(np.random.default_rng(0).poisson(0.5, (30, 6)).astype(np.float32))
    one, *many = (gene_activity(kept, REGIONS, PEAKS, "x") for kept in (counts, InMemory(counts), InMemory(counts, 7)))
    for other in many:
        assert other.regions.symbols.tolist() == one.regions.symbols.tolist()
        np.testing.assert_array_equal(in_memory(other.counts).toarray(), one.counts.toarray())


def test_no_overlap_is_refused() -> None:
    elsewhere = Peaks(PEAKS.names, np.array(["chrX"] * 6, dtype=object), PEAKS.start, PEAKS.end)
    with pytest.raises(InputError, match="No accessible peak touches a gene of GRCm38: found 6 peaks, none in a gene"):
        gene_activity(sparse.csr_matrix(COUNTS), REGIONS, elsewhere, "GRCm38")


def test_peaks_that_touch_genes_but_hold_no_count_are_refused_too() -> None:
    with pytest.raises(InputError, match="No accessible peak touches a gene"):
        gene_activity(sparse.csr_matrix(COUNTS * [0, 0, 0, 1, 1, 0]), REGIONS, PEAKS, "GRCh38")
