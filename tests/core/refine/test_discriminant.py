"""Discriminants taught by uncertain labels."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from anchorscope.refine.discriminant import discriminant
from anchorscope.refine.refine import one_hot
from core.samples import groups


def taught(sizes: tuple[int, ...] = (60, 40, 30), apart: float = 2.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    points, codes = groups(sizes, apart=apart)
    return points, codes, one_hot(codes, len(sizes), np.ones(len(codes)))


def test_certain_labels_give_the_usual_discriminant() -> None:
    points, codes, weights = taught((600, 400, 300))
    shares = weights.mean(axis=0)
    found = discriminant(points, weights).log_likelihoods(points) + np.log(shares)
    usual = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.0).fit(points, codes)
    agree = found.argmax(axis=1) == usual.predict(points)
    assert agree.mean() > 0.98


def test_a_cell_of_weight_two_counts_as_two_cells() -> None:
    points, _, weights = taught()
    doubled = weights.copy()
    doubled[:20] *= 2
    once = discriminant(np.vstack([points, points[:20]]), np.vstack([weights, weights[:20]]))
    twice = discriminant(points, doubled)
    np.testing.assert_allclose(twice.log_likelihoods(points), once.log_likelihoods(points), rtol=1e-9)


def test_moving_and_stretching_the_axes_changes_no_difference_between_types() -> None:
    points, _, weights = taught()
    stretched = points * np.array([0.1, 1.0, 7.0, 2.0, 3.0]) + 5.0
    one, other = (discriminant(x, weights).log_likelihoods(x) for x in (points, stretched))
    np.testing.assert_allclose(one - one[:, :1], other - other[:, :1], atol=1e-7)


def test_a_type_that_nobody_is_of_is_never_likely() -> None:
    points, codes, _ = taught()
    found = discriminant(points, one_hot(codes, 4, np.ones(len(codes))))
    assert np.isneginf(found.log_likelihoods(points)[:, 3]).all()
    assert not found.taught[3]


@pytest.mark.parametrize("points", [np.zeros((6, 3)), np.eye(6)[:, :3], np.arange(18.0).reshape(6, 3)])
def test_points_without_spread_within_types_give_finite_numbers(points: np.ndarray) -> None:
    weights = one_hot(np.array([0, 0, 0, 1, 1, 1]), 2, np.ones(6))
    assert np.isfinite(discriminant(points, weights).log_likelihoods(points)).all()


def test_fewer_cells_than_axes_are_enough() -> None:
    points = np.random.default_rng(0).normal(size=(8, 40))
    points[4:, 0] += 20
    weights = one_hot(np.repeat([0, 1], 4), 2, np.ones(8))
    np.testing.assert_array_equal(
        discriminant(points, weights).log_likelihoods(points).argmax(axis=1), np.repeat([0, 1], 4))
