"""A file that may go with another one: its name, a button to choose it, and one to take it away."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, column, label, row

NONE = "none"


class FileSlot(QWidget):
    """Says which file is in use; emits that another one, or none, is wanted."""

    choose_requested = Signal()
    clear_requested = Signal()

    def __init__(self, title: str, help_text: str) -> None:
        super().__init__()
        self._path: Path | None = None
        self.setToolTip(f"<p>{help_text}</p>")
        self._name = ElidedLabel(NONE)
        self.choose = QPushButton("Choose…")
        self.choose.setAccessibleName(f"Choose: {title}")
        self.choose.setToolTip(self.toolTip())
        self.clear = QToolButton()
        self.clear.setText("✕")
        self.clear.setAccessibleName(f"Leave out: {title}")
        self.clear.setToolTip("Leave this file out; the data are read again without it")
        self.choose.clicked.connect(lambda: self.choose_requested.emit())
        self.clear.clicked.connect(lambda: self.clear_requested.emit())
        heading = label(title, "muted")
        heading.setToolTip(self.toolTip())
        line = row(self._name, self.clear, self.choose)
        line.setStretch(0, 1)
        self.setLayout(column(heading, boxed(line), spacing=GRID // 2))
        self.show_path(None)

    @property
    def path(self) -> Path | None:
        """The file that is shown."""
        return self._path

    def show_path(self, path: Path | None) -> None:
        """Show the file in use."""
        self._path = path
        self._name.set_text(path.name if path is not None else NONE)
        self._name.setToolTip(literal(str(path)) if path is not None else "No file")
        self.clear.setVisible(path is not None)
