"""The selection panel: all selected cells sorted, words that stay true, room and steps for why; types to doubt."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton

from anchorscope.evaluation.methods import by_method
from anchorscope.evaluation.type_doubts import type_doubts
from anchorscope.parameters import MarkerPanel
from anchorscope_desktop.plotting.gesture import Combine
from anchorscope_desktop.state import cell_list, choosing
from anchorscope_desktop.state.choosing import of_query
from anchorscope_desktop.state.selection import Labelling, Selection
from anchorscope_desktop.views import selection_panel
from anchorscope_desktop.widgets.basics import TwoLines
from anchorscope_desktop.widgets.rows_model import Column
from anchorscope_desktop.widgets.sections import Section
from anchorscope_desktop.widgets.why_facts import CHOOSE_PANEL, sections
from app.helpers import finished, select_all, why_opened

ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def move_threshold(qtbot, window, value):
    with qtbot.waitSignal(window.workspace.threshold.changed):
        window.workspace.threshold.move(value)


def shown(table, column):
    model = table.model()
    return [model.index(line, column).data() for line in range(model.rowCount())]


@pytest.mark.parametrize("order", [ASCENDING, DESCENDING])
@pytest.mark.parametrize("column", range(6))
def test_all_selected_cells_are_sorted_and_the_first_listed(qtbot, window, finished_run, monkeypatch, column, order):
    monkeypatch.setattr(selection_panel, "ROWS_SHOWN", 40)
    finding = finished(window, finished_run)
    panel = select_all(window, finding)
    move_threshold(qtbot, window, 0.8)  # some are called by their best guess
    panel.table.sortByColumn(column, order)
    under = window.workspace.threshold.finding
    every = [dataclasses.astuple(one)[column]
             for one in cell_list.cell_rows(under, np.arange(len(under.outcome.prediction.best)))]
    expected = sorted(every, reverse=order is DESCENDING)[:40]
    form = panel.table.rows_model.columns[column].format
    assert shown(panel.table, column) == [form.format(value) for value in expected]
    assert f"the first 40 by {cell_list.SORTED_BY[column]} are listed" in panel.text


def test_the_list_is_sorted_anew_for_other_cells_and_a_cell_is_found_behind_its_line(window, finished_run, monkeypatch):
    monkeypatch.setattr(selection_panel, "ROWS_SHOWN", 10)
    finding = finished(window, finished_run)
    panel, best = select_all(window, finding), finding.outcome.prediction.best
    panel.table.sortByColumn(2, ASCENDING)
    panel.table.selectRow(0)
    assert best[window.workspace.focus.picked] == best.min()
    odd = np.arange(len(best)) % 2 == 1
    window.workspace.selection.choose(of_query(finding, "odd", odd))
    panel.table.selectRow(0)
    assert best[window.workspace.focus.picked] == best[odd].min()


def test_another_selection_is_listed_from_its_first_cell(window, finished_run):
    finding = finished(window, finished_run)
    window.show()
    window.go_to("explore")
    panel = select_all(window, finding)
    panel.table.scrollToBottom()
    assert panel.table.verticalScrollBar().value() > 0
    odd = np.arange(len(finding.outcome.prediction.best)) % 2 == 1
    window.workspace.selection.choose(of_query(finding, "odd", odd))
    assert panel.table.verticalScrollBar().value() == 0


def test_without_sorting_the_cells_stand_in_their_own_order(window, finished_run, monkeypatch):
    monkeypatch.setattr(selection_panel, "ROWS_SHOWN", 10)
    finding = finished(window, finished_run)
    panel = select_all(window, finding)
    assert shown(panel.table, 0) == list(finding.job.query.cells.index[:10])
    assert "the first 10 are listed" in panel.text


def words(panel):
    return panel.text.splitlines()[0]


def test_words_of_labels_tell_by_what_they_were_given_while_others_are_shown(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    page.confusion.heatmap.clicked.emit(0, 0, Combine.REPLACE)
    plain = window.workspace.selection.current.description
    assert words(page.selected) == plain
    page.method.button("Seurat").click()
    assert words(page.selected) == f"{plain} by Refined"
    page.method.button("Refined").click()
    assert words(page.selected) == plain
    best = np.sort(finding.outcome.prediction.best)
    move_threshold(qtbot, window, round(float(best[-5]), 2))
    assert words(page.selected) == f"{plain} when “Unassigned below” was 0.00"
    move_threshold(qtbot, window, max(float(best[0]) - 0.01, 0.001))  # no label is another one
    assert words(page.selected) == plain


def test_words_that_speak_of_no_label_stay_as_they_are(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    for chosen in (choosing.of_confusion(finding, 0, None), of_query(finding, "Drawn on the query",
                                                                     finding.outcome.prediction.best > 0.5)):
        window.workspace.selection.choose(chosen)
        page.method.button("Seurat").click()
        assert words(page.selected) == chosen.description
        page.method.button("Refined").click()


def test_scores_are_those_of_a_method_whatever_the_threshold(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    window.workspace.selection.choose(choosing.of_score(finding, 0.9, 1.0))
    move_threshold(qtbot, window, 0.95)
    assert words(page.selected) == "Score 0.90 to 1.00"
    page.method.button("Seurat").click()
    assert words(page.selected) == "Score 0.90 to 1.00 by Refined"


def test_each_part_of_a_selection_tells_its_own_labels(window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    first, second = finding.outcome.prediction.labels.types[:2]
    window.workspace.selection.choose(choosing.of_type(finding, first))
    page.method.button("Seurat").click()
    voted = window.workspace.threshold.finding
    window.workspace.selection.choose(choosing.of_type(voted, second), Combine.ADD)
    assert words(page.selected) == f"Labelled {first} by Refined + Labelled {second}"
    page.method.button("Refined").click()
    assert words(page.selected) == f"Labelled {first} + Labelled {second} by Seurat"


def test_the_same_cells_chosen_by_other_labels_are_called_by_these():
    now, before = Labelling("Seurat", 3), Labelling("Refined", 3)
    cells = np.ones(4, dtype=bool)
    assert Selection("Labelled B", None, cells, before).told(now) == "Labelled B by Refined"
    assert Selection("Labelled B", None, cells, now).told(now) == "Labelled B"
    assert Labelling("Refined", 9, 0.4).beside(now) == " by Refined when “Unassigned below” was 0.40"


def test_a_session_keeps_by_what_the_words_were_given(window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    page.types.table.clicked.emit(page.types.table.model().index(0, 0))
    plain, view = words(page.selected), window.workspace.file._view
    kept = view.plain()
    window.workspace.selection.clear()
    view.show({"selection": kept["selection"]})
    page.method.button("Seurat").click()
    assert words(page.selected) == f"{plain} by Refined"
    assert finding.number == 1


def test_long_words_take_two_lines_and_end_in_an_ellipsis(qtbot):
    made = TwoLines("one line")
    qtbot.addWidget(made)
    made.resize(200, 40)
    low = made.sizeHint().height()
    made.set_text("classical monocytes labelled intermediate monocytes by Refined")
    made.resize(300, 40)
    assert made.sizeHint().height() > low
    assert made.shown == made.text()
    made.set_text("classical monocytes + " * 20)
    assert made.shown.endswith("…")
    assert made.toolTip()


def told_of(window, finding, cell):
    mask = np.arange(len(finding.outcome.prediction.best)) == cell
    window.workspace.selection.choose(of_query(finding, "one", mask))
    return window.workspace.focus.told(window.workspace.threshold, window.workspace.bridge)


def test_types_with_many_votes_or_many_near_cells_have_a_line_of_their_own(window, finished_run):
    finding = finished(window, finished_run)
    told = told_of(window, finding, 3)
    votes, near = told.why.votes, told.why.near
    some = votes.by_type[0]
    spoken = [(f"t{place}", 0.02 - place / 1000, 0.0) for place in range(8)]
    lines = (dataclasses.replace(some, type="best", score=0.7, vote=0.1, n_anchors=1),
             *(dataclasses.replace(some, type=name, score=score, vote=vote, n_anchors=1)
               for name, score, vote in spoken),
             dataclasses.replace(some, type="voted", score=0.0, vote=0.64, n_anchors=34))
    why = dataclasses.replace(
        told.why, votes=dataclasses.replace(votes, guess="best", runner_up="t0", by_type=lines),
        near=dataclasses.replace(near, types=(("beside", 14), ("best", 6))))
    table = next(one for one in sections(dataclasses.replace(told, why=why)) if one.titles[0].title == "Types")
    names = [row[0] for row in table.rows]
    assert names[:4] == ["best", "t0", "beside", "voted"]
    assert names[-1] == "6 others"
    assert len(names) == 6


def test_the_best_guess_of_a_cell_without_a_label_can_be_read(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    window.resize(1280, 800)
    window.show()
    window.go_to("explore")
    panel = select_all(window, finding)
    move_threshold(qtbot, window, 0.999)
    table = panel.table
    rows = [row for row in table.rows_model.rows[:24] if row[1].endswith(f"({cell_list.UNASSIGNED})")]
    assert rows
    guesses = [row[1].removesuffix(f" ({cell_list.UNASSIGNED})") for row in rows]
    assert all(name in finding.outcome.prediction.labels.types for name in guesses)
    long = "intermediate monocytes"
    lines = [("CGCTTCTAGTTAGTTG-1", f"{long} ({cell_list.UNASSIGNED})", 0.5, long, 0.4, long)] * 20
    table.show_rows(table.rows_model.columns, lines, stretch=-1)
    assert table.fontMetrics().horizontalAdvance(long) < table.columnWidth(1)
    assert table.columnWidth(0) < table.fontMetrics().horizontalAdvance(lines[0][0])  # the barcode gives way
    assert table.horizontalScrollBar().maximum() == 0


def test_steps_go_through_the_list_as_it_is_sorted(qtbot, window, finished_run):
    finding = finished(window, finished_run)
    window.show()
    window.go_to("explore")
    panel, best = select_all(window, finding), finding.outcome.prediction.best
    panel.table.sortByColumn(2, ASCENDING)
    panel.table.selectRow(0)
    panel.switch.button("why").click()
    assert (panel.why.before.isEnabled(), panel.why.after.isEnabled()) == (False, True)
    order = np.argsort(best, kind="stable")
    focus, barcodes = window.workspace.focus, finding.job.query.cells.index
    panel.why.after.click()
    panel.why.after.click()
    assert focus.picked == order[2]
    assert panel.reason.startswith(barcodes[order[2]])
    panel.why.before.click()
    assert focus.picked == order[1]
    assert panel.why.before.isEnabled()
    assert [one.shortcut().toString() for one in (panel.why.before, panel.why.after)] == ["Alt+Up", "Alt+Down"]
    assert all(one.shortcut().toString() in one.toolTip() and one.accessibleName()
               for one in (panel.why.before, panel.why.after))


def test_steps_begin_at_the_cell_that_is_explained(window, finished_run):
    finding = finished(window, finished_run)
    panel = select_all(window, finding)
    panel.switch.button("why").click()
    assert window.workspace.focus.picked is None
    panel.why.after.click()
    assert window.workspace.focus.picked == 1
    single = np.arange(len(finding.outcome.prediction.best)) == 5
    window.workspace.selection.choose(of_query(finding, "one", single))
    assert not panel.why.after.isEnabled()
    assert not panel.why.before.isEnabled()


def test_why_takes_the_room_it_needs_and_gives_it_back(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    panel, before = why_opened(qtbot, window, finding)
    panel.switch.button("cells").click()
    qtbot.waitUntil(lambda: panel.height() == before)
    panel.switch.button("why").click()
    page._right.setSizes([300, 100])
    page._right.splitterMoved.emit(300, 1)  # dragged by hand
    dragged = page._right.sizes()
    panel.switch.button("cells").click()
    assert page._right.sizes() == dragged


def of_sections(qtbot, window):
    table = window.explore_page.selected.why.facts
    table.resize(390, 80)
    muted = window.workspace.appearance.theme.color("muted")
    table.show_sections([Section((Column("First"), Column("one")), [("a", 1.0)] * 9),
                         Section((Column("Second"), Column("two")), [("b", 2.0)] * 9)], {}, muted)
    return table


def test_the_titles_of_the_section_in_sight_stay_above_it(qtbot, window):
    table = of_sections(qtbot, window)
    table.show()
    assert table.heading == ("First", "one")
    assert table.isRowHidden(0)  # it says the same
    for row, heading in ((5, ("First", "one")), (10, ()), (14, ("Second", "two"))):
        table.scrollTo(table.model().index(row, 0), table.ScrollHint.PositionAtTop)
        assert table.heading == heading
        for place, text in enumerate(heading):
            assert table.model().headerData(place, Qt.Orientation.Horizontal) == text


def test_another_cell_is_explained_from_the_beginning_and_the_same_one_stays(window, finished_run):
    finding = finished(window, finished_run)
    window.show()
    window.go_to("explore")
    panel = select_all(window, finding)
    panel.switch.button("why").click()
    facts = panel.why.facts
    facts.scrollToBottom()
    below = facts.verticalScrollBar().value()
    assert below > 0
    window.workspace.bridge.changed.emit()
    assert facts.verticalScrollBar().value() == below
    panel.why.after.click()
    assert facts.verticalScrollBar().value() == 0


def test_a_remark_is_told_whole_and_leads_to_the_panel(qtbot, window, finished_run):
    symbol = str(finished_run.outcome.gene_activity.regions.symbols[0])
    recipe = dataclasses.replace(finished_run.job.recipe, panel=MarkerPanel("other", (("no such type", symbol),)))
    run = dataclasses.replace(finished_run, job=dataclasses.replace(finished_run.job, recipe=recipe))
    finding = finished(window, run)
    qtbot.waitUntil(lambda: not window.workspace.bridge.busy)
    window.resize(1280, 800)
    window.show()
    window.go_to("explore")
    panel = select_all(window, finding)
    panel.switch.button("why").click()
    facts = panel.why.facts
    remark = next(one.remark for one in facts.sections if one.titles[0].title == "Markers")
    model = facts.model()
    place = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == remark)
    font = model.index(place, 0).data(Qt.ItemDataRole.FontRole)
    width = sum(facts.columnWidth(column) for column in range(model.columnCount()))
    lines = QFontMetrics(font).horizontalAdvance(remark) / width
    assert facts.rowHeight(place) >= lines * QFontMetrics(font).height()
    assert lines > 1
    link = next(one for one in facts.findChildren(QPushButton) if one.text() == CHOOSE_PANEL)
    link.click()
    assert window.workspace.navigation.current == "gene_activity"
    assert window.focusWidget() is not None
    assert window.focusWidget().accessibleName() == "Built-in panel"


def test_types_begin_at_the_top_after_another_run_and_stay_for_another_threshold(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    window.resize(1000, 700)
    window.show()
    window.go_to("explore")
    table = page.types.table
    table.resize(300, 100)
    table.verticalScrollBar().setValue(3)
    assert table.verticalScrollBar().value() == 3
    page.method.button("Seurat").click()
    assert table.verticalScrollBar().value() == 3
    page.method.button("Refined").click()
    window.workspace.session.add_finding(finding.job, finding.outcome, 1.0)
    assert table.verticalScrollBar().value() == 0


def titles(table):
    return [one.title for one in table.rows_model.columns]


def test_types_tell_without_a_key_which_to_doubt(window, finished_run):
    finding, session = finished(window, finished_run), window.workspace.session
    outcome = dataclasses.replace(finding.outcome, grade=None)
    session.add_finding(finding.job, outcome, 1.0)
    table = window.explore_page.types.table
    assert titles(table) == ["Type", "RNA", "ATAC", "Score", "Doubtful"]
    told = type_doubts(outcome.prediction, outcome.refinement.unlike, finding.job.recipe.transfer.method)
    types = outcome.prediction.labels.types
    for name, _, _, score, doubtful in table.rows_model.rows:
        place = types.index(name)
        np.testing.assert_equal((score, doubtful), (told.mean_score[place], told.doubtful[place]))
    table.clicked.emit(table.model().index(0, 3))
    assert window.workspace.selection.current.description == f"Labelled {table.rows_model.rows[0][0]}"


def test_types_count_cells_unlike_the_reference_where_there_are_some(window, finished_run):
    finding, session = finished(window, finished_run), window.workspace.session
    unlike = np.arange(len(finding.outcome.prediction.best)) < 7
    refinement = dataclasses.replace(finding.outcome.refinement, unlike=unlike)
    session.add_finding(finding.job, by_method(dataclasses.replace(finding.outcome, refinement=refinement),
                                               finding.job.recipe), 1.0)
    table = window.explore_page.types.table
    assert titles(table)[-3:] == ["Score", "Doubtful", "Unlike"]
    assert titles(table)[3:6] == ["True", "Recall", "Prec."]
    assert sum(row[-1] or 0 for row in table.rows_model.rows) == 7
