"""Models and reductions side by side: the page shows what the core compares, and can be cancelled, copied and saved."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QApplication, QPushButton

from anchorscope.compare import UNMEASURED, compare
from anchorscope.evaluation.comparison import Comparison, ComparisonRow, Scores
from anchorscope.results import Job
from anchorscope_desktop.pages.compare import NOTHING_CHOSEN
from anchorscope_desktop.plotting.dot_plot import DotPlot, Line
from anchorscope_desktop.plotting.theme import LIGHT
from anchorscope_desktop.state.comparing import MODELS, REDUCTIONS
from anchorscope_desktop.state.notices import Notice
from anchorscope_desktop.views.comparison_plot import NO_LINE, NO_RUNS, UNGRADED, ceiling_of
from anchorscope_desktop.views.comparison_table import NO_KEY
from anchorscope_desktop.widgets.figure_writer import with_figure
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


def test_a_line_of_the_picture_and_of_the_table_are_marked_together(qtbot, window, finished_run):
    view, work, plot = compared(window, finished_run), window.workspace, window.compare_page.comparison_plot
    assert [line.name for line in plot.canvas.lines] == ["body-promoter · cca", "archr · rpca"]
    assert [(line.first, line.second) for line in plot.canvas.lines] == [(0.9, 0.8)] * 2
    box = plot.canvas.getViewBox()
    where = plot.canvas.mapFromScene(box.mapViewToScene(QPointF(0.9, 0.0)))  # the lower of two lines
    qtbot.mouseClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert [view.table.row_at(index) for index in view.table.selectionModel().selectedRows()] == [1]
    assert view.use.isEnabled()
    view.use.click()
    assert work.session.recipe.gene_activity.model == "archr"
    view.table.mark(0)
    assert plot.canvas.marked == 0
    view.table.mark(3)  # the ceiling is no line of dots
    assert plot.canvas.marked == -1
    assert work.comparer.marked == 3
    plot.canvas.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(plot.canvas, key)
    assert work.comparer.marked == 1
    assert "archr · rpca: 90.0% and 80.0%" in plot.canvas.accessibleDescription()


def test_the_gap_to_the_ceiling_is_said_in_points(window, finished_run):
    compared(window, finished_run)
    plot, comparer = window.compare_page.comparison_plot, window.workspace.comparer
    assert said(plot) == ["10.0 points lost"]
    assert "ceiling of accuracy 100.0%" in read(plot.key)
    assert "ceiling of mean recall 100.0%" in read(plot.key)
    assert ceiling_of(replace(comparer.comparison, ceiling=Scores(0.85, 0.8, 0.7, 0.6))).words == "no loss seen"
    assert ceiling_of(replace(comparer.comparison, ceiling=None)) is None


def of_all(window, finished_run):
    """Show every model with every reduction."""
    view, comparer = compared(window, finished_run), window.workspace.comparer
    rows = tuple(replace(ROWS[0], model=model, reduction=reduction) for model, reduction in product(MODELS, REDUCTIONS))
    comparer.restore((comparer.job, replace(comparer.comparison, rows=rows)))
    window.resize(1280, 800)
    QApplication.processEvents()
    return view, window.compare_page.comparison_plot


def test_the_column_of_remarks_stays_where_there_is_none_and_little_room(window, finished_run):
    of_all(window, finished_run)
    table = window.compare_page.comparison.table
    table.resize(200, 200)
    assert table.rows_model.columns[-1].title == "Remark"
    assert not table.isColumnHidden(len(table.rows_model.columns) - 1)


def test_all_lines_have_names(window, finished_run):
    _, plot = of_all(window, finished_run)
    assert len(plot.canvas.lines) == 15
    assert [name for _, name in plot.canvas.getAxis("left")._tickLevels[0]] == [line.name for line in plot.canvas.lines]


def test_a_line_that_is_marked_in_the_picture_is_seen_in_the_table(window, finished_run):
    view, plot = of_all(window, finished_run)
    for place in (14, 0):
        plot.canvas.picked.emit(place)
        row = view.table.selectionModel().selectedRows()[0]
        assert view.table.row_at(row) == place
        assert view.table.viewport().rect().contains(view.table.visualRect(row))


@pytest.mark.parametrize(("n_lines", "whole"), [(8, 9), (12, 7)])
def test_many_lines_of_the_table_are_whole_and_all_of_the_picture_named(window, finished_run, n_lines, whole):
    view, plot = of_all(window, finished_run)
    comparer = window.workspace.comparer
    rows = comparer.comparison.rows[:n_lines]
    comparer.restore((comparer.job, replace(comparer.comparison, rows=rows)))
    QApplication.processEvents()
    table, canvas = view.table, plot.canvas
    assert table.model().rowCount() == n_lines + 1  # the ceiling
    assert table.viewport().height() >= whole * table.rowHeight(0)
    assert canvas.getViewBox().height() >= canvas.least_height
    assert len(canvas.getAxis("left")._tickLevels[0]) == len(rows)
    words = next(item for item in canvas.getPlotItem().items if isinstance(item, pg.TextItem))
    first = canvas.getViewBox().mapViewToScene(QPointF(0.5, len(rows) - 1)).y()
    assert words.mapRectToScene(words.boundingRect()).bottom() <= first - 5  # half of a dot


def test_names_of_models_are_whole_in_a_narrow_window(window, finished_run):
    view, _ = of_all(window, finished_run)
    window.resize(window.minimumSize())
    QApplication.processEvents()
    for place, column in enumerate(view.table.rows_model.columns[:2]):
        assert view.table.columnWidth(place) >= view.table._wanted(place), column.title
    titles = [one.title for one in view.table.rows_model.columns]
    assert view.table.isColumnHidden(titles.index("Seconds"))
    window.resize(1280, 800)
    QApplication.processEvents()
    assert not view.table.isColumnHidden(titles.index("Seconds"))  # the remark on the ceiling is rather cut


def test_the_sentence_above_the_table_never_moves_it(window, finished_run):
    view, comparer = compared(window, finished_run), window.workspace.comparer
    whole = comparer.comparison
    window.resize(1280, 800)
    tops = set()
    for ceiling in (whole.ceiling, Scores(0.88, 0.8, 0.7, 0.6), None):
        comparer.restore((comparer.job, replace(whole, ceiling=ceiling)))
        QApplication.processEvents()
        tops.add(view.table.y())
    comparer.restore((comparer.job, Comparison(tuple(replace(row, scores=None) for row in ROWS[:2]))))
    QApplication.processEvents()
    assert tops == {view.table.y()}
    assert view.summary == NO_KEY


@pytest.mark.parametrize("height", [720, 800, 1000])
def test_a_table_of_few_lines_leaves_the_picture_the_height(window, finished_run, height):
    view, comparer = compared(window, finished_run), window.workspace.comparer
    window.resize(1280, height)
    QApplication.processEvents()
    table, page = view.table, window.compare_page
    room = page.shares[0].height()
    assert table.viewport().height() >= table.model().rowCount() * table.rowHeight(0)
    assert page.comparison.geometry().bottom() < page.comparison_plot.y()
    assert page.comparison_plot.height() > 0.5 * room
    rows = tuple(replace(ROWS[0], model=f"m{place}") for place in range(30))
    comparer.restore((comparer.job, replace(comparer.comparison, rows=rows)))
    QApplication.processEvents()
    assert table.verticalScrollBar().isVisible()
    assert page.comparison_plot.height() >= 0.5 * room - 20
    page.switch.choose("runs")
    page.switch.changed.emit()
    QApplication.processEvents()
    assert page.run_plot.height() > 0.6 * room  # one run


def test_the_key_of_the_picture_is_seen_whole_in_a_narrow_window(window, finished_run):
    compared(window, finished_run)
    key = window.compare_page.comparison_plot.key
    for width in (1600, 1024):
        window.resize(width, 720)
        QApplication.processEvents()
        assert key.height() >= key.heightForWidth(key.width())
        assert key.minimumSizeHint().width() < 300  # the longest entry, not the line


def test_a_best_line_above_the_ceiling_is_no_contradiction(window, finished_run):
    view, comparer = compared(window, finished_run), window.workspace.comparer
    comparer.restore((comparer.job, replace(comparer.comparison, ceiling=Scores(0.88, 0.8, 0.7, 0.6))))
    assert "no fewer than a classifier taught the query's own labels (88.0%, an estimate from" in view.summary
    assert view.summary.endswith("no loss by going unpaired can be seen.")


def read(key):
    return QTextDocumentFragment.fromHtml(key.text()).toPlainText().replace("\xa0", " ")


def said(plot):
    return [item.toPlainText() for item in plot.canvas.getPlotItem().items if isinstance(item, pg.TextItem)]


def test_without_an_answer_key_dots_are_scores_and_agreement(window, finished_run):
    compared(window, finished_run)
    comparer, plot = window.workspace.comparer, window.compare_page.comparison_plot
    rows = tuple(replace(row, scores=None, mean_score=0.6, agreement=0.9) for row in ROWS[:2])
    comparer.restore((comparer.job, Comparison(rows)))
    assert [(line.first, line.second) for line in plot.canvas.lines] == [(0.6, 0.9)] * 2
    assert plot.heading == "How sure each combination is"
    assert "agreement" in plot.key.text()
    assert said(plot) == []
    comparer.restore((comparer.job, Comparison((ROWS[2],))))
    assert plot.empty_text == NO_LINE
    comparer.restore(None)
    assert "information lost" in plot.empty_text


def test_graded_runs_are_drawn_and_a_click_shows_one(window, finished_run):
    first = finished(window, finished_run)
    session, plot = window.workspace.session, window.compare_page.run_plot
    session.add_finding(finished_run.job, finished_run.outcome, 1.0)
    assert [line.name for line in plot.canvas.lines] == ["run 1", "run 2"]
    assert plot.canvas.lines[0].first == first.outcome.grade.accuracy
    assert plot.canvas.marked == 1
    plot.canvas.picked.emit(0)
    assert session.shown is first
    assert plot.canvas.marked == 0


def test_runs_without_an_answer_key_say_what_is_missing(window, finished_run):
    assert window.compare_page.run_plot.empty_text == NO_RUNS
    finished(window, replace(finished_run, outcome=replace(finished_run.outcome, grade=None)))
    assert window.compare_page.run_plot.empty_text == UNGRADED


def test_the_picture_has_the_names_of_its_lines_on_paper(window, finished_run):
    compared(window, finished_run)
    plot = window.compare_page.comparison_plot
    plot.canvas.picked.emit(0)

    def look(paper):
        paper.resize(600, 450)
        paper.show()
        axis = paper.canvas.getAxis("left")
        names = [name for _, name in axis._tickLevels[0]]
        return names, axis.width(), paper.canvas._band.isVisible()

    names, width, marked = with_figure(plot.on_paper, look)
    assert names == [line.name for line in plot.canvas.lines]
    assert width > 60
    assert not marked


def test_names_that_would_overlap_are_left_out(qtbot):
    canvas = DotPlot(LIGHT, "many", "tip")
    qtbot.addWidget(canvas)
    canvas.resize(500, 220)
    canvas.show()
    canvas.show_lines([Line(f"run {number}", 0.5, 0.4) for number in range(40)], "of the cells, %", None, LIGHT)
    named = canvas.getAxis("left")._tickLevels[0]
    assert 5 <= len(named) <= 15
    assert named[0] == (39, "run 0")
    canvas.resize(500, 900)
    assert len(canvas.getAxis("left")._tickLevels[0]) == 40


def test_where_a_line_passes_the_ceiling_that_is_said_to_be_an_estimate(window, finished_run):
    compared(window, finished_run)
    plot, comparer = window.compare_page.comparison_plot, window.workspace.comparer
    assert "estimate" not in read(plot.key)
    passed = replace(comparer.comparison, ceiling=Scores(1.0, min(row.scores.balanced_accuracy for row in ROWS
                                                                  if row.scores is not None) - 0.01, 0.7, 0.6))
    comparer.restore((comparer.job, passed))
    assert "a ceiling is an estimate from the query's own cells" in read(plot.key)


def test_the_best_combination_is_named_and_shared_spaces_have_one_name(window, finished_run):
    view = compared(window, finished_run)
    best = max((row for row in ROWS if row.scores is not None), key=lambda row: row.scores.accuracy)
    assert view.summary.startswith(f"The best combination, {best.model} with {best.reduction}, names ")
    assert [column.title for column in view.table.rows_model.columns[:2]] == ["Gene activity", "Shared space"]
    page = window.compare_page
    words = [view.heading, NOTHING_CHOSEN.text, *(button.toolTip() for button in page.switch.findChildren(QPushButton))]
    assert not [text for text in words if "reduction" in text.casefold()]
