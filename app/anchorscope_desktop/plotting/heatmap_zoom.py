"""How closely a heatmap is looked at: only where its cells are too small to be read."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF

from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout, Hit

_READABLE = (56.0, 24.0)
"""Width and height of a cell in which there is nothing more to see when it is larger."""


class HeatmapZoom:
    """A factor, and which part of a cell lies in the corner; `whole` is always the layout of all cells."""

    def __init__(self) -> None:
        self.factor = 1.0
        self._column = self._row = 0.0

    def fit(self) -> None:
        """Look at all cells."""
        self.factor, self._column, self._row = 1.0, 0.0, 0.0

    def like(self, other: HeatmapZoom) -> None:
        """Look at what another one looks at."""
        self.factor, self._column, self._row = other.factor, other._column, other._row

    def most(self, whole: HeatmapLayout) -> float:
        """Return the largest factor: 1 where all can be read."""
        return max(_READABLE[0] / whole.cell_width, _READABLE[1] / whole.cell_height, 1.0)

    def applied(self, whole: HeatmapLayout) -> HeatmapLayout:
        """Return where everything lies as it is looked at."""
        wider, higher = (max(min(self.factor, most / side), 1.0) for most, side in
                         zip(_READABLE, (whole.cell_width, whole.cell_height), strict=True))
        return replace(whole, cell_width=whole.cell_width * wider, cell_height=whole.cell_height * higher,
                       first_column=_within(self._column, whole.columns * (1 - 1 / wider)),
                       first_row=_within(self._row, whole.rows * (1 - 1 / higher)))

    def by(self, factor: float, around: QPointF, whole: HeatmapLayout) -> None:
        """Look closer, or from further away; what lies at `around` stays there."""
        before = self.applied(whole)
        self.factor = min(max(self.factor * factor, 1.0), self.most(whole))
        after = self.applied(whole)
        x, y = max(around.x() - whole.left, 0.0), max(around.y() - whole.top, 0.0)
        self._column = before.first_column + x / before.cell_width - x / after.cell_width
        self._row = before.first_row + y / before.cell_height - y / after.cell_height

    def move(self, way: QPointF, whole: HeatmapLayout) -> None:
        """Move the cells by some pixels."""
        now = self.applied(whole)
        self._column = now.first_column - way.x() / now.cell_width
        self._row = now.first_row - way.y() / now.cell_height

    def reveal(self, hit: Hit, whole: HeatmapLayout) -> None:
        """Move as little as brings a cell, or the row or column of a name, into view."""
        now = self.applied(whole)
        columns = whole.columns * whole.cell_width / now.cell_width
        rows = whole.rows * whole.cell_height / now.cell_height
        self._column, self._row = now.first_column, now.first_row
        if hit[1] is not None:
            self._column = min(max(self._column, hit[1] + 1 - columns), hit[1])
        if hit[0] is not None:
            self._row = min(max(self._row, hit[0] + 1 - rows), hit[0])


def _within(value: float, most: float) -> float:
    return min(max(value, 0.0), max(most, 0.0))
