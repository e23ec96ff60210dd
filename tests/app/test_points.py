"""Points as pixels: the right colour at the right place, whatever their number and the screen."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer

from anchorscope_desktop.plotting.cell_map import CellMap, Colouring
from anchorscope_desktop.plotting.gesture import Combine
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.plotting.legend import Legend
from anchorscope_desktop.plotting.paper import MOST_CIRCLES
from anchorscope_desktop.plotting.raster import Grid, Points, Raster, packed, smoothed, spread_discs
from anchorscope_desktop.plotting.theme import DARK, LIGHT

RED, BLUE, GREY = QColor("#d00000"), QColor("#0000d0"), QColor("#808080")
WHOLE = Grid(width=40, height=30, x_scale=1.0, x_shift=0.0, y_scale=1.0, y_shift=0.0)


def discs_one_by_one(points: Points, grid: Grid, diameter: int) -> np.ndarray:
    """The same picture as `Raster`, square by square and point by point."""
    seen = np.full((grid.height, grid.width), points.n)
    away = np.arange(diameter) - diameter // 2
    middle = (diameter - 1) / 2 - diameter // 2
    for cell, x, y in zip(points.order, points.x, points.y, strict=True):
        column, row = int(np.floor(x)), int(np.floor(y))
        if not (0 <= column < grid.width and 0 <= row < grid.height):
            continue
        for down in away:
            for right in away:
                there = row + down, column + right
                near = (down - middle) ** 2 + (right - middle) ** 2 <= diameter**2 / 4
                if near and 0 <= there[0] < grid.height and 0 <= there[1] < grid.width:
                    seen[there] = cell
    return seen


@pytest.mark.parametrize("diameter", [1, 2, 3, 4, 6, 9, 18, 50])
def test_discs_are_those_drawn_one_after_the_other(diameter):
    rng = np.random.default_rng(diameter)
    points = Points(rng.random((60, 2)) * [60, 50] - 10)
    np.testing.assert_array_equal(Raster(points, WHOLE, diameter).seen(), discs_one_by_one(points, WHOLE, diameter))


def test_a_disc_measures_what_a_circle_does():
    for diameter in (8, 13, 24):
        ranks = np.full((60, 60), -1, dtype=np.int32)
        ranks[30, 30] = 0
        assert (spread_discs(ranks, diameter) == 0).sum() == pytest.approx(np.pi * diameter**2 / 4, rel=0.05)


def test_chosen_points_alone_and_larger():
    points = Points(np.array([[5.0, 5.0], [20.0, 10.0], [30.0, 20.0]]))
    raster = Raster(points, WHOLE, 3)
    squares, seen = raster.among(np.array([False, True, False]))
    assert squares.tolist() == np.flatnonzero(raster.seen() == 1).tolist()
    assert set(seen.tolist()) == {1}
    assert len(raster.among(np.array([False, True, False]), 2.0)[0]) > len(squares)
    assert not len(raster.among(np.zeros(3, dtype=bool))[0])


def test_chosen_points_cover_each_other_as_all_do():
    rng = np.random.default_rng(3)
    positions, chosen = rng.random((80, 2)) * [60, 50] - 10, rng.random(80) < 0.5
    squares, seen = Raster(Points(positions), WHOLE, 6).among(chosen)
    whole = np.full(WHOLE.width * WHOLE.height, 80, dtype=np.int64)
    whole[squares] = seen
    every = Points(positions)
    kept = chosen[every.order]
    every.order, every.x, every.y = every.order[kept], every.x[kept], every.y[kept]
    np.testing.assert_array_equal(whole.reshape(WHOLE.height, WHOLE.width), discs_one_by_one(every, WHOLE, 6))


def test_points_without_coordinates_are_left_out():
    places = np.array([[np.nan, 5.0], [5.0, 5.0], [5.0, np.inf], [np.nan, np.nan]])
    points = Points(places)
    assert points.order.tolist() == [1]
    assert set(np.unique(Raster(points, WHOLE, 3).seen())) == {1, 4}
    assert not len(Points(places[[0]]).order)


def test_no_type_lies_on_top():
    codes = np.repeat([0, 1], 2000)
    points = Points(np.random.default_rng(0).random((4000, 2)) * [40, 30])
    seen = Raster(points, WHOLE, 2).seen()
    assert 0.4 < np.append(codes, 0)[seen[seen < 4000]].mean() < 0.6


@pytest.mark.parametrize("side", [1, 2, 3])
def test_edges_are_the_mean_of_their_squares(side):
    colours = packed(np.array([[200, 100, 50, 255]]))
    for place, expected in ((0, [50, 100, 200, 255]), (1, [0, 0, 0, 0])):
        squares = np.full((side, side), place)
        assert smoothed(colours[squares], side).ravel().tolist() == expected
    if side > 1:
        half = np.zeros((side, side), dtype=int)
        half[:, :1] = 1
        assert 0 < smoothed(colours[half], side)[0, 0, 3] < 255


def test_the_code_for_none_takes_the_last_colour():
    colours = packed(np.array([[1, 2, 3, 255], [9, 8, 7, 255]]))
    assert colours[-1] == colours[1]
    assert colours[2] == 0


def a_map(qtbot, places, codes, theme=LIGHT, size=(300, 240)) -> CellMap:
    made = CellMap(theme, "cells")
    qtbot.addWidget(made)
    made.resize(*size)
    made.show()
    made.set_theme(theme)
    made.show_cells(places)
    made.colour(Colouring(codes, [RED, BLUE, GREY], []))
    return made


def colour_at(made: CellMap, place) -> QColor:
    image = made.canvas.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    where = on_canvas(made, place)
    return image.pixelColor(int(where.x() * ratio), int(where.y() * ratio))


def on_canvas(made: CellMap, place) -> QPointF:
    return made.canvas.viewportTransform().map(made.canvas.getViewBox().mapViewToScene(QPointF(*place)))


def nearest(found: QColor, *colours: QColor) -> QColor:
    """The colour of a pixel of which a small disc may leave a corner free."""
    return min(colours, key=lambda one: sum(abs(a - b) for a, b in zip(found.getRgb(), one.getRgb(), strict=True)))


CORNERS = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 8.0], [10.0, 8.0]])


@pytest.mark.parametrize("n_more", [0, 3_000, 150_000])
def test_a_point_has_its_colour_at_its_place(qtbot, n_more):
    # The others lie far from the first four, whatever their number and therefore their size.
    others = np.random.default_rng(1).normal([5, 4], 0.3, size=(n_more, 2))
    made = a_map(qtbot, np.vstack([CORNERS, others]), np.append([0, 1, -1, 0], np.ones(n_more, dtype=int)))
    for place, color in zip(CORNERS, (RED, BLUE, GREY, RED), strict=True):
        assert nearest(colour_at(made, place), RED, BLUE, GREY, LIGHT.color("surface")) == color
    assert colour_at(made, (5, 0.5)) == LIGHT.color("surface")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_dimming_touches_only_the_unselected(qtbot, theme):
    made = a_map(qtbot, CORNERS, np.array([0, 1, 0, 1]), theme)
    made.cloud.set_highlight(np.array([True, True, False, False]))
    assert [colour_at(made, place) for place in CORNERS[:2]] == [RED, BLUE]
    for place, color in zip(CORNERS[2:], (RED, BLUE), strict=True):
        dimmed = colour_at(made, place)
        paper = theme.color("surface")
        assert dimmed not in (color, paper)
        assert all(min(p, c) <= d <= max(p, c) for p, c, d in zip(paper.getRgb(), color.getRgb(), dimmed.getRgb(),
                                                                  strict=True))
    made.cloud.set_highlight(None)
    assert colour_at(made, CORNERS[2]) == RED


def test_those_that_stand_out_lie_above_the_others(qtbot):
    places = np.tile([[1.0, 1.0]], (50, 1))
    made = a_map(qtbot, np.vstack([places, CORNERS]), np.append(np.zeros(50, dtype=int), [1, 1, 1, 1]))
    for cell in (0, 17, 49):
        codes = np.zeros(54, dtype=int)
        codes[cell] = 1
        made.colour(Colouring(codes, [RED, BLUE, GREY], []))
        made.cloud.set_highlight(np.arange(54) == cell)
        assert colour_at(made, (1, 1)) == BLUE


def test_recolouring_keeps_places_and_what_stands_out(qtbot):
    made = a_map(qtbot, CORNERS, np.array([0, 1, 0, 1]))
    made.cloud.set_highlight(np.array([True, False, False, False]))
    before = made.cloud.positions.copy()
    made.canvas.viewport().grab()
    placed = made.cloud._picture._placed
    made.colour(Colouring(np.array([1, 1, 1, 1]), [RED, BLUE, GREY], []))
    assert colour_at(made, CORNERS[0]) == BLUE
    np.testing.assert_array_equal(made.cloud.positions, before)
    assert made.cloud.highlighted.tolist() == [True, False, False, False]
    assert made.cloud._picture._placed is placed


def test_a_moved_map_shows_points_where_they_are_now(qtbot):
    made = a_map(qtbot, CORNERS, np.array([0, 1, 0, 1]))
    box = made.canvas.getViewBox()
    box.translateBy(x=3.0, y=1.0)
    assert colour_at(made, CORNERS[3]) == BLUE
    box.scaleBy((0.5, 0.5), center=QPointF(*CORNERS[3]))
    assert colour_at(made, CORNERS[3]) == BLUE
    assert made.cloud._hurried == 0  # nothing waits for a hand to rest where all can be drawn at once


def test_a_large_map_is_drawn_smoothly_once_the_hand_rests(qtbot):
    made = a_map(qtbot, CORNERS, np.array([0, 1, 0, 1]), size=(900, 700))
    made.canvas.viewport().grab()
    fine = made.cloud._picture.view.side
    box = made.canvas.getViewBox()
    box.translateBy(x=0.5)
    box.sigRangeChangedManually.emit([True, True])
    assert colour_at(made, CORNERS[3]) == BLUE
    assert made.cloud._picture.view.side < fine
    qtbot.waitUntil(lambda: made.cloud._picture.view.side == fine)
    assert made.cloud._hurried == 0


@pytest.mark.parametrize(("n", "diameter"), [(5, 6.0), (MOST_CIRCLES + 1, 2.0)])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.125])
def test_points_are_as_large_at_every_resolution(qtbot, ratio, n, diameter):
    made = a_map(qtbot, np.vstack([CORNERS, np.tile(CORNERS[:1], (n - 4, 1))]), np.zeros(n, dtype=int))
    image = QImage(QSize(300, 240) * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(LIGHT.color("surface"))
    made.render(image, QPoint())
    pixels = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1)
    # What lies around the map may be a bluish grey.
    more_red_than_blue = np.maximum(((pixels >> 16) & 255).astype(int) - (pixels & 255).astype(int), 0)
    covered = more_red_than_blue.sum() / RED.red() / ratio**2
    assert covered == pytest.approx(4 * np.pi * diameter**2 / 4, rel=0.15)


def test_figures_have_circles_for_few_points_and_an_image_for_many(qtbot, tmp_path):
    rng = np.random.default_rng(3)
    for n, n_circles in ((500, 504), (MOST_CIRCLES + 1, 0)):
        places = np.vstack([CORNERS, rng.normal([5, 4], 0.3, size=(n, 2))])
        made = a_map(qtbot, places, np.append([0, 1, 0, 1], np.full(n, -1)))
        path = tmp_path / f"{n}.svg"
        write_svg(made, path)
        text = path.read_text()
        assert text.count("<circle") == n_circles
        assert len(text) < 3_000_000
        image = QImage(made.size() * 2, QImage.Format.Format_RGB32)
        image.fill(LIGHT.color("surface"))
        painter = QPainter(image)
        QSvgRenderer(str(path)).render(painter)
        painter.end()
        where = on_canvas(made, CORNERS[1])
        assert image.pixelColor(int(where.x() * 2), int(where.y() * 2)) == BLUE


def write_svg(made: CellMap, path) -> None:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(made.size())
    generator.setViewBox(made.rect())
    painter = QPainter(generator)
    made.render(painter, QPoint())
    painter.end()


def test_a_lasso_takes_exactly_the_points_inside():
    rng = np.random.default_rng(5)
    points = rng.normal(size=(100_000, 2))
    points[:3] = [[np.nan, 0], [0, np.nan], [np.inf, 0]]
    turn = np.sort(rng.random(80)) * 2 * np.pi
    corners = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(0.3, 2.0, size=(80, 1))
    np.testing.assert_array_equal(inside(points, corners), even_odd(points, corners))


@pytest.mark.parametrize("seed", range(20))
def test_any_line_that_crosses_itself_is_even_and_odd(seed):
    rng = np.random.default_rng(seed)
    points = np.round(rng.normal(size=(400, 2)), 1)  # many at the very height of a corner
    corners = np.round(rng.normal(size=(int(rng.integers(3, 12)), 2)), 1)
    np.testing.assert_array_equal(inside(points, corners), even_odd(points, corners))


def even_odd(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """The rule as it stands in books, all points against all edges."""
    x, y = points.T
    odd = np.zeros(len(points), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            beside = (y >= min(y1, y2)) & (y < max(y1, y2))
            odd ^= beside & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return odd & np.all((points >= corners.min(axis=0)) & (points <= corners.max(axis=0)), axis=1)


def test_a_lasso_of_no_height_takes_nothing():
    points = np.zeros((5, 2))
    assert not inside(points, np.array([[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])).any()
    assert not inside(points, np.zeros((2, 2))).any()


def test_a_map_is_moved_and_zoomed_by_keys(qtbot):
    cell_map = a_map(qtbot, CORNERS, np.zeros(4, dtype=int))
    qtbot.waitExposed(cell_map)
    box, keys = cell_map.canvas.getViewBox(), Qt.Key

    def pressed(key):
        before = box.viewRect()
        qtbot.keyClick(cell_map.canvas, key)
        return before, box.viewRect()

    pressed(keys.Key_Home)
    whole = box.viewRect()
    before, after = pressed(keys.Key_Right)
    assert after.center().x() - before.center().x() == pytest.approx(0.1 * before.width())
    before, after = pressed(keys.Key_Up)
    assert after.center().y() - before.center().y() == pytest.approx(0.1 * before.height())
    before, after = pressed(keys.Key_Plus)
    assert after.width() == pytest.approx(0.8 * before.width())
    before, after = pressed(keys.Key_Minus)
    assert after.width() == pytest.approx(before.width() / 0.8)
    assert box.viewRect() != whole
    pressed(keys.Key_Home)
    assert (box.viewRect().x(), box.viewRect().width()) == pytest.approx((whole.x(), whole.width()))


def click_at(qtbot, made: CellMap, place, beside=(0, 0), modifier=Qt.KeyboardModifier.NoModifier) -> QPoint:
    where = on_canvas(made, place).toPoint() + QPoint(*beside)
    qtbot.mouseClick(made.canvas.viewport(), Qt.MouseButton.LeftButton, modifier, where)
    return where


def test_a_click_finds_the_nearest_cell_and_none_far_away(qtbot):
    places = np.concatenate([CORNERS, [[np.nan, np.nan]]])
    made, heard = a_map(qtbot, places, np.zeros(5, dtype=int)), []
    made.grab()  # lays everything out
    made.clicked.connect(lambda *what: heard.append(what))
    for cell, corner in enumerate(CORNERS):
        click_at(qtbot, made, corner)
        click_at(qtbot, made, corner, (-3, 2), Qt.KeyboardModifier.ShiftModifier)
        assert heard == [(cell, Combine.REPLACE), (cell, Combine.ADD)]
        heard.clear()
    click_at(qtbot, made, (5, 4))
    click_at(qtbot, made, CORNERS[0], (9, 0))
    made.lasso.switch(on=True)
    click_at(qtbot, made, CORNERS[0])
    assert heard == []


def test_the_tooltip_of_a_map_is_wrapped(qtbot):
    assert Qt.mightBeRichText(a_map(qtbot, CORNERS, np.zeros(4, dtype=int)).canvas.toolTip())


def test_dragging_over_a_cell_and_a_double_click_choose_none(qtbot):
    made, heard = a_map(qtbot, CORNERS, np.zeros(4, dtype=int)), []
    made.grab()
    made.clicked.connect(lambda cell, _: heard.append(cell))
    made.doubled.connect(lambda: heard.append("back"))
    view, box = made.canvas.viewport(), made.canvas.getViewBox()
    start = on_canvas(made, CORNERS[1]).toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in (10, 20, 30):
        qtbot.wait(20)  # pyqtgraph hears of a moving mouse every so often
        qtbot.mouseMove(view, start - QPoint(step, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start - QPoint(30, 0))
    assert heard == []
    moved = box.viewRect()
    for place in (CORNERS[1], (5, 4)):
        where = click_at(qtbot, made, place)
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=where)
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=where)
        assert box.viewRect() != moved
        assert heard == [1, "back"]


@pytest.fixture
def legend(qtbot):
    """A legend with room for some of its entries."""
    made = Legend(LIGHT)
    qtbot.addWidget(made)
    made.max_lines = 2
    made.set_entries([(f"Type number {n} & more", RED) for n in range(12)])
    made.resize(420, made.heightForWidth(420))
    made.show()
    return made


@pytest.mark.parametrize(("opening", "how"), [
    (Qt.KeyboardModifier.NoModifier, Combine.REPLACE), (Qt.KeyboardModifier.ShiftModifier, Combine.ADD),
    (Qt.KeyboardModifier.AltModifier, Combine.SUBTRACT)])
def test_entries_without_room_are_chosen_from_a_menu(qtbot, legend, opening, how):
    chosen = []
    legend.clicked.connect(lambda index, how: chosen.append((index, how)))
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, opening, legend.rest_place().center().toPoint())
    assert legend.rest.isVisible()
    assert chosen == []
    seen = 12 - len(legend.rest.actions())
    assert 0 < seen < 12
    assert legend.rest.actions()[0].text() == f"Type number {seen} && more"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(legend.rest, key)
    assert chosen == [(seen + 1, how)]
    assert not legend.rest.isVisible()


def test_keys_go_through_the_entries_and_choose(qtbot, legend):
    chosen, keys = [], Qt.Key
    legend.clicked.connect(lambda index, how: chosen.append((index, how)))
    legend.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(legend.hasFocus)
    assert legend.accessibleDescription() == legend.entry(0)
    for key in (keys.Key_Left, keys.Key_Right, keys.Key_Down, keys.Key_Up, keys.Key_Space):
        qtbot.keyClick(legend, key)
    qtbot.keyClick(legend, keys.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert chosen == [(1, Combine.REPLACE), (1, Combine.ADD)]
    assert legend.accessibleDescription() == legend.entry(1)
    still = legend.grab().toImage()
    qtbot.keyClick(legend, keys.Key_Right)
    assert legend.grab().toImage() != still

    qtbot.keyClick(legend, keys.Key_End)
    assert legend.accessibleDescription() == "More entries"
    qtbot.keyClick(legend, keys.Key_Return)
    assert legend.rest.isVisible()
    first = legend.rest.actions()[0].data()
    for key in (keys.Key_Down, keys.Key_Return):
        qtbot.keyClick(legend.rest, key)
    assert chosen[2:] == [(first, Combine.REPLACE)]
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    qtbot.keyClick(legend, keys.Key_Space)
    assert chosen[3:] == [(0, Combine.REPLACE)] * 2


def test_a_menu_of_entries_that_are_gone_closes(qtbot, legend):
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=legend.rest_place().center().toPoint())
    legend.set_entries([("A", RED), ("B", BLUE)])
    assert not legend.rest.isVisible()
    assert legend.rest_place().isEmpty()


def test_a_title_takes_room_and_cannot_be_clicked(qtbot, legend):
    chosen = []
    legend.clicked.connect(lambda index, how: chosen.append((index, how)))
    legend.set_entries([("0", RED), ("1", BLUE)], "Score of the label")
    middle = legend.height() // 4
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=QPoint(5, middle))
    assert chosen == []
    title = round(legend._metrics.horizontalAdvance("Score of the label"))
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=QPoint(title + 20, middle))
    assert chosen == [(0, Combine.REPLACE)]


def test_pyqtgraph_keeps_its_promises(qtbot):
    """What the points rely on: the aspect is locked, nothing is turned."""
    made = a_map(qtbot, CORNERS, np.zeros(4, dtype=int))
    assert isinstance(made.cloud, pg.GraphicsObject)
    transform = made.cloud.sceneTransform()
    assert abs(transform.m11()) == pytest.approx(abs(transform.m22()))
    assert transform.m12() == transform.m21() == 0
