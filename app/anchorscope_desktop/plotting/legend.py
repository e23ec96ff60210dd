"""Names with their colours, in as many lines as they need or may take; a click chooses one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QWidget

from anchorscope_desktop.plotting.gesture import combining
from anchorscope_desktop.plotting.literal import literal, on_button
from anchorscope_desktop.plotting.theme import GRID, SMALL, Theme

_CHIP, _LINE, _MORE = 9.0, 18.0, 64.0
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -9999,
          Qt.Key.Key_End: 9999}
_CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Legend(QWidget):
    """Emits the index of a clicked entry, and how it joins the selection (`Combine`).

    Entries for which there is no room are in a menu, `rest`, behind the last that is seen. The arrows go from entry to
    entry and Enter or Space chooses.
    """

    clicked = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[tuple[str, QColor]] = []
        self._title = ""
        self._cursor = 0
        self.max_lines = 99
        self.rest = QMenu(self)
        self.rest.triggered.connect(self._take_rest)
        self._held = Qt.KeyboardModifier.NoModifier
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._font = QFont(self.font())
        self._font.setPixelSize(SMALL)
        self._metrics = QFontMetricsF(self._font)

    @property
    def title(self) -> str:
        """What the entries are values of; nothing where they speak for themselves."""
        return self._title

    def set_entries(self, entries: Sequence[tuple[str, QColor]], title: str = "") -> None:
        """Show names and their colours, behind a title if there is one."""
        if (list(entries), title) == (self._entries, self._title):
            return
        self._entries, self._title, self._cursor = list(entries), title, 0
        self.rest.close()  # it offers the entries of before
        words = [*([title] if title else []), *(name for name, _ in entries)]
        self.setAccessibleName("Legend: " + ", ".join(words))
        self.setToolTip(literal("\n".join(words)))
        self.updateGeometry()
        self.update()

    @property
    def cut(self) -> bool:
        """Whether an entry is not seen, or not all of its name or of the title."""
        if self._metrics.horizontalAdvance(self._title) > self.width():
            return True
        places = self._places(self.width())
        widths = (self._metrics.horizontalAdvance(name) + _CHIP + 6.0 for name, _ in self._entries)
        return bool(places) and (len(places) < len(self._entries) or places[-1].bottom() > self.height() + 1
                                 or any(width > self.width() for width in widths))

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
        painter.setPen(self._theme.color("text"))
        title = QRectF(0.0, 0.0, self.width(), _LINE)
        self._write(painter, title, self._title)
        places = self._places(self.width())
        for (name, color), place in zip(self._entries, places, strict=False):
            chip = QRectF(place.left(), place.center().y() - _CHIP / 2, _CHIP, _CHIP)
            painter.fillRect(chip, color)
            painter.setPen(self._theme.color("text"))
            self._write(painter, place.adjusted(_CHIP + 5, 0, 0, 0), name)
        painter.setPen(self._theme.color("muted"))
        self._write(painter, self.rest_place(), f"+ {len(self._entries) - len(places)} more")
        if self.hasFocus() and self._entries:
            painter.setPen(QPen(self._theme.color("accent"), 1))
            painter.drawRect(self._stops()[self._stop()].adjusted(-2, 1, 2, -2))
        painter.end()

    def _write(self, painter: QPainter, place: QRectF, text: str) -> None:
        if text and not place.isEmpty():
            shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width() + 1)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def rest_place(self) -> QRectF:
        """Return where it is said that there are more entries; nowhere if all are seen."""
        places = self._places(self.width())
        if not places or len(places) == len(self._entries):
            return QRectF()
        return QRectF(places[-1].right() + GRID * 1.5, places[-1].top(), _MORE, _LINE)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say which entry was clicked, or offer those that are not seen."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        where, places = QPointF(event.position()), self._places(self.width())
        for index, place in enumerate(places):
            if place.contains(where):
                self._cursor = index
                self._tell()
                self.clicked.emit(index, combining(event.modifiers()))
                return
        if self.rest_place().contains(where):
            self._cursor = len(places)
            self._tell()
            self._offer_rest(len(places), event.modifiers(), event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go to another entry, choose one, or open the menu of the rest."""
        key, stops = Qt.Key(event.key()), self._stops()
        if stops and key in _STEPS:
            self._cursor = min(max(self._stop() + _STEPS[key], 0), len(stops) - 1)
            self._tell()
        elif stops and key in _CHOOSING:
            self._choose(self._stop(), event.modifiers())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show which entry the keys act on."""
        super().focusInEvent(event)
        if self._entries:
            self._tell()

    def _choose(self, stop: int, keys: Qt.KeyboardModifier) -> None:
        places = self._places(self.width())
        if stop < len(places):
            self.clicked.emit(stop, combining(keys))
        else:
            self._offer_rest(len(places), keys, self.mapToGlobal(self.rest_place().bottomLeft().toPoint()))

    def _stops(self) -> list[QRectF]:
        """Return where the arrows stop: at the entries that are seen, and at the words that there are more."""
        rest = self.rest_place()
        return [*self._places(self.width()), *([] if rest.isEmpty() else [rest])]

    def _stop(self) -> int:
        """Return the stop the keys are at, which a narrower window may have taken away."""
        return min(self._cursor, len(self._stops()) - 1)

    def _tell(self) -> None:
        stop, places = self._stop(), self._places(self.width())
        self.setAccessibleDescription(self.entry(stop) if stop < len(places) else "More entries")
        self.update()

    def _offer_rest(self, first: int, held: Qt.KeyboardModifier, where: QPoint) -> None:
        self._held = held
        self.rest.clear()
        for index, (name, color) in enumerate(self._entries[first:], first):
            chip = QPixmap(round(_CHIP), round(_CHIP))
            chip.fill(color)
            self.rest.addAction(QIcon(chip), on_button(name)).setData(index)
        self.rest.popup(where)

    def _take_rest(self, action: QAction) -> None:
        """Say which entry of the menu was chosen; the keys may be held then or when the menu was opened."""
        self.clicked.emit(action.data(), combining(self._held | QApplication.keyboardModifiers()))

    def _places(self, width: int) -> list[QRectF]:
        places: list[QRectF] = []
        y = 0.0
        x = min(self._metrics.horizontalAdvance(self._title), width) + GRID * 1.5 if self._title else 0.0
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
