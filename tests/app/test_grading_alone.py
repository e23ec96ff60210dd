"""Another answer key grades the labels anew: labels, maps and what was saved stay what they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anchorscope.parameters import NO_TRUTH
from anchorscope_desktop.pages import explore, export, transfer
from anchorscope_desktop.state.foresight import ONLY_GRADING
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.steps import EXPORT_STEP, StepState
from anchorscope_desktop.views.run_table import RunTable
from app.helpers import finished, run


def ungraded(window):
    work = window.workspace
    work.session.change("grade", work.session.recipe.grade.replaced(truth=NO_TRUTH))


@pytest.fixture
def graded(window, finished_run):
    """A window with a run that has an answer key."""
    finished(window, finished_run)
    return window


def test_labels_and_maps_stay_as_they_are(graded):
    page, work = graded.explore_page, graded.workspace
    ungraded(graded)
    assert work.session.outdated
    assert not work.session.old_labels
    assert work.runs.possible
    assert graded.transfer_page.standing_notice().text == f"{transfer.GRADING.text} {ONLY_GRADING.text}"
    assert page.standing_notice().text == explore.GRADED_ANEW.filled(number=1).text
    assert graded.export_page.standing_notice().text == export.GRADED_ANEW.filled(number=1).text
    assert work.steps.step(EXPORT_STEP) is StepState.READY
    assert graded.activity_page.standing_notice() is None
    views = (page.reference_map, page.query_map)
    assert all(view._older.isHidden() for view in views)
    work.colours.choose("query", Meaning(ColourBy.AGREEMENT))  # what the answer key says is of the run
    assert [view._older.isHidden() for view in views] == [True, False]
    work.colours.choose("query", Meaning(ColourBy.LABEL))
    work.session.change("transfer", work.session.recipe.transfer.replaced(k_weight=20))
    assert work.steps.step(EXPORT_STEP) is StepState.STALE
    assert not any(view._older.isHidden() for view in views)
    assert graded.export_page.standing_notice().text == export.OUTDATED.filled(number=1).text


def test_what_was_never_graded_is_not_older_for_another_key(graded, finished_run):
    page, work = graded.explore_page, graded.workspace
    cards = (page.types, page.histogram, graded.transfer_page.result)
    ungraded(graded)
    assert not any(card._older.isHidden() for card in cards)  # their grades are of the run
    work.session.add_finding(replace(finished_run.job, recipe=work.session.recipe),
                             replace(finished_run.outcome, grade=None), 1.0)
    work.session.change("grade", finished_run.job.recipe.grade)
    assert work.session.outdated
    assert all(card._older.isHidden() for card in cards)


def test_nobody_is_told_of_a_grading_that_is_none(qtbot, graded):
    ungraded(graded)
    run(qtbot, graded)
    assert graded.workspace.session.shown.outcome.grade is None
    assert "Grading" not in graded.job_bar.log.toPlainText()


def test_the_figures_of_a_run_can_be_reconciled(qtbot, graded):
    work = graded.workspace
    (finding,) = work.session.findings
    grade = finding.outcome.grade
    few = grade.predicted.codes.copy()
    few[::4] = -1
    called = replace(grade.predicted, codes=few)
    counts = np.zeros_like(grade.counts)
    there = grade.graded & (few >= 0)
    np.add.at(counts, (grade.truth.codes[there], few[there]), 1)
    right = np.trace(counts) / grade.n_graded
    changed = replace(grade, predicted=called, counts=counts, accuracy=right)
    work.session.findings = (replace(finding, outcome=replace(finding.outcome, grade=changed)),)
    view = RunTable(work)
    qtbot.addWidget(view)
    titles = [column.title for column in view.table.rows_model.columns]
    line = dict(zip(titles, view.table.rows_model.rows[0], strict=True))
    assert line["Labelled"] == pytest.approx(there.sum() / grade.n_graded)
    assert line["Labelled"] < 1
    assert line["Right of labelled"] * line["Labelled"] == pytest.approx(line["Accuracy"])
