"""The empty page's invitation: drop files here, or open one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.widgets.basics import boxed, column, label, row, with_role
from anchorscope_desktop.widgets.icons import Symbol, icon

_WIDTH = 80 * GRID


class DropArea(QWidget):
    """Says what belongs here and offers the buttons that get it; the window itself takes the drop."""

    def __init__(self, theme: Theme, title: str, text: str, *actions: QPushButton,
                 below: QWidget | None = None) -> None:
        super().__init__()
        with_role(self, "drop")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._icon = QLabel()
        heading, body = label(title, "heading"), label(text, "muted")
        for line in (self._icon, heading, body):
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        body.setFixedWidth(_WIDTH)
        buttons = QWidget()
        buttons.setLayout(row(None, *actions, None))
        last = [] if below is None else [below]
        self.setLayout(column(None, self._icon, heading, boxed(row(None, body, None)), buttons, *last, None,
                              spacing=GRID * 3 // 2, margin=4 * GRID))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._icon.setPixmap(icon(Symbol.DROP, theme.muted).pixmap(40, 40))
