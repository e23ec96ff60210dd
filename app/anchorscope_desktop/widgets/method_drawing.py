"""The method as a drawing: two assays, the bridge between them, anchors, and the labels that travel."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from anchorscope.palette import type_colours
from anchorscope_desktop.plotting.theme import SMALL, Theme

_WIDTH, _HEIGHT = 720, 236
_REFERENCE = (((92, 78), 0), ((116, 66), 0), ((104, 96), 0), ((176, 84), 1), ((198, 100), 1), ((174, 108), 1),
              ((134, 138), 2), ((158, 146), 2), ((146, 120), 2))
_QUERY = (((528, 74), 0), ((548, 104), 0), ((516, 114), -1), ((612, 70), 1), ((634, 88), 1), ((608, 100), 1),
          ((570, 138), 2), ((594, 146), 2), ((648, 140), -1))
_ANCHORS = ((1, 0), (3, 4), (7, 6))
_VOTES = ((0, 1), (4, 3), (4, 5), (6, 7))
_RADIUS = 7
_TYPES = ("one", "two", "three")


class MethodDrawing(QWidget):
    """Drawn in the colours of the theme, at any scale sharp."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("Drawing of the method: anchors pair cells of both assays, and labels travel along them")

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size at which it was drawn up."""
        return QSize(_WIDTH, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw panels, lines, cells and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(max(0, (self.width() - _WIDTH) / 2), 0)
        self._draw_panels(painter)
        self._draw_lines(painter)
        self._draw_cells(painter)
        painter.end()

    def _draw_panels(self, painter: QPainter) -> None:
        for left, title, words in ((40, "Reference (RNA)", "cell types are known"),
                                   (480, "Query (ATAC)", "peaks become gene activity")):
            painter.setPen(QPen(self._theme.color("border"), 1))
            painter.setBrush(self._theme.color("surface"))
            painter.drawRoundedRect(QRectF(left, 40, 200, 130), 8, 8)
            self._write(painter, QRectF(left, 8, 200, 24), title, "text")
            self._write(painter, QRectF(left, 174, 200, 20), words, "muted")
        self._write(painter, QRectF(260, 20, 200, 20), "1  anchors: nearest both ways", "text")
        self._write(painter, QRectF(440, 200, 280, 20), "2  anchors vote for the cells near them", "text")
        self._write(painter, QRectF(0, 200, 420, 20), "Few votes, or votes that differ: doubt the label", "muted")

    def _draw_lines(self, painter: QPainter) -> None:
        painter.setPen(QPen(self._theme.color("accent"), 1.5, Qt.PenStyle.DashLine))
        for one, other in _ANCHORS:
            painter.drawLine(QPointF(*_REFERENCE[one][0]), QPointF(*_QUERY[other][0]))
        painter.setPen(QPen(self._theme.color("muted"), 1))
        for one, other in _VOTES:
            painter.drawLine(QPointF(*_QUERY[one][0]), QPointF(*_QUERY[other][0]))

    def _draw_cells(self, painter: QPainter) -> None:
        table = type_colours(_TYPES)
        for cells in (_REFERENCE, _QUERY):
            for place, kind in cells:
                color = QColor(table[_TYPES[kind]]) if kind >= 0 else self._theme.color("surface")
                painter.setPen(QPen(self._theme.color("muted" if kind < 0 else "surface"), 1))
                painter.setBrush(color)
                painter.drawEllipse(QPointF(*place), _RADIUS, _RADIUS)

    def _write(self, painter: QPainter, where: QRectF, text: str, color: str) -> None:
        font = painter.font()
        font.setPixelSize(SMALL + 1)
        painter.setFont(font)
        painter.setPen(self._theme.color(color))
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, text)
