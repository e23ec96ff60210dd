"""What the shades of a table stand for: a strip from the palest to the fullest, with what either means."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from anchorscope_desktop.plotting.heatmap_ink import shades_of
from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.plotting.theme import GRID, SMALL, Theme

_LINE, _STRIP, _LEAST_STRIP = 18, 80.0, 24.0


class ScaleBar(QWidget):
    """Two lines: what is measured, then the strip between the words for its ends."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._texts = "", "", ""
        self._font = QFont(self.font())
        self._font.setPixelSize(SMALL)
        self._metrics = QFontMetricsF(self._font)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def texts(self) -> tuple[str, str, str]:
        """What is measured, what the palest shade means, and what the fullest."""
        return self._texts

    @property
    def cut(self) -> bool:
        """Whether not all of a text is seen."""
        title, low, high = map(self._metrics.horizontalAdvance, self._texts)
        return max(title, low + high + _LEAST_STRIP + 2 * GRID) > self.width() + 1

    def set_texts(self, title: str, low: str, high: str) -> None:
        """Say what is measured, and what the palest and the fullest shade mean."""
        self._texts = title, low, high
        self.setAccessibleName(f"{title}. White: {low}. Full colour: {high}")
        self.setToolTip(literal(f"{title}\nWhite: {low}\nFull colour: {high}"))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of two lines."""
        return QSize(120, 2 * _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw the words and the strip."""
        title, low, high = self._texts
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(self._theme.color("muted"))
        self._write(painter, 0, 0.0, title)
        left, strip = self._metrics.horizontalAdvance(low) + GRID, self._strip
        self._fill(painter, QRectF(left, _LINE + 4, strip, _LINE - 8))
        painter.setPen(self._theme.color("text"))
        self._write(painter, 1, 0.0, low)
        self._write(painter, 1, left + strip + GRID, high)
        painter.end()

    @property
    def _strip(self) -> float:
        """The length of the strip: what the words leave of the line."""
        _, low, high = map(self._metrics.horizontalAdvance, self._texts)
        return min(max(self.width() - low - high - 2 * GRID, _LEAST_STRIP), _STRIP)

    def _fill(self, painter: QPainter, place: QRectF) -> None:
        shades = shades_of(self._theme)[0]
        colours = QLinearGradient(place.topLeft(), place.topRight())
        colours.setColorAt(0.0, shades[0])
        colours.setColorAt(1.0, shades[-1])
        painter.fillRect(place, colours)
        painter.setPen(self._theme.color("border"))
        painter.drawRect(place)

    def _write(self, painter: QPainter, line: int, left: float, text: str) -> None:
        room = QRectF(left, line * _LINE, max(self.width() - left, 0.0), _LINE)
        shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
