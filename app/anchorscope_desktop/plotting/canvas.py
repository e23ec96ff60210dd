"""A plot that follows the theme."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from anchorscope_desktop.plotting.theme import SMALL, Theme


class Canvas(pg.PlotWidget):  # type: ignore[misc]
    """A pyqtgraph plot without menus and buttons, in the colours of the theme."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        self.setAccessibleName(name)
        self.hideButtons()
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Recolour background and axes."""
        self.theme = theme
        self.setBackground(theme.surface)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(theme.border))
            axis.setTextPen(pg.mkPen(theme.muted))
            font = self.font()
            font.setPixelSize(SMALL - 1)
            axis.setStyle(tickFont=font, tickLength=4)

    def label_axes(self, bottom: str, left: str) -> None:
        """Name both axes."""
        style = {"color": self.theme.muted, "font-size": f"{SMALL}px"}
        self.setLabel("bottom", bottom, **style)
        self.setLabel("left", left, **style)

    def hide_axes(self) -> None:
        """Draw no axes; a map has no units."""
        for side in ("left", "bottom"):
            self.hideAxis(side)
        self.setAspectLocked(True)

    def fit(self) -> None:
        """Show everything, with a little room around it."""
        self.getViewBox().autoRange(padding=0.05)
