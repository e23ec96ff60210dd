"""Links between peaks, on data whose links are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.errors import Cancelled, InputError
from anchorscope.gene_activity import coaccessibility
from anchorscope.gene_activity.coaccessibility import (
    Accessibility,
    accessibility,
    co_accessibility,
    distance_penalty,
    penalty_strength,
)
from anchorscope.progress import CancelToken, Reporting
from core.gene_activity.samples import peaks_at

STARTS = (10_000, 60_000, 120_000, 180_000, 280_000, 400_000, 470_000)
PEAKS = peaks_at(*(("chr1", start, start + 500) for start in STARTS))
ALL = np.arange(len(STARTS))


def linked(n_groups: int = 400, seed: int = 0) -> Accessibility:
    """Peaks 0 and 2 open together, 3 and 4 in turn; the others for themselves."""
    rng = np.random.default_rng(seed)
    values = rng.normal(5.0, 1.0, (n_groups, len(STARTS)))
    values[:, 2] = values[:, 0] + rng.normal(0.0, 0.3, n_groups)
    values[:, 4] = 10 - values[:, 3] + rng.normal(0.0, 0.3, n_groups)
    return Accessibility(sparse.identity(n_groups, format="csr"), sparse.csc_matrix(values), np.ones(n_groups))


def test_penalty_is_nothing_up_to_a_thousand_bases_and_then_rises_to_its_strength() -> None:
    apart = np.array([0.0, 500.0, 1000.0, 16_000.0, 1e9])
    np.testing.assert_allclose(distance_penalty(apart, 2.0), [0, 0, 0, 2 * (1 - 1 / 8), 2.0], rtol=1e-4)


def test_peaks_that_open_together_are_linked_and_no_others() -> None:
    found = co_accessibility(linked(), PEAKS, ALL, 500_000, seed=0).toarray()
    np.testing.assert_allclose(found, found.T, atol=1e-12)
    assert found[0, 2] > 0.3
    assert found[3, 4] < -0.3
    found[[0, 2, 3, 4], [2, 0, 4, 3]] = 0
    assert np.abs(found).max() < 0.05
    assert not np.diag(found).any()


def test_only_peaks_that_are_asked_for_have_links() -> None:
    whole = co_accessibility(linked(), PEAKS, ALL, 500_000, seed=0).toarray()
    some = co_accessibility(linked(), PEAKS, np.array([2]), 500_000, seed=0).toarray()
    np.testing.assert_allclose(some[2], whole[2], atol=1e-12)
    assert not np.delete(some, 2, axis=0).any()


def test_the_order_of_the_peaks_does_not_matter() -> None:
    order = np.array([4, 0, 6, 2, 5, 1, 3])
    shuffled = peaks_at(*(("chr1", STARTS[place], STARTS[place] + 500) for place in order))
    access = linked()
    moved = Accessibility(access.groups, access.open[:, order], access.size)
    one = co_accessibility(access, PEAKS, ALL, 500_000, seed=0).toarray()
    other = co_accessibility(moved, shuffled, ALL, 500_000, seed=0).toarray()
    np.testing.assert_allclose(other, one[np.ix_(order, order)], atol=1e-3)


def test_nothing_is_linked_across_half_a_window_or_chromosomes() -> None:
    values = np.random.default_rng(0).normal(5, 1, (200, 4))
    values[:, 1:] = values[:, :1]
    peaks = peaks_at(("chr1", 1000, 1500), ("chr1", 202_000, 202_500), ("chr1", 290_000, 290_500), ("chr2", 1000, 1500))
    access = Accessibility(sparse.identity(200, format="csr"), sparse.csc_matrix(values), np.ones(200))
    found = co_accessibility(access, peaks, np.arange(4), 500_000, seed=0).toarray() != 0
    np.testing.assert_array_equal(found, np.array(
        [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]], dtype=bool))


def test_strength_is_the_smallest_that_cuts_the_long_links() -> None:
    # Two peaks 400 kb apart with covariance c: the link is cut once penalty(400 kb) reaches it.
    values = np.random.default_rng(1).normal(0, 1, (500, 2))
    values[:, 1] += values[:, 0]
    access = Accessibility(sparse.identity(500, format="csr"), sparse.csc_matrix(values), np.ones(500))
    middle = np.array([10_000.0, 410_000.0])
    found = penalty_strength(access, middle, [np.array([0, 1])], 500_000, seed=0)
    expected = np.cov(values, rowvar=False)[0, 1] / (1 - (1000 / 400_000) ** 0.75)
    assert found == pytest.approx(expected, abs=2 / 2**11)


def test_a_strength_above_two_is_found_too() -> None:
    values = 5 * np.repeat(np.random.default_rng(1).normal(0, 1, (500, 1)), 2, axis=1)
    access = Accessibility(sparse.identity(500, format="csr"), sparse.csc_matrix(values), np.ones(500))
    found = penalty_strength(access, np.array([10_000.0, 410_000.0]), [np.array([0, 1])], 500_000, seed=0)
    expected = np.cov(values, rowvar=False)[0, 1] / (1 - (1000 / 400_000) ** 0.75)
    assert found == pytest.approx(expected, rel=1e-2)


def test_windows_overlap_by_half_and_a_peak_on_the_border_is_in_both() -> None:
    peaks = peaks_at(("chr1", 100, 200), ("chr1", 249_900, 250_100), ("chr1", 400_000, 400_100),
                     ("chr1", 600_000, 600_100), ("chr2", 100, 200))
    found = [members.tolist() for members in coaccessibility._windows(peaks, 500_000)]
    assert found == [[0, 1, 2], [1, 2, 3]]


def test_crowded_windows_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(list(coaccessibility._windows(PEAKS, 500_000))) == 2
    monkeypatch.setattr(coaccessibility, "MOST_PEAKS", 6)
    assert [members.tolist() for members in coaccessibility._windows(PEAKS, 500_000)] == [[4, 5, 6]]


@pytest.mark.parametrize(("values", "expected"), [
    ([0.4], 0.4), ([0.4, 0.2], 0.3), ([0.4, 0.0], 0.2), ([-0.4, -0.2], -0.3), ([0.4, -0.2], 0.0), ([0.0, 0.0], 0.0),
])
def test_of_several_windows_the_mean_counts_if_signs_agree(values: list[float], expected: float) -> None:
    links = np.array([[1, 0, value] for value in values])
    found = coaccessibility._reconciled(links, 3)
    assert found.toarray()[1, 0] == pytest.approx(expected)
    assert found.nnz == (expected != 0)


def test_groups_are_divided_by_their_depth() -> None:
    counts = sparse.csr_matrix([[3.0, 0, 1], [1, 1, 0], [0, 0, 2], [5, 1, 1]])
    groups = sparse.csr_matrix([[1.0, 1, 0, 0], [0, 0, 1, 1]])
    access = accessibility(counts, groups)
    np.testing.assert_allclose(access.size, [1.0, 1.0])
    np.testing.assert_array_equal(access.of(np.array([0, 2])), [[2, 1], [1, 2]])
    uneven = accessibility(counts, sparse.csr_matrix([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]))
    np.testing.assert_allclose(uneven.size, np.array([2, 1, 3]) / 6 ** (1 / 3))


def test_peaks_too_near_to_each_other_teach_no_penalty() -> None:
    near = peaks_at(("chr1", 1000, 1500), ("chr1", 3000, 3500))
    access = Accessibility(sparse.identity(9, format="csr"), sparse.csc_matrix(np.eye(9)[:, :2]), np.ones(9))
    with pytest.raises(InputError, match=r"no two peaks more than 250,000 bp apart within 500,000 bp"):
        co_accessibility(access, near, np.array([0]), 500_000, seed=0)


def test_it_can_be_stopped_and_says_how_far_it_is() -> None:
    heard: list[float] = []
    co_accessibility(linked(50), PEAKS, ALL, 500_000, 0, Reporting(heard.append, CancelToken()))
    assert heard == sorted(heard)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        co_accessibility(linked(50), PEAKS, ALL, 500_000, 0, Reporting(lambda _: None, token))
