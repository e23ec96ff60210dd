"""Colours that can be read, heatmaps that know what lies under the mouse and where the keys are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QPainter, QRegion, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.colours import LEAST_CONTRAST, blend, contrast, readable_on, type_colours
from anchorscope_desktop.plotting.gesture import Combine
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.plotting.heatmap_ink import LEAST_LETTERS, write_in
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout, Writing
from anchorscope_desktop.plotting.heatmap_room import letters_of_rows
from anchorscope_desktop.plotting.legend import Legend
from anchorscope_desktop.plotting.theme import DARK, LIGHT, SMALL
from anchorscope_desktop.widgets.method_drawing import _ANCHORS, _QUERY, _RADIUS, _REFERENCE


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


@pytest.mark.parametrize(("low", "high", "ends"), [(0.0, 1.0, ("0", "1.0")), (0.0, 50.0, ("0", "50"))])
def test_the_first_and_the_last_number_of_an_axis_are_seen_whole(qtbot, low, high, ends):
    canvas = Canvas(LIGHT, "Numbers")
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    canvas.label_axes("score", "cells")
    canvas.set_home((low, high), (0.0, 10.0))
    canvas.show()
    QApplication.processEvents()
    axis, image = canvas.getAxis("bottom"), QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    written = sorted(axis.generateDrawSpecs(painter)[2], key=lambda one: one[0].left())
    painter.end()
    assert (written[0][2], written[-1][2]) == ends
    seen = canvas.viewport().rect()
    for rect, *_ in written:
        assert seen.contains(axis.mapRectToScene(rect).toAlignedRect())


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
    seen = [name for name in types if contrast(light[name], QColor(DARK.surface)) >= LEAST_CONTRAST]
    assert len(seen) > 4
    assert [dark[name] for name in seen] == [light[name] for name in seen]
    assert dark["T7"] == QColor("#FFFFFF")


@pytest.mark.parametrize("n_types", [8, 37])
def test_colours_of_types_are_seen_on_dark_and_stay_apart(n_types):
    dark = type_colours([f"T{n:02}" for n in range(n_types)], DARK)
    assert min(contrast(color, QColor(DARK.surface)) for color in dark.values()) >= LEAST_CONTRAST
    assert len({color.name() for color in dark.values()}) == n_types + 1  # and the grey of those without a type


def test_three_digits_are_narrow_before_they_are_tiny(qtbot):
    def height(width):
        image = QImage(40, 20, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        font = painter.font()
        font.setPixelSize(SMALL - 2)
        room = QRectF(5, 0, width * QFontMetricsF(font).horizontalAdvance("190"), 20)
        write_in(painter, ("190",), room)
        painter.end()
        rows = [y for x in range(40) for y in range(20) if image.pixelColor(x, y).lightness() < 128]
        return max(rows) - min(rows)

    assert height(0.98) == height(1.3)  # of letters as they are


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


BLOOD = ("CD56 (bright) NK cells", "CD56 (dim) NK cells", "classical monocytes", "effector CD8 T cells",
         "intermediate monocytes", "MAIT T cells", "memory B cells", "memory CD4 T cells", "myeloid DC",
         "naive B cells", "naive CD4 T cells", "naive CD8 T cells", "non-classical monocytes", "plasmacytoid DC")


@pytest.fixture
def blood(qtbot):
    """Fourteen types with long names, as wide as on Explore in a window of 1280 pixels."""
    made = Heatmap(LIGHT, "Confusion")
    qtbot.addWidget(made)
    made.set_data(HeatmapData(np.eye(14), tuple(("100",) * 14 for _ in BLOOD), BLOOD, BLOOD, "Truth", "Label", {}))
    return made


@pytest.mark.parametrize("height", [250, 300])
def test_long_names_are_whole_where_there_is_little_room(qtbot, blood, height):
    blood.resize(398, height)
    layout = blood.geometry_now()
    assert layout.writing is Writing.ASLANT
    assert not blood.cut
    assert not blood.crowded
    assert layout.cell_height >= 10
    blood.resize(900, 700)
    assert blood.geometry_now().writing is Writing.UPRIGHT
    assert not blood.cut


def test_tails_of_letters_are_seen_in_rows_lower_than_the_letters(qtbot, blood):
    data = blood.data
    blood.set_data(replace(data, row_names=("gypsy",) * 14))

    def ink(height):
        """The darkness of all names of rows, whose letters are of one size."""
        blood.resize(398, height)
        layout, seen = blood.geometry_now(), QImage(398, height, QImage.Format.Format_Grayscale8)
        assert letters_of_rows(layout.cell_height) == SMALL
        seen.fill(QColor("white"))
        blood.render(seen, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        pixels = np.frombuffer(seen.constBits(), np.uint8).reshape(height, -1)
        return (255.0 - pixels[round(layout.top) + 1:, : round(layout.left) - 24]).sum()

    low = next(height for height in range(250, 400)
               if blood.resize(398, height) or letters_of_rows(blood.geometry_now().cell_height) == SMALL)
    assert ink(low) == pytest.approx(ink(600), rel=0.01)


def test_a_name_aslant_is_hit_along_its_whole_length(qtbot, blood):
    blood.resize(398, 300)
    blood.show()
    layout, heard = blood.geometry_now(), []
    blood.clicked.connect(lambda *what: heard.append(what[:2]))
    for column in (0, 6, 13):
        foot = layout.cell(0, column).center().x()
        for up in (4.0, layout.top / 2, layout.top - 4):
            assert layout.hit(QPointF(foot - up, layout.top - up)) == (None, column)
        point = QPointF(foot - layout.top / 2, layout.top / 2).toPoint()
        qtbot.mouseClick(blood, Qt.MouseButton.LeftButton, pos=point)
        assert layout.outline((None, column)).containsPoint(QPointF(point), Qt.FillRule.OddEvenFill)
    assert heard == [(None, 0), (None, 6), (None, 13)]
    assert layout.hit(QPointF(4, layout.top - 4)) is None  # the corner
    assert layout.hit(QPointF(396, 4)) is None  # beyond the last name


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


@pytest.mark.parametrize(("columns", "row", "left"), [
    (("a", "b", "c"), "B", "Row B\nColumn c\n6"), (("a", "b", "c", "rest"), "B", "Row B\nColumn c\n6"),
    (("a", "b"), "B", "Row B\nColumn b\n6"), (("a", "x", "c"), "B", "Row A\nColumn a\n6"),
    (("a", "b", "c"), "C", "Row A\nColumn a\n6")])
def test_other_numbers_leave_the_keys_where_they_are(qtbot, heatmap, columns, row, left):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(heatmap, key)
    heatmap.set_data(HeatmapData(np.zeros((2, len(columns))), (("6",) * len(columns),) * 2, ("A", row), columns,
                                 "Row", "Column", {}))
    assert heatmap.accessibleDescription() == left


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
    ((0, 1), "Row A\nColumn b\n2"), ((None, 2), "Column c\nClick to choose"),
    (None, "Click to choose")])
def test_it_is_told_what_lies_under_the_mouse_and_beside_the_cells_what_a_click_does(qtbot, heatmap, where, text):
    layout = heatmap.geometry_now()
    place = layout.place(where).center().toPoint() if where is not None else QPointF(2, 2).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, place, heatmap.mapToGlobal(place))
    QApplication.sendEvent(heatmap, event)
    assert QToolTip.text() == text
    QToolTip.hideText()


@pytest.fixture
def large(qtbot):
    """Forty rows and columns: too many for their numbers to be read at once."""
    made, names = Heatmap(LIGHT, "Numbers"), tuple(f"Type {n}" for n in range(40))
    qtbot.addWidget(made)
    texts = tuple(tuple(str(100 * row + column) for column in range(40)) for row in range(40))
    made.set_data(HeatmapData(np.zeros((40, 40)), texts, names, names, "Truth", "Label", {}))
    made.resize(420, 360)
    made.show()
    return made


def turn_wheel(heatmap, place, by):
    where = QPointF(place)
    event = QWheelEvent(where, heatmap.mapToGlobal(where), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(heatmap, event)
    return event.isAccepted()


def test_the_wheel_looks_closer_at_what_lies_under_the_pointer(large):
    whole = large.geometry_now()
    place = whole.cell(30, 20).center()
    for _ in range(3):
        assert turn_wheel(large, place, 120)
    closer = large.geometry_now()
    assert closer.cell_width > 1.5 * whole.cell_width
    assert closer.hit(place) == (30, 20)
    for _ in range(60):
        turn_wheel(large, place, 120)
    readable = large.geometry_now()
    assert (readable.cell_width, readable.cell_height) == (56, 24)
    assert readable.hit(place) == (30, 20)
    for _ in range(60):
        turn_wheel(large, place, -120)
    assert large.geometry_now() == whole


def test_a_table_that_can_be_read_is_not_zoomed(heatmap):
    heatmap.resize(600, 300)
    assert not heatmap.zoomable
    assert not turn_wheel(heatmap, heatmap.geometry_now().cell(0, 0).center(), 120)
    assert heatmap.zoom.factor == 1


def test_a_drag_moves_the_cells_and_a_click_still_chooses(qtbot, large):
    heard, left = [], Qt.MouseButton.LeftButton
    large.clicked.connect(lambda *what: heard.append(what[:2]))
    large.doubled.connect(lambda: heard.append("back"))
    place = large.geometry_now().cell(20, 20).center()
    for _ in range(4):
        turn_wheel(large, place, 120)
    start = place.toPoint()
    qtbot.mousePress(large, left, pos=start)
    for step in (10, 25, 40):
        qtbot.mouseMove(large, start - QPoint(step, step))
    qtbot.mouseRelease(large, left, pos=start - QPoint(40, 40))
    assert heard == []
    moved = large.geometry_now()
    assert moved.hit(QPointF(start - QPoint(40, 40))) == (20, 20)
    qtbot.mouseClick(large, left, pos=start)
    assert heard == [moved.hit(QPointF(start))]
    assert large.geometry_now() == moved  # a click does not move the cells away
    qtbot.mouseDClick(large, left, pos=start)
    assert heard[1:] == ["back"]
    assert large.zoom.factor == 1


def test_keys_zoom_and_bring_what_they_reach_into_view(qtbot, large):
    whole, keys = large.geometry_now(), Qt.Key
    for _ in range(8):
        qtbot.keyClick(large, keys.Key_Plus)
    for _ in range(39):
        qtbot.keyClick(large, keys.Key_Right)
        qtbot.keyClick(large, keys.Key_Down)
    last = large.geometry_now().cell(39, 39)
    assert large.rect().contains(last.center().toPoint())
    assert last.width() > whole.cell_width
    same = large.data
    large.set_data(replace(same, shades=same.shades + 0.5))
    assert large.geometry_now().cell(39, 39) == last  # other numbers of the same types
    qtbot.keyClick(large, keys.Key_Home)
    assert large.geometry_now() == whole
    large.set_data(replace(same, row_names=tuple("x" * 40)))
    assert large.zoom.factor == 1


def test_a_column_that_comes_or_goes_leaves_the_zoom_alone(qtbot, large):
    data = large.data
    qtbot.keyClick(large, Qt.Key.Key_Plus)
    factor = large.zoom.factor
    assert factor > 1
    wider = replace(data, shades=np.column_stack([data.shades, data.shades[:, :1]]),
                    texts=tuple((*line, "") for line in data.texts), column_names=(*data.column_names, "Unassigned"))
    for shown in (wider, data):
        large.set_data(shown)
        assert large.zoom.factor == factor
    large.set_data(replace(data, row_names=tuple(f"{name}'" for name in data.row_names)))
    assert large.zoom.factor == 1


def test_a_closer_look_writes_names_and_numbers_beside_and_within_the_cells_only(large):
    place = large.geometry_now().cell(39, 39).center()
    for _ in range(60):
        turn_wheel(large, place, 120)
    layout, image = large.geometry_now(), large.grab().toImage()
    corner = [image.pixelColor(x, y) for x in range(2, int(layout.left) - 60) for y in range(2, int(layout.top) - 30)]
    assert len({color.name() for color in corner}) <= 1
    cell = layout.cell(39, 39).toAlignedRect().adjusted(2, 2, -2, -2) & large.rect()
    assert len({image.pixelColor(x, y).name() for x in range(cell.left(), cell.right())
                for y in range(cell.top(), cell.bottom())}) > 1


@pytest.mark.parametrize("sides", [(True, True), (True, False)])
def test_a_plot_is_zoomed_within_its_home_and_shows_it_again(qtbot, sides):
    canvas = Canvas(LIGHT, "plot")
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    canvas.show()
    canvas.setMouseEnabled(*sides)
    canvas.set_home((0.0, 10.0), (0.0, 4.0))
    box, home = canvas.getViewBox(), [[0, 10], [0, 4]]
    np.testing.assert_allclose(box.viewRange(), home)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    (left, right), (low, high) = box.viewRange()
    assert right - left == pytest.approx(8)
    assert high - low == pytest.approx(3.2 if sides[1] else 4)
    canvas.set_home((0.0, 10.0), (0.0, 4.0))
    assert box.viewRange()[0] == [left, right]  # drawn anew, it stays as it is looked at
    for _ in range(9):
        qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    np.testing.assert_allclose(box.viewRange(), home)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    np.testing.assert_allclose(box.viewRange(), home)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    middle = canvas.viewport().rect().center()
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    np.testing.assert_allclose(box.viewRange(), home)
    canvas.set_home((0.0, 20.0), (0.0, 4.0))
    np.testing.assert_allclose(box.viewRange(), [[0, 20], [0, 4]])


def test_a_number_is_written_narrow_before_it_is_left_out(qtbot):
    def dark(width):
        image = QImage(40, 20, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        font = painter.font()
        font.setPixelSize(LEAST_LETTERS)
        whole = QFontMetricsF(font).horizontalAdvance("100")
        write_in(painter, ("100",), QRectF(5, 0, width * whole, 20))
        assert painter.font().stretch() in (0, 100)
        painter.end()
        return [x for x in range(40) for y in range(20) if image.pixelColor(x, y).lightness() < 128]

    assert dark(0.9)
    assert max(dark(0.9)) - min(dark(0.9)) < max(dark(1.25)) - min(dark(1.25))
    assert not dark(0.6)


class Painted(QObject):
    """Counts how often a widget is painted."""

    times = 0

    def eventFilter(self, watched, event):  # noqa: N802 - Qt's name
        self.times += event.type() == QEvent.Type.Paint
        return False


def test_the_frame_of_a_legend_goes_where_it_is_clicked(qtbot):
    legend, painted = Legend(LIGHT), Painted()
    qtbot.addWidget(legend)
    legend.set_entries([(name, QColor("red")) for name in ("one", "two", "three", "four")])
    legend.max_lines = 1
    legend.resize(170, 40)
    legend.show()
    legend.activateWindow()
    legend.setFocus()
    qtbot.waitUntil(legend.hasFocus)
    legend.installEventFilter(painted)
    places = legend._places(legend.width())
    assert 2 <= len(places) < 4
    for where, told in ((places[0], "one"), (places[1], "two"), (legend.rest_place(), "More entries")):
        QApplication.processEvents()
        painted.times = 0
        qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=where.center().toPoint())
        assert legend.accessibleDescription() == told
        qtbot.waitUntil(lambda: painted.times > 0)
    legend.rest.close()


def test_the_anchors_of_the_method_pass_no_cell_but_their_own():
    cells = [(side, place, np.array(where)) for side, all_cells in enumerate((_REFERENCE, _QUERY))
             for place, (where, _) in enumerate(all_cells)]
    for one, other in _ANCHORS:
        start, end = np.array(_REFERENCE[one][0]), np.array(_QUERY[other][0])
        for side, place, where in cells:
            if (side, place) not in ((0, one), (1, other)):
                along = np.clip((where - start) @ (end - start) / ((end - start) @ (end - start)), 0.0, 1.0)
                assert np.hypot(*(start + along * (end - start) - where)) > _RADIUS + 2, (side, place)
