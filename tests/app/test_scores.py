"""What is counted once of a finding's scores is what numpy and the core count each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anchorscope.evaluation.grade import grade_of
from anchorscope.evaluation.threshold import coverage_accuracy, reliability
from anchorscope.results import Labels
from anchorscope_desktop.state.scores import BINS, Scores
from app.helpers import finished


@pytest.fixture
def scores(qtbot, window, finished_run) -> Scores:
    return Scores(finished(window, finished_run))


def test_bars_are_numpys(scores):
    best = scores.finding.outcome.prediction.best
    np.testing.assert_array_equal(scores.heights(), np.histogram(best, BINS)[0])
    for seed in range(5):
        mask = np.random.default_rng(seed).random(len(best)) < 0.3
        np.testing.assert_array_equal(scores.heights(mask), np.histogram(best[mask], BINS)[0])
    assert scores.heights(np.zeros(len(best), dtype=bool)).tolist() == [0] * (len(BINS) - 1)


def test_at_a_threshold_it_is_the_curve(scores):
    grade, best = scores.finding.outcome.grade, scores.finding.outcome.prediction.best
    for threshold in (0.0, 0.35, 0.5, float(best[0]), 1.0):
        found = coverage_accuracy(best[grade.graded], grade.right[grade.graded], np.array([threshold]))
        np.testing.assert_array_equal(scores.at(threshold), (found.coverage[0], found.accuracy[0]))


def test_cells_without_a_label_are_not_kept_and_not_wrong(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    outcome, grade = finding.outcome, finding.outcome.grade
    left = np.arange(len(outcome.prediction.best)) % 5 == 0
    labels = outcome.prediction.labels
    called = Labels(grade.types, np.where(left, -1, grade.predicted.codes))
    other = replace(finding, outcome=replace(
        outcome, grade=grade_of(called, grade.truth, grade.source),
        prediction=replace(outcome.prediction, labels=Labels(labels.types, np.where(left, -1, labels.codes)))))
    found, named = Scores(other), grade.graded & ~left
    assert found.at(0.0) == (named.sum() / grade.n_graded, grade.right[named].mean())
    assert found.curve.coverage[0] == named.sum() / grade.n_graded
    wanted = reliability(outcome.prediction.best[named], grade.right[named])
    assert found.reliability.ece == wanted.ece
    ungraded = Scores(replace(other, outcome=replace(other.outcome, grade=None)))
    assert ungraded.at(0.0)[0] == np.mean(~left)


def test_hidden_views_catch_up(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    heard = []
    view = window.explore_page.query_map
    view.when_seen(lambda: heard.append("first"))
    view.when_seen(lambda: heard.append("last"))
    assert not heard
    window.go_to("explore")
    assert heard == ["last"]
    view.when_seen(lambda: heard.append("at once"))
    assert heard == ["last", "at once"]
    assert view.map.cloud.codes is finding.outcome.prediction.labels.codes
