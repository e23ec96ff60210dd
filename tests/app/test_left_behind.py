"""Sessions that were left behind are nobody's: every window offers them, and the first that wants one has it."""

from __future__ import annotations

import pytest

from anchorscope_desktop.menus import NO_UNSAVED
from anchorscope_desktop.state import autosaving, left_behind
from anchorscope_desktop.state.session_file import SUFFIX
from app.conftest import Answers
from app.first_pages import quiet
from app.helpers import settle, window_without_pages


@pytest.fixture
def others(qtbot, at_work, tmp_path):
    """Two more windows, opened after a third one had crashed; the first of them still lives."""
    folder = tmp_path / "autosave"
    folder.mkdir()
    own = left_behind.claimed(folder / f"20300101-000000-1{SUFFIX}")
    left_behind.write(own, at_work.workspace.file.snapshot())
    own.lock.unlock()
    made = [window_without_pages(Answers()), window_without_pages(Answers())]
    for one in made:
        qtbot.addWidget(one)
        one.show()
        one.workspace.autosaver.begin(folder)
    yield made
    for one in made:
        one.close()


def bar(window):
    return window.page.session_messages


def test_a_second_window_offers_what_no_window_has(qtbot, others):
    first, second = others
    for one in others:
        assert "was not saved" in bar(one).text
    bar(second).action.click()
    qtbot.waitUntil(lambda: second.workspace.session.shown is not None, timeout=20_000)
    quiet(qtbot, second)
    for press in (bar(first).action, None):
        if press is not None:
            press.click()
        assert bar(first).text == autosaving.ELSEWHERE.text
        assert first.workspace.session.shown is None
        assert [one.text() for one in first.menus.unsaved.actions()] == [NO_UNSAVED]


def test_what_another_window_discarded_is_gone(others, tmp_path):
    first, second = others
    bar(second).other.click()
    assert bar(second).text == ""
    first.workspace.autosaver.discard(first.workspace.autosaver.left[0])
    assert bar(first).text == autosaving.ELSEWHERE.text
    assert first.workspace.autosaver.left == ()
    assert list((tmp_path / "autosave").glob(f"*{SUFFIX}")) == []


def test_a_saved_session_that_a_new_one_took_the_place_of_is_kept_no_longer(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    work.autosaver.begin(folder)
    work.autosaver.write()
    qtbot.waitUntil(lambda: bool(list(folder.glob(f"*{SUFFIX}"))) and not work.autosaver.runner.busy, timeout=20_000)
    work.file.save(tmp_path / "mine.anchorscope")
    settle(qtbot, at_work)
    work.file.new()
    quiet(qtbot, at_work)
    assert list(folder.glob(f"*{SUFFIX}")) == []
    assert list(folder.glob("*.json")) == []
    assert work.autosaver.left == ()
