"""Room on the Explore page: the confusion matrix stays readable, why gives its room back, frames strike nothing."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QApplication

from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout
from anchorscope_desktop.plotting.heatmap_room import READABLE_ROW
from anchorscope_desktop.state.choosing import of_query
from app.helpers import finished


def select_all(window, finding):
    cells = np.ones(len(finding.outcome.prediction.best), dtype=bool)
    window.workspace.selection.choose(of_query(finding, "all", cells))
    return window.explore_page.selected


def test_why_gives_its_room_back_when_nothing_is_selected(qtbot, window, finished_run):
    finding, page = finished(window, finished_run), window.explore_page
    window.resize(1280, 800)
    window.show()
    window.go_to("explore")
    panel = select_all(window, finding)
    before = panel.height()
    panel.switch.button("why").click()
    qtbot.waitUntil(lambda: panel.height() > before + 50)
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
