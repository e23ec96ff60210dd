"""The files that were opened last, one click away on the empty first page."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.recent import RecentFile
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row

SHOWN = 4
"""Files on the page; the menu has more."""

_FOLDER_WIDTH = 50 * GRID


class RecentList(QWidget):
    """A line for each file; nothing while none was opened.

    It decides by itself whether it is seen, so it is born with a parent: without one it would show as a window.
    """

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.buttons: list[QPushButton] = []
        self.folders: list[QLabel] = []
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
        files = self._workspace.file.recent.files[:SHOWN]
        self.buttons, self.folders = [self._button(one) for one in files], [_folder(one) for one in files]
        for made, folder in zip(self.buttons, self.folders, strict=True):
            self._lines.addWidget(_centred(made, folder))
        self.setVisible(bool(self.buttons))

    def _button(self, one: RecentFile) -> QPushButton:
        made = button(f"{one.path.name} ({one.use})", partial(self._workspace.open_recent, one), "link",
                      literal(str(one.path)))
        made.setAccessibleName(f"{one.path.name} ({one.use}) in {one.path.parent}")
        return made


def _folder(one: RecentFile) -> QLabel:
    """Return the folder of a file; of a long one its beginning and its end, which tell most."""
    path, home = str(one.path.parent), str(Path.home())
    made = label("", "muted", wraps=False)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.ensurePolished()
    short = f"~{path.removeprefix(home)}" if path == home or path.startswith(home + os.sep) else path
    made.setText(made.fontMetrics().elidedText(short, Qt.TextElideMode.ElideMiddle, _FOLDER_WIDTH))
    made.setToolTip(literal(str(one.path)))
    return made


def _centred(*widgets: QWidget) -> QWidget:
    return boxed(row(None, *widgets, None))
