"""In the smallest window: titles, stages and descriptions can be read whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QStyle, QStyleOptionComboBox

from anchorscope.parameters import PAIRED_TRUTH
from anchorscope_desktop.state.choosing import of_query
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.views import result_facts
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import ElidedLabel
from app.helpers import finished

facts_of = result_facts.facts_of
NO_TITLE = {"Scores"}
"""Its switch says the same, and has the room."""


@pytest.fixture
def small(window, finished_run):
    finished(window, finished_run)
    window.resize(window.minimumSize())
    for step in STEPS:
        window.go_to(step.key)
        for _ in range(5):
            QApplication.processEvents()
    return window


def seen(window, key):
    window.go_to(key)
    for _ in range(5):
        QApplication.processEvents()
    return [view for view in window.page.findChildren(ViewFrame) if view.isVisible()]


def test_a_title_is_whole_in_the_width_it_asks_for(qtbot):
    for text in ("Reference", "Query", "Calibration", "Genes", "Both assays"):
        title = ElidedLabel(text, bold=True)
        qtbot.addWidget(title)
        font = title.font()
        font.setBold(True)
        metrics = QFontMetrics(font)
        assert metrics.elidedText(text, Qt.TextElideMode.ElideRight, title.wanted_width) == text


def test_the_switch_of_the_scores_is_whole_on_a_narrow_screen(small):
    small.setMinimumSize(100, 100)
    small.resize(1120, 680)
    seen(small, "explore")
    switch = small.explore_page.histogram.switch
    for value in switch.values:
        assert switch.button(value).width() >= switch.button(value).sizeHint().width(), value


@pytest.mark.parametrize("key", [step.key for step in STEPS])
def test_titles_have_the_room_that_they_need(small, key):
    cut = [view.heading for view in seen(small, key)
           if view._heading.wanted_width > view._heading.width() and view.accessibleName() not in NO_TITLE]
    assert cut == []


def test_the_title_of_the_matrix_is_whole_whatever_the_threshold(small):
    seen(small, "explore")
    view = small.explore_page.confusion
    small.workspace.threshold.move(0.9)
    seen(small, "explore")
    assert "kept" in view.heading
    assert view._heading.wanted_width <= view._heading.width()


def test_boxes_are_as_wide_as_they_like_where_there_is_room(small):
    seen(small, "explore")
    box = small.explore_page.reference_map.colour_by
    wide = small.explore_page.reference_map._boxes[box]
    assert box.width() < wide  # the title needs some of it
    small.resize(1800, 1000)
    seen(small, "explore")
    assert box.width() == wide


@pytest.mark.parametrize("least", [0.0, 0.5])
def test_all_stages_can_be_read(small, least):
    small.workspace.threshold.move(least)
    seen(small, "transfer")
    lines = [line for line in small.transfer_page.stages.lines.values() if line.title.isVisible()]
    assert len(lines) > 8
    for line in lines:
        assert line.title.wanted_width <= line.title.width(), line.title.text()
        assert line.title.height() >= line.title.sizeHint().height()


@pytest.mark.parametrize("size", [(1100, 700), (1280, 800)])
def test_figures_of_a_run_are_whole(window, finished_run, size, monkeypatch):
    large = [("Labelled cells", "1,123,456 of 1,123,456"), ("Peak memory", "1,048,576 MiB")]
    monkeypatch.setattr(result_facts, "facts_of", lambda *given: [*facts_of(*given), *large])
    finished(window, finished_run)
    window.resize(*size)
    seen(window, "transfer")
    facts = window.transfer_page.result.facts
    values = [one for one in facts.findChildren(QLabel) if one.isVisible()]
    assert "1,048,576 MiB" in [value.text() for value in values]
    for value in values:
        assert value.width() >= value.sizeHint().width(), value.text()
        assert value.visibleRegion().boundingRect() == value.rect(), value.text()


def test_the_answer_key_of_an_unpaired_multiome_is_whole(window, finished_run):
    query = replace(finished_run.job.query, pairing=np.zeros(len(finished_run.job.query.cells), dtype=np.int64))
    finished(window, replace(finished_run, job=replace(finished_run.job, query=query)))
    seen(window, "transfer")
    box = window.transfer_page.truth_form.field("truth")
    text = box.itemText(box.findData(PAIRED_TRUTH))
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option,
                                      QStyle.SubControl.SC_ComboBoxEditField, box)
    assert 0 < box.fontMetrics().horizontalAdvance(text) <= room.width()


def test_fields_keep_clear_of_the_bar_that_scrolls_them(small):
    seen(small, "transfer")
    column = small.transfer_page.controls
    assert column.verticalScrollBar().isVisible()
    assert column.viewport().geometry().right() + 3 < column.verticalScrollBar().parentWidget().x()


def test_what_is_saved_is_described_whole(small):
    seen(small, "export")
    texts = [one for one in small.export_page.findChildren(QLabel) if one.isVisible() and one.wordWrap()]
    assert len(texts) > 10
    assert [one.text() for one in texts if one.height() < one.heightForWidth(one.width())] == []


def test_the_switch_of_the_reference_page_is_in_its_head(small):
    page = small.reference_page
    small.workspace.session.change("reference", small.workspace.session.recipe.reference.replaced(labels=""))
    seen(small, "reference")
    assert page.switch.isVisible()
    middle = [one.mapTo(page, one.rect().center()).y() for one in (page.switch, page.open_button)]
    assert abs(middle[0] - middle[1]) <= 2


def test_names_of_types_are_whole_and_their_grades_beside_them(small):
    seen(small, "explore")
    table = small.explore_page.types.table
    model, names = table.rows_model, ("non-classical monocytes", "intermediate monocytes", "effector CD8 T cells")
    rows = [(name, 1860, 1780, 1780, 0.87, 0.9, 0.88, 0.93, 0.25) for name in names]
    table.show_rows(model.columns, rows, dict.fromkeys(names, next(iter(model.colours.values()))))
    assert table.columnWidth(0) >= table._wanted(0)
    shown = [one.title for place, one in enumerate(model.columns) if not table.isColumnHidden(place)]
    assert shown == ["Type", "ATAC", "Recall", "Prec."]
    small.resize(1500, 800)
    seen(small, "explore")
    assert "RNA" in [one.title for place, one in enumerate(model.columns) if not table.isColumnHidden(place)]


def test_between_two_scroll_bars_there_is_nothing_to_see(small):
    finding = small.workspace.session.shown
    small.workspace.selection.choose(of_query(finding, "all", np.ones(len(finding.job.query.cells), dtype=bool)))
    table = small.explore_page.selected.table
    table.setMaximumWidth(220)
    seen(small, "explore")
    across, down = table.horizontalScrollBar(), table.verticalScrollBar()
    assert across.isVisible()
    assert down.isVisible()
    picture, room = table.grab().toImage(), table.viewport().geometry()
    colours = {picture.pixelColor(x, y).name() for x in range(room.right() + 1, room.right() + down.width() - 1)
               for y in range(room.bottom() + 1, room.bottom() + across.height() - 1)}
    assert colours == {small.workspace.appearance.theme.color("surface").name()}


def test_barcodes_of_selected_cells_are_whole(small):
    finding = small.workspace.session.shown
    small.workspace.selection.choose(of_query(finding, "all", np.ones(len(finding.job.query.cells), dtype=bool)))
    seen(small, "explore")
    table = small.explore_page.selected.table
    widest = max(table.fontMetrics().horizontalAdvance(row[0]) for row in table.rows_model.rows)
    assert table.columnWidth(0) > widest
    assert not any(table.isColumnHidden(place) for place, one in enumerate(table.rows_model.columns)
                   if one.title in ("Label", "Truth"))
