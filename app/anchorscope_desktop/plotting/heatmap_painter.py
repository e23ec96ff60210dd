"""Draws the cells, the names and the frames of a heatmap."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.plotting.heatmap_ink import resize_letters, shades_of, steps_of, write_in
from anchorscope_desktop.plotting.heatmap_layout import HeatmapLayout, Hit, Writing
from anchorscope_desktop.plotting.heatmap_room import CHIP, SLOPE, letters_aslant, letters_of_rows
from anchorscope_desktop.plotting.recording import piece_of
from anchorscope_desktop.plotting.theme import GRID, SMALL, Theme

_RIGHT, _LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
_MIDDLE, _BOTTOM = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignBottom


@dataclass(frozen=True, eq=False)
class HeatmapPainter:
    """Draws `data` where `layout` says, in a picture of `size`; letters have at least `least` pixels."""

    data: HeatmapData
    layout: HeatmapLayout
    theme: Theme
    size: QSize
    least: int

    @property
    def _inner(self) -> QRectF:
        """Where cells are seen."""
        left, top = self.layout.left, self.layout.top
        return QRectF(left, top, self.size.width() - left, self.size.height() - top)

    @property
    def _seen(self) -> tuple[range, range]:
        return self.layout.seen(self.size.width(), self.size.height())

    def draw_cells(self, painter: QPainter, *, clipped: bool) -> None:
        """Draw the shades and write the numbers; `clipped` where not all cells are seen."""
        if clipped:
            painter.setClipRect(self._inner)
        papers, inks = shades_of(self.theme)
        steps, data = steps_of(self.data.shades), self.data
        rows, columns = self._seen
        for row in rows:
            with piece_of(painter, self.layout.line((row, None)) & self._inner) as piece:
                for column in columns:
                    rect, step, text = self.layout.cell(row, column), steps[row, column], data.texts[row][column]
                    piece.fillRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), papers[step])
                    if text:
                        piece.setPen(inks[step])
                        write_in(piece, (text, data.short[row][column]) if data.short else (text,), rect, self.least)
        painter.setClipping(False)

    def draw_names(self, painter: QPainter) -> None:
        """Write the names of rows and columns, and in the corner what they are names of."""
        layout, data, size = self.layout, self.data, letters_of_rows(self.layout.cell_height)
        rows, columns = self._seen
        if size >= self.least:
            resize_letters(painter, size)
            painter.setClipRect(QRectF(0, layout.top, layout.left, self.size.height()))
            for row in rows:
                name = data.row_names[row]
                self._draw_row_name(painter, layout.row_name(row), name, data.colours.get(name))
            painter.setClipping(False)
            resize_letters(painter, SMALL)
        self._draw_corner(painter)
        painter.setPen(self.theme.color("text"))
        painter.setClipRect(QRectF(0 if layout.writing is Writing.ASLANT else layout.left, 0, self.size.width(),
                                   layout.top))
        for column in columns:
            self._draw_column_name(painter, column)
        painter.setClipping(False)
        resize_letters(painter, SMALL)

    def draw_frames(self, painter: QPainter, chosen: frozenset[Hit], *, clipped: bool) -> None:
        """Frame the cells that stand out, and all that is chosen."""
        if clipped:
            painter.setClipRect(self._inner.adjusted(-1, -1, 0, 0))
        painter.setPen(QPen(self.theme.color("text"), 1.5))
        for row, column in self.data.outlined:
            painter.drawRect(self.layout.cell(row, column).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setPen(QPen(self.theme.color("text"), 2))
        for hit in chosen:
            painter.drawRect(self.layout.line(hit).adjusted(-1, -1, 1, 1))
        painter.setClipping(False)

    def draw_cursor(self, painter: QPainter, cursor: Hit) -> None:
        """Frame where the keys are: in the accent on a name, on a cell in the ink that its number is written in."""
        row, column = cursor
        ink = self.theme.color("accent")
        if row is not None and column is not None:
            ink = shades_of(self.theme)[1][steps_of(self.data.shades)[row, column]]
        painter.setPen(QPen(ink, 1))
        painter.drawPolyline(self.layout.outline(cursor))

    def _draw_corner(self, painter: QPainter) -> None:
        layout, data = self.layout, self.data
        if not data.row_title:
            return
        aslant = layout.writing is Writing.ASLANT  # then the first names pass over the corner's right side
        corner = QRectF(0, 0, layout.left - (6 * GRID if aslant else GRID), layout.top - GRID / 2)
        painter.setPen(self.theme.color("muted"))
        text = f"{data.row_title} ↓  {data.column_title} →"
        if painter.fontMetrics().horizontalAdvance(text) > corner.width():
            text = f"{data.column_title} →\n{data.row_title} ↓"
        painter.drawText(corner, (_LEFT if aslant else _RIGHT) | _BOTTOM, text)

    def _draw_row_name(self, painter: QPainter, rect: QRectF, name: str, chip: QColor | None) -> None:
        room = rect.adjusted(0, 0, -GRID, 0)
        if chip is not None:
            painter.fillRect(QRectF(rect.right() - GRID - CHIP, rect.center().y() - CHIP / 2, CHIP, CHIP), chip)
            room.setRight(room.right() - CHIP - GRID * 0.75)
        painter.setPen(self.theme.color("text"))
        # Letters may be higher than their row: their tails are seen all the same.
        painter.drawText(room, _RIGHT | _MIDDLE | Qt.TextFlag.TextDontClip, _elided(painter, name, room.width()))

    def _draw_column_name(self, painter: QPainter, column: int) -> None:
        layout, name = self.layout, self.data.column_names[column]
        cell = layout.cell(0, column)
        if layout.writing is Writing.ACROSS:
            painter.drawText(layout.column_name(column), Qt.AlignmentFlag.AlignCenter, name)
        elif layout.writing is Writing.UPRIGHT:
            with _turned(painter, cell.center().x(), layout.top - GRID / 2, -90):
                room = QRectF(0, -cell.width() / 2, layout.top, cell.width())
                painter.drawText(room, _LEFT | _MIDDLE, _elided(painter, name, layout.top - GRID / 2))
        elif cell.center().x() >= layout.left:
            letters = letters_aslant(layout.cell_width)
            resize_letters(painter, letters)
            length = (layout.top - GRID / 2) / SLOPE - letters
            with _turned(painter, cell.center().x() - GRID / 2, layout.top - GRID / 2, 45):
                room = QRectF(-length - 1, -float(SMALL), length + 1, 2.0 * SMALL)
                painter.drawText(room, _RIGHT | _MIDDLE, _elided(painter, name, length + 1))


@contextmanager
def _turned(painter: QPainter, x: float, y: float, degrees: float) -> Iterator[None]:
    painter.save()
    painter.translate(x, y)
    painter.rotate(degrees)
    yield
    painter.restore()


def _elided(painter: QPainter, name: str, room: float) -> str:
    return painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
