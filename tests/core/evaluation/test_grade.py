"""Grades, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.evaluation.grade import grade
from anchorscope.results import Grade, Labels


def labels(names: list[str]) -> Labels:
    """Labels from names, types in order of first appearance; "" is missing."""
    types = tuple(dict.fromkeys(name for name in names if name))
    return Labels(types, np.array([types.index(name) if name else -1 for name in names]))


TRUE = ["T", "T", "T", "T", "B", "B", "NK", "", "Mast", "B"]
CALLED = ["T", "T", "B", "", "B", "B", "T", "T", "T", "DC"]


@pytest.fixture(scope="module")
def found() -> Grade:
    return grade(labels(CALLED), labels(TRUE), "cell_type")


def test_types_of_both_are_sorted_by_name(found: Grade) -> None:
    assert found.types == ("B", "DC", "Mast", "NK", "T")
    assert found.source == "cell_type"


def test_counts_have_truth_in_rows_and_leave_ungraded_and_unassigned_cells_out(found: Grade) -> None:
    assert found.counts.tolist() == [
        [2, 1, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
        [1, 0, 0, 0, 2]]
    assert found.n_graded == 9


def test_unassigned_counts_as_wrong(found: Grade) -> None:
    assert found.accuracy == pytest.approx(4 / 9)
    assert found.recall[4] == pytest.approx(2 / 4)


def test_recall_and_precision(found: Grade) -> None:
    np.testing.assert_allclose(found.recall, [2 / 3, np.nan, 0, 0, 2 / 4])
    np.testing.assert_allclose(found.precision, [2 / 3, 0, np.nan, np.nan, 2 / 4])


def test_balanced_accuracy_is_the_mean_recall_of_the_types_that_the_truth_names(found: Grade) -> None:
    assert found.balanced_accuracy == pytest.approx((2 / 3 + 0 + 0 + 2 / 4) / 4)


def test_fractions_are_shares_of_the_true_cells(found: Grade) -> None:
    np.testing.assert_allclose(found.fractions[0], [2 / 3, 1 / 3, 0, 0, 0])
    np.testing.assert_allclose(found.fractions[4], [1 / 4, 0, 0, 0, 2 / 4])
    assert not found.fractions[1].any()


@pytest.mark.parametrize(("truth", "called", "cells"), [
    (0, 0, [4, 5]), (0, None, [4, 5, 9]), (None, 4, [0, 1, 6, 8]), (4, 0, [2]), (1, None, []),
    (None, None, [0, 1, 2, 4, 5, 6, 8, 9])])
def test_cells_behind_a_place_of_the_matrix(
    found: Grade, truth: int | None, called: int | None, cells: list[int]
) -> None:
    mask = found.cells(truth, called)
    assert np.flatnonzero(mask).tolist() == cells
    rows = slice(None) if truth is None else [truth]
    columns = slice(None) if called is None else [called]
    assert mask.sum() == found.counts[rows][:, columns].sum()


def test_truth_and_prediction_stay_readable_by_name(found: Grade) -> None:
    assert found.truth.names.tolist() == TRUE
    assert found.predicted.names.tolist() == CALLED


def test_a_perfect_answer() -> None:
    found = grade(labels(["a", "b", "a"]), labels(["a", "b", "a"]), "x")
    assert (found.accuracy, found.balanced_accuracy) == (1.0, 1.0)


def test_the_order_of_types_does_not_matter() -> None:
    other = Labels(("T", "NK", "B", "Mast"), np.array([0, 0, 0, 0, 2, 2, 1, -1, 3, 2]))
    assert grade(labels(CALLED), other, "x").counts.tolist() == grade(labels(CALLED), labels(TRUE), "x").counts.tolist()


def test_names_that_do_not_overlap_are_refused() -> None:
    with pytest.raises(InputError, match="names: found “CD4”, “CD8” in the query, “T”, “B” in the reference"):
        grade(labels(["T", "B"]), labels(["CD4", "CD8"]), "x")


def test_an_empty_truth_is_refused() -> None:
    with pytest.raises(InputError, match="The answer key “x” is empty"):
        grade(labels(["T", "B"]), Labels(("T",), np.array([-1, -1])), "x")
