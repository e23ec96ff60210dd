"""The vote, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.parameters import TransferParameters
from anchorscope.results import Anchors, Labels, Prediction
from anchorscope.transfer.labels import transfer_labels, voted
from core.samples import whole_weights

REFERENCE = Labels(("B", "T", "NK"), np.array([1, 0, 1, -1, 2]))
ANCHORS = Anchors(np.array([0, 1, 2, 3]), np.array([0, 0, 1, 2]), np.ones(4))


def vote(*rows: list[float]) -> Prediction:
    return transfer_labels(ANCHORS, sparse.csr_matrix(np.array(rows)), REFERENCE)


def test_scores_are_sums_of_weights_by_type() -> None:
    found = vote([0.2, 0.5, 0.3, 0.0], [0.1, 0.6, 0.3, 0.0])
    np.testing.assert_allclose(found.scores, [[0.5, 0.5, 0.0], [0.6, 0.4, 0.0]])
    np.testing.assert_allclose(found.best, [0.5, 0.6])


def test_the_largest_share_wins_and_ties_go_to_the_first_type() -> None:
    found = vote([0.25, 0.5, 0.25, 0.0], [0.3, 0.1, 0.6, 0.0])
    assert found.labels.types == ("B", "T", "NK")
    assert found.labels.names.tolist() == ["B", "T"]


def test_a_cell_without_votes_is_unassigned() -> None:
    found = vote([0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0])
    assert found.labels.codes.tolist() == [-1, 0]
    assert found.best.tolist() == [0.0, 1.0]


def test_a_reference_cell_without_a_type_votes_for_nobody() -> None:
    found = vote([0.1, 0.2, 0.0, 0.7], [0.0, 0.0, 0.0, 1.0])
    np.testing.assert_allclose(found.scores, [[0.2, 0.1, 0.0], [0.0, 0.0, 0.0]])
    assert found.labels.codes.tolist() == [0, -1]


def test_the_weights_are_kept_for_explaining_a_label() -> None:
    weights = sparse.csr_matrix([[0.2, 0.5, 0.3, 0.0]])
    assert transfer_labels(ANCHORS, weights, REFERENCE).weights is weights


def test_voting_some_cells_after_the_others_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    space, anchors = rng.normal(size=(50, 4)), Anchors(rng.integers(0, 5, 40), rng.permutation(50)[:40], rng.random(40))
    settings = TransferParameters(k_weight=8)
    whole = transfer_labels(anchors, whole_weights(anchors, space, settings), REFERENCE)
    monkeypatch.setattr("anchorscope.transfer.weights.CELLS", 7)
    monkeypatch.setattr("anchorscope.scratch.MOST_ON_SHELF", 0)
    parts = voted(anchors, space, REFERENCE, settings)
    np.testing.assert_array_equal(parts.scores, whole.scores)
    np.testing.assert_array_equal(parts.labels.codes, whole.labels.codes)
    np.testing.assert_array_equal(parts.weights.toarray(), whole.weights.toarray())
