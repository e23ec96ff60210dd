"""Every link between the views of Explore: what is clicked in one shows in all, and is what the core says."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from anchorscope.evaluation.abstain import abstaining
from anchorscope.evaluation.methods import by_method
from anchorscope.evaluation.threshold import coverage_accuracy, reliability
from anchorscope.parameters import REFINED, SEURAT
from anchorscope.refine.novelty import EDGE
from anchorscope.scratch import Scratch
from anchorscope.transfer.explain import explain, links
from anchorscope_desktop.pages.explore import _METHOD_TIPS
from anchorscope_desktop.plotting.colouring import marks_of
from anchorscope_desktop.plotting.colours import UNASSIGNED, type_colours
from anchorscope_desktop.plotting.gesture import Combine
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.map_values import ColourBy, Meaning, Numbers, query_values, reference_values
from anchorscope_desktop.state.merged_values import merged_values
from anchorscope_desktop.state.scores import BINS
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.views.confusion_view import ConfusionView, _short
from anchorscope_desktop.views.frame import drawn_for_paper
from anchorscope_desktop.views.query_map import QueryMap
from anchorscope_desktop.views.result_facts import ResultFacts
from anchorscope_desktop.views.score_histogram import CALIBRATION, COVERAGE
from anchorscope_desktop.widgets import colour_box
from anchorscope_desktop.widgets.threshold_slider import TIP
from app.conftest import CELLS
from app.helpers import click, finished, settle

ALT, SHIFT, NONE = (Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier,
                    Qt.KeyboardModifier.NoModifier)


def assert_shown(window, query, reference=None):
    page, selection = window.explore_page, window.workspace.selection.current
    np.testing.assert_array_equal(selection.query, query)
    np.testing.assert_array_equal(page.query_map.highlighted, query)
    np.testing.assert_array_equal(window.query_page.map.highlighted, query)
    np.testing.assert_array_equal(page.reference_map.highlighted, selection.reference)
    assert page.histogram.counts[1].sum() == query.sum()
    barcodes = window.workspace.session.shown.job.query.cells.index[query]
    assert [row[0] for row in page.selected.table.rows_model.rows] == list(barcodes[:500])
    if reference is not None:
        np.testing.assert_array_equal(selection.reference, reference)


def gestures(window, finding):
    """Each way to choose cells, with the query cells that the core says it means."""
    page, outcome = window.explore_page, finding.outcome
    grade, labels = outcome.grade, outcome.prediction.labels
    best = outcome.prediction.best
    name = page.types.table.rows_model.rows[2][0]
    legend = page.query_map.map.legend
    return {
        "cell": (lambda how: page.confusion.heatmap.clicked.emit(1, 1, how), grade.cells(1, 1)),
        "row": (lambda how: page.confusion.heatmap.clicked.emit(2, None, how), grade.cells(2, None)),
        "column": (lambda how: page.confusion.heatmap.clicked.emit(None, 3, how), grade.cells(None, 3)),
        "legend": (lambda how: legend.clicked.emit(0, how), labels.names == legend.entry(0)),
        "reference legend": (lambda how: page.reference_map.map.legend.clicked.emit(1, how),
                             labels.names == page.reference_map.map.legend.entry(1)),
        "lasso": (lambda how: page.query_map.map.lasso.drawn.emit(square(outcome.maps.query), how),
                  inside(outcome.maps.query, square(outcome.maps.query))),
        "type": (lambda how: page.types._workspace.selection.choose(of_type(finding, name), how),
                 labels.names == name),
        "bar": (lambda how: window.workspace.selection.choose(of_score(finding), how), (best >= 0.6) & (best < 0.64)),
    }


def of_type(finding, name):
    from anchorscope_desktop.state.choosing import of_type

    return of_type(finding, name)


def of_score(finding):
    from anchorscope_desktop.state.choosing import of_score

    return of_score(finding, 0.6, 0.64)


def square(points):
    (left, low), (right, high) = np.quantile(points, 0.2, axis=0), np.quantile(points, 0.7, axis=0)
    return np.array([(left, low), (right, low), (right, high), (left, high)])


def test_every_gesture_selects_what_the_core_says(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    for do, cells in gestures(window, finding).values():
        do(Combine.REPLACE)
        assert_shown(window, cells)


@pytest.mark.parametrize("seed", range(6))
def test_random_gestures_in_the_window_are_set_algebra_and_can_be_undone(qtbot, window, finished_run, seed):
    finding, rng = finished(window, finished_run), np.random.default_rng(seed)
    made, cells = list(gestures(window, finding).values()), np.zeros(len(finding.outcome.prediction.best), dtype=bool)
    for _ in range(12):
        do, chosen = made[int(rng.integers(len(made)))]
        how = Combine(int(rng.integers(4)))
        do(how)
        cells = {Combine.REPLACE: chosen, Combine.ADD: cells | chosen, Combine.SUBTRACT: cells & ~chosen,
                 Combine.INTERSECT: cells & chosen}[how]
        found = window.workspace.selection.current.query
        np.testing.assert_array_equal(np.zeros_like(cells) if found is None else found, cells)
    last = window.workspace.selection.current
    for _ in range(12):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.workspace.selection.current.empty
    assert window.explore_page.query_map.highlighted is None
    for _ in range(12):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | SHIFT)
    assert window.workspace.selection.current is last


def test_keys_held_while_clicking_say_how(qtbot, window, finished_run):
    grade, heatmap = finished(window, finished_run).outcome.grade, window.explore_page.confusion.heatmap
    window.go_to("explore")
    click(qtbot, heatmap, 0, None)
    click(qtbot, heatmap, 1, None, SHIFT)
    assert_shown(window, grade.cells(0, None) | grade.cells(1, None))
    click(qtbot, heatmap, 0, 0, ALT)
    assert_shown(window, (grade.cells(0, None) | grade.cells(1, None)) & ~grade.cells(0, 0))
    click(qtbot, heatmap, None, 1, SHIFT | ALT)
    both = (grade.cells(0, None) | grade.cells(1, None)) & ~grade.cells(0, 0) & grade.cells(None, 1)
    assert_shown(window, both)
    click(qtbot, heatmap, 0, None, Qt.KeyboardModifier.ControlModifier)
    assert_shown(window, both & ~grade.cells(0, None))


def test_a_click_on_what_is_selected_makes_no_step_and_is_not_taken_back(window, finished_run):
    finished(window, finished_run)
    page, selection = window.explore_page, window.workspace.selection
    page.confusion.heatmap.clicked.emit(1, 1, Combine.REPLACE)
    chosen = selection.current
    page.confusion.heatmap.clicked.emit(1, 1, Combine.REPLACE)
    page.confusion.heatmap.doubled.emit()
    assert selection.current is chosen
    index = page.types.table.model().index(0, 0)
    page.types.table.clicked.emit(index)
    page.types.table.activated.emit(index)  # as a double click does
    assert selection.current is not chosen
    selection.undo()
    assert selection.current is chosen


def test_a_line_drawn_with_the_mouse_selects_what_lies_inside(qtbot, window, finished_run):
    finding, shown = finished(window, finished_run), window.explore_page.query_map
    window.go_to("explore")
    qtbot.wait(20)
    view = shown.map.canvas.viewport()
    right, low = view.width() - 2, view.height() - 2
    shown.lasso.setChecked(True)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, NONE, QPoint(1, 1))
    for point in (QPoint(right, 1), QPoint(right, low), QPoint(1, low)):
        qtbot.mouseMove(view, point)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, NONE, QPoint(1, low))
    assert_shown(window, np.ones(len(finding.outcome.maps.query), dtype=bool))
    assert window.workspace.selection.current.description == "Drawn on the query"
    shown.lasso.setChecked(False)
    assert not shown.map.lasso.on


def test_a_click_on_a_cell_of_a_map_selects_and_explains_it(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    window.go_to("explore")
    selection, focus = window.workspace.selection, window.workspace.focus
    cells = np.arange(len(finding.job.query.cells))
    page.selected.switch.button("why").click()
    page.query_map.map.clicked.emit(7, Combine.REPLACE)
    assert_shown(window, cells == 7)
    assert focus.picked == 7
    assert finding.job.query.cells.index[7] in page.selected.reason
    assert selection.current.description == f"Cell {finding.job.query.cells.index[7]}"
    page.query_map.map.clicked.emit(20, Combine.ADD)
    assert_shown(window, np.isin(cells, [7, 20]))
    assert focus.cell == 20
    page.query_map.map.clicked.emit(20, Combine.SUBTRACT)
    assert focus.cell == 7
    page.query_map.map.doubled.emit()
    assert_shown(window, np.isin(cells, [7, 20]))
    page.query_map.map.doubled.emit()  # of another click than the one that was taken back
    assert_shown(window, np.isin(cells, [7, 20]))
    page.reference_map.map.clicked.emit(3, Combine.REPLACE)
    np.testing.assert_array_equal(np.flatnonzero(selection.current.reference), [3])
    np.testing.assert_array_equal(page.reference_map.highlighted, selection.current.reference)
    assert focus.cell is None


def test_a_map_may_have_something_to_say(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    shown = window.explore_page.query_map
    height = shown.map.height()
    assert not shown.note
    shown.show_cells(finished_run.outcome.maps.query, 100)
    assert shown.note.startswith(f"Fitted on 100 of {CELLS} cells")
    qtbot.waitUntil(lambda: shown.map.height() < height)
    shown.show_cells(finished_run.outcome.maps.query, None)
    qtbot.waitUntil(lambda: shown.map.height() == height)


def test_reference_cells_are_drawn_around_too(qtbot, window, finished_run):
    finding, corners = finished(window, finished_run), square(finished_run.outcome.maps.reference)
    window.explore_page.reference_map.map.lasso.drawn.emit(corners, Combine.REPLACE)
    np.testing.assert_array_equal(window.workspace.selection.current.reference,
                                  inside(finding.outcome.maps.reference, corners))
    assert not window.workspace.selection.current.query.any()


@pytest.mark.parametrize("least", [0.5, 0.8, 0.9])
def test_the_slider_shows_what_the_core_grades(qtbot, window, finished_run, least):
    finding, page = finished(window, finished_run), window.explore_page
    window.go_to("explore")
    page.threshold.slider.setValue(round(100 * least))
    qtbot.waitUntil(lambda: window.workspace.threshold.finding.outcome is not finding.outcome)
    qtbot.wait(10)
    expected = abstaining(finding.outcome, least)
    assert page.confusion.heatmap.data.column_names[-1] == "Unassigned"
    counts = np.array([[int(text.replace(",", "") or 0) for text in line] for line in confusion_counts(page)])
    np.testing.assert_array_equal(counts[:, :-1], expected.grade.counts)
    np.testing.assert_array_equal(page.query_map.map.cloud.codes, expected.prediction.labels.codes)
    recall = {row[0]: row[4] for row in page.types.table.rows_model.rows}
    for name, value in zip(expected.grade.types, expected.grade.recall, strict=True):
        assert recall[name] == value
    right = finding.outcome.grade.right[finding.outcome.prediction.best >= least]
    page.histogram.switch.button(COVERAGE).click()
    assert f"{right.mean():.1%} right" in page.histogram.words
    assert page.histogram.line.value() == pytest.approx(least)
    assert window.workspace.session.recipe.transfer.min_score == least
    assert not window.workspace.session.outdated
    page.confusion.heatmap.clicked.emit(0, len(expected.grade.types), Combine.REPLACE)
    left = (expected.grade.truth.codes == 0) & (expected.grade.predicted.codes < 0)
    np.testing.assert_array_equal(window.workspace.selection.current.query, left)
    window.go_to("query")  # hidden pictures follow when they are looked at
    np.testing.assert_array_equal(window.query_page.map.map.cloud.codes, expected.prediction.labels.codes)


def test_counts_without_room_are_written_shorter():
    written = {7: "7", 999: "999", 1_000: "1.0k", 1_234: "1.2k", 9_960: "10k", 45_678: "46k", 999_700: "1.0M",
               1_234_567: "1.2M"}
    assert _short(np.array([list(written)])) == (tuple(written.values()),)


def confusion_counts(page):
    page.confusion.unit_button("n").click()
    return page.confusion.heatmap.data.texts


def test_the_matrix_tells_wrong_cells_from_nameless_ones(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    assert window.explore_page.confusion.heading == f"Confusion: {finding.outcome.grade.accuracy:.1%} right"
    with qtbot.waitSignal(window.workspace.threshold.changed):
        window.workspace.threshold.move(0.9)
    grade = window.workspace.threshold.finding.outcome.grade
    named = grade.counts.sum()
    assert 0 < named < grade.n.sum()
    right = np.trace(grade.counts) / named
    assert window.explore_page.confusion.heading == (
        f"Confusion: {right:.1%} right of {named / grade.n.sum():.1%} kept")
    facts = window.transfer_page.findChild(ResultFacts).facts.text
    assert f"Right, of the labelled: {right:.1%}" in facts
    assert f"Accuracy, of all: {grade.accuracy:.1%}" in facts
    with qtbot.waitSignal(window.workspace.threshold.changed):
        window.workspace.threshold.move(1.01)  # no score is as high
    assert window.explore_page.confusion.heading == "Confusion: – right of 0.0% kept"
    assert window.explore_page.histogram.words == "– right of 0.0% kept"


def test_the_matrix_frames_what_is_selected_whoever_selected_it(window, finished_run):
    finding, selection = finished(window, finished_run), window.workspace.selection
    grade, heatmap = finding.outcome.grade, window.explore_page.confusion.heatmap
    row = int((grade.counts > 0).sum(axis=1).argmax())
    column = int((grade.counts > 0).sum(axis=0).argmax())
    one, other = np.flatnonzero(grade.counts[row] > 0)[:2].tolist()

    def framed_by(query) -> set:
        selection.choose(Selection("Drawn", None, query))
        return set(heatmap.chosen)

    assert framed_by(grade.cells(row, None)) == {(row, None)}
    assert framed_by(grade.cells(None, column)) == {(None, column)}
    assert framed_by(grade.cells(row, one)) == {(row, one)}
    assert (grade.counts[row] > 0).sum() > 2
    assert framed_by(grade.cells(row, one) | grade.cells(row, other)) == {(row, one), (row, other)}
    assert framed_by(grade.cells(0, None) | grade.cells(1, None)) == {(0, None), (1, None)}
    assert grade.graded.all()
    assert framed_by(grade.graded) == {(int(one), None) for one in np.flatnonzero(grade.n)}
    part = grade.cells(row, None)
    part[part.argmax()] = False
    assert framed_by(part) == set()
    selection.undo()
    selection.choose(Selection("Drawn", None, grade.cells(row, None)))
    selection.clear()
    assert heatmap.chosen == frozenset()
    selection.undo()
    assert heatmap.chosen == {(row, None)}
    window.explore_page.confusion.unit_button("n").click()
    assert heatmap.chosen == {(row, None)}
    drawn = ConfusionView(window.workspace)
    assert drawn.heatmap.chosen == {(row, None)}
    drawn.for_paper()
    assert drawn.heatmap.chosen == frozenset()


def test_the_line_of_a_type_is_marked_whoever_selected_its_cells_and_no_other(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    types, selection = window.explore_page.types, window.workspace.selection
    names = [row[0] for row in types.table.rows_model.rows]

    def marked() -> list[str]:
        return [names[types.table.row_at(index)] for index in types.table.selectionModel().selectedRows()]

    legend = window.explore_page.query_map.map.legend
    legend.clicked.emit(1, 0)
    assert marked() == [legend.entry(1)]
    selection.undo()
    assert marked() == []
    selection.choose(of_type(finding, names[2]))
    assert marked() == [names[2]]
    chosen = selection.current
    selection.choose(Selection("Drawn", chosen.reference.copy(), chosen.query.copy()))
    assert marked() == [names[2]]
    selection.choose(Selection("Labelled " + names[2], chosen.reference, ~chosen.query))
    assert marked() == []


def test_curve_and_calibration_are_the_cores(qtbot, window, finished_run):
    finding, view = finished(window, finished_run), window.explore_page.histogram
    best, grade = finding.outcome.prediction.best, finding.outcome.grade
    curve = coverage_accuracy(best[grade.graded], grade.right[grade.graded])
    drawn = view.coverage_canvas.listDataItems()[0].getData()
    there = np.isfinite(curve.accuracy)
    np.testing.assert_array_equal(drawn, (curve.coverage[there], curve.accuracy[there]))
    view.switch.button(CALIBRATION).click()
    assert f"{reliability(best, grade.right).ece:.3f}" in view.words


def test_why_this_label_is_what_the_core_explains(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    page.confusion.heatmap.clicked.emit(0, None, Combine.REPLACE)
    table, cells = page.selected.table, np.flatnonzero(window.workspace.selection.current.query)
    table.clicked.emit(table.model().index(2, 0))
    page.selected.switch.button("why").click()
    outcome = finding.outcome
    told = explain(outcome.prediction, outcome.anchors, outcome.reference_labels.labels, int(cells[2]))
    assert str(finding.job.query.cells.index[cells[2]]) in page.selected.reason
    apart = round(100 * told.share) - round(100 * told.runner_up_share)
    assert f"margin of {apart}%" in page.selected.reason or not told.runner_up
    rows = page.selected.why.facts.sections[-1].rows
    assert [row[0] for row in rows] == list(told.types)
    assert [row[1] for row in rows] == list(told.weight)
    lines = links(outcome.prediction, outcome.anchors, cells[2:3])
    assert page.lines.ends == list(zip(lines.query_cell, lines.reference_cell, strict=True))
    page.selected.lines.setChecked(True)
    assert 0 < len(page.lines.ends) <= 200
    assert {cell for cell, _ in page.lines.ends} <= set(cells.tolist())
    page.lines.grab()
    window.workspace.selection.clear()
    assert page.lines.ends == []


def test_lines_end_where_the_cells_are(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    window.go_to("explore")
    qtbot.wait(20)
    where = page.query_map.map.on_screen(5, page.lines)
    canvas = page.query_map.map.canvas
    back = canvas.getViewBox().mapSceneToView(
        canvas.mapToScene(canvas.viewport().mapFromGlobal(page.lines.mapToGlobal(where.toPoint()))))
    x, y = finding.outcome.maps.query[5]
    pixel = canvas.getViewBox().viewPixelSize()
    assert abs(back.x() - x) <= 2 * pixel[0]
    assert abs(back.y() - y) <= 2 * pixel[1]
    assert page.lines.rect().contains(QPointF(where).toPoint())


def test_maps_are_coloured_by_everything_offered(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    gene = str(finding.outcome.gene_activity.regions.symbols[0])
    for by in (ColourBy.LABEL, ColourBy.SCORE, ColourBy.TRUTH, ColourBy.AGREEMENT):
        page.query_map.colour_by.pick(Meaning(by))
        assert window.workspace.colours.query.by is by
    page.query_map.colour_by.pick(Meaning(ColourBy.GENE, gene))
    values = query_values(finding, window.workspace.colours.query)
    assert isinstance(values, Numbers)
    np.testing.assert_array_equal(values.values, figures.activity_of(finding, gene))
    page.reference_map.colour_by.pick(Meaning(ColourBy.GENE, str(finding.job.reference.genes[3])))
    assert isinstance(reference_values(finding, window.workspace.colours.reference), Numbers)
    page.reference_map.colour_by.pick(Meaning(ColourBy.COLUMN, "cell_type"))
    entry = page.reference_map.map.legend.entry(0)
    page.reference_map.map.legend.clicked.emit(0, Combine.REPLACE)
    np.testing.assert_array_equal(window.workspace.selection.current.reference,
                                  (finding.job.reference.cells["cell_type"].astype(str) == entry).to_numpy())


@pytest.mark.parametrize("side", ["query", "reference"])
def test_a_value_of_a_column_is_chosen_on_both_sides(window, finished_run, side):
    finding, page = finished(window, finished_run), window.explore_page
    unpaired = dataclasses.replace(finding.job.query, pairing=None)
    window.workspace.session.add_finding(dataclasses.replace(finding.job, query=unpaired), finding.outcome, 1.0)
    view = page.query_map if side == "query" else page.reference_map
    view.colour_by.pick(Meaning(ColourBy.COLUMN, "cell_type"))
    entry = view.map.legend.entry(0)
    view.map.legend.clicked.emit(0, Combine.REPLACE)
    for one, other in (("query", page.query_map), ("reference", page.reference_map)):
        names = getattr(finding.job, one).cells["cell_type"].astype(str).to_numpy()
        np.testing.assert_array_equal(other.highlighted, names == entry)


def test_before_a_run_nothing_can_be_switched_and_it_is_said_what_is_needed(window, finished_run):
    page = window.explore_page
    switches = page.method, page.layout_switch
    controls = (*(one.button(value) for one in switches for value in one.values), page.threshold.slider)
    for control in controls:
        assert not control.isEnabled()
        assert "Open a reference and a query first" in control.toolTip()
    window.workspace.session.set_inputs(reference=finished_run.job.reference, query=finished_run.job.query)
    assert all("Press Run" in control.toolTip() for control in controls)
    finished(window, finished_run)
    assert all(control.isEnabled() for control in controls)
    assert {TIP, *_METHOD_TIPS} <= {control.toolTip() for control in controls}


def test_a_map_without_a_selected_cell_is_dimmed_while_cells_of_the_other_are_selected(window, finished_run):
    finding, page, work = finished(window, finished_run), window.explore_page, window.workspace
    reference, query = (np.arange(len(side.cells)) < 5 for side in (finding.job.reference, finding.job.query))
    work.selection.choose(Selection("some", reference, query))
    work.selection.choose(Selection("these", reference, ~query), Combine.SUBTRACT)
    assert not page.reference_map.highlighted.any()
    assert page.selected.text.endswith("\n5 query cells, no reference cell")
    np.testing.assert_array_equal(page.query_map.highlighted, query)
    page.reference_map.colour_by.pick(Meaning(ColourBy.COLUMN, "cell_type"))
    assert not page.reference_map.highlighted.any()
    work.selection.choose(Selection("others", reference, query & ~query))
    assert not page.query_map.highlighted.any()


def test_a_lasso_on_a_query_without_partners_dims_the_reference(window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    unpaired = dataclasses.replace(finding.job.query, pairing=None)
    window.workspace.session.add_finding(dataclasses.replace(finding.job, query=unpaired), finding.outcome, 1.0)
    x, y = finding.outcome.maps.query.T
    page.query_map.map.lasso.drawn.emit(np.array([[x.min() - 1, y.min() - 1], [np.median(x), y.min() - 1],
                                                  [np.median(x), y.max() + 1], [x.min() - 1, y.max() + 1]]),
                                        Combine.REPLACE)
    assert page.query_map.highlighted.any()
    assert not page.reference_map.highlighted.any()


def shown_without(window, finding, gene, column):
    """Show a run of other files, which know neither the gene nor the column, nor a truth."""
    job, outcome = finding.job, finding.outcome
    regions = outcome.gene_activity.regions
    symbols = np.where(regions.symbols == gene, "OTHER", regions.symbols)
    activity = dataclasses.replace(outcome.gene_activity, regions=dataclasses.replace(regions, symbols=symbols))
    genes = np.where(job.reference.genes == gene, "OTHER", job.reference.genes)
    reference = dataclasses.replace(job.reference, genes=genes,
                                    cells=job.reference.cells.rename(columns={column: "other"}))
    query = dataclasses.replace(job.query, cells=job.query.cells.rename(columns={column: "other"}))
    window.workspace.session.add_finding(dataclasses.replace(job, reference=reference, query=query),
                                         dataclasses.replace(outcome, gene_activity=activity, grade=None), 1.0)


@pytest.mark.parametrize("by", [ColourBy.GENE, ColourBy.COLUMN, ColourBy.TRUTH])
def test_colours_that_other_cells_lack_are_the_first_again(window, finished_run, by):
    finding, page, colours = finished(window, finished_run), window.explore_page, window.workspace.colours
    symbols = set(finding.outcome.gene_activity.regions.symbols)
    gene = next(str(one) for one in finding.job.reference.genes if one in symbols)
    meaning = Meaning(by, {ColourBy.GENE: gene, ColourBy.COLUMN: "cell_type"}.get(by, ""))
    maps = {"query": (page.query_map, ColourBy.LABEL), "reference": (page.reference_map, ColourBy.TYPE)}
    if by is ColourBy.TRUTH:
        del maps["reference"]
    for one, _ in maps.values():
        one.colour_by.pick(meaning)
    shown_without(window, finding, gene, "cell_type")
    for side, (one, first) in maps.items():
        assert getattr(colours, side) == Meaning(first)
        assert one.colour_by.currentText() == f"by {first.value}"
        assert not one.map.legend.title
        assert (one.map.cloud.codes >= 0).any()
        assert one.map.legend.entry(0) in finding.outcome.reference_labels.labels.types


def test_colours_that_the_other_cells_have_stay(window, finished_run):
    finding, page, colours = finished(window, finished_run), window.explore_page, window.workspace.colours
    gene = Meaning(ColourBy.GENE, str(finding.outcome.gene_activity.regions.symbols[1]))
    page.query_map.colour_by.pick(gene)
    shown_without(window, finding, str(finding.outcome.gene_activity.regions.symbols[0]), "none")
    assert colours.query == gene
    assert page.query_map.colour_by.currentText() == f"{gene.name} activity"
    assert page.query_map.map.legend.title == f"{gene.name} activity, log-normalised"


def typed(qtbot, box, text, *keys):
    """Type into a box as a user does: while the list below is open, keys go there first."""
    box.setFocus()
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), text)
    for key in keys:
        popup = box.completer().popup()
        qtbot.keyClick(popup if popup.isVisible() else box.lineEdit(), key)


@pytest.mark.parametrize("way", ["upper", "lower", "list"])
def test_a_gene_is_typed_and_entered(qtbot, window, finished_run, way):
    finding, box = finished(window, finished_run), window.explore_page.query_map.colour_by
    window.go_to("explore")
    meaning = Meaning(ColourBy.GENE, str(finding.outcome.gene_activity.regions.symbols[2]))
    text = meaning.name.lower() if way == "lower" else meaning.name
    if way == "list":
        text = f"{text} act"  # the only entry that has this in it
    typed(qtbot, box, text, *([Qt.Key.Key_Down] if way == "list" else []), Qt.Key.Key_Return)
    assert window.workspace.colours.query == meaning
    assert box.currentText() == f"{meaning.name} activity"
    assert not window.explore_page.messages.text.startswith("The query cannot")


def test_the_colour_box_says_that_a_gene_can_be_typed_and_lists_genes_by_name(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    for view in (window.explore_page.query_map, window.explore_page.reference_map):
        box, before = view.colour_by, view.colour_by.currentText()
        assert "type a gene's name" in box.toolTip()
        entries = [box.itemText(place) for place in range(box.count())]
        ask = entries.index(colour_box.ASK)
        assert all(text.startswith("by ") for text in entries[:ask])
        genes = [one.name for one in box.meanings if one.by is ColourBy.GENE]
        assert genes == sorted(genes, key=str.casefold)
        assert [text.split()[0] for text in entries[-len(genes):]] == genes
        box.setCurrentIndex(ask)
        box.textActivated.emit(entries[ask])
        qtbot.waitUntil(lambda box=box: box.lineEdit().text() == "")
        assert box.lineEdit().placeholderText() == colour_box.HINT
        assert box.lineEdit().hasFocus()
        qtbot.keyClicks(box.lineEdit(), genes[5].lower())
        assert genes[5] in box.completer().currentCompletion()
        qtbot.keyClick(box, Qt.Key.Key_Escape)
        assert box.currentText() == before
        box.ask()
        typed(qtbot, box, genes[5].lower(), Qt.Key.Key_Return)
        assert box.currentText().startswith(f"{genes[5]} ")
    assert window.workspace.colours.query.by is ColourBy.GENE


def test_a_click_marks_what_the_colour_box_says_to_be_typed_over(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    line = window.explore_page.query_map.colour_by.lineEdit()
    line.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(lambda: line.selectedText() == "by transferred label")


def clicked(qtbot, box):
    qtbot.mouseClick(box.lineEdit(), Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def test_what_a_colour_box_shows_is_marked_until_something_is_typed(qtbot, window, finished_run):
    finding, box = finished(window, finished_run), window.explore_page.query_map.colour_by
    window.activateWindow()
    window.go_to("explore")
    first, second = (str(name) for name in finding.outcome.gene_activity.regions.symbols[:2])
    typed(qtbot, box, first, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: box.lineEdit().selectedText() == f"{first} activity")
    clicked(qtbot, box)
    assert box.lineEdit().selectedText() == f"{first} activity"
    qtbot.keyClicks(box.lineEdit(), second)
    clicked(qtbot, box)
    assert not box.lineEdit().selectedText()  # a letter of it is to be mended
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert window.workspace.colours.query == Meaning(ColourBy.GENE, second)


def test_enter_takes_what_the_list_has_first(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    window.go_to("explore")
    box = page.reference_map.colour_by
    gene = str(finding.outcome.gene_activity.regions.symbols[0])
    box.pick(Meaning(ColourBy.GENE, gene))
    typed(qtbot, box, "typ", Qt.Key.Key_Return)
    assert window.workspace.colours.reference == Meaning(ColourBy.TYPE)
    assert box.currentText() == "by type"
    assert "cannot be coloured" not in page.messages.text
    texts = [f"X{gene}", f"{gene}1", gene]
    box.offer([("by type", Meaning(ColourBy.TYPE)), *((f"{text} expression", Meaning(ColourBy.GENE, text))
                                                      for text in texts)], Meaning(ColourBy.TYPE))
    for text, wanted in ((gene[:-1].lower(), gene), (gene, gene), (f"X{gene}"[:-1], f"X{gene}")):
        chosen = []
        box.chosen.connect(chosen.append)
        typed(qtbot, box, text)
        if text != gene:
            assert box.completer().currentCompletion() == f"{wanted} expression"
        qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
        assert chosen[:1] == [Meaning(ColourBy.GENE, wanted)]


def test_the_list_of_a_map_coloured_by_a_gene_opens_at_its_top(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    box = window.explore_page.query_map.colour_by
    box.pick(next(one for one in reversed(box.meanings) if one.by is ColourBy.GENE))
    box.showPopup()
    assert box.view().indexAt(QPoint(5, 5)).row() == 0
    box.hidePopup()


def test_arrows_do_not_go_on_from_the_old_colours_where_nothing_fits(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    box, before = window.explore_page.query_map.colour_by, window.workspace.colours.query
    typed(qtbot, box, "NOSUCH", Qt.Key.Key_Down)
    assert window.workspace.colours.query == before
    assert box.lineEdit().text() == "NOSUCH"


def test_a_name_that_is_no_gene_is_told_and_changes_nothing(qtbot, window, finished_run):
    finished(window, finished_run)
    for page, key, view in ((window.explore_page, "explore", window.explore_page.query_map),
                            (window.query_page, "query", window.query_page.map)):
        window.go_to(key)
        view.colour_by.pick(Meaning(ColourBy.SCORE))
        typed(qtbot, view.colour_by, "nosuch{gene}", Qt.Key.Key_Return)
        assert window.workspace.colours.query == Meaning(ColourBy.SCORE)
        assert view.colour_by.currentText() == "by score"
        assert "The query cannot be coloured by “nosuch{gene}”" in page.messages.text
        view.colour_by.pick(Meaning(ColourBy.LABEL))
        assert "cannot be coloured" not in page.messages.text


def test_a_type_gets_a_colour_of_its_own_everywhere(window, finished_run):
    finding, page, work = finished(window, finished_run), window.explore_page, window.workspace
    name = page.types.table.rows_model.rows[0][0]
    work.chooser.colours.append("#123456")
    page.types.colours_of(name).actions()[0].trigger()
    assert work.session.recipe.colours == ((name, "#123456"),)
    assert not work.session.outdated
    assert work.threshold.applied(finding.job).recipe.colours == ((name, "#123456"),)
    wanted = QColor("#123456")
    assert page.confusion.heatmap.data.colours[name] == wanted
    for one in (page.reference_map, page.query_map):
        legend = one.map.legend
        assert dict(legend._entries)[name] == wanted
    figure = drawn_for_paper(QueryMap, work)
    assert dict(figure.map.legend._entries)[name] == wanted
    figure.deleteLater()
    work.history.undo()
    assert page.confusion.heatmap.data.colours[name] != wanted
    work.history.redo()
    page.types.colours_of(name).actions()[1].trigger()
    assert work.session.recipe.colours == ()


def test_cells_without_a_label_have_a_line_of_their_own(window, finished_run):
    finding, table = finished(window, finished_run), window.explore_page.types.table
    window.workspace.threshold.move(0.9)
    window.workspace.threshold._announce()
    left = (finding.outcome.prediction.best < 0.9).sum()
    assert table.rows_model.rows[-1][:3] == (UNASSIGNED, None, left)
    table.clicked.emit(table.model().index(table.rows_model.rowCount() - 1, 0))
    chosen = window.workspace.selection.current
    np.testing.assert_array_equal(chosen.query, finding.outcome.prediction.best < 0.9)
    assert chosen.description == "Unassigned"
    assert table.selectionModel().hasSelection()


def test_all_types_that_are_selected_are_marked(window, finished_run):
    finding, table = finished(window, finished_run), window.explore_page.types.table
    selection, names = window.workspace.selection, [row[0] for row in table.rows_model.rows]
    selection.choose(of_type(finding, names[1]))
    selection.choose(of_type(finding, names[3]), Combine.ADD)
    assert {table.row_at(index) for index in table.selectionModel().selectedRows()} == {1, 3}
    some = selection.current.query.copy()
    some[np.flatnonzero(some)[0]] = False
    selection.choose(dataclasses.replace(selection.current, query=some))
    assert not table.selectionModel().hasSelection()


def test_bars_are_chosen_by_keys(qtbot, window, finished_run):
    finding, view = finished(window, finished_run), window.explore_page.histogram
    best, keys = finding.outcome.prediction.best, Qt.Key
    filled = np.flatnonzero(view.counts[0])
    for key in (keys.Key_Right, keys.Key_Left, keys.Key_Return):
        qtbot.keyClick(view.canvas, key)
    fullest = int(view.counts[0].argmax())
    bar = int(filled[filled < fullest][-1])
    assert view.canvas.accessibleDescription().endswith(f": {view.counts[0][bar]:,} cells")
    assert_shown(window, (best >= BINS[bar]) & (best < BINS[bar + 1]))
    qtbot.keyClick(view.canvas, keys.Key_Right)
    qtbot.keyClick(view.canvas, keys.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert window.workspace.selection.current.query.sum() == view.counts[0][[bar, fullest]].sum()
    view.canvas.clearFocus()
    view.canvas.left.emit()
    before = window.workspace.selection.current
    qtbot.keyClick(view.canvas, keys.Key_Space)  # no bar is marked any more
    assert window.workspace.selection.current is before


def test_escape_in_a_colour_box_takes_back_the_typing_and_leaves_the_selection(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    page, selection = window.explore_page, window.workspace.selection
    page.confusion.heatmap.clicked.emit(0, None, Combine.REPLACE)
    box, chosen = page.query_map.colour_by, selection.current
    shown = box.currentText()
    box.setFocus()
    box.setEditText("half a na")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.currentText() == shown
    assert selection.current is chosen


def test_wrong_cells_are_chosen_in_the_legend(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    page.query_map.colour_by.pick(Meaning(ColourBy.AGREEMENT))
    place = [page.query_map.map.legend.entry(n) for n in range(2)].index("differs")
    page.query_map.map.legend.clicked.emit(place, Combine.REPLACE)
    assert_shown(window, ~finding.outcome.grade.right)


def test_a_scale_of_colours_chooses_the_cells_nearest_to_each_mark(window, finished_run):
    finding, page, selection = finished(window, finished_run), window.explore_page, window.workspace.selection
    page.query_map.colour_by.pick(Meaning(ColourBy.SCORE))
    best = finding.outcome.prediction.best
    page.query_map.map.legend.clicked.emit(3, Combine.REPLACE)
    assert_shown(window, (best >= 0.625) & (best < 0.875))
    assert selection.current.description == "Score of the label 0.625 to 0.875"
    for mark in (0, 1, 2, 4):
        page.query_map.map.legend.clicked.emit(mark, Combine.ADD)
    assert_shown(window, np.ones(len(best), dtype=bool))
    gene = str(finding.job.reference.genes[3])
    page.reference_map.colour_by.pick(Meaning(ColourBy.GENE, gene))
    values = reference_values(finding, window.workspace.colours.reference)
    marks = marks_of(values.low, values.high)
    page.reference_map.map.legend.clicked.emit(len(marks) - 1, Combine.REPLACE)
    least = (marks[-2] + marks[-1]) / 2
    np.testing.assert_array_equal(selection.current.reference, values.values >= least)
    assert selection.current.description == f"{values.name} from {least:g}"


def test_both_assays_in_one_map(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    page.layout_switch.button("merged").click()
    page.merged_map.draw.click()
    assert window.workspace.runner.busy
    settle(qtbot, window)
    joint = window.workspace.merger.result
    n = joint.n_reference
    np.testing.assert_array_equal(page.merged_map.map.cloud.positions, joint.map)
    page.confusion.heatmap.clicked.emit(0, None, Combine.REPLACE)
    np.testing.assert_array_equal(page.merged_map.highlighted[n:], finding.outcome.grade.cells(0, None))
    corners = square(joint.map[joint.placed])
    page.merged_map.map.lasso.drawn.emit(corners, Combine.REPLACE)
    found = window.workspace.selection.current
    np.testing.assert_array_equal(np.concatenate([found.reference, found.query]), inside(joint.map, corners))
    page.merged_map.map.clicked.emit(n + 5, Combine.REPLACE)
    assert_shown(window, np.arange(len(joint.map) - n) == 5)
    page.merged_map.map.clicked.emit(2, Combine.REPLACE)
    np.testing.assert_array_equal(np.flatnonzero(page.merged_map.highlighted), [2])
    page.merged_map.colour_by.pick(Meaning(ColourBy.TYPE))
    page.merged_map.map.legend.clicked.emit(0, Combine.REPLACE)
    assert_shown(window, finding.outcome.prediction.labels.names == page.merged_map.map.legend.entry(0))


def merged(window, finding):
    """Put a merged map into the window, as if it had been drawn."""
    n = len(finding.job.reference.cells), len(finding.job.query.cells)
    places = np.random.default_rng(0).normal(size=(sum(n), 2))
    drawn = SimpleNamespace(map=places, n_reference=n[0], placed=np.ones(sum(n), dtype=bool))
    window.workspace.merger._found = (finding, drawn)
    window.workspace.merger.changed.emit()
    return window.explore_page.merged_map


def test_the_merged_map_is_coloured_by_what_both_assays_have(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    view, grade, n = merged(window, finding), finding.outcome.grade, len(finding.job.reference.cells)
    view.colour_by.pick(Meaning(ColourBy.SCORE))
    codes = view.map.cloud.codes
    assert (codes[:n] == -1).all()
    assert (codes[n:] >= 0).all()
    assert "query cells only" in view.map.legend.title
    view.colour_by.pick(Meaning(ColourBy.TRUTH))
    labels = merged_values(finding, window.workspace.colours.merged).labels
    np.testing.assert_array_equal(labels.names[:n], finding.outcome.reference_labels.labels.names)
    np.testing.assert_array_equal(labels.names[n:], grade.truth.names)
    view.colour_by.pick(Meaning(ColourBy.AGREEMENT))
    names = [view.map.legend.entry(place) for place in range(3)]
    assert names == ["agrees", "differs", "not graded"]
    view.map.legend.clicked.emit(1, Combine.REPLACE)
    assert_shown(window, ~grade.right, np.zeros(n, dtype=bool))
    view.map.legend.clicked.emit(2, Combine.REPLACE)
    assert window.workspace.selection.current.reference.all()


def test_a_gene_colours_both_assays_each_by_its_own_range(qtbot, window, on_disk):
    finding, work = finished(window, on_disk), window.workspace
    view, n = merged(window, finding), len(finding.job.reference.cells)
    symbols = set(finding.outcome.gene_activity.regions.symbols)
    gene = next(str(one) for one in finding.job.reference.genes if one in symbols)
    view.colour_by.pick(Meaning(ColourBy.GENE, gene))
    assert gene in view.note, "the reference's counts lie on disk"
    qtbot.waitUntil(lambda: work.colours.merged == Meaning(ColourBy.GENE, gene))
    values = merged_values(finding, work.colours.merged)
    for part, own in ((values.values[:n], figures.expression_of(finding, gene)),
                      (values.values[n:], figures.activity_of(finding, gene))):
        np.testing.assert_array_equal(np.argsort(part, kind="stable"), np.argsort(own, kind="stable"))
        assert part.min() == 0
    assert f"{gene} expression or activity" in view.map.legend.title
    only = str(min(symbols - set(finding.job.reference.genes)))
    assert Meaning(ColourBy.GENE, only) not in view.colour_by.meanings
    window.go_to("explore")
    view.colour_by.missed.emit("nonsense")
    assert "The merged map cannot be coloured by “nonsense”" in window.explore_page.messages.text


def test_the_merged_map_is_coloured_by_columns_of_either_side(qtbot, window, finished_run):
    run = finished_run
    sides = [dataclasses.replace(side, cells=side.cells.assign(**columns)) for side, columns in (
        (run.job.reference, {"age": 40.0 + np.arange(CELLS), "donor": "first", "mixed": "word"}),
        (run.job.query, {"age": np.arange(CELLS) / 10, "donor": "second", "mixed": 1.5 + np.arange(CELLS),
                         "depth": 0.5 + np.arange(CELLS)}))]
    job = dataclasses.replace(run.job, reference=sides[0], query=sides[1])
    finding = finished(window, dataclasses.replace(run, job=job))
    view, n, selection = merged(window, finding), CELLS, window.workspace.selection
    view.colour_by.pick(Meaning(ColourBy.COLUMN, "donor"))
    assert [view.map.legend.entry(place) for place in range(2)] == ["first", "second"]
    view.map.legend.clicked.emit(1, Combine.REPLACE)
    assert selection.current.description == "donor second"
    assert_shown(window, np.ones(n, dtype=bool), np.zeros(n, dtype=bool))
    view.colour_by.pick(Meaning(ColourBy.COLUMN, "cell_type"))
    table = type_colours(figures.all_types(finding), window.workspace.appearance.theme)
    name = view.map.legend.entry(0)
    code = merged_values(finding, Meaning(ColourBy.COLUMN, "cell_type")).labels.types.index(name)
    assert view.map.cloud._look.palette[code] == table[name]
    view.colour_by.pick(Meaning(ColourBy.COLUMN, "age"))
    values = merged_values(finding, window.workspace.colours.merged).values
    np.testing.assert_array_equal(values, np.concatenate([40.0 + np.arange(n), np.arange(n) / 10]))
    view.map.legend.clicked.emit(0, Combine.REPLACE)
    low, high = selection.current.reference, selection.current.query
    assert high.all()
    assert low[:5].all()
    assert not low[-1]
    for column in ("depth", "mixed"):
        view.colour_by.pick(Meaning(ColourBy.COLUMN, column))
        assert view.map.legend.title == f"{column}; query cells only"
        assert (view.map.cloud.codes[:n] == -1).all()


def test_the_merged_map_stays_where_the_method_changes(qtbot, window, finished_run):
    finding, work = finished(window, finished_run), window.workspace
    window.go_to("explore")
    view = merged(window, finding)
    window.explore_page.layout_switch.button("merged").click()
    joint, box = work.merger.result, view.map.canvas.getViewBox()
    box.scaleBy((0.5, 0.5))
    seen = box.viewRect()
    window.explore_page.method.button("Seurat").click()
    assert work.session.shown is not finding
    assert work.merger.result is joint
    assert not view.empty_text
    assert box.viewRect() == seen
    view.colour_by.pick(Meaning(ColourBy.TYPE))
    labels = merged_values(work.session.shown, work.colours.merged).labels
    np.testing.assert_array_equal(labels.names[len(finding.job.reference.cells):],
                                  work.threshold.finding.outcome.prediction.labels.names)
    job = dataclasses.replace(finding.job, recipe=dataclasses.replace(finding.job.recipe, seed=5))
    work.session.add_finding(job, finding.outcome, 1.0)
    assert work.merger.result is None, "another seed draws another map"


def test_each_method_keeps_its_own_threshold(qtbot, window, finished_run):
    finding, page, work = finished(window, finished_run), window.explore_page, window.workspace
    window.go_to("explore")
    found = {method: by_method(finding.outcome, dataclasses.replace(
        finding.job.recipe, transfer=finding.job.recipe.transfer.replaced(method=method)))
        for method in (REFINED, SEURAT)}

    def assert_shown(method, least):
        assert work.session.recipe.transfer.method == method
        assert work.threshold.value == work.session.recipe.transfer.min_score == least
        qtbot.waitUntil(lambda: page.threshold.value == least)
        expected = abstaining(found[method], least)
        np.testing.assert_array_equal(work.threshold.finding.outcome.prediction.labels.codes,
                                      expected.prediction.labels.codes)
        assert work.threshold.finding.outcome.grade.accuracy == expected.grade.accuracy
        recipe = work.threshold.applied(work.session.shown.job).recipe
        assert (recipe.transfer.method, recipe.transfer.min_score) == (method, least)

    work.threshold.move(0.8)  # the slider has not come to rest
    page.method.button("Seurat").click()
    assert_shown(SEURAT, 0.0)
    work.threshold.move(0.4)
    work.threshold.settle()
    page.method.button("Refined").click()
    assert_shown(REFINED, 0.8)
    page.method.button("Seurat").click()
    assert_shown(SEURAT, 0.4)
    for least, method in ((0.8, REFINED), (0.4, SEURAT), (0.0, SEURAT), (0.8, REFINED), (0.0, REFINED)):
        work.history.undo()
        assert_shown(method, least)
    for least, method in ((0.8, REFINED), (0.0, SEURAT), (0.4, SEURAT)):
        work.history.redo()
        assert_shown(method, least)
    page.method.button("Refined").click()
    assert_shown(REFINED, 0.8)


def test_the_merged_map_can_be_cancelled(qtbot, window, finished_run):
    finished(window, finished_run)
    window.explore_page.merged_map.draw.click()
    window.workspace.runner.cancel()
    settle(qtbot, window)
    assert window.workspace.merger.result is None
    assert window.explore_page.merged_map.draw.isEnabled()
    assert "not drawn" in window.explore_page.messages.text


def test_pictures_of_older_settings_are_marked(qtbot, window, finished_run):
    finished(window, finished_run)
    page, session = window.explore_page, window.workspace.session
    views = (page.reference_map, page.query_map, page.confusion, page.types, page.histogram)
    assert not any(view._older.isVisibleTo(view) for view in views)
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=7))
    assert all(view._older.isVisibleTo(view) for view in views)
    assert page.query_map.map.cloud.opacity() < 1
    session.change("anchors", session.recipe.anchors.replaced(k_anchor=5))
    assert not any(view._older.isVisibleTo(view) for view in views)


@pytest.mark.parametrize("through", ["switch", "setting"])
def test_the_method_is_changed_at_once_and_nothing_runs(qtbot, window, finished_run, through):
    finding, page = finished(window, finished_run), window.explore_page
    session = window.workspace.session
    cells = finding.outcome.grade.cells(1, None)
    page.confusion.heatmap.clicked.emit(1, None, Combine.REPLACE)

    def choose(method, name):
        if through == "switch":
            page.method.button(name).click()
        else:
            session.change("transfer", session.recipe.transfer.replaced(method=method))

    choose(SEURAT, "Seurat")
    assert not window.workspace.runs.running
    assert not session.outdated
    assert not window.workspace.runs.possible
    assert page.method.value == "Seurat"
    shown = session.shown
    assert shown.outcome.prediction is finding.outcome.voted
    assert shown.number == finding.number
    assert session.findings == (shown,)
    np.testing.assert_array_equal(shown.outcome.grade.predicted.codes >= 0, finding.outcome.voted.labels.codes >= 0)
    assert_shown(window, cells)
    choose(REFINED, "Refined")
    np.testing.assert_array_equal(session.shown.outcome.prediction.best, finding.outcome.prediction.best)
    assert not session.outdated


def test_another_setting_beside_the_method_waits_for_a_run(window, finished_run):
    finding, session = finished(window, finished_run), window.workspace.session
    session.change("transfer", session.recipe.transfer.replaced(method=SEURAT, k_weight=30))
    assert session.shown is finding
    assert session.outdated


def test_cells_unlike_the_reference_are_told_of_and_can_be_selected(window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    unlike = np.arange(len(finding.job.query.cells)) % 9 == 0
    refinement = dataclasses.replace(finding.outcome.refinement, unlike=unlike)
    session = window.workspace.session
    session.add_finding(finding.job, by_method(dataclasses.replace(finding.outcome, refinement=refinement),
                                               finding.job.recipe), 1.0, ("GENE1", "GENE2"))
    assert page.messages.text.startswith(
        f"{unlike.sum()} cells look like nothing in the reference; their top markers are GENE1, GENE2. ")
    assert "left unassigned" in page.messages.text
    page.messages.action.click()
    np.testing.assert_array_equal(window.workspace.selection.current.query, unlike)
    page.method.button("Seurat").click()
    assert "carry a label all the same" in page.messages.text


def test_the_map_can_be_coloured_by_how_unlike_the_reference_cells_are(window, finished_run):
    finding = finished(window, finished_run)
    values = query_values(finding, Meaning(ColourBy.NOVELTY))
    assert isinstance(values, Numbers)
    np.testing.assert_array_equal(values.values, finding.outcome.refinement.novelty)
    view = window.explore_page.query_map
    view.colour_by.pick(Meaning(ColourBy.NOVELTY))
    assert view.map.legend.title == "Unlikeness, in robust SD; unusual over 2.5"
    marks = marks_of(values.low, values.high, values.edge)
    assert EDGE in marks
    assert "2.5" in [name for name, _ in view.map.legend._entries]
    view.map.legend.clicked.emit(len(marks) - 1, Combine.REPLACE)
    assert window.workspace.selection.current.description.startswith("Unlikeness, in robust SD from ")


@pytest.fixture
def on_disk(finished_run):
    """The finished run, its reference's counts in files."""
    counts = finished_run.job.reference.counts
    with Scratch(counts.nnz) as scratch:
        scratch.append(counts)
        reference = dataclasses.replace(finished_run.job.reference, counts=scratch.finished(counts.shape[1]))
    return dataclasses.replace(finished_run, job=dataclasses.replace(finished_run.job, reference=reference))


