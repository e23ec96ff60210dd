"""The files that were opened last, one click away on the empty first page."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.state.recent import RecentFile
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row

SHOWN = 4
"""Files on the page; the menu has more."""


class RecentList(QWidget):
    """A line for each file; nothing while none was opened.

    It decides by itself whether it is seen, so it is born with a parent: without one it would show as a window.
    """

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.buttons: list[QPushButton] = []
        self._lines = column(spacing=2)
        self.setLayout(column(_centred(label("Opened last", "muted", wraps=False)), boxed(self._lines), spacing=2))
        workspace.file.recent.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.buttons = [self._button(one, name) for one, name in self._workspace.file.recent.named[:SHOWN]]
        for made in self.buttons:
            self._lines.addWidget(_centred(made))
        self.setVisible(bool(self.buttons))

    def _button(self, one: RecentFile, name: str) -> QPushButton:
        return button(name, partial(self._workspace.open_recent, one), "link", literal(str(one.path)))


def _centred(widget: QWidget) -> QWidget:
    return boxed(row(None, widget, None))
