"""A map of cells with its legend: what both UMAPs are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from anchorscope.results import Floats, Ints
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.legend import Legend
from anchorscope_desktop.plotting.scatter import PointCloud
from anchorscope_desktop.plotting.theme import GRID, Theme


@dataclass(frozen=True, eq=False)
class Colouring:
    """How points are coloured: a code for each, the colour of every code (last: none), and the legend."""

    codes: Ints
    palette: Sequence[QColor]
    legend: Sequence[tuple[str, QColor]]


class CellMap(QWidget):
    """Points, their colours, and which of them stand out."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Canvas(theme, name)
        self.canvas.hide_axes()
        self.canvas.setToolTip("Drag to move, turn the wheel to zoom, double-click to see everything")
        self.canvas.scene().sigMouseClicked.connect(self._fit_on_double_click)
        self.cloud = PointCloud()
        self.canvas.addItem(self.cloud)
        self.legend = Legend(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.legend)

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """Which cells stand out."""
        return self.cloud.highlighted

    def show_cells(self, positions: Floats) -> None:
        """Draw other cells."""
        self.cloud.set_points(positions)
        self.canvas.fit()

    def colour(self, colouring: Colouring) -> None:
        """Colour the cells and say what the colours mean."""
        self.cloud.set_colours(colouring.codes, colouring.palette)
        self.legend.set_entries(colouring.legend)

    def set_theme(self, theme: Theme) -> None:
        """Recolour everything but the cells."""
        self.canvas.set_theme(theme)
        self.cloud.set_backdrop(theme.color("surface"))
        self.legend.set_theme(theme)

    def _fit_on_double_click(self, event: object) -> None:
        if event.double():  # type: ignore[attr-defined]
            self.canvas.fit()