def test_a_gene_of_counts_on_disk_is_read_by_a_job_and_kept(qtbot, window, finished_run, on_disk):
    finding, gene = finished(window, on_disk), str(on_disk.job.reference.genes[3])
    page, work, meaning = window.explore_page, window.workspace, Meaning(ColourBy.GENE, gene)
    page.reference_map.colour_by.chosen.emit(meaning)
    assert work.colours.reference.by is ColourBy.TYPE
    assert gene in page.reference_map.note
    assert not page.query_map.note
    qtbot.waitUntil(lambda: work.colours.reference == meaning)
    assert not page.reference_map.note
    in_memory = dataclasses.replace(finding, job=finished_run.job, levels={})
    np.testing.assert_array_equal(reference_values(finding, meaning).values,
                                  reference_values(in_memory, meaning).values)
    page.reference_map.colour_by.chosen.emit(Meaning(ColourBy.TYPE))
    page.reference_map.colour_by.chosen.emit(meaning)
    assert work.colours.reference == meaning, "it was read again"


def test_another_finding_reads_the_gene_again(qtbot, window, on_disk):
    first, meaning = finished(window, on_disk), Meaning(ColourBy.GENE, str(on_disk.job.reference.genes[3]))
    work = window.workspace
    work.levels.colour("reference", meaning)
    qtbot.waitUntil(lambda: work.colours.reference == meaning)
    work.session.add_finding(first.job, first.outcome, 1.0)
    second = work.session.shown
    qtbot.waitUntil(lambda: ("reference", meaning.name) in second.levels)
    qtbot.waitUntil(lambda: not work.levels.reading("reference"))


