"""The Qt binding must not lose references to None: where it does, the program aborts after some thousand events."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

EVENTS = 200


class Listening(QWidget):
    """Overrides an event handler, as every widget of ours does."""

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot be lost from Python 3.12 on")
def test_an_overridden_handler_loses_no_reference(qtbot):
    widget = Listening()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for number in range(EVENTS):
        widget.setEnabled(number % 2 == 1)
    assert sys.getrefcount(None) > before - EVENTS / 2
