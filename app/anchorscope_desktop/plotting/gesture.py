"""What the keys held during a click mean for the selection."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication


class Combine(IntEnum):
    """How newly chosen cells join those already selected."""

    REPLACE = 0
    ADD = 1
    SUBTRACT = 2
    INTERSECT = 3


KEYS_HELP = "Shift adds, Alt takes away, both keep what is in both"
"""What tooltips say of the keys."""

_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def combining(keys: Qt.KeyboardModifier) -> Combine:
    """Return what the keys ask for: Shift adds, Alt takes away, both together keep what is in both."""
    if keys & _SHIFT and keys & _ALT:
        return Combine.INTERSECT
    if keys & _ALT:
        return Combine.SUBTRACT
    return Combine.ADD if keys & _SHIFT else Combine.REPLACE


def combining_now() -> Combine:
    """Return what the keys held at present ask for."""
    return combining(QApplication.keyboardModifiers())