def test_genes_of_both_sides_are_read_one_does_not_cancel_the_other(qtbot, window, on_disk):
    finding, work = finished(window, on_disk), window.workspace
    symbols = finding.outcome.gene_activity.regions.symbols
    shared = next(str(gene) for gene in on_disk.job.reference.genes if gene in set(symbols))
    activity = finding.outcome.gene_activity
    with Scratch(activity.counts.nnz) as scratch:
        scratch.append(activity.counts)
        counts = scratch.finished(activity.counts.shape[1])
    outcome = dataclasses.replace(finding.outcome, gene_activity=dataclasses.replace(activity, counts=counts))
    work.session.add_finding(finding.job, outcome, 1.0)
    meaning = Meaning(ColourBy.GENE, shared)
    for side in ("query", "reference"):
        work.levels.colour(side, meaning)
    assert work.levels.reading("query") == work.levels.reading("reference") == shared
    qtbot.waitUntil(lambda: work.colours.query == work.colours.reference == meaning)
    work.session.add_finding(finding.job, outcome, 1.0)
    again = work.session.shown
    qtbot.waitUntil(lambda: {("query", shared), ("reference", shared)} <= set(again.levels))
    qtbot.waitUntil(lambda: not work.levels.runner.busy)
    assert not work.levels.reading("query")


