"""Credit of promoters and of the peaks linked to them, computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.gene_activity.cicero import cicero_credit, linked_credit
from anchorscope.parameters import GeneActivityParameters
from core.gene_activity.samples import credit_by_name, gene_table, peaks_at
from core.samples import groups

# Peaks 0 and 1 lie at the promoter of A, 2 at that of B, 3 to 5 are distal.
AT_PROMOTER = sparse.csr_matrix([[1.0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]])


def links(**values: float) -> sparse.csr_matrix:
    """Links in both directions; ``p03=0.5`` links peaks 0 and 3."""
    made = np.zeros((6, 6))
    for name, value in values.items():
        made[int(name[1]), int(name[2])] = made[int(name[2]), int(name[1])] = value
    return sparse.csr_matrix(made)


@pytest.mark.parametrize(("found", "expected"), [
    (links(), [[1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]]),
    (links(p03=0.5), [[1, 1, 0, 1, 0, 0], [0, 0, 1, 0, 0, 0]]),
    (links(p03=0.6, p04=0.3), [[1, 1, 0, 2 / 3, 1 / 3, 0], [0, 0, 1, 0, 0, 0]]),
    # Both promoter peaks of A share out one credit each.
    (links(p03=0.5, p13=0.3, p14=0.3), [[1, 1, 0, 1.5, 0.5, 0], [0, 0, 1, 0, 0, 0]]),
    # A distal peak may serve two genes.
    (links(p03=0.5, p23=0.4, p25=0.4), [[1, 1, 0, 1, 0, 0], [0, 0, 1, 0.5, 0, 0.5]]),
    # Weak and negative links, and those between promoters, count nothing.
    (links(p03=0.24, p04=-0.9, p02=0.9, p01=0.9), [[1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]]),
    (links(p03=0.25), [[1, 1, 0, 1, 0, 0], [0, 0, 1, 0, 0, 0]]),
    (links(p34=0.9), [[1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]]),
])
def test_each_promoter_peak_shares_one_credit_among_its_distal_peaks(found, expected) -> None:
    np.testing.assert_allclose(linked_credit(AT_PROMOTER, found, 0.25).toarray(), expected)


def test_without_a_cutoff_links_that_are_not_there_still_do_not_count() -> None:
    found = linked_credit(AT_PROMOTER, links(p03=-0.5, p04=0.01), 0.0)
    np.testing.assert_allclose(found.toarray()[0], [1, 1, 0, 0, 1, 0])


TABLE = gene_table(("F", "chr1", 100_000, 110_000, "+"), ("R", "chr1", 300_000, 330_000, "-"),
                   ("FAR", "chr9", 100, 900, "+"))
PEAKS = peaks_at(("chr1", 99_000, 99_500), ("chr1", 150_000, 150_500), ("chr1", 200_000, 200_500),
                 ("chr1", 329_000, 331_500), ("chr1", 400_000, 400_500),
                 *(("chr5", place * 1_000_000, place * 1_000_000 + 500) for place in range(1, 61)))
SETTINGS = GeneActivityParameters(model="co-accessibility", links_cells=10)


def counts_with_links(seed: int = 0) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Cells on a plane: peaks 0 and 1 open along the one side, 3 and 4 along the other, all others by chance."""
    rng = np.random.default_rng(seed)
    space = rng.uniform(0.05, 0.95, (600, 2))
    chance = np.full((600, len(PEAKS)), 0.4)
    chance[:, [0, 1]], chance[:, [3, 4]] = space[:, [0]], space[:, [1]]
    return sparse.csr_matrix((rng.random(chance.shape) < chance).astype(np.float32)), space


def test_links_are_learned_from_the_cells() -> None:
    counts, space = counts_with_links()
    regions, credit = cicero_credit(TABLE, counts, PEAKS, space, SETTINGS, seed=1)
    assert credit_by_name(regions, credit, PEAKS) == {
        ("F", 0): 1.0, ("F", 1): pytest.approx(1.0), ("R", 3): 1.0, ("R", 4): pytest.approx(1.0)}
    assert regions.start.tolist()[:2] == [99_000, 329_000]
    assert regions.end.tolist()[:2] == [150_500, 400_500]
    assert regions.body_start.tolist()[:2] == [100_000, 300_000]


def test_the_same_seed_gives_the_same_credit() -> None:
    counts, space = counts_with_links()
    one, same = (cicero_credit(TABLE, counts, PEAKS, space, SETTINGS, seed=1)[1].toarray() for _ in range(2))
    np.testing.assert_array_equal(one, same)


def test_a_query_without_a_peak_at_a_promoter_is_refused() -> None:
    counts, space = counts_with_links()
    with pytest.raises(InputError, match="No peak lies at the start of a gene of test: found 65 peaks"):
        cicero_credit(gene_table(("A", "chr7", 1, 9, "+")), counts, PEAKS, space, SETTINGS, seed=1)


def test_few_cells_are_refused() -> None:
    with pytest.raises(InputError, match="50 neighbours were asked for: found only 20 cells"):
        cicero_credit(TABLE, sparse.csr_matrix(np.ones((20, 65))), PEAKS, groups((10, 10))[0],
                      SETTINGS.replaced(links_cells=50), seed=1)
