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
    assert grade(labels(["T10", "a"]), labels(["T2", "a"]), "x").types == ("a", "T2", "T10")


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
    with pytest.raises(InputError, match="in common: found “CD4”, “CD8” in the query, “T”, “B” in the reference"):
        grade(labels(["T", "B"]), labels(["CD4", "CD8"]), "x")


def test_an_empty_truth_is_refused() -> None:
    with pytest.raises(InputError, match="The answer key “x” is empty"):
        grade(labels(["T", "B"]), Labels(("T",), np.array([-1, -1])), "x")


# ---- kappa and F1 -----------------------------------------------------------------------------------------------


def test_kappa_counted_by_hand(found: Grade) -> None:
    """Truth of the nine graded cells: T 4, B 3, NK 1, Mast 1; called: T 4, B 3, DC 1, unassigned 1."""
    chance = (4 * 4 + 3 * 3) / 81
    assert found.kappa == pytest.approx((4 / 9 - chance) / (1 - chance))


def test_f1_and_number_of_cells_by_type(found: Grade) -> None:
    np.testing.assert_allclose(found.f1, [2 * 2 / (3 + 3), 0, 0, 0, 2 * 2 / (4 + 4)])
    assert found.n.tolist() == [3, 0, 1, 1, 4]


def test_macro_f1_is_over_the_types_that_the_truth_names(found: Grade) -> None:
    assert found.macro_f1 == pytest.approx((2 / 3 + 0 + 0 + 1 / 2) / 4)


def test_kappa_is_one_at_full_agreement_and_unknown_with_a_single_type() -> None:
    assert grade(labels(["a", "b", "a"]), labels(["a", "b", "a"]), "x").kappa == pytest.approx(1.0)
    assert np.isnan(grade(labels(["a", "a"]), labels(["a", "a"]), "x").kappa)


def test_kappa_is_zero_where_everything_is_called_alike() -> None:
    assert grade(labels(["a", "a", "a"]), labels(["a", "b", "a"]), "x").kappa == pytest.approx(0.0)


@pytest.mark.parametrize("seed", range(5))
def test_scikit_learn_finds_the_same(seed: int) -> None:
    from sklearn import metrics

    rng = np.random.default_rng(seed)
    truth = rng.choice(list("abcde"), 200, p=[0.5, 0.3, 0.1, 0.08, 0.02])
    called = np.where(rng.random(200) < 0.6, truth, rng.choice(["a", "b", "c", "z", ""], 200))
    found, named = grade(labels(called.tolist()), labels(truth.tolist()), "x"), sorted(set(truth))
    assert found.accuracy == pytest.approx(metrics.accuracy_score(truth, called))
    assert found.kappa == pytest.approx(metrics.cohen_kappa_score(truth, called))
    assert found.macro_f1 == pytest.approx(
        metrics.f1_score(truth, called, labels=named, average="macro", zero_division=0))
    by_type = metrics.precision_recall_fscore_support(truth, called, labels=list(found.types), zero_division=np.nan)
    for ours, theirs in zip((found.precision, found.recall), by_type[:2], strict=True):
        np.testing.assert_allclose(ours, theirs)
    np.testing.assert_array_equal(found.n, by_type[3])
    np.testing.assert_allclose(found.f1[found.n > 0], by_type[2][found.n > 0])


def test_the_cells_graded_and_right(found: Grade) -> None:
    assert np.flatnonzero(~found.graded).tolist() == [7]
    assert np.flatnonzero(found.right).tolist() == [0, 1, 4, 5]


# ---- two vocabularies -------------------------------------------------------------------------------------------

FINE = labels(["CD4 naive", "CD4 memory", "B naive", "NK", "MAIT", ""])
COARSE = labels(["CD4 T", "CD4 T", "B cells", "NK", "CD4 T", "NK"])
TABLE = (("CD4 naive", "CD4 T"), ("CD4 memory", "CD4 T"), ("B naive", "B"), ("B cells", "B"))


def test_a_table_of_names_makes_two_vocabularies_one() -> None:
    found = grade(COARSE, FINE, "x", TABLE)
    assert found.types == ("B", "CD4 T", "MAIT", "NK")
    assert found.counts.tolist() == [[1, 0, 0, 0], [0, 2, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    assert found.accuracy == pytest.approx(4 / 5)


def test_names_that_the_table_does_not_mention_are_kept_and_told() -> None:
    assert grade(COARSE, FINE, "x", TABLE).kept == ("MAIT", "NK")
    assert grade(COARSE, FINE, "x").kept == ()


def test_a_table_of_other_names_keeps_none() -> None:
    assert grade(FINE, FINE, "x", (("other", "names"),)).kept == ()


def test_a_table_that_does_not_help_is_refused_as_if_there_were_none() -> None:
    with pytest.raises(InputError, match="without one in common: found “T cell” in the query, “B” in the reference"):
        grade(labels(["B"]), labels(["CD4"]), "x", (("CD4", "T cell"),))
