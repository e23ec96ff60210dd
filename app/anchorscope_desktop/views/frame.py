"""The card around every view: a title, a place for controls, and either the picture or what it would show."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import boxed, column, label, row, with_role


class ViewFrame(QWidget):
    """Base of all views."""

    def __init__(self, title: str, content: QWidget, *controls: QWidget) -> None:
        super().__init__()
        with_role(self, "card")
        self.setAccessibleName(title)
        self._heading = label(title, "heading", wraps=False)
        self._empty = label("", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(_padded(self._empty))
        self._stack.addWidget(content)
        self._controls = boxed(row(*controls))
        head = boxed(row(self._heading, None, self._controls))
        layout = column(head, self._stack, margin=GRID + GRID // 2)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    @property
    def empty_text(self) -> str:
        """What stands in place of the picture, or nothing while it is shown."""
        return self._empty.text() if self._stack.currentIndex() == 0 else ""

    def show_empty(self, text: str) -> None:
        """Say what would be here and how to get it."""
        self._empty.setText(text)
        self._stack.setCurrentIndex(0)
        self._controls.hide()

    def show_content(self) -> None:
        """Show the picture."""
        self._stack.setCurrentIndex(1)
        self._controls.show()

    def set_heading(self, title: str) -> None:
        """Change the title."""
        self._heading.setText(title)


def _padded(widget: QWidget) -> QWidget:
    return boxed(column(None, widget, None, margin=2 * GRID))
