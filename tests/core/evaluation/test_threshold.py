"""Thresholds and reliability, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.evaluation.threshold import coverage_accuracy, reliability, with_threshold
from anchorscope.results import Labels, Prediction

BEST = np.array([0.9, 0.5, 0.5, 0.2, 1.0])
RIGHT = np.array([True, True, False, False, True])


def test_coverage_and_accuracy_at_each_threshold() -> None:
    found = coverage_accuracy(BEST, RIGHT, np.array([0.0, 0.2, 0.3, 0.5, 0.51, 1.0, 1.1]))
    np.testing.assert_allclose(found.coverage, [1, 1, 0.8, 0.8, 0.4, 0.2, 0])
    np.testing.assert_allclose(found.accuracy, [0.6, 0.6, 0.75, 0.75, 1, 1, np.nan])


def test_hundredths_by_default_and_thresholds_in_order() -> None:
    assert coverage_accuracy(BEST, RIGHT).thresholds.tolist() == np.linspace(0, 1, 101).tolist()
    assert coverage_accuracy(BEST, RIGHT, np.array([0.7, 0.1])).thresholds.tolist() == [0.1, 0.7]


def test_the_curve_is_what_counting_gives() -> None:
    rng = np.random.default_rng(3)
    best, right = rng.random(300).round(2), rng.random(300) < 0.7
    found = coverage_accuracy(best, right)
    for threshold, coverage, accuracy in zip(found.thresholds, found.coverage, found.accuracy, strict=True):
        kept = best >= threshold
        assert coverage == pytest.approx(kept.mean())
        assert accuracy == pytest.approx(right[kept].mean() if kept.any() else np.nan, nan_ok=True)


def test_no_cell_at_all() -> None:
    found = coverage_accuracy(np.empty(0), np.empty(0, dtype=bool), np.array([0.5]))
    assert found.coverage.tolist() == [0.0]
    assert np.isnan(found.accuracy).all()


def test_below_the_threshold_is_unassigned_and_at_it_is_not() -> None:
    labels = Labels(("T", "B"), np.array([0, 1, 0, 1, 1]))
    prediction = Prediction(labels, np.zeros((5, 2)), BEST, sparse.csr_matrix((5, 1)))
    found = with_threshold(prediction, 0.5)
    assert found.codes.tolist() == [0, 1, 0, -1, 1]
    assert found.types == ("T", "B")
    assert with_threshold(prediction, 0.0).codes.tolist() == labels.codes.tolist()
    assert with_threshold(prediction, 1.01).names.tolist() == [""] * 5


def test_reliability_by_hand() -> None:
    """Bins (0, 0.25], (0.25, 0.5], (0.5, 0.75], (0.75, 1]: a score on an edge belongs to the lower bin."""
    found = reliability(BEST, RIGHT, 4)
    assert found.n.tolist() == [1, 2, 0, 2]
    np.testing.assert_allclose(found.edges, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(found.mean_score, [0.2, 0.5, np.nan, 0.95])
    np.testing.assert_allclose(found.accuracy, [0, 0.5, np.nan, 1])
    assert found.ece == pytest.approx((1 * 0.2 + 2 * 0.0 + 2 * 0.05) / 5)


def test_scores_beyond_the_ends_fall_into_the_last_bins() -> None:
    found = reliability(np.array([-0.1, 0.0, 1.0, 1.2]), np.array([False, False, True, True]), 2)
    assert found.n.tolist() == [2, 2]
    assert found.ece == 0.0


def test_scores_that_mean_what_they_say_have_no_error_and_sure_mistakes_all() -> None:
    rng = np.random.default_rng(0)
    best = rng.random(200_000)
    assert reliability(best, rng.random(200_000) < best).ece < 0.01
    assert reliability(np.ones(10), np.zeros(10, dtype=bool)).ece == 1.0


@pytest.mark.parametrize(("n_cells", "n_bins"), [(0, 10), (3, 0)])
def test_nothing_to_count(n_cells: int, n_bins: int) -> None:
    with pytest.raises(ValueError, match="at least one bin"):
        reliability(np.ones(n_cells), np.ones(n_cells, dtype=bool), n_bins)
