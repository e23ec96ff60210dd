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
from anchorscope_desktop.plotting.legend_layout import LINE, MORE, LegendLayout, lay_out
from anchorscope_desktop.plotting.literal import literal, on_button
from anchorscope_desktop.plotting.theme import GRID, SMALL, Theme

_CHIP = 9.0
_LEAST_HELD = 2
"""Lines that a legend takes which keeps its height: a scale of numbers and its title need as many."""

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -9999,
          Qt.Key.Key_End: 9999}
_CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Legend(QWidget):
    """Emits the index of a clicked entry, and how it joins the selection (`Combine`).

    Entries for which there is no room are in a menu, `rest`, behind the last that is seen; one that is `kept` is seen
    in any case. The arrows go from entry to entry and Enter or Space chooses.
    """

    clicked = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[tuple[str, QColor]] = []
        self._title = ""
        self._kept = False
        self._held: tuple[str, ...] = ()
        self._cursor = 0
        self.max_lines = 99
        self.rest = QMenu(self)
        self.rest.triggered.connect(self._take_rest)
        self._keys = Qt.KeyboardModifier.NoModifier
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

    def set_entries(self, entries: Sequence[tuple[str, QColor]], title: str = "", *, kept: bool = False) -> None:
        """Show names and their colours, behind a title if there is one; the last in any case if it is `kept`."""
        if (list(entries), title, kept) == (self._entries, self._title, self._kept):
            return
        self._entries, self._title, self._kept, self._cursor = list(entries), title, kept, 0
        self.rest.close()  # it offers the entries of before
        words = [*([title] if title else []), *(name for name, _ in entries)]
        self.setAccessibleName("Legend: " + ", ".join(words))
        self.setToolTip(literal("\n".join(words)))
        self.updateGeometry()
        self.update()

    def hold(self, names: Sequence[str]) -> None:
        """Keep the height that `names` take whatever is shown, so that what is above stays where it is."""
        if tuple(names) != self._held:
            self._held = tuple(names)
            self.updateGeometry()
            self.update()

    @property
    def cut(self) -> bool:
        """Whether an entry is not seen, or not all of its name or of the title."""
        if self._metrics.horizontalAdvance(self._title) > self.width():
            return True
        places = self._places(self.width())
        return bool(places) and (len(places) < len(self._entries) or places[-1].bottom() > self.height() + 1
                                 or any(wanted > self.width() for wanted in self._widths()))

    def entry(self, index: int) -> str:
        """Return the name of an entry."""
        return self._entries[index][0]

    def entry_at(self, where: QPointF) -> tuple[str, QColor] | None:
        """Return the name and the colour of the entry under a point; nothing where there is none."""
        layout = self._layout(self.width())
        found = (place for place, rect in zip(layout.entries, layout.places, strict=True) if rect.contains(where))
        return next((self._entries[place] for place in found), None)

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of all lines."""
        lines = self._lines(width)
        return int(lines * LINE) + 2 if self._held else self._layout(width).height

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
        title = QRectF(0.0, 0.0, self.width(), LINE)
        self._write(painter, title, self._title)
        layout = self._layout(self.width())
        for index, place in zip(layout.entries, layout.places, strict=True):
            name, color = self._entries[index]
            chip = QRectF(place.left(), place.center().y() - _CHIP / 2, _CHIP, _CHIP)
            painter.fillRect(chip, color)
            painter.setPen(self._theme.color("text"))
            self._write(painter, place.adjusted(_CHIP + 5, 0, 0, 0), name)
        painter.setPen(self._theme.color("muted"))
        self._write(painter, self.rest_place(), f"+ {len(self._entries) - len(layout.places)} more")
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
        return QRectF(places[-1].right() + GRID * 1.5, places[-1].top(), MORE, LINE)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say which entry was clicked, or offer those that are not seen."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        for stop, place in enumerate(self._stops()):
            if place.contains(QPointF(event.position())):
                self._cursor = stop
                self._tell()
                self._choose(stop, event.modifiers(), event.globalPosition().toPoint())
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go to another entry, choose one, or open the menu of the rest."""
        key, stops = Qt.Key(event.key()), self._stops()
        if stops and key in _STEPS:
            self._cursor = min(max(self._stop() + _STEPS[key], 0), len(stops) - 1)
            self._tell()
        elif stops and key in _CHOOSING:
            below = self.mapToGlobal(self.rest_place().bottomLeft().toPoint())
            self._choose(self._stop(), event.modifiers(), below)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show which entry the keys act on."""
        super().focusInEvent(event)
        if self._entries:
            self._tell()

    def _choose(self, stop: int, keys: Qt.KeyboardModifier, where: QPoint) -> None:
        seen = self._layout(self.width()).entries
        if stop < len(seen):
            self.clicked.emit(seen[stop], combining(keys))
        else:
            self._offer_rest(seen, keys, where)

    def _stops(self) -> list[QRectF]:
        """Return where the arrows stop: at the entries that are seen, and at the words that there are more."""
        rest = self.rest_place()
        return [*self._places(self.width()), *([] if rest.isEmpty() else [rest])]

    def _stop(self) -> int:
        """Return the stop the keys are at, which a narrower window may have taken away."""
        return min(self._cursor, len(self._stops()) - 1)

    def _tell(self) -> None:
        stop, seen = self._stop(), self._layout(self.width()).entries
        self.setAccessibleDescription(self.entry(seen[stop]) if stop < len(seen) else "More entries")
        self.update()

    def _offer_rest(self, seen: Sequence[int], held: Qt.KeyboardModifier, where: QPoint) -> None:
        self._keys = held
        self.rest.clear()
        for index in sorted(set(range(len(self._entries))) - set(seen)):
            name, color = self._entries[index]
            chip = QPixmap(round(_CHIP), round(_CHIP))
            chip.fill(color)
            self.rest.addAction(QIcon(chip), on_button(name)).setData(index)
        self.rest.popup(where)

    def _take_rest(self, action: QAction) -> None:
        """Say which entry of the menu was chosen; the keys may be held then or when the menu was opened."""
        self.clicked.emit(action.data(), combining(self._keys | QApplication.keyboardModifiers()))

    def _places(self, width: int) -> list[QRectF]:
        return self._layout(width).places

    def _layout(self, width: int) -> LegendLayout:
        title = self._metrics.horizontalAdvance(self._title)
        return lay_out(self._widths(), title, width, self._lines(width), last=self._kept)

    def _lines(self, width: int) -> int:
        """Return how many lines there may be: where the height is kept, as many as those names take."""
        if not self._held:
            return self.max_lines
        held = lay_out(self._widths_of(self._held), 0.0, width, self.max_lines).places
        return min(max(round(held[-1].bottom() / LINE), _LEAST_HELD), self.max_lines)

    def _widths(self) -> list[float]:
        return self._widths_of([name for name, _ in self._entries])

    def _widths_of(self, names: Sequence[str]) -> list[float]:
        return [self._metrics.horizontalAdvance(name) + _CHIP + 6.0 for name in names]
