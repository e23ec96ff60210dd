"""A table of numbers as colours with the numbers written in, whose cells and names can be clicked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from anchorscope.results import Floats
from anchorscope_desktop.plotting.gesture import ZOOM_HELP, ZOOMS, combining
from anchorscope_desktop.plotting.heatmap_ink import LEAST_LETTERS, fits, resize_letters, shades_of, steps_of, write_in
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout, Hit
from anchorscope_desktop.plotting.heatmap_zoom import HeatmapZoom
from anchorscope_desktop.plotting.recording import piece_of
from anchorscope_desktop.plotting.theme import GRID, SMALL, Theme

_CHIP = 8.0
_NAMES_SHARE, _HEADER_SHARE = 0.38, 0.4
_NAMES_SHARE_AT_MOST = 0.6
_WHEEL = 1.02 ** (1 / 8)
"""How much closer a unit of the wheel leads: as in pyqtgraph."""

_MOVES = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}


@dataclass(frozen=True, eq=False)
class HeatmapData:
    """What a heatmap shows: `shades` (rows, columns) from 0 to 1, a text for every cell, and the names."""

    shades: Floats
    texts: tuple[tuple[str, ...], ...]
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    row_title: str
    column_title: str
    colours: dict[str, QColor]
    outlined: frozenset[tuple[int, int]] = frozenset()
    """Cells drawn with a frame."""
    short: tuple[tuple[str, ...], ...] = ()
    """Shorter texts, where there are any, for cells in which there is no room for `texts`."""


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
        self._lengths: dict[tuple[str, ...], float] = {}
        self._least, self._share = LEAST_LETTERS, _NAMES_SHARE
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
        if before is None or data is None or not _alike(before, data):
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
        if self._data is None:
            return False
        layout, rows, columns = self._whole(), self._data.row_names, self._data.column_names
        upright = self._upright(layout.cell_width)
        return (int(layout.cell_height) + 1 < self._least or self._longest(rows) + 3 * GRID + _CHIP > layout.left + 1
                or (upright and (self._longest(columns) + GRID > layout.top + 1 or layout.cell_width < self._least)))

    @property
    def crowded(self) -> bool:
        """Whether there is no room for a number, where the whole table is shown."""
        if self._data is None:
            return False
        layout, data = self._whole(), self._data
        shortest = [text for line in data.short or data.texts for text in line]
        return not fits(shortest, self._small_font(), layout.cell_width, layout.cell_height, self._least)

    def set_letters(self, least: int, *, long_names: bool = False) -> None:
        """Say how small letters may be, in pixels, and whether names may take most of the room: on paper."""
        self._least, self._share = least, _NAMES_SHARE_AT_MOST if long_names else _NAMES_SHARE
        self.update()

    def _whole(self) -> HeatmapLayout:
        data = self._data
        rows, columns = data.shades.shape if data is not None else (1, 1)
        names = self._longest(data.row_names) if data is not None else 0.0
        left = min(names + 3 * GRID + _CHIP, self.width() * self._share)
        cell_width = max((self.width() - left - 1) / columns, 1.0)
        top = self._header_height(cell_width)
        return HeatmapLayout(rows, columns, left, top, cell_width, max((self.height() - top - 1) / rows, 1.0))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw cells, names and frames."""
        if self._data is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small_font())
        layout = self.geometry_now()
        if self.zoom.factor > 1:
            painter.setClipRect(self._inner(layout))
        self._draw_cells(painter, layout, self._data)
        painter.setClipping(False)
        self._draw_names(painter, layout, self._data)
        with piece_of(painter, QRectF(self.rect())) as above:
            self._draw_frames(above, layout, self._data)
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
        """Explain the cell under the mouse, and what a click on it does."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            zoom = ZOOM_HELP if self.zoomable else ""
            parts = self._explain(self._hit(QPointF(event.pos()))), self.toolTip(), zoom
            QToolTip.showText(event.globalPos(), "\n".join(part for part in parts if part), self)
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
        data = self._data
        if data is None or hit is None:
            return ""
        row, column = hit
        parts = [f"{data.row_title} {data.row_names[row]}".strip()] if row is not None else []
        parts += [f"{data.column_title} {data.column_names[column]}".strip()] if column is not None else []
        parts += [data.texts[row][column]] if row is not None and column is not None else []
        return "\n".join(parts)

    def _draw_cells(self, painter: QPainter, layout: HeatmapLayout, data: HeatmapData) -> None:
        papers, inks = shades_of(self._theme)
        steps = steps_of(data.shades)
        rows, columns = layout.seen(self.width(), self.height())
        for row in rows:
            with piece_of(painter, layout.line((row, None)) & self._inner(layout)) as piece:
                for column in columns:
                    rect, step, text = layout.cell(row, column), steps[row, column], data.texts[row][column]
                    piece.fillRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), papers[step])
                    if text:
                        piece.setPen(inks[step])
                        write_in(piece, (text, data.short[row][column]) if data.short else (text,), rect, self._least)

    def _draw_names(self, painter: QPainter, layout: HeatmapLayout, data: HeatmapData) -> None:
        size = min(SMALL, int(layout.cell_height) + 1)
        rows, columns = layout.seen(self.width(), self.height())
        if size >= self._least:
            resize_letters(painter, size)
            painter.setClipRect(QRectF(0, layout.top, layout.left, self.height()))
            for row in rows:
                name = data.row_names[row]
                self._draw_row_name(painter, layout.row_name(row), name, data.colours.get(name))
            painter.setClipping(False)
            resize_letters(painter, SMALL)
        self._draw_corner(painter, layout, data)
        painter.setClipRect(QRectF(layout.left, 0, self.width(), layout.top))
        for column in columns:
            self._draw_column_name(painter, layout.column_name(column), data.column_names[column])
        painter.setClipping(False)

    def _draw_corner(self, painter: QPainter, layout: HeatmapLayout, data: HeatmapData) -> None:
        corner = QRectF(0, 0, layout.left - GRID, layout.top - GRID / 2)
        painter.setPen(self._theme.color("muted"))
        if not data.row_title:
            return
        text = f"{data.row_title} ↓  {data.column_title} →"
        if painter.fontMetrics().horizontalAdvance(text) > corner.width():
            text = f"{data.column_title} →\n{data.row_title} ↓"
        painter.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, text)

    def _draw_row_name(self, painter: QPainter, rect: QRectF, name: str, chip: QColor | None) -> None:
        room = rect.adjusted(0, 0, -GRID, 0)
        if chip is not None:
            painter.fillRect(QRectF(rect.right() - GRID - _CHIP, rect.center().y() - _CHIP / 2, _CHIP, _CHIP), chip)
            room.setRight(room.right() - _CHIP - GRID * 0.75)
        painter.setPen(self._theme.color("text"))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_column_name(self, painter: QPainter, rect: QRectF, name: str) -> None:
        painter.setPen(self._theme.color("text"))
        metrics = painter.fontMetrics()
        if self._upright(rect.width()):
            painter.save()
            painter.translate(rect.center().x(), rect.bottom() - GRID / 2)
            painter.rotate(-90)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(rect.height() - GRID / 2))
            painter.drawText(QRectF(0, -rect.width() / 2, rect.height(), rect.width()),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            painter.restore()
        else:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name)

    def _inner(self, layout: HeatmapLayout) -> QRectF:
        """Return where cells are seen."""
        return QRectF(layout.left, layout.top, self.width() - layout.left, self.height() - layout.top)

    def _draw_frames(self, painter: QPainter, layout: HeatmapLayout, data: HeatmapData) -> None:
        if self.zoom.factor > 1:
            painter.setClipRect(self._inner(layout).adjusted(-1, -1, 0, 0))
        painter.setPen(QPen(self._theme.color("text"), 1.5))
        for row, column in data.outlined:
            painter.drawRect(layout.cell(row, column).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setPen(QPen(self._theme.color("text"), 2))
        for hit in self._chosen:
            painter.drawRect(layout.line(hit).adjusted(-1, -1, 1, 1))
        painter.setClipping(False)
        if self.hasFocus():
            self._draw_cursor(painter, layout, data)

    def _draw_cursor(self, painter: QPainter, layout: HeatmapLayout, data: HeatmapData) -> None:
        """Frame where the keys are: in the accent on a name, on a cell in the ink that its number is written in."""
        row, column = self._cursor
        ink = self._theme.color("accent")
        if row is not None and column is not None:
            ink = shades_of(self._theme)[1][steps_of(data.shades)[row, column]]
        painter.setPen(QPen(ink, 1))
        painter.drawRect(layout.place(self._cursor).adjusted(2.5, 2.5, -2.5, -2.5))

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        return font

    def _longest(self, names: tuple[str, ...]) -> float:
        if names not in self._lengths:
            metrics = QFontMetricsF(self._small_font())
            self._lengths = {names: max((metrics.horizontalAdvance(name) for name in names), default=0.0),
                             **dict(list(self._lengths.items())[:1])}
        return self._lengths[names]

    def _upright(self, cell_width: float) -> bool:
        return self._data is not None and self._longest(self._data.column_names) + GRID / 2 > cell_width

    def _header_height(self, cell_width: float) -> float:
        if self._data is not None and self._upright(cell_width):
            return min(self._longest(self._data.column_names) + GRID, self.height() * max(self._share, _HEADER_SHARE))
        return 4.5 * GRID  # two lines in the corner


def _alike(one: HeatmapData, other: HeatmapData) -> bool:
    """Return whether both have the same rows and columns, though one may have more columns at the end."""
    columns = zip(one.column_names, other.column_names, strict=False)
    return one.row_names == other.row_names and all(name == same for name, same in columns)


def _moved(cursor: Hit, step: tuple[int, int], shape: tuple[int, ...]) -> Hit:
    """Return where a step leads: at most to the names, never to the corner between them."""
    places = [int(np.clip((-1 if place is None else place) + by, -1, n - 1))
              for place, by, n in zip(cursor, step, shape, strict=True)]
    row, column = (None if place < 0 else place for place in places)
    return cursor if row is None and column is None else (row, column)
