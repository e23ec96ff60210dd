"""The table of comparisons, as numbers and as text."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from anchorscope.evaluation.comparison import METRICS, Comparison, ComparisonRow, Scores
from anchorscope.evaluation.grade import grade
from anchorscope.results import Labels

GRADED = Comparison(
    (ComparisonRow("body", "cca", Scores(0.8, 0.6, 0.7, 0.5), 120, 0.61, 1.0, 2.34),
     ComparisonRow("archr", "cca", Scores(0.75, 0.65, 0.68, 0.55), 90, 0.5, 0.9, 12.0),
     ComparisonRow("fragments", "cca", reason="No | fragments: found none; load them.")),
    "cell_type", Scores(1.0, 0.8, 0.9, 0.8))
UNGRADED = Comparison((ComparisonRow("body", "cca", None, 120, 0.61, 1.0, 2.34),))


def test_what_is_lost_is_the_ceiling_minus_the_best_row_of_each_grade() -> None:
    accuracy, balanced = GRADED.lost(), GRADED.lost("balanced_accuracy")
    assert accuracy is not None
    assert balanced is not None
    assert (accuracy.best, accuracy.ceiling) == (0.8, 1.0)
    assert accuracy.points == pytest.approx(0.2)
    assert accuracy.share == pytest.approx(0.2)
    assert balanced.points == pytest.approx(0.15)
    assert balanced.share == pytest.approx(0.15 / 0.8)


def test_nothing_is_lost_where_nothing_is_known() -> None:
    assert UNGRADED.lost() is None
    assert Comparison(GRADED.rows[2:], "cell_type", GRADED.ceiling).lost() is None
    assert Comparison(GRADED.rows, "cell_type", None).lost() is None


def test_scores_are_those_of_the_grade() -> None:
    found = grade(Labels(("a", "b"), np.array([0, 1, 1, 1])), Labels(("a", "b"), np.array([0, 0, 1, 1])), "x")
    assert all(getattr(Scores.of(found), metric) == getattr(found, metric) for metric in METRICS)


def test_a_graded_table() -> None:
    assert GRADED.header == ("model", "reduction", "accuracy", "balanced accuracy", "kappa", "macro-F1", "anchors",
                             "seconds", "remark")
    assert GRADED.as_rows() == [
        ("body", "cca", "0.8000", "0.6000", "0.7000", "0.5000", "120", "2.3", ""),
        ("archr", "cca", "0.7500", "0.6500", "0.6800", "0.5500", "90", "12.0", ""),
        ("fragments", "cca", "", "", "", "", "", "", "No | fragments: found none; load them."),
        ("ceiling", "own labels", "1.0000", "0.8000", "0.9000", "0.8000", "", "", ""),
        ("lost", "ceiling - best", "0.2000", "0.1500", "0.2000", "0.2500", "", "", ""),
        ("lost", "1 - best / ceiling", "0.2000", "0.1875", "0.2222", "0.3125", "", "", "")]


def test_a_table_without_an_answer_key() -> None:
    assert UNGRADED.header == ("model", "reduction", "mean score", "agreement", "anchors", "seconds", "remark")
    assert UNGRADED.as_rows() == [("body", "cca", "0.6100", "1.0000", "120", "2.3", "")]


def test_a_ceiling_that_could_not_be_measured_says_why() -> None:
    found = Comparison(GRADED.rows, "cell_type", None, "One type only.")
    assert found.as_rows()[-1] == ("ceiling", "", "", "", "", "", "", "", "One type only.")


@pytest.mark.parametrize("table", [GRADED, UNGRADED])
def test_csv_holds_the_same_cells(table: Comparison) -> None:
    assert list(map(tuple, csv.reader(table.as_csv().splitlines()))) == [table.header, *table.as_rows()]


def test_text_is_aligned_numbers_to_the_right() -> None:
    lines = UNGRADED.as_text().splitlines()
    assert lines == ["model  reduction  mean score  agreement  anchors  seconds  remark",
                     "body   cca            0.6100     1.0000      120      2.3"]


def test_markdown() -> None:
    lines = GRADED.as_markdown().splitlines()
    assert lines[1] == "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    assert lines[4].endswith(r"| No \| fragments: found none; load them. |")
    assert len(lines) == 2 + len(GRADED.as_rows())
