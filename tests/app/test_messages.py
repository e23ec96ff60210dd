"""Messages come and go and nothing else moves; long ones, two at once, what lasts a moment; timers that are left."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QApplication, QWidget

from anchorscope_desktop.state import notices as notice_texts
from anchorscope_desktop.state.notices import QUERY, SESSION, Action, Notice, Weight, topic_of
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.widgets.message_bar import HEIGHT, LESS, MORE
from app import timers
from app.helpers import finished

SHORT = "Something is wrong with this file."
LONG = "The values are no counts: " + ", ".join(f"found something strange in layer number {n}" for n in range(12)) + "."


def places(page):
    """Return where everything lies on a page that is seen and belongs to no message."""
    of_bars = {bar: {bar, *bar.findChildren(QWidget)} for bar in (page.session_messages, page.messages)}
    taken = set().union(*of_bars.values(), page._room.findChildren(QWidget))
    return {one: (one.mapTo(page, QPoint()), one.size()) for one in page.findChildren(QWidget)
            if one.isVisible() and one not in taken}


def settled(page):
    for _ in range(5):
        QApplication.processEvents()
    return places(page)


@pytest.mark.parametrize("size", [(1200, 680), (1600, 1000)])
def test_nothing_on_any_page_moves_when_messages_come_and_go(window, finished_run, size):
    finished(window, finished_run)
    window.resize(*size)
    notices = window.workspace.notices
    for step in STEPS:
        window.go_to(step.key)
        page = window.page
        before = settled(page)
        assert len(before) > 20
        for topic, text in ((SESSION, SHORT), (topic_of(step.key), LONG), (SESSION, LONG)):
            notices.post(topic, Notice(text, Weight.WARNING, Action("Do it", print), Action("Leave it", print)))
            assert settled(page) == before, step.key
        for topic in (topic_of(step.key), SESSION):
            notices.clear(topic)
            assert settled(page) == before, step.key


def test_the_purpose_of_a_page_stands_where_no_message_does(window):
    page, purpose = window.reference_page, window.reference_page._room._purpose
    assert purpose.isVisible()
    window.workspace.notices.error("reference", SHORT)
    assert not purpose.isVisible()
    assert page.messages.isVisible()
    assert page.messages.geometry() == page._room.geometry()
    window.workspace.notices.clear("reference")
    assert purpose.isVisible()


def test_of_two_messages_that_matter_as_much_the_last_is_in_front_and_leads_to_the_other(qtbot, window):
    window.go_to("query")
    page, notices = window.query_page, window.workspace.notices
    notices.error(QUERY, SHORT)
    assert not page.messages.next.isVisible()
    notices.error(SESSION, "A session was left.")
    assert (page.session_messages.isVisible(), page.messages.isVisible()) == (True, False)
    assert page.session_messages.next.text() == "1 of 2"
    qtbot.keyClick(page.session_messages.next, Qt.Key.Key_Space)
    assert (page.session_messages.isVisible(), page.messages.isVisible()) == (False, True)
    assert page.messages.next.text() == "2 of 2"
    notices.error(SESSION, "Another one.")
    assert page.session_messages.isVisible()
    notices.error(QUERY, SHORT + " Again.")
    assert page.messages.isVisible()
    notices.clear(QUERY)
    assert page.session_messages.isVisible()
    assert not page.session_messages.next.isVisible()


def test_what_matters_more_is_in_front_of_what_was_said_later(window, finished_run):
    notices, page = window.workspace.notices, window.query_page
    window.go_to("query")
    for first, later in ((Weight.WARNING, Weight.INFO), (Weight.ERROR, Weight.WARNING)):
        notices.post(QUERY, Notice(SHORT, first))
        notices.post(SESSION, Notice("A session was left.", later))
        assert page.messages.isVisible()
        notices.post(SESSION, Notice("A session was lost.", first))
        assert page.session_messages.isVisible()
    notices.clear(QUERY)
    notices.post(SESSION, Notice("A session was left."))
    query = finished_run.job.query
    few = replace(query, cells=query.cells[:3], counts=query.counts[:3])
    window.workspace.session.set_inputs(query=few)  # what stands on the page as long as it is so counts as well
    assert page.messages.rank == Weight.WARNING.rank
    assert page.messages.isVisible()
    notices.mention(SESSION, notice_texts.COPIED)  # for its moment
    assert page.session_messages.isVisible()
    notices._end_mention()
    assert page.session_messages.text == "A session was left."
    assert page.messages.isVisible()


def test_a_long_message_is_shown_whole_when_asked_for(qtbot, window):
    window.resize(1200, 680)
    page, bar = window.reference_page, window.reference_page.messages
    window.workspace.notices.error("reference", LONG)
    settled(page)
    assert bar.height() == HEIGHT
    assert bar._text.text().endswith(" …")
    assert LONG.startswith(bar._text.text().removesuffix(" …"))
    assert len(bar._text.text()) > 150  # two lines of it
    assert bar.more.text() == MORE
    before = places(page)
    qtbot.keyClick(bar.more, Qt.Key.Key_Space)
    assert bar._text.text() == LONG
    assert bar.height() > HEIGHT
    assert bar._height_of(LONG) <= bar._text.height()
    assert settled(page) == before
    assert bar.more.text() == LESS
    bar.more.click()
    assert bar.height() == HEIGHT
    window.workspace.notices.error("reference", SHORT)
    assert not bar.more.isVisible()
    assert bar._text.text() == SHORT


def test_the_button_for_the_whole_of_a_message_keeps_the_keyboard(qtbot, window):
    window.resize(1200, 680)
    window.activateWindow()
    page, bar = window.reference_page, window.reference_page.messages
    window.workspace.notices.error("reference", LONG)
    settled(page)
    bar.more.setFocus()
    for unfolded in (True, False, True):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
        settled(page)
        assert bar.unfolded == unfolded
        assert window.focusWidget() is bar.more
    window.resize(1300, 680)
    settled(page)
    assert window.focusWidget() is bar.more


def test_a_message_is_folded_only_where_it_does_not_fit_without_the_button(window):
    page, bar = window.reference_page, window.reference_page.messages
    notices = window.workspace.notices
    for count in range(20, 60):
        text = " ".join(["word"] * count)
        notices.error("reference", SHORT)
        notices.error("reference", text)
        settled(page)
        fresh = bar.more.isVisible(), bar._text.text()
        notices.error("reference", LONG)
        settled(page)
        notices.error("reference", text)
        settled(page)
        assert (bar.more.isVisible(), bar._text.text()) == fresh, count


def test_a_name_in_a_message_is_no_markup(window):
    page, bar = window.reference_page, window.reference_page.messages
    window.resize(1200, 680)
    window.workspace.notices.error("reference", f"The file <b>x</b> & co <1>.h5ad cannot be read. {LONG}")
    settled(page)
    assert bar._text.textFormat() == Qt.TextFormat.PlainText
    tip = QTextDocumentFragment.fromHtml(bar._text.toolTip()).toPlainText()
    assert tip == window.workspace.notices.of("reference").text


def test_an_error_stays_in_front_when_what_lasted_a_moment_ends(qtbot, window, monkeypatch):
    monkeypatch.setattr(notice_texts, "_MOMENT_MS", 50)
    page, notices = window.reference_page, window.workspace.notices
    notices.post(SESSION, Notice("The session before is at hand."))
    notices.mention(SESSION, Notice("Saved."))
    notices.error("reference", SHORT)
    qtbot.waitUntil(lambda: page.session_messages.text != "Saved.")
    assert page.session_messages.text == "The session before is at hand."
    assert page.messages.isVisible()
    assert not page.session_messages.isVisible()
    notices.mention(SESSION, Notice("Saved again."))
    assert page.session_messages.isVisible()
    qtbot.waitUntil(lambda: page.session_messages.text != "Saved again.")
    assert page.messages.isVisible()  # as before


def test_what_lasts_a_moment_ends_with_the_window(window):
    window.workspace.notices.mention(SESSION, Notice("Copied."))
    assert "Notices" in timers.running()
    window.close()
    assert timers.running() == []


def test_a_timer_that_is_left_is_seen(qapp):
    one, other = QObject(), QTimer()
    number = one.startTimer(10_000)
    other.start(10_000)
    assert timers.running()[0] == "QObject"
    assert len(timers.running()) == 2
    one.killTimer(number)
    other.stop()
    assert timers.running() == []
