"""A few small buttons in a row, of which one is down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from anchorscope_desktop.widgets.basics import row


class Segments(QWidget):
    """A switch between a few values, each with an explanation."""

    changed = Signal()

    def __init__(self, values: Sequence[str], tips: Sequence[str]) -> None:
        super().__init__()
        self.values = tuple(values)
        self._tips = dict(zip(values, tips, strict=True))
        self._buttons = {value: _segment(value, tip) for value, tip in self._tips.items()}
        self._group = QButtonGroup(self)
        for made in self._buttons.values():
            self._group.addButton(made)
        self._buttons[values[0]].setChecked(True)
        self._group.buttonClicked.connect(lambda _: self.changed.emit())
        self.setLayout(row(*self._buttons.values(), spacing=0))

    @property
    def value(self) -> str:
        """The value that is chosen."""
        return next(value for value, made in self._buttons.items() if made.isChecked())

    def choose(self, value: str) -> None:
        """Put another value down, without saying that it changed."""
        self._buttons[value].setChecked(True)

    def allow(self, lacking: str) -> None:
        """Let the user switch, or say in the tooltips what is `lacking` for that; ``""`` if nothing is."""
        for value, made in self._buttons.items():
            made.setEnabled(not lacking)
            made.setToolTip(lacking or self._tips[value])

    def button(self, value: str) -> QPushButton:
        """Return the button of a value."""
        return self._buttons[value]


def _segment(value: str, tip: str) -> QPushButton:
    made = QPushButton(value)
    made.setCheckable(True)
    made.setProperty("role", "segment")
    made.setToolTip(tip)
    made.setAccessibleName(f"{value}: {tip}")
    return made
