"""Sessions that were left behind are nobody's: every window offers them, and the first that wants one has it."""

from __future__ import annotations

import pytest

from anchorscope_desktop.menus import NO_UNSAVED
from anchorscope_desktop.state import autosaving, left_behind
from anchorscope_desktop.state.left_behind import Reason
from anchorscope_desktop.state.notices import SESSION, Weight
from anchorscope_desktop.state.session_file import SUFFIX
from app.conftest import Answers
from app.first_pages import quiet
from app.helpers import open_example, settle, window_without_pages


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


def left_by(window, folder, leave):
    """Return what the next window says and lists of the session in this one, once it was left in a way."""
    work = window.workspace
    work.autosaver.begin(folder)
    leave(work)
    window.close()
    made = window_without_pages(Answers())
    made.workspace.autosaver.begin(folder)
    said, left = made.workspace.notices.of(SESSION), made.workspace.autosaver.left
    made.close()
    made.deleteLater()
    return said, left


@pytest.mark.parametrize(("leave", "reason"), [
    (lambda work: work.file.new(), Reason.NEW), (lambda work: work.loader.open_example(), Reason.OTHER),
    (lambda work: None, Reason.CLOSED)])
def test_what_was_left_says_how(qtbot, at_work, tmp_path, leave, reason):
    def and_wait(work):
        leave(work)
        settle(qtbot, at_work)

    said, (left,) = left_by(at_work, tmp_path / "autosave", and_wait)
    assert left.reason is reason
    assert said.text == autosaving.OFFERS[reason].filled(session=left.text, others="").text
    assert said.weight is Weight.INFO


def test_what_was_taken_up_again_and_lost_is_no_longer_put_aside(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    work.autosaver.begin(folder)
    work.file.new()
    at_work.page.session_messages.action.click()
    qtbot.waitUntil(lambda: not work.autosaver.waiting or not work.autosaver.runner.busy, timeout=20_000)
    work.autosaver.write()
    qtbot.waitUntil(lambda: not work.autosaver.runner.busy, timeout=20_000)
    (path,) = folder.glob(f"*{SUFFIX}")
    assert left_behind.Place(path, None).reason is Reason.LOST


def keep(qtbot, work):
    work.autosaver.write()
    qtbot.waitUntil(lambda: not work.autosaver.runner.busy, timeout=20_000)


def test_what_was_in_the_window_is_offered_before_what_was_put_aside_later(qtbot, at_work, second, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    work.autosaver.begin(folder)
    keep(qtbot, work)
    open_example(qtbot, at_work)
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    at_work.page.session_messages.action.click()  # back to what was open before
    settle(qtbot, at_work)
    qtbot.waitUntil(lambda: not work.autosaver.runner.busy, timeout=20_000)
    for place in (work.autosaver._own, *(one.place for one in work.autosaver.left)):
        place.lock.unlock()  # as the lock of a process that was killed
    second.workspace.autosaver.begin(folder)
    aside, own = second.workspace.autosaver.left
    assert (aside.reason, own.reason) == (Reason.OTHER, Reason.LOST)
    assert "the example (" in aside.text
    assert "in example0 (" in own.text
    assert bar(second).text.startswith(autosaving.OFFERS[Reason.LOST].filled(session=own.text, others="").text)
    assert bar(second).text.endswith("There is one more: File > Unsaved sessions.")


def test_what_was_taken_back_while_it_was_put_aside_is_in_the_window(qtbot, at_work, tmp_path):
    folder, work = tmp_path / "autosave", at_work.workspace
    work.autosaver.begin(folder)
    work.file.new()
    at_work.page.session_messages.action.click()  # before it has been written
    qtbot.waitUntil(lambda: not work.autosaver.runner.busy, timeout=20_000)
    (path,) = folder.glob(f"*{SUFFIX}")
    assert left_behind.Place(path, None).reason is Reason.LOST


def test_nothing_is_kept_of_an_example_that_nobody_touched(qtbot, window, tmp_path):
    def look(work):
        open_example(qtbot, window)
        window.go_to("query")
        work.autosaver.write()
        work.file.new()

    assert left_by(window, tmp_path / "autosave", look) == (None, ())


def kept_then_saved(qtbot, window, tmp_path):
    """Keep the session of a window, then save it; return where it was kept."""
    folder, work = tmp_path / "autosave", window.workspace
    work.autosaver.begin(folder)
    keep(qtbot, work)
    assert list(folder.glob(f"*{SUFFIX}"))
    work.file.save(tmp_path / "mine.anchorscope")
    settle(qtbot, window)
    return folder


def test_what_was_saved_is_kept_no_longer_from_then_on(qtbot, at_work, tmp_path):
    folder, work = kept_then_saved(qtbot, at_work, tmp_path), at_work.workspace
    assert list(folder.glob(f"*{SUFFIX}")) == []
    at_work.go_to("query")  # looking around is nothing to keep
    work.autosaver.write()
    assert not work.autosaver.runner.busy
    work.session.change("anchors", work.session.recipe.anchors.replaced(k_anchor=9))
    keep(qtbot, work)
    assert list(folder.glob(f"*{SUFFIX}"))


def test_a_saved_session_that_a_new_one_took_the_place_of_is_kept_no_longer(qtbot, at_work, tmp_path):
    folder, work = kept_then_saved(qtbot, at_work, tmp_path), at_work.workspace
    work.file.new()
    quiet(qtbot, at_work)
    assert list(folder.glob(f"*{SUFFIX}")) == []
    assert list(folder.glob("*.json")) == []
    assert work.autosaver.left == ()
