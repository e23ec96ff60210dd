"""The line below a page's title that says in one sentence what the user should know."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.state.notices import Action, Notice, Weight
from anchorscope_desktop.widgets.basics import button, label, row, with_role
from anchorscope_desktop.widgets.icons import Symbol, icon

HEIGHT = 11 * GRID // 2
"""Of a bar that is folded: two lines of text."""

_LINES = "x\nx"
_SYMBOLS = {Weight.INFO: Symbol.INFO, Weight.SUCCESS: Symbol.SUCCESS, Weight.WARNING: Symbol.WARNING,
            Weight.ERROR: Symbol.ERROR}
_ACTION_TIP = "What can be done at once about the message"
_COLOURS = {Weight.INFO: "accent", Weight.SUCCESS: "success", Weight.WARNING: "warning", Weight.ERROR: "error"}
MORE, LESS = "More", "Less"


class MessageBar(QWidget):
    """Shows one notice; says when the user has read it, wants the other message, or all of a long one."""

    dismissed = Signal()
    changed = Signal()
    """Another notice is shown, or none, or more or less of it."""
    other_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice: Notice | None = None
        self.unfolded = False
        self._icon = QLabel()
        self._text = label("")
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # names of files and types are no markup
        self._close = QToolButton()
        self._close.setAccessibleName("Dismiss the message")
        self._close.setToolTip("Dismiss the message; nothing else changes")
        self._close.clicked.connect(self._dismiss)
        self.more = button(MORE, self._unfold, "link", tip="Show the whole message, or its beginning alone")
        self.action = button("Do it", lambda: self._act(self._notice.action if self._notice else None), tip=_ACTION_TIP)
        self.other = button("Other", lambda: self._act(self._notice.other if self._notice else None), tip=_ACTION_TIP)
        self.next = button("1 of 2", self.other_wanted.emit, "link", tip="There are two messages; show the other one")
        with_role(self, "card")
        self._line = row(self._icon, self._text, self.more, self.action, self.other, self.next, self._close)
        self._line.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._line.setStretch(1, 1)
        self.setLayout(self._line)
        self.setAccessibleName("Message")
        for one in (self, self.more, self.next):
            one.hide()

    @property
    def text(self) -> str:
        """What is said at present."""
        return self._notice.text if self._notice is not None else ""

    @property
    def rank(self) -> int:
        """How much what is said matters."""
        return self._notice.weight.rank if self._notice is not None else 0

    @property
    def wanted_height(self) -> int:
        """Pixels that the bar needs: two lines, or all of them where the message is unfolded."""
        if not self.unfolded:
            return HEIGHT
        margins = self.contentsMargins().top() + self.contentsMargins().bottom() + 2 * GRID
        return max(HEIGHT, self._height_of(self.text) + margins)

    def show_notice(self, notice: Notice | None) -> None:
        """Show `notice`; nothing hides the bar."""
        if notice is None and self._notice is None:
            return
        if notice is None or self._notice is None or notice.text != self._notice.text:
            self.unfolded = False
        self._notice = notice
        _offer(self.action, notice.action if notice is not None else None)
        _offer(self.other, notice.other if notice is not None else None)
        if notice is None:
            self.hide()
        else:
            self._text.setAccessibleName(notice.text)
            color = self._theme.color(_COLOURS[notice.weight])
            self._icon.setPixmap(icon(_SYMBOLS[notice.weight], color).pixmap(18, 18))
            self._close.setIcon(icon(Symbol.CLOSE, self._theme.muted))
        self._fit()
        self.changed.emit()

    def number(self, place: int, count: int) -> None:
        """Say which of several messages this one is."""
        told = f"{place} of {count}"
        if told == self.next.text():
            return
        self.next.setText(told)
        self.next.setAccessibleName(f"Message {place} of {count}, show the other one")
        self.next.setVisible(count > 1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the whole text, or as many words as two lines hold and a button for the others."""
        self._text.setText(self.text)
        self._text.setToolTip("")
        self._line.activate()
        limit = self._height_of(_LINES)
        # The button is not hidden to see what fits without it: it may have the keyboard, which would pass on.
        freed = 0 if self.more.isHidden() else self.more.width() + self._line.spacing()
        cut = bool(self.text) and self._height_of(self.text, freed) > limit
        self.more.setText(LESS if cut and self.unfolded else MORE)
        self.more.setAccessibleName(self.more.text() + " of the message")
        self.more.setVisible(cut)
        if cut:
            self._line.activate()
            if not self.unfolded:
                self._text.setText(self._begun(limit))
                self._text.setToolTip(f"<p>{html.escape(self.text)}</p>")

    def _begun(self, limit: int) -> str:
        """Return as many words as are no higher than `limit`."""
        words = self.text.split(" ")
        few, many = 1, len(words)
        while few < many:
            middle = (few + many + 1) // 2
            fits = self._height_of(" ".join(words[:middle]) + " …") <= limit
            few, many = (middle, many) if fits else (few, middle - 1)
        return " ".join(words[:few]) + " …"

    def _height_of(self, text: str, freed: int = 0) -> int:
        """Return the height of a text as wide as there is room for it, and `freed` pixels more."""
        wrapped, width = Qt.TextFlag.TextWordWrap.value, max(self._text.width() + freed, 1)
        return self._metrics().boundingRect(0, 0, width, 10_000, wrapped, text).height()

    def _metrics(self) -> QFontMetrics:
        self._text.ensurePolished()
        return self._text.fontMetrics()

    def _unfold(self) -> None:
        self.unfolded = not self.unfolded
        self._fit()
        self.changed.emit()

    def _act(self, action: Action | None) -> None:
        if action is not None:
            action.do()

    def _dismiss(self) -> None:
        self.show_notice(None)
        self.dismissed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.show_notice(self._notice)


def _offer(made: QPushButton, action: Action | None) -> None:
    made.setVisible(action is not None)
    if action is not None:
        made.setText(action.text)
        made.setAccessibleName(action.text)
