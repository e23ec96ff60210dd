"""Cells as points: coloured by type, the unselected dimmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from anchorscope.results import Floats, Ints
from anchorscope_desktop.plotting.colours import blend

_SHUFFLES = 5
_DIMMED = 0.16
_LAYER = tuple[QColor, float, QPolygonF]


class PointCloud(pg.GraphicsObject):  # type: ignore[misc]
    """Points that share one pen for each colour, so that recolouring and dimming touch pens, not points.

    Cells are drawn in a few fixed shuffles, so that no type lies on top of all others.
    """

    def __init__(self) -> None:
        super().__init__()
        self._positions: Floats = np.zeros((0, 2))
        self._codes: Ints = np.zeros(0, dtype=np.int64)
        self._palette: Sequence[QColor] = [QColor("grey")]
        self._highlight: NDArray[np.bool_] | None = None
        self._backdrop = QColor("white")
        self._layers: list[_LAYER] | None = None

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """(n,) which points stand out, or nothing if all look alike."""
        return self._highlight

    @property
    def positions(self) -> Floats:
        """(n, 2) where the points lie."""
        return self._positions

    def set_points(self, positions: Floats) -> None:
        """Replace all points; they are grey until coloured, and those without coordinates (NaN) are left out."""
        self.prepareGeometryChange()
        self._positions = np.asarray(positions, dtype=np.float64)
        self._codes = np.full(len(positions), -1)
        self._highlight = None
        self._redraw()

    def set_colours(self, codes: Ints, palette: Sequence[QColor]) -> None:
        """Give point `i` the colour ``palette[codes[i]]``; -1 takes the last."""
        self._codes, self._palette = np.asarray(codes, dtype=np.int64), list(palette)
        self._redraw()

    def set_highlight(self, mask: NDArray[np.bool_] | None) -> None:
        """Dim all points outside `mask`."""
        self._highlight = mask
        self._redraw()

    def set_backdrop(self, color: QColor) -> None:
        """Tell what the points lie on; the dimmed ones fade towards it."""
        self._backdrop = color
        self._redraw()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Return the rectangle around all points."""
        if not len(self._positions):
            return QRectF()
        (left, bottom), (right, top) = np.nanmin(self._positions, axis=0), np.nanmax(self._positions, axis=0)
        return QRectF(left, bottom, right - left, top - bottom)

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        """Draw the dimmed points, then the others."""
        if self._layers is None:
            self._layers = list(self._make_layers())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, size, polygon in self._layers:
            pen = QPen(color, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPoints(polygon)

    def _redraw(self) -> None:
        self._layers = None
        self.update()

    def _make_layers(self) -> Iterator[_LAYER]:
        n, size = len(self._positions), self._point_size()
        placed = np.isfinite(self._positions).all(axis=1)
        bright = placed if self._highlight is None else self._highlight & placed
        larger = float(self._highlight is not None)
        for shown, strength, more in ((placed & ~bright, _DIMMED, 0.0), (bright, 1.0, larger)):
            for shuffle in range(_SHUFFLES):
                turn = np.arange(n) % _SHUFFLES == shuffle
                yield from self._coloured(np.flatnonzero(shown & turn), strength, size + more)

    def _coloured(self, rows: Ints, strength: float, size: float) -> Iterator[_LAYER]:
        codes = self._codes[rows]
        for code in np.unique(codes):
            color = blend(self._backdrop, self._palette[code], strength)
            x, y = self._positions[rows[codes == code]].T
            yield color, size, pg.functions.arrayToQPolygonF(np.ascontiguousarray(x), np.ascontiguousarray(y))

    def _point_size(self) -> float:
        return float(np.clip(200.0 / np.sqrt(max(len(self._positions), 1)), 2.0, 6.0))
