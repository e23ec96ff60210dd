"""Names with their colours, in as many lines as they need; a click chooses one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from anchorscope_desktop.plotting.gesture import combining
from anchorscope_desktop.plotting.theme import GRID, SMALL, Theme

_CHIP, _LINE, _MORE = 9.0, 18.0, 64.0


class Legend(QWidget):
    """Emits the index of a clicked entry, and how it joins the selection (`Combine`)."""

    clicked = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[tuple[str, QColor]] = []
        self.max_lines = 99
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._font = QFont(self.font())
        self._font.setPixelSize(SMALL)
        self._metrics = QFontMetricsF(self._font)

    def set_entries(self, entries: Sequence[tuple[str, QColor]]) -> None:
        """Show names and their colours."""
        if list(entries) == self._entries:
            return
        self._entries = list(entries)
        self.setAccessibleName("Legend: " + ", ".join(name for name, _ in entries))
        self.setToolTip("\n".join(name for name, _ in entries))
        self.updateGeometry()
        self.update()

    def entry(self, index: int) -> str:
        """Return the name of an entry."""
        return self._entries[index][0]

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of all lines."""
        places = self._places(width)
        return int(places[-1].bottom()) + 2 if places else 0

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the present width."""
        return QSize(120, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height that the present width asks for."""
        return QSize(40, self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw chips and names."""
        painter = QPainter(self)
        painter.setFont(self._font)
        for (name, color), place in zip(self._entries, self._places(self.width()), strict=False):
            chip = QRectF(place.left(), place.center().y() - _CHIP / 2, _CHIP, _CHIP)
            painter.fillRect(chip, color)
            painter.setPen(self._theme.color("text"))
            words = place.adjusted(_CHIP + 5, 0, 0, 0)
            text = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, words.width() + 1)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        self._draw_rest(painter)
        painter.end()

    def _draw_rest(self, painter: QPainter) -> None:
        places = self._places(self.width())
        rest = len(self._entries) - len(places)
        if rest and places:
            painter.setPen(self._theme.color("muted"))
            where = QRectF(places[-1].right() + GRID * 1.5, places[-1].top(), _MORE, _LINE)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, f"+ {rest} more")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say which entry was clicked."""
        for index, place in enumerate(self._places(self.width())):
            if place.contains(QPointF(event.position())):
                self.clicked.emit(index, combining(event.modifiers()))
                return

    def _places(self, width: int) -> list[QRectF]:
        places: list[QRectF] = []
        x = y = 0.0
        for name, _ in self._entries:
            needed = min(self._metrics.horizontalAdvance(name) + _CHIP + 6.0, float(width))
            if x > 0 and x + needed > width:
                x, y = 0.0, y + _LINE
            if y >= self.max_lines * _LINE:
                return _with_room_for_more(places, width)
            places.append(QRectF(x, y, needed, _LINE))
            x += needed + GRID * 1.5
        return places


def _with_room_for_more(places: list[QRectF], width: int) -> list[QRectF]:
    while len(places) > 1 and places[-1].right() + GRID * 1.5 + _MORE > width:
        places = places[:-1]
    return places