def test_the_histogram_is_zoomed_and_a_double_click_selects_nothing(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    view, left = window.explore_page.histogram, Qt.MouseButton.LeftButton
    box, port = view.canvas.getViewBox(), view.canvas.viewport()
    home = box.viewRange()
    view.canvas.grab()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Plus)
    assert box.viewRange()[1][1] < home[1][1]
    window.workspace.threshold.move(0.2)
    assert box.viewRange()[1][1] < home[1][1]
    bar = int(view.counts[0].argmax())
    place = QPointF((BINS[bar] + BINS[bar + 1]) / 2, sum(box.viewRange()[1]) / 2)
    where = view.canvas.mapFromScene(box.mapViewToScene(place))
    qtbot.mousePress(port, left, pos=where)
    for step in (10, 20, 30):
        qtbot.wait(20)  # pyqtgraph hears of a moving mouse every so often
        qtbot.mouseMove(port, where - QPoint(step, 0))
    qtbot.mouseRelease(port, left, pos=where - QPoint(30, 0))
    assert window.workspace.selection.current.empty  # it was a drag
    qtbot.mouseClick(port, left, pos=where)
    assert not window.workspace.selection.current.empty
    qtbot.mouseDClick(port, left, pos=where)
    qtbot.mouseRelease(port, left, pos=where)
    assert window.workspace.selection.current.empty
    assert box.viewRange() == home
