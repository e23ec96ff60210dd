"""Where the cells, the row names and the column names of a heatmap lie."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

Hit = tuple[int | None, int | None]
"""Row and column; ``None`` for the row stands for a column's name, and the other way round."""

_WITHIN, _AT_THE_EDGE = 2.5, 0.5
_ROOMY = 18.0
"""Height of a cell in which a frame within it stays clear of the letters."""


class Writing(Enum):
    """Which way the names of columns run: from left to right, upwards, or aslant down to their column."""

    ACROSS = "across"
    UPRIGHT = "upright"
    ASLANT = "aslant"


@dataclass(frozen=True)
class HeatmapLayout:
    """A grid of `rows` x `columns` cells below and to the right of the names."""

    rows: int
    columns: int
    left: float
    top: float
    cell_width: float
    cell_height: float
    first_row: float = 0.0
    first_column: float = 0.0
    """How many rows and columns lie out of sight above and to the left."""
    writing: Writing = Writing.ACROSS

    def cell(self, row: int, column: int) -> QRectF:
        """Return the rectangle of one cell."""
        return QRectF(self._x(column), self._y(row), self.cell_width, self.cell_height)

    def row_name(self, row: int) -> QRectF:
        """Return the rectangle of a row's name."""
        return QRectF(0, self._y(row), self.left, self.cell_height)

    def column_name(self, column: int) -> QRectF:
        """Return the rectangle around a column's name; one aslant reaches over its neighbours to the left."""
        return QRectF(self._x(column) - self._lean, 0, self.cell_width + self._lean, self.top)

    def place(self, hit: Hit) -> QRectF:
        """Return the rectangle of a cell, of a row's name or of a column's."""
        row, column = hit
        if row is None:
            return self.column_name(column or 0)
        return self.row_name(row) if column is None else self.cell(row, column)

    def outline(self, hit: Hit) -> QPolygonF:
        """Return the edge of a cell or a name, a little within it."""
        if hit[0] is not None or self.writing is not Writing.ASLANT:
            # In a low row it would strike through the letters.
            beside = _WITHIN if self.cell_height >= _ROOMY else _AT_THE_EDGE
            return QPolygonF(self.place(hit).adjusted(_WITHIN, beside, -_WITHIN, -beside))
        left, right = self._x(hit[1] or 0) + 1.5, self._x((hit[1] or 0) + 1) - 1.5
        ends = (left, self.top), (right, self.top), (right - self._lean, 2.5), (left - self._lean, 2.5)
        return QPolygonF([QPointF(*end) for end in (*ends, ends[0])])

    def line(self, hit: Hit) -> QRectF:
        """Return the rectangle of a cell, of all cells of a row, or of all of a column."""
        row, column = hit
        first = self.cell(row or 0, column or 0)
        return first.united(self.cell(self.rows - 1 if row is None else row,
                                      self.columns - 1 if column is None else column))

    def hit(self, point: QPointF) -> Hit | None:
        """Return what lies under `point`: a cell, a row's name, a column's name, or nothing."""
        row = int((point.y() - self.top) / self.cell_height + self.first_row) if point.y() >= self.top else None
        x = point.x()
        if row is None and self.writing is Writing.ASLANT:
            x += self.top - point.y()  # where the name that passes here ends
        column = int((x - self.left) / self.cell_width + self.first_column) if x >= self.left else None
        outside = (row is not None and row >= self.rows) or (column is not None and column >= self.columns)
        return None if outside or (row is None and column is None) else (row, column)

    def seen(self, width: float, height: float) -> tuple[range, range]:
        """Return the rows and the columns of which something is seen in a picture of that size."""
        bottom = int((height - self.top) / self.cell_height + self.first_row) + 1
        right = int((width - self.left) / self.cell_width + self.first_column) + 1
        return (range(int(self.first_row), min(bottom, self.rows)),
                range(int(self.first_column), min(right, self.columns)))

    @property
    def _lean(self) -> float:
        """How far to the left of its column a name begins."""
        return self.top if self.writing is Writing.ASLANT else 0.0

    def _x(self, column: int) -> float:
        return self.left + (column - self.first_column) * self.cell_width

    def _y(self, row: int) -> float:
        return self.top + (row - self.first_row) * self.cell_height
