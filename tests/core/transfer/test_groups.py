"""Labels that stay within their group."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.parameters import TransferParameters
from anchorscope.results import Anchors, Labels
from anchorscope.transfer.groups import Groups, grouped_weights, matched_groups
from anchorscope.transfer.labels import transfer_labels
from core.samples import whole_weights

RNG = np.random.default_rng(4)
SPACE = RNG.standard_normal((60, 5))
ANCHORS = Anchors(np.sort(RNG.integers(0, 50, 150)), RNG.integers(0, 60, 150), np.round(RNG.random(150), 2))
TYPES = Labels(("a", "b", "c", "d"), RNG.integers(0, 4, 50))
SETTINGS = TransferParameters(k_weight=10)


def halves(*, missing: int = 0) -> Groups:
    """Types a and b are of group 0, c and d of group 1; query cells alternate, the first ones have no group."""
    query = np.arange(60) % 2
    query[:missing] = -1
    return Groups(("x", "y"), TYPES.codes // 2, query)


def test_with_one_group_for_all_it_is_the_unrestricted_transfer() -> None:
    one = Groups(("all",), np.zeros(50, dtype=np.int64), np.zeros(60, dtype=np.int64))
    found = grouped_weights(ANCHORS, SPACE, one, SETTINGS)
    np.testing.assert_array_equal(found.toarray(), whole_weights(ANCHORS, SPACE, SETTINGS).toarray())


def test_each_group_is_what_it_would_be_alone() -> None:
    groups = halves()
    found = grouped_weights(ANCHORS, SPACE, groups, SETTINGS).toarray()
    for group in (0, 1):
        kept = np.flatnonzero((groups.reference[ANCHORS.reference_cell] == group)
                              & (groups.query[ANCHORS.query_cell] == group))
        alone = Anchors(ANCHORS.reference_cell[kept], ANCHORS.query_cell[kept], ANCHORS.score[kept])
        expected = np.zeros((60, 150))
        expected[:, kept] = whole_weights(alone, SPACE, SETTINGS).toarray()
        cells = groups.query == group
        np.testing.assert_allclose(found[cells], expected[cells], atol=1e-12)


def test_a_cell_gets_only_types_of_its_group() -> None:
    groups = halves()
    prediction = transfer_labels(ANCHORS, grouped_weights(ANCHORS, SPACE, groups, SETTINGS), TYPES)
    np.testing.assert_array_equal(prediction.labels.codes // 2, groups.query)
    np.testing.assert_allclose(prediction.scores.sum(axis=1), 1.0)
    free = transfer_labels(ANCHORS, whole_weights(ANCHORS, SPACE, SETTINGS), TYPES)
    assert (free.labels.codes // 2 != groups.query).any()


def test_a_cell_without_a_group_is_unassigned() -> None:
    prediction = transfer_labels(ANCHORS, grouped_weights(ANCHORS, SPACE, halves(missing=3), SETTINGS), TYPES)
    assert prediction.labels.codes[:3].tolist() == [-1, -1, -1]
    assert (prediction.labels.codes[3:] >= 0).all()


def test_a_group_without_any_anchor_is_unassigned() -> None:
    groups = Groups(("x", "y"), np.zeros(50, dtype=np.int64), np.arange(60) // 50)
    codes = transfer_labels(ANCHORS, grouped_weights(ANCHORS, SPACE, groups, SETTINGS), TYPES).labels.codes
    assert (codes[:50] >= 0).all()
    assert (codes[50:] == -1).all()


def test_a_small_group_asks_all_it_has() -> None:
    # Two cells of group y carry an anchor each: cell 59 hears the nearer one; the furthest asked has no weight.
    line = np.arange(60.0)[:, None]
    anchors = Anchors(np.arange(14), np.array([*range(12), 52, 58]), np.ones(14))
    groups = Groups(("x", "y"), np.arange(50) // 12, np.arange(60) // 40)
    found = grouped_weights(anchors, line, groups, SETTINGS)
    assert found.shape == (60, 14)
    assert found[59].toarray().ravel().tolist() == [0.0] * 13 + [1.0]
    assert found[41].toarray().ravel().tolist() == [0.0] * 12 + [1.0, 0.0]


def test_too_few_cells_with_anchors_within_groups_are_refused() -> None:
    groups = Groups(("x", "y"), np.zeros(50, dtype=np.int64), np.r_[np.zeros(5, dtype=np.int64), np.ones(55, np.int64)])
    with pytest.raises(InputError, match=r"k\.weight asks for 10 query cells with anchors: found \d;"):
        grouped_weights(ANCHORS, SPACE, groups, SETTINGS)


def test_groups_are_matched_by_name() -> None:
    found = matched_groups(Labels(("blood", "skin", "liver"), np.array([0, 1, 2, -1])),
                           Labels(("skin", "blood"), np.array([0, 0, 1, -1])))
    assert found.reference.tolist() == [0, 1, 2, -1]
    assert found.query.tolist() == [1, 1, 0, -1]


def test_an_unknown_group_is_refused_with_both_vocabularies() -> None:
    with pytest.raises(InputError) as refused:
        matched_groups(Labels(("blood", "skin"), np.array([0, 1])), Labels(("Blood", "skin"), np.array([0, 1])))
    assert str(refused.value) == (
        "Query groups that the reference does not have: “Blood”: found “blood”, “skin” in the reference and “Blood”, "
        "“skin” in the query; give the same groups the same names in both, or leave the group columns empty.")
