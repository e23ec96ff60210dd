"""The Qt binding must not lose references to None: where it does, the program dies after some thousand paints."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

PAINTS = 200


class Blank(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        return None


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot be lost from Python 3.12 on")
def test_painting_loses_no_reference(qtbot):
    widget = Blank()
    qtbot.addWidget(widget)
    widget.grab()
    before = sys.getrefcount(None)
    for _ in range(PAINTS):
        widget.grab()
    assert sys.getrefcount(None) > before - PAINTS / 2
