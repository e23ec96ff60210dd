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

    def place(self, hit: Hit) -> QRectF:
        """Return the rectangle of a cell, of a row's name or of a column's."""
        row, column = hit
        if row is None:
            return self.column_name(column or 0)
        return self.row_name(row) if column is None else self.cell(row, column)

    def line(self, hit: Hit) -> QRectF:
        """Return the rectangle of a cell, of all cells of a row, or of all of a column."""
        row, column = hit
        first = self.cell(row or 0, column or 0)
        return first.united(self.cell(self.rows - 1 if row is None else row,
                                      self.columns - 1 if column is None else column))

    def hit(self, point: QPointF) -> Hit | None:
        """Return what lies under `point`: a cell, a row's name, a column's name, or nothing."""
        row = int((point.y() - self.top) // self.cell_height) if point.y() >= self.top else None
        column = int((point.x() - self.left) // self.cell_width) if point.x() >= self.left else None
        outside = (row is not None and row >= self.rows) or (column is not None and column >= self.columns)
        return None if outside or (row is None and column is None) else (row, column)
