"""A line drawn around cells, and which cells lie inside."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPolygonF
from PySide6.QtWidgets import QGraphicsPolygonItem

from anchorscope.results import Floats
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.gesture import combining

_LEAST_STEP = 3.0
_FEWEST_CORNERS = 3
_STRIPES = 4096


def inside(points: Floats, corners: Floats) -> NDArray[np.bool_]:
    """Say which points lie inside a polygon, by the even-odd rule.

    Parameters
    ----------
    points
        (n, 2) coordinates; NaN lies outside.
    corners
        (m, 2) corners of the polygon, which closes by itself.

    Notes
    -----
    Points are sorted into stripes by height once, so that each edge meets only those beside it: a million cells take a
    moment.
    """
    found = np.zeros(len(points), dtype=bool)
    if len(corners) < _FEWEST_CORNERS:
        return found
    x, y = points.T
    (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero((x >= left) & (x <= right) & (y >= low) & (y <= high))
    if high > low:
        found[near] = _odd(x[near], y[near], corners)
    return found


def _odd(x: Floats, y: Floats, corners: Floats) -> NDArray[np.bool_]:
    """Say of which points a ray to the right crosses an odd number of edges."""
    low, high = float(corners[:, 1].min()), float(corners[:, 1].max())
    stripe = ((y - low) * (_STRIPES / (high - low))).astype(np.uint16)  # sorted by counting, because it is so short
    order = np.argsort(stripe, kind="stable")
    x, y, stripe = x[order], y[order], stripe[order]
    odd = np.zeros(len(x), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        below, above = sorted((y1, y2))
        if above > below:
            ends = (np.array([below, above]) - low) * (_STRIPES / (high - low))
            beside = slice(*np.searchsorted(stripe, ends.astype(np.uint16) + np.array([0, 1], dtype=np.uint16)))
            ys = y[beside]
            crossing = x1 + (ys - y1) * (x2 - x1) / (y2 - y1)
            odd[beside] ^= (ys >= below) & (ys < above) & (x[beside] < crossing)
    result = np.empty_like(odd)
    result[order] = odd
    return result


class Lasso(QObject):
    """Listens to the mouse over a canvas while it is switched on; the left button draws instead of moving the map."""

    drawn = Signal(object, int)
    """The corners (m, 2) in the map's coordinates, and how the cells join the selection (`Combine`)."""

    switched = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._points: list[QPointF] = []
        self._line = QGraphicsPolygonItem()
        self._line.setZValue(10)
        self._line.hide()
        canvas.scene().addItem(self._line)
        self._on = False
        canvas.viewport().installEventFilter(self)

    @property
    def on(self) -> bool:
        """Whether the left button draws."""
        return self._on

    def switch(self, *, on: bool) -> None:
        """Let the left button draw, or move the map."""
        self._on = on
        self._canvas.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        if not on:
            self._drop()
        self.switched.emit()

    def set_colour(self, color: QColor) -> None:
        """Draw in another colour."""
        self._line.setPen(pg.mkPen(color, width=1.5))
        soft = QColor(color)
        soft.setAlpha(30)
        self._line.setBrush(soft)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's name
        """Take the left button's events while drawing is on."""
        if self._on and isinstance(event, QMouseEvent):
            return self._follow(event)
        return False

    def _follow(self, event: QMouseEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton:
            self._points = [event.position()]
        elif event.type() is QEvent.Type.MouseMove and self._points:
            self._add(event.position())
        elif event.type() is QEvent.Type.MouseButtonRelease and self._points:
            self._finish(event)
        else:
            return False
        return True

    def _add(self, point: QPointF) -> None:
        if (point - self._points[-1]).manhattanLength() >= _LEAST_STEP:
            self._points.append(point)
            where = [self._canvas.mapToScene(one.toPoint()) for one in self._points]
            self._line.setPolygon(QPolygonF(where))
            self._line.show()

    def _finish(self, event: QMouseEvent) -> None:
        box = self._canvas.getViewBox()
        places = [box.mapSceneToView(self._canvas.mapToScene(one.toPoint())) for one in self._points]
        self._drop()
        if len(places) >= _FEWEST_CORNERS:
            self.drawn.emit(np.array([(place.x(), place.y()) for place in places]), combining(event.modifiers()))

    def _drop(self) -> None:
        self._points = []
        self._line.hide()
