"""What the views are made of: alignment, lengths, temperatures, openness."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.embedding.cca import l2_normalised
from anchorscope.refine.views import (
    Shortened,
    agreement,
    log_posterior,
    openness,
    shares_of_anchors,
    temperature,
)
from anchorscope.results import Anchors, Floats, Sides
from core.samples import aligned


def random_posterior(n: int = 200, n_types: int = 4, sharpness: float = 3.0) -> Floats:
    return log_posterior(sharpness * np.random.default_rng(1).normal(size=(n, n_types)))


def pairs(n: int, score: Floats | None = None) -> Anchors:
    return Anchors(np.arange(n), np.arange(n), np.ones(n) if score is None else score)


def test_a_query_that_was_moved_and_stretched_is_moved_back() -> None:
    reference = l2_normalised(np.random.default_rng(0).normal(size=(50, 6)) + 1.0)
    moved = reference * np.array([2.0, 1.0, 0.5, 3.0, 1.0, 1.0]) - 4.0
    np.testing.assert_allclose(aligned(Sides(reference, moved), pairs(50)), reference, atol=1e-12)


@pytest.mark.parametrize("score", [np.zeros(0), np.zeros(5)])
def test_without_a_scored_anchor_the_query_stays(score: Floats) -> None:
    sides = Sides(np.eye(6), np.eye(6)[::-1].copy())
    np.testing.assert_array_equal(aligned(sides, pairs(len(score), score)), sides.query)


def test_alignment_of_a_single_anchor_is_finite() -> None:
    assert np.isfinite(aligned(Sides(np.eye(4), np.eye(4)[::-1].copy()), pairs(1))).all()


def test_full_shortening_leaves_directions_of_equal_length() -> None:
    space = np.random.default_rng(0).normal(size=(30, 5))
    np.testing.assert_array_equal(Shortened.of(space, 0.0)[:], space)
    lengths = np.linalg.norm(Shortened.of(space, 1.0)[:], axis=1)
    np.testing.assert_allclose(lengths, np.median(np.linalg.norm(space, axis=1)))


def test_a_cell_at_the_origin_stays_there() -> None:
    np.testing.assert_array_equal(Shortened.of(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]]), 1.0)[:1], 0.0)
    np.testing.assert_array_equal(Shortened.of(np.zeros((3, 2)), 1.0)[:], 0.0)


def test_anchors_tell_by_score_and_weight_and_untyped_cells_are_silent() -> None:
    anchors = Anchors(np.array([0, 1, 2]), np.array([0, 0, 1]), np.array([0.5, 1.0, 1.0]))
    said = shares_of_anchors(anchors, np.array([1, 0, -1]), np.array([2.0, 3.0, 1.0]), (2, 2))
    np.testing.assert_array_equal(said, [[3.0, 1.0], [0.0, 0.0]])


def test_probabilities_sum_to_one_however_large_the_evidence() -> None:
    found = log_posterior(np.array([[1e4, 0.0, -np.inf], [-1e4, -1e4, -1e4]]))
    np.testing.assert_allclose(np.exp(found), [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]])


@pytest.mark.parametrize("wanted", [0.3, 0.5, 0.8, 0.95])
def test_the_temperature_gives_the_sureness_that_is_wanted_and_no_other_label(wanted: float) -> None:
    before = random_posterior()
    after = log_posterior(temperature(before, wanted) * before)
    assert np.exp(after).max(axis=1).mean() == pytest.approx(wanted, abs=1e-4)
    assert agreement(before, after) == 1.0


def test_openness_is_nothing_for_certainty_and_one_for_the_shares_themselves() -> None:
    shares = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(openness(np.log(np.tile(shares, (2, 1))), shares), 1.0)
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(openness(np.log(np.eye(3)), shares), 0.0)
    np.testing.assert_array_equal(openness(np.zeros((2, 1)), np.ones(1)), 0.0)
