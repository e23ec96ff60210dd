"""Enter presses what the keyboard is on; nobody finds the keyboard on a message or a field they did not go to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from anchorscope_desktop.state.notices import SESSION, Action, Notice
from anchorscope_desktop.widgets.basics import boxed, button, column
from app.helpers import load, settle


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


def test_a_button_keeps_the_keyboard_while_it_cannot_be_pressed(qtbot, window, example):
    load(qtbot, window, example[1])
    window.activateWindow()
    window.go_to("query")
    page = window.query_page
    page.lsi_button.setFocus()
    before = window.workspace.session.recipe
    qtbot.keyClick(page.lsi_button, Qt.Key.Key_Space)
    assert not page.lsi_button.isEnabled()
    assert QApplication.focusWidget() is page.lsi_button
    qtbot.keyClicks(page.lsi_button, "7")
    settle(qtbot, window)
    assert window.workspace.session.recipe == before
    assert QApplication.focusWidget() is page.lsi_button


def test_tab_goes_on_from_a_button_that_was_disabled_or_went_away(qtbot):
    first, second = button("First", lambda: first.setEnabled(False)), button("Second", lambda: second.hide())
    last = button("Last", lambda: None)
    around = boxed(column(second, last))
    whole = boxed(column(first, QLineEdit(), around))
    qtbot.addWidget(whole)
    whole.show()
    whole.activateWindow()
    qtbot.waitUntil(whole.isActiveWindow)
    for pressed, then in ((first, QLineEdit), (second, type(last))):
        pressed.setFocus()
        qtbot.keyClick(pressed, Qt.Key.Key_Space)
        assert QApplication.focusWidget() is (first if pressed is first else around)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert isinstance(QApplication.focusWidget(), then)
    assert QApplication.focusWidget() is last


def test_two_steps_never_look_open(qtbot, warned):
    reference, query = (warned.rail.button(key) for key in ("reference", "query"))
    reference.setFocus()
    warned.go_to("query")
    assert query.isChecked()
    assert QApplication.focusWidget() is query
