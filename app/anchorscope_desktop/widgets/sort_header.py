"""Titles of a table that sorts: the arrow has a place above the title, and a title never changes its weight."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionHeader, QWidget

ARROW = 8, 4
"""Width and height of the arrow."""

_ABOVE = 2
ABOVE = 12
"""Pixels that a title is higher than its text: room for the arrow above it."""


class SortHeader(QHeaderView):
    """Says by which column a table is sorted: pointing up where the smallest value is on top, down for the largest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, section: int) -> None:  # noqa: N802 - Qt's name
        """Leave out Qt's arrow, which stands on the title, and the bold type of columns with a marked cell."""
        super().initStyleOptionForIndex(option, section)
        option.sortIndicator = QStyleOptionHeader.SortIndicator.None_
        option.state &= ~QStyle.StateFlag.State_On

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a height with room for the arrow."""
        size = super().sizeHint()
        size.setHeight(max(size.height(), self.fontMetrics().height() + ABOVE))
        return size

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802 - Qt's name
        """Draw the title, and the arrow above it."""
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        if section == self.sortIndicatorSection() and self.isSortIndicatorShown():
            self._draw_arrow(painter, rect, up=self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder)

    def _draw_arrow(self, painter: QPainter, rect: QRect, *, up: bool) -> None:
        width, height = ARROW
        left, top = rect.center().x() - width / 2, rect.top() + _ABOVE
        tip, base = (top, top + height) if up else (top + height, top)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Text))
        painter.drawPolygon(QPolygonF([QPointF(left, base), QPointF(left + width, base),
                                       QPointF(left + width / 2, tip)]))
        painter.restore()
