"""A map of cells with its legend: what all UMAPs are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from anchorscope.results import Floats, Ints
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.gesture import KEYS_HELP, combining
from anchorscope_desktop.plotting.lasso import Lasso
from anchorscope_desktop.plotting.legend import Legend
from anchorscope_desktop.plotting.scatter import PointCloud
from anchorscope_desktop.plotting.theme import GRID, SMALL, Theme

# Rich text, because only that is wrapped.
TIP = ("<p>Click a cell to select it and see why it has its label. Drag to move, turn the wheel to zoom, double-click "
       f"to see everything; or use the arrows, + and -, and Home. With the lasso, draw around cells. {KEYS_HELP}.</p>")
NOBODY = "None of the selected cells is here"
DRAWING = "Draw around cells; Esc ends"
_FADED = 0.45
_LEAST_SHARE = 0.5
_REACH = 5.0
"""How far a click may be from the middle of a cell, in pixels."""


@dataclass(frozen=True, eq=False)
class Colouring:
    """How points are coloured: a code for each, the colour of every code (last: none), the legend and its title.

    With `missing`, the last entry of the legend stands for cells without a value.
    """

    codes: Ints
    palette: Sequence[QColor]
    legend: Sequence[tuple[str, QColor]]
    title: str = ""
    missing: bool = False


class CellMap(QWidget):
    """Points, their colours, and which of them stand out."""

    moved = Signal()
    """The cells lie elsewhere on the screen now."""

    clicked = Signal(int, int)
    """The cell that was clicked, and how it joins the selection (`Combine`)."""

    doubled = Signal()
    """That click was the first half of a double click, which means the view and no cell."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Canvas(theme, name)
        self.canvas.hide_axes()
        self.canvas.setToolTip(TIP)
        self.canvas.scene().sigMouseClicked.connect(self._take_click)
        self._hit = False
        self.canvas.getViewBox().sigTransformChanged.connect(self.moved)
        self.cloud = PointCloud()
        self.canvas.addItem(self.cloud)
        self.canvas.getViewBox().sigRangeChangedManually.connect(self.cloud.hurry)
        self.lasso = Lasso(self.canvas)
        self.lasso.set_colour(theme.color("accent"))
        self.lasso.switched.connect(self._show_caption)
        self._faded = self._on_paper = False
        self._caption = _caption(self.canvas)
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

    @property
    def caption(self) -> str:
        """What is said on the map: how to draw, or that none of the selected cells is here; mostly nothing."""
        return "" if self._caption.isHidden() else self._caption.text()

    @property
    def crowded(self) -> bool:
        """Whether the legend leaves the cells less than half of the room."""
        return bool(self.canvas.height() < _LEAST_SHARE * self.height())

    def show_cells(self, positions: Floats) -> None:
        """Draw other cells."""
        self.cloud.set_points(positions)
        self._show_highlight()
        self.canvas.fit()

    def colour(self, colouring: Colouring) -> None:
        """Colour the cells and say what the colours mean."""
        self.cloud.set_colours(colouring.codes, colouring.palette)
        self.legend.set_entries(colouring.legend, colouring.title, kept=colouring.missing)

    def set_theme(self, theme: Theme) -> None:
        """Recolour everything but the cells."""
        self.canvas.set_theme(theme)
        self.cloud.set_backdrop(theme.color("surface"))
        self.lasso.set_colour(theme.color("accent"))
        self.legend.set_theme(theme)
        self._caption.setStyleSheet(f"color: {theme.text}; background: {theme.raised}; padding: 2px 6px;"
                                    f"border: 1px solid {theme.border}; border-radius: 4px; font-size: {SMALL}px;")
        self._show_caption()

    def highlight(self, mask: NDArray[np.bool_] | None) -> None:
        """Dim the cells outside `mask`, and say so where none is in it."""
        self.cloud.set_highlight(mask)
        self._show_highlight()

    def fade(self, *, faded: bool) -> None:
        """Draw the cells weakly: they are not what the settings ask for any more."""
        self._faded = faded
        self._show_highlight()

    def for_paper(self) -> None:
        """Draw all cells in full, say nothing, and give the legend the room it needs: the rest is for the screen."""
        self._on_paper = True
        self.fade(faded=False)
        self.legend.hold(())

    def _show_highlight(self) -> None:
        # Where a selection dims the cells they are not faded as well: hardly anything would be left of them.
        self.cloud.setOpacity(_FADED if self._faded and self.highlighted is None else 1.0)
        self._show_caption()

    def _show_caption(self) -> None:
        nobody = self.highlighted is not None and not self.highlighted.any()
        said = [*[DRAWING] * self.lasso.on, *[NOBODY] * nobody]
        self._caption.setText("\n".join(said))
        self._caption.setVisible(bool(said) and not self._on_paper)
        self._caption.adjustSize()

    def on_screen(self, cell: int, widget: QWidget) -> QPointF | None:
        """Return where a cell lies on `widget`, or nothing if it is out of sight."""
        place = self.cloud.positions[cell]
        box = self.canvas.getViewBox()
        if not np.isfinite(place).all() or not box.viewRect().contains(QPointF(*place)):
            return None
        point = self.canvas.mapFromScene(box.mapViewToScene(QPointF(*place)))
        return QPointF(widget.mapFromGlobal(self.canvas.viewport().mapToGlobal(point)))

    def _take_click(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            if self._hit:
                self.doubled.emit()
            self._hit = False
            self.canvas.fit()
        elif not self.lasso.on:
            box = self.canvas.getViewBox()
            width, height = box.viewPixelSize()
            cell = self.cloud.nearest(box.mapSceneToView(event.scenePos()), (_REACH * width, _REACH * height))
            self._hit = cell is not None
            if cell is not None:
                self.clicked.emit(cell, combining(event.modifiers()))


def _caption(canvas: Canvas) -> QLabel:
    """Return a line in the upper left corner of a canvas, which lets the mouse through."""
    made = QLabel(canvas)
    made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    made.move(GRID, GRID)
    made.hide()
    return made
