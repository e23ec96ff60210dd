"""A plot that follows the theme."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QWidget

from anchorscope_desktop.plotting.gesture import ZOOMS, combining
from anchorscope_desktop.plotting.theme import SMALL, Theme

Range = tuple[float, float]
"""From the lowest to the highest."""

_STEP = 0.1
_SIDEWAYS = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}
_UPWARDS = {Qt.Key.Key_Down: -_STEP, Qt.Key.Key_Up: _STEP}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)

NAME_HEIGHT = 12
"""Pixels that the name of a row needs."""

_BESIDE = 16
"""Pixels between a name and what is drawn."""

_NAMES_SHARE = 0.6
"""How much of the width the names of rows may take."""

_LEAST_SHARE = 0.4
"""How much of the width a plot needs on paper, where names can be drawn smaller."""

_OVERHANG = 16
"""Pixels by which the first and the last number of an axis may be wider than what is drawn."""

_SLACK = 4.0
"""Empty pixels around the label of an axis."""


class Canvas(pg.PlotWidget):  # type: ignore[misc]
    """A pyqtgraph plot without menus and buttons, in the colours of the theme.

    What can be moved by the mouse is moved by the keys too. With `stepping`, `stepped` tells of the arrows
    and `chosen` of Enter or Space, with how what is chosen joins the selection (`Combine`).
    """

    stepped = Signal(int)
    chosen = Signal(int)
    left = Signal()
    """The keys go elsewhere now."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        self.setAccessibleName(name)
        self.stepping = False
        self._home: tuple[Range, Range] | None = None
        self._rows: Sequence[tuple[float, str]] = ()
        self.hideButtons()
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        # The last number's half, and the descenders of the label, which pyqtgraph lets hang below the axis.
        self.getPlotItem().setContentsMargins(0, SMALL / 2, _OVERHANG, 3)
        # pyqtgraph leaves out a number that is wider than the axis, as the first and the last one mostly are.
        self.getAxis("bottom").setStyle(hideOverlappingLabels=_OVERHANG)
        self.set_theme(theme)
        self.scene().sigMouseClicked.connect(self._fit_at_double_click)
        self.getViewBox().sigResized.connect(self._show_names)

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
            axis.enableAutoSIPrefix(False)  # noqa: FBT003 - pyqtgraph's signature
            axis.setStyle(tickFont=font, tickLength=4)

    def label_axes(self, bottom: str, left: str) -> None:
        """Name both axes."""
        style = {"color": self.theme.muted, "font-size": f"{SMALL}px"}
        self.setLabel("bottom", html.escape(bottom), **style)  # pyqtgraph takes it for markup
        self.setLabel("left", html.escape(left), **style)

    def name_rows(self, rows: Sequence[tuple[float, str]]) -> None:
        """Write a name at each height on the left, as much of it as there is room for; of rows too close, of some."""
        self._rows = rows
        self._show_names()

    @property
    def cut(self) -> bool:
        """Whether the name of a row or of an axis is not seen, or not all of it."""
        if not self._rows:
            return self._labels_cut()
        return self._every > 1 or self._names_width > self._names_room or self._labels_cut()

    @property
    def crowded(self) -> bool:
        """Whether the names of rows leave little room for what is drawn."""
        return bool(self._rows) and self.width() - self._names_width < _LEAST_SHARE * self.width()

    def _show_names(self) -> None:
        if not self._rows:
            return
        # Measured here, because pyqtgraph learns it while it draws: too late for a picture, which is drawn once.
        axis, metrics, room = self.getAxis("left"), self._metrics, self._names_room
        axis.setWidth(min(self._names_width, room))
        shown = [(height, metrics.elidedText(name, Qt.TextElideMode.ElideRight, room - _BESIDE))
                 for height, name in self._rows]
        axis.setTicks([shown[::self._every]])

    @property
    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self.getAxis("left").style["tickFont"])

    @property
    def _names_width(self) -> int:
        return max(self._metrics.horizontalAdvance(name) for _, name in self._rows) + _BESIDE

    @property
    def _names_room(self) -> int:
        return max(int(_NAMES_SHARE * self.width()), 2 * _BESIDE)

    @property
    def _every(self) -> int:
        """Every which row can be named."""
        low, high = (self._home or self.getViewBox().viewRange())[1]
        heights = sorted(height for height, _ in self._rows)
        pitch = float(np.min(np.diff(heights), initial=high - low)) / (high - low) * self.getViewBox().height()
        return max(int(np.ceil(NAME_HEIGHT / max(pitch, 1.0))), 1)

    def _labels_cut(self) -> bool:
        """Return whether the label of an axis is longer than there is room."""
        seen = QRectF(self.viewport().rect())
        below, beside = (axis.label.mapRectToScene(axis.label.boundingRect()) if axis.isVisible() else QRectF()
                         for axis in map(self.getAxis, ("bottom", "left")))
        return (below.left() < seen.left() - _SLACK or below.right() > seen.right() + _SLACK
                or beside.top() < seen.top() - _SLACK or beside.bottom() > seen.bottom() + _SLACK)

    def hide_axes(self) -> None:
        """Draw no axes; a map has no units."""
        for side in ("left", "bottom"):
            self.hideAxis(side)
        self.setAspectLocked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move, zoom, fit or step."""
        key = Qt.Key(event.key())
        sideways, upwards = self.getViewBox().state["mouseEnabled"]
        if self.stepping and key in (*_STEPS, *_CHOOSING):
            self._step(key, event)
        elif key == Qt.Key.Key_Home and (sideways or upwards):
            self.fit()
        elif not self._move(key, sideways=sideways, upwards=upwards):
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Say that the keys go elsewhere."""
        super().focusOutEvent(event)
        self.left.emit()

    def _step(self, key: Qt.Key, event: QKeyEvent) -> None:
        if key in _STEPS:
            self.stepped.emit(_STEPS[key])
        else:
            self.chosen.emit(combining(event.modifiers()))

    def _move(self, key: Qt.Key, *, sideways: bool, upwards: bool) -> bool:
        """Move or zoom along the axes that can be moved; say whether the key asks for that."""
        box = self.getViewBox()
        view = box.viewRect()
        if key in ZOOMS and (sideways or upwards):
            box.scaleBy(x=ZOOMS[key] if sideways else None, y=ZOOMS[key] if upwards else None)
        elif key in _SIDEWAYS and sideways:
            box.translateBy(x=_SIDEWAYS[key] * view.width())
        elif key in _UPWARDS and upwards:
            box.translateBy(y=_UPWARDS[key] * view.height())
        else:
            return False
        box.sigRangeChangedManually.emit(box.state["mouseEnabled"])
        return True

    def fit(self) -> None:
        """Show everything: the ranges called home or, without any, all that is drawn and a little room around it."""
        if self._home is None:
            self.getViewBox().autoRange(padding=0.05)
        else:
            self.getViewBox().setRange(xRange=self._home[0], yRange=self._home[1], padding=0)

    def call_home(self, x: Range, y: Range) -> None:
        """Say which ranges are everything."""
        self._home = x, y

    def set_home(self, x: Range, y: Range) -> None:
        """Say which ranges are everything, beyond which nothing lies; show them where they are others than before."""
        if self._home != (x, y):
            self.call_home(x, y)
            self.getViewBox().setLimits(xMin=x[0], xMax=x[1], yMin=y[0], yMax=y[1])
            self.fit()

    def look_like(self, other: Canvas) -> None:
        """Show the part that another canvas with the same home shows."""
        if self._home is not None and self._home == other._home:
            self.getViewBox().setRange(other.getViewBox().viewRect(), padding=0)

    def _fit_at_double_click(self, event: Any) -> None:
        if event.double() and event.button() == Qt.MouseButton.LeftButton and self._home is not None:
            self.fit()
