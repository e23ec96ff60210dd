"""Where the cells, the row names and the column names of a heatmap lie."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

Hit = tuple[int | None, int | None]
"""Row and column; ``None`` for the row stands for a column's name, and the other way round."""


@dataclass(frozen=True)
class HeatmapLayout:
    """A grid of `rows` x `columns` cells below and to the right of the names."""

    rows: int
    columns: int
    left: float
    top: float
    cell_width: float
    cell_height: float

    def cell(self, row: int, column: int) -> QRectF:
        """Return the rectangle of one cell."""
        return QRectF(self.left + column * self.cell_width, self.top + row * self.cell_height,
                      self.cell_width, self.cell_height)

    def row_name(self, row: int) -> QRectF:
        """Return the rectangle of a row's name."""
        return QRectF(0, self.top + row * self.cell_height, self.left, self.cell_height)

    def column_name(self, column: int) -> QRectF:
        """Return the rectangle of a column's name."""
        return QRectF(self.left + column * self.cell_width, 0, self.cell_width, self.top)

    def hit(self, point: QPointF) -> Hit | None:
        """Return what lies under `point`: a cell, a row's name, a column's name, or nothing."""
        row = int((point.y() - self.top) // self.cell_height) if point.y() >= self.top else None
        column = int((point.x() - self.left) // self.cell_width) if point.x() >= self.left else None
        outside = (row is not None and row >= self.rows) or (column is not None and column >= self.columns)
        return None if outside or (row is None and column is None) else (row, column)
