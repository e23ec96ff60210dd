"""The graphical lasso where the answer is known, and against scikit-learn's where it has one."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.covariance import graphical_lasso as scalar_penalty

from anchorscope.errors import Cancelled
from anchorscope.gene_activity.glasso import graphical_lasso
from anchorscope.progress import CancelToken, Reporting


def off_diagonal(p: int, penalty: float) -> np.ndarray:
    return penalty * (1.0 - np.eye(p))


def correlated(p: int, n: int = 200, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mixed = rng.standard_normal((n, p)) @ (np.eye(p) + 0.3 * rng.standard_normal((p, p)))
    return np.cov(mixed, rowvar=False)


@pytest.mark.parametrize(("given", "penalty", "left"), [
    (0.6, 0.2, 0.4), (-0.6, 0.2, -0.4), (0.6, 0.0, 0.6), (0.1, 0.2, 0.0), (0.2, 0.2, 0.0),
])
def test_of_two_variables_the_covariance_is_soft_thresholded(given: float, penalty: float, left: float) -> None:
    covariance = np.array([[2.0, given], [given, 1.0]])
    found = graphical_lasso(covariance, off_diagonal(2, penalty))
    expected = np.array([[2.0, left], [left, 1.0]])
    np.testing.assert_allclose(found.covariance, expected, atol=1e-9)
    np.testing.assert_allclose(found.precision, np.linalg.inv(expected), atol=1e-9)


def test_a_penalty_on_the_diagonal_is_added_to_the_variances() -> None:
    found = graphical_lasso(np.array([[2.0, 0.6], [0.6, 1.0]]), np.full((2, 2), 0.2))
    np.testing.assert_allclose(found.covariance, [[2.2, 0.4], [0.4, 1.2]], atol=1e-9)


@pytest.mark.parametrize("penalty", [0.05, 0.1, 0.3])
@pytest.mark.parametrize("p", [3, 12, 40])
def test_with_one_penalty_for_all_pairs_it_is_scikit_learns(p: int, penalty: float) -> None:
    # Both leave the diagonal without penalty.
    covariance = correlated(p)
    theirs, precision = scalar_penalty(covariance, penalty, tol=1e-6, enet_tol=1e-9, max_iter=1000)
    ours = graphical_lasso(covariance, off_diagonal(p, penalty), tolerance=1e-7)
    np.testing.assert_allclose(ours.covariance, theirs, atol=1e-5)
    np.testing.assert_allclose(ours.precision, precision, atol=1e-5)
    np.testing.assert_array_equal(ours.precision != 0, precision != 0)


def test_without_penalty_it_is_the_inverse() -> None:
    covariance = correlated(8)
    found = graphical_lasso(covariance, np.zeros((8, 8)), tolerance=1e-10)
    np.testing.assert_allclose(found.precision, np.linalg.inv(covariance), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_with_a_penalty_for_each_pair_the_optimum_is_one(seed: int) -> None:
    """Estimate less given is the penalty times the sign of a link, and within the penalty where there is none."""
    p = 15
    covariance = correlated(p, seed=seed)
    draw = np.random.default_rng(seed).uniform(0.0, 0.4, (p, p))
    penalty = np.triu(draw, 1) + np.triu(draw, 1).T
    found = graphical_lasso(covariance, penalty, tolerance=1e-8)
    gap, linked = found.covariance - covariance, found.precision != 0
    assert 0 < np.sum(~linked) < p * (p - 1)
    np.testing.assert_allclose(gap[linked], (penalty * np.sign(found.precision))[linked], atol=1e-6)
    assert np.all(np.abs(gap[~linked]) <= penalty[~linked] + 1e-6)
    np.testing.assert_allclose(found.covariance @ found.precision, np.eye(p), atol=1e-5)


def test_blocks_that_nothing_connects_do_not_know_each_other() -> None:
    first, second = correlated(5, seed=1), correlated(7, seed=2)
    covariance = np.zeros((12, 12))
    covariance[:5, :5], covariance[5:, 5:] = first, second
    order = np.random.default_rng(3).permutation(12)
    whole = graphical_lasso(covariance[np.ix_(order, order)], off_diagonal(12, 0.05))
    back = np.argsort(order)
    precision = whole.precision[np.ix_(back, back)]
    assert not precision[:5, 5:].any()
    np.testing.assert_allclose(
        precision[5:, 5:], graphical_lasso(second, off_diagonal(7, 0.05)).precision, rtol=1e-3, atol=1e-4)


def test_a_chain_shows_its_links_and_no_others() -> None:
    # Each variable depends on the one before: correlations r, r², r³, and partial correlations of neighbours only.
    r, p = 0.6, 5
    covariance = r ** np.abs(np.subtract.outer(np.arange(p), np.arange(p)))
    precision = graphical_lasso(covariance, np.zeros((p, p)), tolerance=1e-10).precision
    scale = np.sqrt(np.diag(precision))
    partial = -precision / np.outer(scale, scale)
    np.testing.assert_allclose(partial[0, 1], r / np.sqrt(1 + r**2), atol=1e-6)
    np.testing.assert_allclose(partial[1, 2], r / (1 + r**2), atol=1e-6)
    np.testing.assert_allclose(np.triu(partial, 2), 0.0, atol=1e-6)


def test_a_penalised_chain_stays_a_chain_of_weaker_links() -> None:
    # As long as r² - (r - a)² <= a the optimum is the chain whose neighbours correlate r - a.
    apart = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    found = graphical_lasso(0.4**apart, off_diagonal(6, 0.1), tolerance=1e-10)
    np.testing.assert_allclose(found.covariance, 0.3**apart, atol=1e-8)
    np.testing.assert_array_equal(found.precision != 0, apart <= 1)


def test_a_pair_with_a_penalty_of_its_own_is_the_only_one_cut() -> None:
    covariance = 0.5 + 0.5 * np.eye(4)
    penalty = np.zeros((4, 4))
    penalty[0, 3] = penalty[3, 0] = 10.0
    found = graphical_lasso(covariance, penalty, tolerance=1e-10)
    assert found.precision[0, 3] == found.precision[3, 0] == 0.0
    assert np.count_nonzero(found.precision) == 14
    np.testing.assert_allclose(found.covariance[penalty == 0], covariance[penalty == 0], atol=1e-8)


def test_it_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        graphical_lasso(correlated(6), off_diagonal(6, 0.05), Reporting(lambda _: None, token))
