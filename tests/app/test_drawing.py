"""Colours that can be read, heatmaps that know what lies under the mouse and where the keys are."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from anchorscope_desktop.plotting.colours import blend, contrast, readable_on, type_colours
from anchorscope_desktop.plotting.gesture import Combine
from anchorscope_desktop.plotting.heatmap import Heatmap, HeatmapData
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout
from anchorscope_desktop.plotting.theme import DARK, LIGHT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "error", "warning", "success"])
@pytest.mark.parametrize("paper", ["window", "surface", "raised"])
def test_every_ink_can_be_read_on_every_paper(theme, ink, paper):
    assert contrast(theme.color(ink), theme.color(paper)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_on_the_accent_can_be_read(theme):
    assert contrast(theme.color("on_accent"), theme.color("accent")) >= 4.5
    assert contrast(theme.color("text"), theme.color("accent_soft")) >= 4.5


@pytest.mark.parametrize("grey", range(0, 256, 15))
def test_numbers_in_cells_can_be_read(grey):
    paper = QColor(grey, grey, 255 - grey // 2)
    assert contrast(readable_on(paper), paper) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_numbers_can_be_read_on_every_shade_of_a_heatmap(theme):
    papers = [blend(theme.color("surface"), theme.color("accent"), share) for share in np.linspace(0, 1, 101)]
    assert min(contrast(readable_on(paper), paper) for paper in papers) >= 4.5


def test_types_keep_their_colours_and_unassigned_is_grey():
    types = ["NK", "B", "Mono"]
    table = type_colours(types, LIGHT)
    assert table == type_colours(reversed(types), LIGHT)
    assert len({table[name].name() for name in types}) == 3
    assert table["Unassigned"].hslSaturationF() < 0.1


def test_black_turns_white_on_dark():
    types = [f"T{n}" for n in range(8)]
    light, dark = type_colours(types, LIGHT), type_colours(types, DARK)
    assert [name for name in types if light[name] != dark[name]] == ["T7"]
    assert dark["T7"] == QColor("#FFFFFF")


def test_what_lies_under_a_point():
    layout = HeatmapLayout(rows=3, columns=2, left=50, top=20, cell_width=10, cell_height=10)
    for row in range(3):
        assert layout.hit(layout.row_name(row).center()) == (row, None)
        for column in range(2):
            assert layout.hit(layout.cell(row, column).center()) == (row, column)
            assert layout.hit(layout.column_name(column).center()) == (None, column)
    assert layout.hit(QPointF(5, 5)) is None
    assert layout.hit(QPointF(75, 25)) is None
    assert layout.hit(QPointF(55, 55)) is None


@pytest.fixture
def heatmap(qtbot):
    """Two rows and three columns, with the keys."""
    made = Heatmap(LIGHT, "Numbers")
    qtbot.addWidget(made)
    made.setToolTip("Click to choose")
    made.set_data(HeatmapData(np.zeros((2, 3)), (("1,234", "2", "3"), ("4", "5", "6")), ("A", "B"), ("a", "b", "c"),
                              "Row", "Column", {}, short=(("1.2k", "2", "3"), ("4", "5", "6"))))
    made.resize(360, 200)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def test_keys_reach_the_names_and_choose_whole_rows_and_columns(qtbot, heatmap):
    heard, keys = [], Qt.Key
    heatmap.clicked.connect(lambda *what: heard.append(what))

    def press(*some):
        for key in some:
            qtbot.keyClick(heatmap, key)
        return heatmap.accessibleDescription()

    assert press(keys.Key_Right, keys.Key_Up) == "Column b"
    press(keys.Key_Return)
    assert press(keys.Key_Left, keys.Key_Left) == "Column a"  # not into the corner
    assert press(keys.Key_Down, keys.Key_Left, keys.Key_Down, keys.Key_Down) == "Row B"
    press(keys.Key_Space)
    assert press(keys.Key_Right) == "Row B\nColumn a\n4"
    qtbot.keyClick(heatmap, keys.Key_Enter, Qt.KeyboardModifier.ShiftModifier)
    assert heard == [(None, 1, Combine.REPLACE), (1, None, Combine.REPLACE), (1, 0, Combine.ADD)]


def test_it_is_seen_where_the_keys_are(qtbot, heatmap):
    layout = heatmap.geometry_now()
    accent = LIGHT.color("accent")

    def framed(hit) -> bool:
        place, image = layout.place(hit).adjusted(2.5, 2.5, -2.5, -2.5), heatmap.grab().toImage()
        ratio = image.devicePixelRatio()
        edge = [image.pixelColor(round(place.center().x() * ratio), round(y * ratio))
                for y in np.arange(place.bottom() - 2, place.bottom() + 2, 0.5)]
        return min(sum(abs(one - other) for one, other in zip(color.getRgb(), accent.getRgb(), strict=True))
                   for color in edge) < 150

    assert not framed((1, None))
    qtbot.keyClick(heatmap, Qt.Key.Key_Down)
    qtbot.keyClick(heatmap, Qt.Key.Key_Left)
    assert framed((1, None))
    heatmap.clearFocus()
    assert not framed((1, None))


def test_a_number_without_room_is_written_shorter(qtbot, heatmap):
    def inked() -> bool:
        image = heatmap.grab(heatmap.geometry_now().cell(0, 0).adjusted(1, 1, -1, -1).toAlignedRect()).toImage()
        return any(image.pixelColor(x, y).lightness() < 128 for x, y in np.ndindex(image.width(), image.height()))

    heatmap.clearFocus()
    assert inked()
    font = heatmap.font()
    font.setPixelSize(8)
    long, short = (QFontMetricsF(font).horizontalAdvance(text) for text in ("1,234", "1.2k"))
    heatmap.resize(round(heatmap.geometry_now().left + 3 * (long + short) / 2), heatmap.height())
    assert short < heatmap.geometry_now().cell_width < long
    assert inked()


@pytest.mark.parametrize(("where", "text"), [
    ((0, 1), "Row A\nColumn b\n2\nClick to choose"), ((None, 2), "Column c\nClick to choose"),
    (None, "Click to choose")])
def test_it_is_told_what_lies_under_the_mouse_and_what_a_click_does(qtbot, heatmap, where, text):
    layout = heatmap.geometry_now()
    place = layout.place(where).center().toPoint() if where is not None else QPointF(2, 2).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, place, heatmap.mapToGlobal(place))
    QApplication.sendEvent(heatmap, event)
    assert QToolTip.text() == text
    QToolTip.hideText()
