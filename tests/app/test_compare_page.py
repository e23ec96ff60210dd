"""Models and reductions side by side: the page shows what the core compares, and can be cancelled, copied and saved."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from anchorscope.compare import UNMEASURED, compare
from anchorscope.evaluation.comparison import Comparison, ComparisonRow, Scores
from anchorscope.results import Job
from anchorscope_desktop.state.notices import Notice
from app.helpers import finished, settle


def choose(page, models, reductions):
    for box in (*page.models, *page.reductions):
        box.setChecked(box.text() in (*models, *reductions))


def test_the_table_is_the_cores(qtbot, window, finished_run, tmp_path):
    finished(window, finished_run)
    page = window.compare_page
    choose(page, ("body-promoter", "fragments"), ("cca", "pcaproject"))
    page.compare_button.click()
    assert not page.compare_button.isEnabled()
    settle(qtbot, window)
    expected = compare(finished_run.job, ("body-promoter", "fragments"), ("cca", "pcaproject"),
                       start=finished_run.pipeline)
    rows = page.comparison.table.rows_model.rows
    assert [row[:2] for row in rows] == [*((row.model, row.reduction) for row in expected.rows),
                                         ("ceiling", "own labels")]
    for row, line in zip(expected.rows, rows, strict=False):
        if row.reason:
            assert math.isnan(line[2])
            assert line[-1] == row.reason
        else:
            assert line[2:6] == (row.scores.accuracy, row.scores.balanced_accuracy, row.scores.kappa,
                                 row.scores.macro_f1)
            assert line[6] == row.n_anchors
    assert f"{expected.ceiling.accuracy:.1%}" in page.comparison.summary

    page.comparison.copy.click()
    copied = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert copied[0] == list(expected.header)
    assert [line[:6] for line in copied[1:]] == [list(line[:6]) for line in expected.as_rows()]
    window.workspace.chooser.saves.append(tmp_path / "table.csv")
    page.comparison.save.click()
    assert (tmp_path / "table.csv").read_text().startswith("model,reduction,accuracy")
    assert "table.csv" in page.messages.text
    assert not window.workspace.session.outdated
    session = window.workspace.session
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=6))
    assert window.workspace.comparer.outdated


def test_only_models_that_can_be_computed_are_ticked(window, finished_run, tmp_path):
    finished(window, finished_run)
    page, session = window.compare_page, window.workspace.session
    assert [box.text() for box in page.models if not box.isChecked()] == ["fragments"]
    assert "choose it on the page Query" in page.fragments.toolTip()
    page.fragments.setChecked(True)
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=6))
    assert page.fragments.isChecked()
    assert "fragments" in window.workspace.comparer.models

    page.fragments.setChecked(False)
    session.set_inputs(query=replace(session.query, fragments=tmp_path / "fragments.tsv.gz"))
    assert page.fragments.isChecked()
    assert "choose it" not in page.fragments.toolTip()
    session.set_inputs(query=finished_run.job.query)
    assert not page.fragments.isChecked()


def test_nothing_chosen_is_told(qtbot, window, finished_run):
    finished(window, finished_run)
    choose(window.compare_page, (), ("cca",))
    assert not window.compare_page.compare_button.isEnabled()
    window.workspace.notices.clear("compare")
    assert "at least one" in window.compare_page.messages.text


def test_a_comparison_is_cancelled(qtbot, window, finished_run):
    finished(window, finished_run)
    page = window.compare_page
    page.compare_button.click()
    window.job_bar.cancel_requested.emit()
    settle(qtbot, window)
    assert "Cancelled" in page.messages.text
    assert page.compare_button.isEnabled()
    assert window.workspace.comparer.comparison is None
    assert page.comparison.empty_text


def test_a_cancel_does_not_cost_the_comparison_that_was_there(qtbot, window, finished_run):
    finished(window, finished_run)
    page, comparer = window.compare_page, window.workspace.comparer
    choose(page, ("body-promoter", "archr"), ("cca",))
    page.compare_button.click()
    settle(qtbot, window)
    before = comparer.comparison
    assert len(before.rows) == 2

    def cancel_after_one():
        if len(comparer.comparison.rows) == 1:
            window.job_bar.cancel_requested.emit()

    comparer.compared.connect(cancel_after_one)
    page.compare_button.click()
    settle(qtbot, window)
    assert comparer.comparison is before
    assert "shown again" in page.messages.text


def test_lines_appear_one_by_one_and_a_cancel_keeps_them(qtbot, window, finished_run):
    finished(window, finished_run)
    page, comparer = window.compare_page, window.workspace.comparer
    choose(page, ("body-promoter", "archr"), ("cca", "pcaproject"))
    seen = []

    def cancel_after_two():
        seen.append(len(comparer.comparison.rows))
        if seen[-1] == 2:
            window.job_bar.cancel_requested.emit()

    comparer.compared.connect(cancel_after_two)
    page.compare_button.click()
    settle(qtbot, window)
    assert seen == [1, 2]
    assert [row[:2] for row in page.comparison.table.rows_model.rows] == [("body-promoter", "cca"),
                                                                          ("body-promoter", "pcaproject")]
    assert "lines that were finished are kept" in page.messages.text
    assert page.comparison.summary == UNMEASURED
    assert window.workspace.file.modified


def test_the_runs_of_the_session_are_beside_it(qtbot, window, finished_run):
    finished(window, finished_run)
    page = window.compare_page
    page.switch.button("runs").click()
    assert len(page.runs.table.rows_model.rows) == 1
    assert page.controls.isHidden()


ROWS = tuple(ComparisonRow(model, reduction, Scores(0.9, 0.8, 0.7, 0.6), 12, 0.5, 1.0, 2.0, reason)
             for model, reduction, reason in (("body-promoter", "cca", ""), ("archr", "rpca", ""),
                                              ("fragments", "cca", "no fragments")))


def compared(window, finished_run):
    finished(window, finished_run)
    work = window.workspace
    table = Comparison(ROWS, "cell_type", ceiling=Scores(1.0, 1.0, 1.0, 1.0))
    work.comparer.restore((Job(work.session.reference, work.session.query, work.session.recipe), table))
    window.go_to("compare")
    return window.compare_page.comparison


def test_a_line_is_taken_into_the_settings_in_one_step(qtbot, window, finished_run):
    view, work = compared(window, finished_run), window.workspace
    before = work.session.recipe
    assert not view.use.isEnabled()
    view.table.mark(1)
    view.use.click()
    recipe = work.session.recipe
    assert (recipe.gene_activity.model, recipe.anchors.reduction) == ("archr", "rpca")
    assert "archr with rpca is set now; Run" in window.compare_page.messages.text
    assert window.compare_page.messages.action.text() == "Run"
    assert not work.comparer.outdated
    assert work.session.outdated
    work.history.undo()
    assert work.session.recipe == before


def test_what_is_said_of_a_line_goes_when_it_is_set_no_longer(window, finished_run):
    view, work, bar = compared(window, finished_run), window.workspace, window.compare_page.messages
    view.table.mark(1)
    view.use.click()
    work.session.set_recipe(replace(work.session.recipe, seed=7))
    assert "is set now" in bar.text  # it still is
    work.notices.mention("compare", Notice("Copied."))
    work.history.undo()
    work.history.undo()
    work.notices.timerEvent(None)  # the moment is over
    assert work.notices.of("compare") is None
    assert "is set now" not in bar.text
    work.history.redo()
    assert work.notices.of("compare") is None


def test_enter_takes_a_line_and_neither_a_failed_one_nor_the_ceiling(qtbot, window, finished_run):
    view, work = compared(window, finished_run), window.workspace
    before = work.session.recipe
    for line in (2, 3):
        view.table.mark(line)
        assert not view.use.isEnabled()
        view.table.activated.emit(view.table.selectionModel().selectedRows()[0])
        assert work.session.recipe == before
    view.table.mark(1)
    view.table.setFocus()
    view.table.setCurrentIndex(view.table.selectionModel().selectedRows()[0])
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert work.session.recipe.gene_activity.model == "archr"
