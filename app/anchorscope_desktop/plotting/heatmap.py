"""A table of numbers as colours with the numbers written in, whose cells and names can be clicked."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from anchorscope_desktop.plotting.gesture import ZOOM_HELP, ZOOMS, combining
from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout, Hit
from anchorscope_desktop.plotting.heatmap_painter import HeatmapPainter
from anchorscope_desktop.plotting.heatmap_room import HeatmapRoom
from anchorscope_desktop.plotting.heatmap_zoom import HeatmapZoom
from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.plotting.recording import piece_of
from anchorscope_desktop.plotting.theme import SMALL, Theme

_WHEEL = 1.02 ** (1 / 8)
"""How much closer a unit of the wheel leads: as in pyqtgraph."""

_MOVES = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}


class Heatmap(QWidget):
    """Draws `HeatmapData`; emits what was clicked, and how it joins the selection (`Combine`).

    The arrows go from cell to cell and on to the names of rows and columns. Where cells are too small to be read they
    can be looked at closer, as a map can.
    """

    clicked = Signal(object, object, int)
    doubled = Signal()
    """That click was the first half of a double click, which means the view and no cell."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._data: HeatmapData | None = None
        self._chosen: frozenset[Hit] = frozenset()
        self._cursor: Hit = (0, 0)
        self.zoom = HeatmapZoom()
        self._pressed: QPointF | None = None
        self._dragging = False
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        self._room = HeatmapRoom(font)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def data(self) -> HeatmapData | None:
        """What is shown."""
        return self._data

    @property
    def chosen(self) -> frozenset[Hit]:
        """What is framed: cells, and whole rows and columns, that are selected."""
        return self._chosen

    def set_data(self, data: HeatmapData | None) -> None:
        """Show `data`; where the names are the same, but for columns at the end, the same part of it and its cursor."""
        before, (row, column) = self._data, self._cursor
        self._data, self._chosen = data, frozenset()
        if before is None or data is None or not before.alike(data):
            self.zoom.fit()
            row, column = 0, 0
        elif column is not None:
            column = min(column, len(data.column_names) - 1)
        self._go_to((row, column))

    def set_chosen(self, chosen: frozenset[Hit]) -> None:
        """Frame what is selected."""
        self._chosen = chosen
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size at which a middling table can be read."""
        return QSize(360, 280)

    def geometry_now(self) -> HeatmapLayout:
        """Return where everything lies at the present size, as closely as it is looked at."""
        return self.zoom.applied(self._whole())

    @property
    def zoomable(self) -> bool:
        """Whether there is more to see when it is looked at closer."""
        return self._data is not None and self.zoom.most(self._whole()) > 1

    def fit(self) -> None:
        """Show all cells."""
        self.zoom.fit()
        self.update()

    @property
    def cut(self) -> bool:
        """Whether a name is not seen, or not all of it, where the whole table is shown."""
        return self._data is not None and self._room.cut(self._data, self.size())

    @property
    def readable_height(self) -> int:
        """How high it must be at its present width for the names of its rows to be read."""
        return self._room.readable_height(self._data, self.width()) if self._data is not None else 0

    @property
    def crowded(self) -> bool:
        """Whether there is no room for a number, where the whole table is shown."""
        return self._data is not None and self._room.crowded(self._data, self.size())

    def set_letters(self, least: int, *, long_names: bool = False) -> None:
        """Say how small letters may be, in pixels, and whether names may take most of the room: on paper."""
        self._room.set_letters(least, long_names=long_names)
        self.update()

    def name_at(self, where: QPointF) -> str:
        """Return the name of the row or column under a point; nothing where there is none."""
        hit = self._hit(where)
        if hit is None or self._data is None or None not in hit:
            return ""
        row, column = hit
        return self._data.column_names[column or 0] if row is None else self._data.row_names[row]

    def _whole(self) -> HeatmapLayout:
        return self._room.lay_out(self._data, self.size())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw cells, names and frames."""
        if self._data is None:
            return
        painter, clipped = QPainter(self), self.zoom.factor > 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._room.font)
        drawn = HeatmapPainter(self._data, self.geometry_now(), self._theme, self.size(), self._room.least)
        drawn.draw_cells(painter, clipped=clipped)
        drawn.draw_names(painter)
        with piece_of(painter, QRectF(self.rect())) as above:
            drawn.draw_frames(above, self._chosen, clipped=clipped)
            if self.hasFocus():
                drawn.draw_cursor(above, self._cursor)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the cells, where not all are seen."""
        if self._pressed is None or self.zoom.factor <= 1:
            return
        way = event.position() - self._pressed
        if self._dragging or way.manhattanLength() >= QApplication.startDragDistance():
            self._dragging, self._pressed = True, event.position()
            self.zoom.move(way, self._whole())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say what was clicked, unless something was dragged."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._dragging or event.button() is not Qt.MouseButton.LeftButton:
            return
        hit = self._hit(event.position())
        if hit is not None and hit == self._hit(pressed):
            self._go_to(hit)
            self.clicked.emit(*hit, combining(event.modifiers()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show all cells again, where not all are seen."""
        if self.zoom.factor > 1:
            self.fit()
            self.doubled.emit()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Look closer at what lies under the pointer, or from further away."""
        if not self.zoomable:
            event.ignore()
            return
        self.zoom.by(_WHEEL ** event.angleDelta().y(), event.position(), self._whole())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move with the arrows, choose with Enter or Space, zoom with + and -, show all with Home."""
        key = Qt.Key(event.key())
        if self._data is not None and self.zoomable and key in (*ZOOMS, Qt.Key.Key_Home):
            self._zoom_by_key(key)
            return
        if self._data is not None and key in _MOVES:
            self._go_to(_moved(self._cursor, _MOVES[key], self._data.shades.shape))
            self.zoom.reveal(self._cursor, self._whole())
        elif self._data is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(*self._cursor, combining(event.modifiers()))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Explain the cell under the mouse and nothing else, or the name, and what a click does."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            hit = self._hit(QPointF(event.pos()))
            help_too = hit is None or None in hit  # over a cell it would hide the cells around that
            parts = self._explain(hit), *([self.toolTip(), ZOOM_HELP if self.zoomable else ""] if help_too else [])
            QToolTip.showText(event.globalPos(), literal("\n".join(part for part in parts if part)), self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show which cell or name the keys act on."""
        super().focusInEvent(event)
        self._go_to(self._cursor)

    def _zoom_by_key(self, key: Qt.Key) -> None:
        whole = self._whole()
        if key == Qt.Key.Key_Home:
            self.zoom.fit()
        else:
            self.zoom.by(1 / ZOOMS[key], self.zoom.applied(whole).place(self._cursor).center(), whole)
            self.zoom.reveal(self._cursor, whole)
        self.update()

    def _go_to(self, hit: Hit) -> None:
        self._cursor = hit
        self.setAccessibleDescription(self._explain(hit))
        self.update()

    def _hit(self, point: QPointF) -> Hit | None:
        return self.geometry_now().hit(point) if self._data is not None else None

    def _explain(self, hit: Hit | None) -> str:
        return self._data.told(hit) if self._data is not None else ""


def _moved(cursor: Hit, step: tuple[int, int], shape: tuple[int, ...]) -> Hit:
    """Return where a step leads: at most to the names, never to the corner between them."""
    places = [int(np.clip((-1 if place is None else place) + by, -1, n - 1))
              for place, by, n in zip(cursor, step, shape, strict=True)]
    row, column = (None if place < 0 else place for place in places)
    return cursor if row is None and column is None else (row, column)
