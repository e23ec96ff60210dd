"""Room on the Explore page: what names a doubt is seen, the matrix stays readable, why gives its room back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton

from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout
from anchorscope_desktop.plotting.heatmap_room import READABLE_ROW
from anchorscope_desktop.state.choosing import of_reference
from anchorscope_desktop.widgets.basics import boxed, column
from anchorscope_desktop.widgets.rows_model import Column
from anchorscope_desktop.widgets.sections import Section, SectionsTable
from anchorscope_desktop.widgets.why_panel import NO_CELL
from app.helpers import finished, select_all, why_opened


def test_why_gives_its_room_back_when_nothing_is_selected(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    panel, before = why_opened(qtbot, window, finding)
    window.workspace.selection.clear()
    qtbot.waitUntil(lambda: panel.height() == before)
    select_all(window, finding)
    qtbot.waitUntil(lambda: panel.height() > before + 50)
    page.selected.switch.button("cells").click()
    qtbot.waitUntil(lambda: panel.height() == before)


def test_the_rows_of_the_matrix_stay_readable_and_the_selection_gives_way(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    window.resize(1200, 700)
    window.show()
    window.go_to("explore")
    heatmap, data = page.confusion.heatmap, page.confusion.heatmap.data
    many = 14
    fitting = HeatmapData(np.zeros((many, many)), (("",) * many,) * many, *[tuple(f"type number {place}" for place in
                          range(many))] * 2, "Truth", "Label", data.colours)
    heatmap.set_data(fitting)
    select_all(window, finding).switch.button("why").click()
    heatmap.set_data(fitting)
    for drag in ((0, 1000), (200, 300)):
        page._right.setSizes(drag)
        page._right.splitterMoved.emit(drag[0], 1)
        QApplication.processEvents()
        assert heatmap.geometry_now().cell_height >= READABLE_ROW
        assert page.selected.height() >= page.selected.minimumHeight()


def test_the_frame_of_the_keys_goes_around_the_name_of_a_low_row():
    layout = HeatmapLayout(14, 14, 120.0, 60.0, 20.0, 12.0)
    name, frame = layout.row_name(3), layout.outline((3, None)).boundingRect()
    assert frame.top() - name.top() <= 1
    assert name.bottom() - frame.bottom() <= 1


def test_why_of_reference_cells_alone_says_what_is_missing_and_shows_no_orphans(window, finished_run):
    finding = finished(window, finished_run)
    window.go_to("explore")
    panel = window.explore_page.selected
    panel.switch.button("why").click()
    cells = np.arange(len(finding.outcome.reference_labels.labels.codes)) < 3
    window.workspace.selection.choose(of_reference(finding, "some", cells))
    assert panel.reason.strip() == NO_CELL
    parts = panel.why.before, panel.why.after, panel.why.facts
    assert not any(part.isVisible() for part in parts)
    select_all(window, finding)
    assert all(part.isVisible() for part in parts)


def test_the_first_cell_that_is_explained_is_marked_and_linked_at_once(window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    focus = window.workspace.focus
    panel = select_all(window, finding)
    assert (focus.marked, page.lines.ends) == (None, [])
    panel.switch.button("why").click()
    assert (focus.picked, focus.marked) == (None, 0)
    assert {cell for cell, _ in page.lines.ends} == {0}
    panel.switch.button("cells").click()
    assert (focus.marked, page.lines.ends) == (None, [])
    panel.switch.button("why").click()
    window.workspace.selection.clear()
    assert (focus.marked, page.lines.ends) == (None, [])


def test_the_names_of_the_axes_of_coverage_are_whole_in_the_narrowest_view(qtbot, window, finished_run):
    finished(window, finished_run)
    view = window.explore_page.histogram
    window.resize(1200, 700)
    window.show()
    window.go_to("explore")
    view.switch.button("coverage").click()
    split = view.parentWidget()
    split.setSizes([10_000, 1])
    qtbot.waitUntil(lambda: view.width() == view.minimumWidth())
    QApplication.processEvents()
    assert not view.coverage_canvas.cut


def test_a_long_name_in_a_colour_box_shows_its_beginning_after_enter(qtbot, window, finished_run):
    finished(window, finished_run)
    window.show()
    window.go_to("explore")
    box = window.explore_page.query_map.colour_by
    meaning = box.meanings[-1]
    text = "by a column with a name that is far longer than the box is wide"
    box.offer([("by transferred label", box.meanings[0]), (text, meaning)], box.meanings[0])
    line = box.lineEdit()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "column with")
    box.completer().popup().hide()
    box.show_meaning(meaning)
    qtbot.waitUntil(lambda: line.selectedText() == text)
    assert line.cursorPosition() == 0


def test_a_click_on_a_link_that_is_half_seen_works_at_once(qtbot):
    table, other = SectionsTable("Why"), QPushButton("where the keyboard is")
    around = boxed(column(other, table))
    qtbot.addWidget(around)
    table.setFixedSize(300, 140)
    around.show()
    around.activateWindow()
    qtbot.waitActive(around)
    rows = [(f"line {place}", place) for place in range(20)]
    table.show_sections([Section((Column("Markers"), Column("n")), rows[:2], remark="None.", link="Choose"),
                         Section((Column("Anchors"), Column("n")), rows)], {}, QColor("grey"))
    QApplication.processEvents()
    link = table.findChild(QPushButton)
    table.setFixedSize(300, link.mapTo(table, QPoint(0, 20)).y())
    QApplication.processEvents()
    at = QPoint(10, 10)
    assert link.visibleRegion().contains(at)
    assert link.visibleRegion().boundingRect().height() < link.height()
    seen = link.mapToGlobal(at)
    clicks = []
    table.link_clicked.connect(lambda: clicks.append(True))
    other.setFocus()
    qtbot.mousePress(link, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseRelease(link, Qt.MouseButton.LeftButton, pos=link.mapFromGlobal(seen))
    assert clicks == [True]


def test_cells_left_unassigned_are_not_said_to_be_like_the_reference(window, finished_run):
    outcome = finished_run.outcome
    unlike = np.zeros(len(outcome.prediction.best), dtype=bool)
    unlike[:4] = True
    codes = np.where(unlike, -1, outcome.prediction.labels.codes)
    prediction = replace(outcome.prediction, labels=replace(outcome.prediction.labels, codes=codes))
    strange = replace(outcome, prediction=prediction, grade=None,
                      refinement=replace(outcome.refinement, unlike=unlike))
    finished(window, replace(finished_run, outcome=strange))
    table = window.explore_page.types.table
    place = [one.title for one in table.rows_model.columns].index("Unlike")
    shown = {table.model().index(line, 0).data(): table.model().index(line, place).data()
             for line in range(table.model().rowCount())}
    assert shown.pop("Unassigned") == "–"
    assert sum(map(int, shown.values())) == 4
    assert "best guess" in table.rows_model.columns[place].tip
    assert table.rows_model.columns[place].largest_first


def test_without_an_answer_key_the_list_has_room_for_the_runner_up(window, finished_run):
    outcome = finished_run.outcome
    names = tuple(f"a type with a long name {place}" for place in range(len(outcome.prediction.labels.types)))
    prediction = replace(outcome.prediction, labels=replace(outcome.prediction.labels, types=names))
    finding = finished(window, replace(finished_run, outcome=replace(outcome, grade=None, prediction=prediction)))
    window.resize(1280, 800)
    window.show()
    window.go_to("explore")
    table = select_all(window, finding).table
    titles = [one.title for one in table.rows_model.columns]
    assert not any(table.isColumnHidden(titles.index(title)) for title in ("Runner-up", "Its score"))
    assert table.more.isHidden()
