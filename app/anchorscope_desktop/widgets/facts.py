"""Names and values below each other, and the remarks that go with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.basics import ElidedLabel, label


class Facts(QWidget):
    """A small table of facts, followed by remarks in muted text; values that are `numbers` stand to the right."""

    def __init__(self, parent: QWidget | None = None, *, numbers: bool = False) -> None:
        super().__init__(parent)
        self._numbers = numbers
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID if numbers else 2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)
        self._lines: list[str] = []

    @property
    def text(self) -> str:
        """All that is said, line by line."""
        return "\n".join(self._lines)

    def show_facts(self, facts: Sequence[tuple[str, str]], remarks: Sequence[str] = ()) -> None:
        """Replace everything."""
        self._clear()
        self._lines = [f"{name}: {value}" for name, value in facts] + list(remarks)
        for line, (name, value) in enumerate(facts):
            side = Qt.AlignmentFlag.AlignTop if "\n" in value else Qt.AlignmentFlag.AlignVCenter
            self._grid.addWidget(label(name, "muted", wraps=False), line, 0, side)
            self._grid.addWidget(self._value(value), line, 1)
        for line, remark in enumerate(remarks, start=len(facts)):
            self._grid.addWidget(label(remark, "muted"), line, 0, 1, 2)

    def _value(self, value: str) -> QWidget:
        if self._numbers:
            # A figure that is cut is none: it asks for the room that it needs.
            whole = label(value, wraps=False)
            whole.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            return whole
        return label(value) if "\n" in value else ElidedLabel(value)

    def _clear(self) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
