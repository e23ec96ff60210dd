"""The room below a page's title: what the page is for or, in its place, a message; nothing around it ever moves."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from anchorscope_desktop.widgets.basics import column, label
from anchorscope_desktop.widgets.message_bar import HEIGHT, MessageBar


class MessageRoom(QWidget):
    """Keeps the room of one message. Of several, the one that matters most is in front, and of those the latest.

    It leads to the others by a click; what was turned to stays in front until something is said.

    The bars are no children of the room: a long message that is unfolded lies over what is below, until it is folded.
    """

    def __init__(self, purpose: str, bars: tuple[MessageBar, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._bars = bars
        self._told = dict.fromkeys(bars, 0)
        self._turned: MessageBar | None = None
        self._purpose = label(purpose, "muted")
        self._purpose.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setFixedHeight(HEIGHT)
        self.setLayout(column(self._purpose))
        for bar in bars:
            bar.setParent(parent)
            bar.changed.connect(self._arrange)
            bar.other_wanted.connect(partial(self._turn, bar))
        self._arrange()

    def hear(self, bar: MessageBar, when: int, *, passing: bool = False) -> None:
        """Take note that a bar has said something, and when; what goes by itself is in front until then."""
        self._told[bar] = when
        self._turned = bar if passing else None
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Have the bars follow."""
        super().resizeEvent(event)
        self._arrange()

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802 - Qt's name
        """Have the bars follow."""
        super().moveEvent(event)
        self._arrange()

    def _turn(self, bar: MessageBar) -> None:
        others = [one for one in self._speaking if one is not bar]
        if others:
            self._turned = others[0]
            self._arrange()
            others[0].next.setFocus()

    @property
    def _speaking(self) -> list[MessageBar]:
        return [bar for bar in self._bars if bar.text]

    def _arrange(self) -> None:
        speaking = self._speaking
        front = self._turned if self._turned in speaking else max(
            speaking, default=None, key=lambda bar: (bar.rank, self._told[bar]))
        self._purpose.setVisible(front is None)
        place = self.geometry()
        for bar in self._bars:
            bar.setGeometry(place.x(), place.y(), place.width(), bar.height())
            bar.number(speaking.index(bar) + 1 if bar in speaking else 0, len(speaking))
            bar.resize(place.width(), bar.wanted_height)
            bar.setVisible(bar is front)
        if front is not None:
            front.raise_()
