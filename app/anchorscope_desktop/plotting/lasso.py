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
    Points are sorted by height once, so that each edge meets only those beside it: a million cells take a moment.
    """
    found = np.zeros(len(points), dtype=bool)
    if len(corners) < _FEWEST_CORNERS:
        return found
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(np.all((points >= low) & (points <= high), axis=1))
    near = near[np.argsort(points[near, 1], kind="stable")]
    x, y = points[near].T
    odd = np.zeros(len(near), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        first, last = np.searchsorted(y, sorted((y1, y2)), side="left")
        if last > first:
            crossing = x1 + (y[first:last] - y1) * (x2 - x1) / (y2 - y1)
            odd[first:last] ^= x[first:last] < crossing
    found[near] = odd
    return found


class Lasso(QObject):
    """Listens to the mouse over a canvas while it is switched on; the left button draws instead of moving the map."""

    drawn = Signal(object, int)
    """The corners (m, 2) in the map's coordinates, and how the cells join the selection (`Combine`)."""

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
