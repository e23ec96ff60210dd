"""What maps say of themselves: kept entries, round scales, captions, and colours under the right button."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from anchorscope.declared import joined
from anchorscope.palette import by_name
from anchorscope.results import Labels, ReferenceLabels
from anchorscope_desktop.plotting.cell_map import DRAWING, NOBODY, CellMap, Colouring
from anchorscope_desktop.plotting.colouring import by_categories, marks_of, said
from anchorscope_desktop.plotting.colours import UNASSIGNED, type_colours
from anchorscope_desktop.plotting.gesture import Combine
from anchorscope_desktop.plotting.legend import Legend
from anchorscope_desktop.plotting.theme import LIGHT
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.left_out import LEFT_OUT, UNKNOWN, without_type
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.views.frame import drawn_for_paper
from anchorscope_desktop.views.gene_by_type import heading
from anchorscope_desktop.views.merged_map import colouring
from anchorscope_desktop.views.reference_map import ReferenceMap
from anchorscope_desktop.views.score_histogram import CALIBRATION
from anchorscope_desktop.widgets.colour_box import ColourBox
from app.helpers import finished, settle

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
GREY = QColor("#9AA0A6")


def legend_of(qtbot, names, width, *, kept=True):
    legend = Legend(LIGHT)
    qtbot.addWidget(legend)
    legend.max_lines = 2
    legend.set_entries([(name, GREY) for name in names], kept=kept)
    legend.resize(width, legend.heightForWidth(width))
    legend.show()
    return legend


@pytest.mark.parametrize("width", [170, 260, 300, 420])
def test_the_last_entry_has_a_place_of_its_own_where_others_are_not_seen(qtbot, width):
    names = [*(f"Type number {n}" for n in range(12)), UNASSIGNED]
    legend, chosen = legend_of(qtbot, names, width), []
    legend.clicked.connect(lambda index, how: chosen.append(index))
    places = legend._places(width)
    qtbot.mouseClick(legend, LEFT, pos=places[-1].center().toPoint())
    assert chosen == [len(names) - 1]
    assert places[-1].right() + legend.rest_place().width() <= width
    assert not any(one.intersects(other) for one in places for other in places if one is not other)
    qtbot.mouseClick(legend, LEFT, pos=legend.rest_place().center().toPoint())
    hidden = [action.text() for action in legend.rest.actions()]
    legend.rest.close()
    assert hidden == names[len(places) - 1:-1]


def test_cells_without_a_label_are_kept_in_the_legend():
    codes = np.array([0, 1, -1])
    labels, table = Labels(("A", "B"), codes), type_colours(("A", "B"), LIGHT)
    assert by_categories(labels, table, UNASSIGNED).missing
    assert not by_categories(replace(labels, codes=np.array([0, 1, 1])), table, UNASSIGNED).missing


@pytest.mark.parametrize(("low", "high", "edge"), [
    (-2.9, 2.5, 2.5), (0.0, 1.0, None), (0.0, 1.37, None), (1034.0, 8912.0, None), (-0.013, 0.021, None),
    (1e9, 1e9 + 1, None)])
def test_scales_have_round_steps(low, high, edge):
    marks = marks_of(low, high, edge)
    assert 3 <= len(marks) <= 8
    assert low <= marks[0]
    assert marks[-1] <= high
    even = marks if edge is None else marks[marks != edge]
    steps = np.diff(even)
    np.testing.assert_allclose(steps, steps[0])
    assert f"{steps[0]:.6e}"[:3] in ("1.0", "2.0", "2.5", "5.0")
    assert edge is None or edge in marks


def test_numbers_of_a_scale_are_written_out():
    assert [said(mark) for mark in (0.0, 2.5, 20_000.0, -0.25)] == ["0", "2.5", "20,000", "-0.25"]


def test_a_map_stays_where_it_is_with_every_colour(qtbot, window, finished_run):
    finished(window, finished_run)
    window.resize(1280, 800)
    window.go_to("explore")
    view = window.explore_page.query_map
    QApplication.processEvents()
    size = view.map.canvas.size()
    for meaning in (Meaning(ColourBy.SCORE), Meaning(ColourBy.NOVELTY), Meaning(ColourBy.AGREEMENT)):
        view.colour_by.pick(meaning)
        QApplication.processEvents()
        assert view.map.canvas.size() == size
        assert not view.map.legend.cut
    view.colour_by.pick(Meaning(ColourBy.LABEL))
    window.workspace.threshold.move(0.9)
    QApplication.processEvents()
    assert view.map.canvas.size() == size


def test_a_map_without_a_selected_cell_says_so_and_is_not_paled_twice(qtbot):
    made = CellMap(LIGHT, "Cells")
    qtbot.addWidget(made)
    made.show_cells(np.random.default_rng(0).normal(size=(20, 2)))
    made.colour(Colouring(np.zeros(20, dtype=np.int64), [GREY, GREY], [("A", GREY)]))
    made.fade(faded=True)
    assert (made.caption, made.cloud.opacity() < 1) == ("", True)
    made.highlight(np.zeros(20, dtype=bool))
    assert (made.caption, made.cloud.opacity()) == (NOBODY, 1.0)
    made.highlight(np.arange(20) == 3)
    assert (made.caption, made.cloud.opacity()) == ("", 1.0)
    made.lasso.switch(on=True)
    assert made.caption == DRAWING
    made.highlight(None)
    made.lasso.switch(on=False)
    assert (made.caption, made.cloud.opacity() < 1) == ("", True)
    made.highlight(np.zeros(20, dtype=bool))
    made.for_paper()
    assert made.caption == ""


def test_the_other_map_says_that_the_selected_cell_is_not_there(window, finished_run):
    pairless = replace(finished_run.job, query=replace(finished_run.job.query, pairing=None))
    finding, page = finished(window, replace(finished_run, job=pairless)), window.explore_page
    window.workspace.selection.choose(choosing.of_cell(finding, "query", 5))
    assert (page.reference_map.map.caption, page.query_map.map.caption) == (NOBODY, "")
    window.workspace.selection.clear()
    assert page.reference_map.map.caption == ""


def test_escape_ends_the_lasso_first_and_then_the_selection(qtbot, window, finished_run):
    finding, view = finished(window, finished_run), window.explore_page.query_map
    window.go_to("explore")
    window.activateWindow()
    window.workspace.selection.choose(choosing.of_cell(finding, "query", 5))
    qtbot.mouseClick(view.lasso, LEFT)
    qtbot.waitUntil(view.map.canvas.hasFocus)
    assert DRAWING in view.map.caption
    qtbot.keyClick(view.map.canvas, Qt.Key.Key_Escape)
    assert not view.lasso.isChecked()
    assert not window.workspace.selection.current.empty
    qtbot.keyClick(view.map.canvas, Qt.Key.Key_Escape)
    assert window.workspace.selection.current.empty


def test_the_button_of_the_lasso_looks_pressed(window, finished_run):
    finished(window, finished_run)
    button = window.explore_page.query_map.lasso
    window.go_to("explore")
    QApplication.processEvents()

    def ground():
        return button.grab().toImage().pixelColor(4, button.height() // 2)

    before = ground()
    button.setChecked(True)
    assert ground() == window.workspace.appearance.theme.color("accent_soft") != before


def letters(menu):
    return [action.text() for action in menu.actions() if action.text()]


def test_the_right_button_gives_a_type_another_colour_on_legend_and_matrix(qtbot, window, finished_run, answers):
    finished(window, finished_run)
    window.go_to("explore")
    page, work = window.explore_page, window.workspace
    legend, heatmap = page.query_map.map.legend, page.confusion.heatmap
    name = legend.entry(0)
    row = heatmap.data.row_names.index(name)
    places = ((page.query_map, legend, legend._places(legend.width())[0]),
              (page.confusion, heatmap, heatmap.geometry_now().row_name(row)),
              (page.confusion, heatmap, heatmap.geometry_now().column_name(row)))
    for view, widget, place in places:
        where = place.center().toPoint()
        qtbot.mouseClick(widget, RIGHT, pos=where)
        menu = view.menu(widget.mapToGlobal(where))
        assert letters(menu)[:2] == [f"&Colour of {name}…", "&Usual colour"]
        assert "Copy &picture" in letters(menu)
        answers.colours.append("#123456")
        menu.actions()[0].trigger()
        assert work.session.recipe.colours == ((name, "#123456"),)
        menu.deleteLater()
        view.menu(widget.mapToGlobal(where)).actions()[1].trigger()
        assert work.session.recipe.colours == ()
    assert work.selection.current.empty
    cell = heatmap.geometry_now().cell(0, 0).center()
    assert heatmap.name_at(cell) == ""
    assert letters(page.confusion.menu(heatmap.mapToGlobal(cell.toPoint())))[0] == "Copy &picture"


def test_what_is_no_type_has_no_colour_to_change(window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    view = window.explore_page.query_map
    view.colour_by.pick(Meaning(ColourBy.SCORE))
    legend = view.map.legend
    where = legend.mapToGlobal(legend._places(legend.width())[0].center().toPoint())
    assert letters(view.menu(where))[0] == "Copy &picture"
    assert legend.entry_at(QPoint(-5, -5).toPointF()) is None


def test_the_right_button_marks_no_line_of_the_types(qtbot, window, finished_run):
    finished(window, finished_run)
    window.go_to("explore")
    table = window.explore_page.types.table
    place = table.visualRect(table.model().index(1, 0)).center()
    qtbot.mousePress(table.viewport(), RIGHT, pos=place)
    qtbot.mouseRelease(table.viewport(), RIGHT, pos=place)
    assert not table.selectionModel().selectedRows()


@pytest.mark.parametrize(("dropped", "lacking", "word"), [
    (("B",), False, LEFT_OUT), ((), True, UNKNOWN), (("B",), True, f"{LEFT_OUT} or {UNKNOWN}"),
    (("Martians",), True, UNKNOWN)])
def test_cells_without_a_type_are_called_by_why(finished_run, dropped, lacking, word):
    cells = finished_run.job.reference.cells.copy()
    names = np.array(["A", "B", "C"], dtype=object)[np.arange(len(cells)) % 3]
    names[:4] = None if lacking else "A"
    cells["kind"] = names
    from anchorscope.io.labels import labels_from_column

    labels = labels_from_column(cells, "kind", "reference").without(dropped)
    settings = finished_run.job.recipe.reference.replaced(labels="kind", left_out="; ".join(dropped))
    assert without_type(ReferenceLabels(labels, "", None), cells, settings) == word


def test_the_legend_of_the_reference_says_what_was_left_out(window, finished_run):
    job, outcome = finished_run.job, finished_run.outcome
    found = outcome.reference_labels
    name = found.labels.types[0]
    recipe = replace(job.recipe, reference=job.recipe.reference.replaced(left_out=name))
    outcome = replace(outcome, reference_labels=replace(found, labels=found.labels.without((name,))))
    finished(window, replace(finished_run, job=replace(job, recipe=recipe), outcome=outcome))
    legend = window.explore_page.reference_map.map.legend
    assert legend._entries[-1][0] == LEFT_OUT
    legend.clicked.emit(len(legend._entries) - 1, Combine.REPLACE)
    chosen = window.workspace.selection.current
    assert chosen.description == "Left out"
    np.testing.assert_array_equal(chosen.reference, found.labels.codes == found.labels.types.index(name))
    merged = colouring(window.workspace.session.shown, Meaning(ColourBy.TYPE), LIGHT)
    assert merged.legend[-1][0] == f"{UNASSIGNED} or {LEFT_OUT}"
    paper = drawn_for_paper(ReferenceMap, window.workspace)
    assert paper.map.legend._entries[-1][0] == LEFT_OUT
    paper.deleteLater()


def test_a_shorter_name_comes_before_a_longer_and_another_number_last(qtbot):
    box, chosen = ColourBox("Colour"), []
    qtbot.addWidget(box)
    genes = ("ACD8", "CD80", "CD83", "CD8A", "CD8B", "CD8BP1")
    box.offer([("by type", Meaning(ColourBy.TYPE)), *((f"{one} expression", Meaning(ColourBy.GENE, one))
                                                      for one in genes)], Meaning(ColourBy.TYPE))
    box.chosen.connect(chosen.append)
    for typed, wanted in (("cd8", "CD8A"), ("cd8b", "CD8B"), ("cd83", "CD83"), ("cd", "CD80")):
        box.line.setText(typed)
        box._take_typed()
        assert chosen.pop() == Meaning(ColourBy.GENE, wanted)
    assert [text.split()[0] for text in box._in_order("cd8")][:5] == ["CD8A", "CD8B", "CD8BP1", "CD80", "CD83"]


def test_the_matrix_tells_cells_and_shares_in_few_words(window, finished_run):
    finding, heatmap = finished(window, finished_run), window.explore_page.confusion.heatmap
    grade = finding.outcome.grade
    row = int(grade.n.argmax())
    others = grade.counts[row].copy()
    others[row] = -1
    column = int(others.argmax())
    cells, share = int(grade.counts[row, column]), round(100 * grade.counts[row, column] / grade.n[row])
    told = heatmap.data.told((row, column))
    assert told.startswith(f"{grade.types[row]} labelled {grade.types[column]}: {cells:,} cell")
    assert told.endswith(f"{share} % of the row") or (share == 0 and told.endswith(" % of the row"))
    assert "rightly labelled" in heatmap.data.told((row, row))
    assert len(told.splitlines()) == 1


def test_the_switch_of_the_scores_is_whole_beside_the_sign_of_older_settings(qtbot, window, finished_run):
    finished(window, finished_run)
    window.resize(1280, 800)
    window.go_to("explore")
    session = window.workspace.session
    session.change("transfer", session.recipe.transfer.replaced(k_weight=17))
    QApplication.processEvents()
    view = window.explore_page.histogram
    assert view._older.isVisible()
    for value in view.switch.values:
        button = view.switch.button(value)
        assert button.width() >= button.sizeHint().width()
        assert view.rect().contains(button.mapTo(view, button.rect().bottomRight()))
    assert not view._words.cut
    view.switch.button(CALIBRATION).click()
    QApplication.processEvents()
    assert not view._words.cut


def test_the_title_of_a_gene_is_whole_in_a_narrower_window(qtbot, window, finished_run):
    finished(window, finished_run)
    page = window.activity_page
    window.resize(1200, 800)
    window.go_to("gene_activity")
    settle(qtbot, window)
    QApplication.processEvents()
    view, check = page.by_type, window.workspace.bridge.current
    assert check is not None
    assert check.bridge is not None
    gene = next(name for name, r in zip(check.bridge.genes, check.bridge.over_types, strict=True) if np.isfinite(r))
    for by_truth in (True, False):
        words = heading(replace(check, gene=gene, violins=(object(),), by_truth=by_truth))
        assert "; r = " in words
        view.set_heading(words.replace(gene, "HLA-DRB1"))
        assert not view._heading.cut


def test_types_keep_their_colours_where_one_is_left_out(window, finished_run):
    finding, theme = finished(window, finished_run), window.workspace.appearance.theme
    before = run_colours(finding, theme)
    labels = finding.outcome.reference_labels.labels
    gone = min(labels.types, key=by_name)
    kept = replace(finding.outcome.reference_labels, labels=labels.without([gone]))
    recipe = replace(finding.job.recipe,
                                 reference=finding.job.recipe.reference.replaced(left_out=joined([gone])))
    other = replace(finding, job=replace(finding.job, recipe=recipe),
                                outcome=replace(finding.outcome, reference_labels=kept, grade=None))
    after = run_colours(other, theme)
    assert {name: after[name] for name in kept.labels.types} == {name: before[name] for name in kept.labels.types}
