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


KEYS_HELP = "Shift adds, Ctrl or Alt takes away, with Shift it keeps what is in both"
"""What tooltips say of the keys."""

ZOOM_HELP = "Drag to move, turn the wheel to zoom, double-click or press Home to see everything"
"""What tooltips say of plots that can be zoomed."""

_ZOOM = 0.8
ZOOMS = {Qt.Key.Key_Plus: _ZOOM, Qt.Key.Key_Equal: _ZOOM, Qt.Key.Key_Minus: 1 / _ZOOM}
"""By what a key scales that which is seen."""

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_AWAY = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
"""Either: many desktops keep a click with Alt for moving windows."""


def combining(keys: Qt.KeyboardModifier) -> Combine:
    """Return what the keys ask for: Shift adds, Ctrl or Alt takes away, with Shift it keeps what is in both."""
    if keys & _SHIFT and keys & _AWAY:
        return Combine.INTERSECT
    if keys & _AWAY:
        return Combine.SUBTRACT
    return Combine.ADD if keys & _SHIFT else Combine.REPLACE


def combining_now() -> Combine:
    """Return what the keys held at present ask for."""
    return combining(QApplication.keyboardModifiers())
