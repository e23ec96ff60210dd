"""Enter presses what the keyboard is on, and the keyboard is never put on a message that nobody went to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from anchorscope_desktop.state.notices import SESSION, Action, Notice
from app.helpers import load


@pytest.fixture
def warned(qtbot, window, example):
    """The Reference page with a file, under a message with something to do."""
    load(qtbot, window, example[0])
    window.activateWindow()
    done = []
    window.workspace.notices.post(SESSION, Notice("A session was left.", action=Action("Restore it", done.append)))
    window.done = done
    return window


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_a_button_as_space_does(qtbot, warned, key):
    button = warned.reference_page.next_button
    button.setFocus()
    qtbot.keyClick(button, key)
    assert warned.page is warned.query_page


def test_the_keyboard_goes_to_the_rail_where_its_page_goes(qtbot, warned):
    page = warned.reference_page
    page.next_button.setFocus()
    qtbot.keyClick(page.next_button, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is warned.rail.button("query")
    assert not warned.done


def test_a_message_is_reached_by_tab(qtbot, warned):
    seen = set()
    warned.rail.button("reference").setFocus()
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    assert warned.reference_page.session_messages.action in seen
