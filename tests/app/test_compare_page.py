"""Models and reductions side by side: the page shows what the core compares, and can be cancelled, copied and saved."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from anchorscope.compare import UNMEASURED, compare
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
