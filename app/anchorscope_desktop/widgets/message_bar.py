"""The line at the top of a page that says in one sentence what the user should know."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.state.notices import Action, Notice, Weight
from anchorscope_desktop.widgets.basics import button, label, row, with_role
from anchorscope_desktop.widgets.icons import Symbol, icon

_SYMBOLS = {Weight.INFO: Symbol.INFO, Weight.SUCCESS: Symbol.SUCCESS, Weight.WARNING: Symbol.WARNING,
            Weight.ERROR: Symbol.ERROR}
_ACTION_TIP = "What can be done at once about the message"
_COLOURS = {Weight.INFO: "accent", Weight.SUCCESS: "success", Weight.WARNING: "warning", Weight.ERROR: "error"}


class MessageBar(QWidget):
    """Shows one notice, or hides; says when the user has read it."""

    dismissed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice: Notice | None = None
        self._icon = QLabel()
        self._text = label("")
        self._close = QToolButton()
        self._close.setAccessibleName("Dismiss the message")
        self._close.setToolTip("Dismiss the message; nothing else changes")
        self._close.clicked.connect(self._dismiss)
        self.action = button("Do it", lambda: self._act(self._notice.action if self._notice else None), tip=_ACTION_TIP)
        self.other = button("Other", lambda: self._act(self._notice.other if self._notice else None), tip=_ACTION_TIP)
        with_role(self, "card")
        layout = row(self._icon, self._text, self.action, self.other, self._close, margin=GRID)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setAccessibleName("Message")
        self.hide()

    @property
    def text(self) -> str:
        """What is said at present."""
        return self._notice.text if self._notice is not None else ""

    def show_notice(self, notice: Notice | None) -> None:
        """Show `notice`; nothing hides the bar."""
        self._notice = notice
        self.setVisible(notice is not None)
        _offer(self.action, notice.action if notice is not None else None)
        _offer(self.other, notice.other if notice is not None else None)
        if notice is not None:
            self._text.setText(notice.text)
            self._text.setAccessibleName(notice.text)
            color = self._theme.color(_COLOURS[notice.weight])
            self._icon.setPixmap(icon(_SYMBOLS[notice.weight], color).pixmap(18, 18))
            self._close.setIcon(icon(Symbol.CLOSE, self._theme.muted))

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
