"""Why a cell has its label, by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import sparse

from anchorscope.results import Anchors, Labels, Outcome
from anchorscope.transfer.explain import explain, links
from anchorscope.transfer.labels import transfer_labels

REFERENCE = Labels(("B", "T", "NK"), np.array([1, 0, 1, -1, 2]))
ANCHORS = Anchors(np.array([0, 1, 2, 3, 4]), np.array([7, 7, 8, 9, 9]), np.array([0.1, 0.2, 0.3, 0.4, 0.5]))
WEIGHTS = sparse.csr_matrix(np.array([
    [0.2, 0.3, 0.2, 0.2, 0.1], [0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0, 0.5]]))
PREDICTION = transfer_labels(ANCHORS, WEIGHTS, REFERENCE)


def test_anchors_come_largest_vote_first_and_equal_votes_in_order() -> None:
    found = explain(PREDICTION, ANCHORS, REFERENCE, 0, top=4)
    assert found.anchors.tolist() == [1, 0, 2, 3]
    assert found.weight.tolist() == [0.3, 0.2, 0.2, 0.2]
    assert found.score.tolist() == [0.2, 0.1, 0.3, 0.4]
    assert found.reference_cell.tolist() == [1, 0, 2, 3]
    assert found.query_cell.tolist() == [7, 7, 8, 9]
    assert found.types.tolist() == ["B", "T", "T", ""]
    assert found.n_anchors == 5


def test_the_runner_up_and_the_margin() -> None:
    found = explain(PREDICTION, ANCHORS, REFERENCE, 0)
    assert (found.label, found.runner_up) == ("T", "B")
    assert (found.share, found.runner_up_share) == (pytest.approx(0.4), pytest.approx(0.3))
    assert found.margin == pytest.approx(0.1)


def test_without_a_rival_nobody_is_runner_up() -> None:
    found = explain(PREDICTION, ANCHORS, REFERENCE, 1)
    assert (found.label, found.runner_up, found.margin) == ("B", "", 1.0)


def test_a_tie_goes_to_the_type_that_the_cell_was_given() -> None:
    found = explain(PREDICTION, ANCHORS, REFERENCE, 3)
    assert (found.label, found.runner_up, found.margin) == (PREDICTION.labels.names[3], "NK", 0.0)


def test_the_vote_is_added_up_by_type_and_anchors_without_a_type_are_told() -> None:
    found = explain(PREDICTION, ANCHORS, REFERENCE, 0, top=1)
    assert [(one.type, one.n_anchors) for one in found.by_type] == [("T", 2), ("B", 1), ("NK", 1), ("", 1)]
    assert [one.vote for one in found.by_type] == pytest.approx([0.4, 0.3, 0.1, 0.2])
    assert [one.score for one in found.by_type] == pytest.approx([0.4, 0.3, 0.1, 0.0])


def test_probability_and_vote_are_told_apart() -> None:
    refined = dataclasses.replace(
        PREDICTION, labels=Labels(REFERENCE.types, np.array([2, 0, 0, 0])), best=np.array([0.7, 1, 1, 1]),
        scores=np.array([[0.1, 0.2, 0.7], [1, 0, 0], [1, 0, 0], [1, 0, 0]]))
    found = explain(refined, ANCHORS, REFERENCE, 0)
    assert (found.label, found.share, found.runner_up) == ("NK", 0.7, "T")
    assert [one.type for one in found.by_type] == ["NK", "T", "B", ""]
    assert [one.score for one in found.by_type] == [0.7, 0.2, 0.1, 0.0]
    assert [one.vote for one in found.by_type] == pytest.approx([0.1, 0.4, 0.3, 0.2])


def test_an_unassigned_cell_has_a_best_guess_but_no_label() -> None:
    doubtful = dataclasses.replace(PREDICTION, labels=with_codes(-1))
    found = explain(doubtful, ANCHORS, REFERENCE, 0)
    assert (found.label, found.guess, found.runner_up) == ("", "T", "B")
    assert found.share == pytest.approx(0.4)
    assert explain(PREDICTION, ANCHORS, REFERENCE, 0).guess == "T"


def with_codes(code: int) -> Labels:
    return Labels(REFERENCE.types, np.full(4, code))


def test_an_unassigned_cell_has_nothing_to_show() -> None:
    found = explain(PREDICTION, ANCHORS, REFERENCE, 2)
    assert (found.label, found.share, found.runner_up, found.n_anchors, len(found.anchors)) == ("", 0.0, "", 0, 0)
    assert (found.guess, found.by_type) == ("", ())


@pytest.mark.parametrize("cell", [-1, 4])
def test_a_cell_that_is_not_there_is_refused(cell: int) -> None:
    with pytest.raises(IndexError, match=f"query cell {cell} of 4"):
        explain(PREDICTION, ANCHORS, REFERENCE, cell)


def test_every_cell_is_explained_by_the_label_it_has(outcome) -> None:
    labels = outcome.reference_labels.labels
    for cell in range(0, 180, 13):
        found = explain(outcome.prediction, outcome.anchors, labels, cell, top=1000)
        assert found.label == outcome.prediction.labels.names[cell]
        assert found.share == outcome.prediction.best[cell]
        assert found.weight.sum() == pytest.approx(1.0)
        assert found.weight[found.types == found.label].sum() == pytest.approx(found.share)


def test_links_are_the_largest_votes(outcome: Outcome) -> None:
    prediction, anchors = outcome.prediction, outcome.anchors
    cells = np.array([3, 40])
    found = links(prediction, anchors, cells, limit=6)
    assert found.query_cell.tolist() == [3, 3, 3, 40, 40, 40]
    for cell in cells:
        told = explain(prediction, anchors, outcome.reference_labels.labels, int(cell), top=3)
        np.testing.assert_array_equal(found.reference_cell[found.query_cell == cell], told.reference_cell)
        np.testing.assert_array_equal(found.weight[found.query_cell == cell], told.weight)


def test_there_are_never_more_links_than_asked_for(outcome: Outcome) -> None:
    found = links(outcome.prediction, outcome.anchors, np.arange(180), limit=50)
    assert 0 < len(found.weight) <= 50
    assert not len(links(outcome.prediction, outcome.anchors, np.zeros(0, dtype=np.int64)).weight)
