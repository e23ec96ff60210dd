"""Anchor scores from Python sets, and their stretching by hand."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.anchors import score as module
from anchorscope.anchors.find import find_anchors
from anchorscope.anchors.mutual import Neighborhoods, across, mutual_pairs
from anchorscope.anchors.score import anchor_scores, stretched
from anchorscope.errors import InputError
from anchorscope.parameters import AnchorParameters
from core.samples import all_neighborhoods, groups

REFERENCE = groups((20, 30), n_axes=4, apart=2.0, seed=1)[0]
QUERY = groups((25, 15), n_axes=4, apart=2.0, seed=2)[0]


def shared_by_sets(near: Neighborhoods, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How many cells, of both data sets, are near the reference and the query cell of each anchor."""
    result = []
    for i, j in zip(one, other, strict=True):
        around_one = {("r", c) for c in near.within_reference[i]} | {("q", c) for c in near.reference_to_query[i]}
        around_other = {("r", c) for c in near.query_to_reference[j]} | {("q", c) for c in near.within_query[j]}
        result.append(len(around_one & around_other))
    return np.array(result, dtype=float)


@pytest.mark.parametrize("block", [3, 65_536])
def test_scores_are_stretched_counts_of_shared_neighbours(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(module, "BLOCK", block)
    near = all_neighborhoods(REFERENCE, QUERY, 12)
    one, other = mutual_pairs(across(REFERENCE, QUERY, 12), 5)
    shared = shared_by_sets(near, one, other)
    low, high = np.quantile(shared, [0.01, 0.9])
    assert high > low
    expected = np.clip((shared - low) / (high - low), 0.0, 1.0)
    np.testing.assert_allclose(anchor_scores(near, one, other), expected, atol=1e-12)


def test_stretching_by_hand() -> None:
    # Of 0..100 the 1 % quantile is 1 and the 90 % quantile 90.
    found = stretched(np.arange(101.0))
    assert found[[0, 1, 90, 100]].tolist() == [0, 0, 1, 1]
    assert found[45] == pytest.approx(44 / 89)


@pytest.mark.parametrize("values", [[7.0], [3.0, 3.0, 3.0]])
def test_equal_counts_score_one(values: list[float]) -> None:
    assert stretched(np.array(values)).tolist() == [1.0] * len(values)


def test_scores_are_bounded_and_use_both_ends() -> None:
    anchors = find_anchors(REFERENCE, QUERY, AnchorParameters(k_anchor=5, k_score=12))
    assert anchors.score.min() == 0.0
    assert anchors.score.max() == 1.0
    assert (np.diff(anchors.reference_cell) >= 0).all()


def test_find_anchors_takes_only_k_score_neighbours_for_scoring() -> None:
    found = find_anchors(REFERENCE, QUERY, AnchorParameters(k_anchor=14, k_score=6))
    wide, narrow = across(REFERENCE, QUERY, 14), all_neighborhoods(REFERENCE, QUERY, 6)
    one, other = mutual_pairs(wide, 14)
    np.testing.assert_array_equal(found.query_cell, other)
    np.testing.assert_allclose(found.score, stretched(shared_by_sets(narrow, one, other)), atol=1e-12)


@pytest.mark.parametrize(("n1", "n2", "side"), [(10, 30, "reference"), (30, 10, "query"), (10, 9, "reference")])
def test_too_few_cells_are_refused_with_the_limit(n1: int, n2: int, side: str) -> None:
    words = f"The {side} has too few cells: .* 10 neighbours of each: found 10; .*more than 10 cells, .* below 10"
    with pytest.raises(InputError, match=words):
        find_anchors(REFERENCE[:n1], QUERY[:n2], AnchorParameters(k_anchor=5, k_score=10))
