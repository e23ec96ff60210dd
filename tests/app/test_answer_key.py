"""From a confusion matrix that has nothing to show to the field where the answer key is chosen."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from anchorscope.parameters import NO_TRUTH
from anchorscope_desktop.views.confusion_view import KEY_CHOSEN
from app.helpers import finished


def ungraded(window, run):
    recipe = replace(run.job.recipe, grade=run.job.recipe.grade.replaced(truth=NO_TRUTH))
    finished(window, replace(run, job=replace(run.job, recipe=recipe), outcome=replace(run.outcome, grade=None)))
    window.go_to("explore")
    return window.explore_page.confusion


def test_a_button_leads_to_the_columns_of_the_query(qtbot, window, finished_run):
    view = ungraded(window, finished_run)
    assert "needs an answer key" in view.empty_text
    assert view.choose_key.isVisible()
    view.choose_key.click()
    assert window.page is window.transfer_page
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.transfer_page.truth_form.field("truth"))
    assert not window.transfer_page.truth_form.field("truth").visibleRegion().isEmpty()


def test_where_the_query_has_no_column_it_leads_to_a_table_of_labels(qtbot, window, finished_run):
    recognised = replace(finished_run.job.query.recognised, label_columns=())
    query = replace(finished_run.job.query, recognised=recognised)
    view = ungraded(window, replace(finished_run, job=replace(finished_run.job, query=query)))
    view.choose_key.click()
    assert window.page is window.query_page
    slot = window.query_page.slots["labels"].choose
    qtbot.waitUntil(lambda: QApplication.focusWidget() is slot)
    assert not slot.visibleRegion().isEmpty()


def test_before_a_run_and_with_a_key_there_is_no_button(window, finished_run):
    window.go_to("explore")
    view = window.explore_page.confusion
    assert not view.choose_key.isVisible()
    finished(window, finished_run)
    assert not view.choose_key.isVisible()


def test_once_the_key_is_chosen_the_matrix_asks_for_a_run(window, finished_run):
    view = ungraded(window, finished_run)
    assert not view.run_button.isVisible()
    session = window.workspace.session
    session.change("grade", finished_run.job.recipe.grade)
    assert view.empty_text == KEY_CHOSEN
    assert not view.choose_key.isVisible()
    assert view.run_button.isVisible()
    assert view.run_button.isEnabled()
    session.change("grade", session.recipe.grade.replaced(truth=NO_TRUTH))
    assert "needs an answer key" in view.empty_text
    assert view.choose_key.isVisible()
    assert not view.run_button.isVisible()
