"""Every page by keyboard and by screen reader: names, tooltips, focus that can be seen, an order that makes sense."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from anchorscope.io.session_summary import SessionSummary
from anchorscope_desktop.state import left_behind, recent
from anchorscope_desktop.state.steps import STEPS
from anchorscope_desktop.views.frame import ViewFrame
from app.helpers import finished

INTERACTIVE = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
               QPlainTextEdit)
OF_QT = ("qt_", "ScrollLeftButton", "ScrollRightButton")

WHEN = re.compile(r"\b(raise|lower|try|take|enough|rarely|change it|starting at|advises|first choice|as a rule)\b",
                  re.IGNORECASE)


def controls(root: QWidget) -> Iterator[QWidget]:
    """All controls that a user meets; what Qt or pyqtgraph makes inside of them is not asked."""
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, INTERACTIVE) or isinstance(widget, QScrollBar):
            continue
        parents = [widget.parent(), widget.parent().parent() if widget.parent() is not None else None]
        inner = any(isinstance(parent, (QAbstractSpinBox, QComboBox, QAbstractItemView)) for parent in parents)
        hidden = any(type(one).__module__.startswith("pyqtgraph") for one in _line(widget))
        if not inner and not hidden and not widget.objectName().startswith(OF_QT):
            yield widget


def _line(widget: QWidget) -> Iterator[QWidget]:
    while widget is not None:
        yield widget
        widget = widget.parentWidget()


def described(widget: QWidget) -> str:
    parents = [type(one).__name__ for one in _line(widget)][1:5]
    return f"{type(widget).__name__} {widget.accessibleName()!r} in {parents}"


@pytest.fixture(params=["empty", "finished"])
def pages(request, window):
    if request.param == "finished":
        finished(window, request.getfixturevalue("finished_run"))
    for step in STEPS:
        window.go_to(step.key)
    return window


def test_every_control_has_a_name_and_says_when_to_change_it(pages):
    nameless = [described(one) for one in controls(pages) if not (one.accessibleName() or "").strip()]
    assert nameless == []
    silent = sorted({described(one) for one in controls(pages) if len(one.toolTip().strip()) < 8})
    assert not silent, "\n".join(silent)
    fields = [one for one in controls(pages) if isinstance(one, QAbstractSpinBox)]
    assert {"Seed", "Width", "Resolution", "k.score"} <= {one.accessibleName() for one in fields}
    boxes = [*fields, *pages.compare_page.models, *pages.compare_page.reductions]
    vague = [f"{described(one)}: {one.toolTip()}" for one in boxes if not WHEN.search(one.toolTip())]
    assert not vague, "\n".join(vague)


def test_every_page_is_reached_and_walked_with_tab(qtbot, window, finished_run):
    finished(window, finished_run)
    window.activateWindow()
    for step in STEPS:
        window.go_to(step.key)
        wanted = {one for one in controls(window.page) if one.isVisible() and one.isEnabled()
                  and one.focusPolicy() & Qt.FocusPolicy.TabFocus}
        assert wanted
        met, widget = [], window.page
        for _ in range(2000):
            widget = widget.nextInFocusChain()
            if widget is window.page:
                break
            if widget in wanted:
                met.append(widget)
        assert set(met) == wanted, [described(one) for one in wanted - set(met)]
        assert len(met) == len(set(met))


def test_tab_goes_from_the_rail_through_the_page_to_the_log(qtbot, window, finished_run):
    window.activateWindow()
    finished(window, finished_run)  # some controls are made only now
    for step in STEPS:
        window.go_to(step.key)
        QApplication.processEvents()  # what was just added is shown
        window.rail.button(step.key).setFocus()
        met = []
        for _ in range(60):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            met.append(QApplication.focusWidget())
            if met[-1] is window.rail.button(step.key):
                break
        names = [one.accessibleName() for one in met]
        assert all(window.page.isAncestorOf(one) for one in met[:-2]), (step.key, names)
        assert len(met) > 4
        if step.key == "reference":
            assert "Species" in names, names
        assert names[-2:] == ["Log", window.rail.button(step.key).accessibleName()]


def test_controls_come_in_reading_order(window, finished_run):
    finished(window, finished_run)
    window.go_to("transfer")
    page = window.transfer_page
    chain, widget = [], page
    while (widget := widget.nextInFocusChain()) is not page:
        chain.append(widget)
    order = [page.run_button, page.truth_form.field("truth"), page.anchor_form.field("reduction"),
             page.transfer_form.field("k_weight"), page.map_form.field("n_neighbors"), page.seed, page.names.table]
    places = [chain.index(one) for one in order]
    assert places == sorted(places)


def test_focus_can_be_seen(qtbot, window):
    button = window.reference_page.first_button
    before = button.grab().toImage()
    window.activateWindow()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus, timeout=2000)
    after = button.grab().toImage()
    changed = sum(before.pixel(x, y) != after.pixel(x, y) for x in range(before.width()) for y in range(4))
    assert changed > before.width() // 2


def test_menus_have_their_keys_and_no_key_has_two_meanings(window):
    keys: dict[str, str] = {}
    for menu in window.menuBar().actions():
        for action in menu.menu().actions():
            if action.shortcut().isEmpty():
                continue
            key = action.shortcut().toString()
            assert key not in keys, (keys.get(key), action.text())
            keys[key] = action.text()
    assert keys["Ctrl+S"] == "&Save session"
    assert keys["Ctrl+R"] == "&Run"
    assert keys["F1"] == "&How it works"


def menus_of(menu):
    """Return a menu with all that lead on from it."""
    return [menu, *(inner for action in menu.actions() if action.menu() for inner in menus_of(action.menu()))]


def test_every_entry_of_every_menu_has_a_letter_of_its_own(window, example):
    work, place = window.workspace, left_behind.claimed(example[0].parent / "x.anchorscope")
    for number in range(12):
        path = example[0].with_name(f"sample {number} & co.h5ad")
        path.touch()
        work.file.recent.add(path, recent.REFERENCE)
    summary = SessionSummary(("a & b.h5ad",), (10,), 1)
    work.autosaver._set_left((left_behind.Left(place, place.written, summary),) * 2)
    entries = [window.menuBar().actions(), *([action for action in menu.actions() if not action.isSeparator()]
               for top in window.menuBar().actions() for menu in menus_of(top.menu()))]
    assert len(entries) == 10
    for some in entries:
        have_letters(some)
    place.remove()


def have_letters(entries):
    """Each entry of a menu has one letter, and none has another's."""
    texts = [action.text() for action in entries]
    letters = [re.findall("&(.)", text.replace("&&", "")) for text in texts]
    assert [len(one) for one in letters] == [1] * len(texts), texts
    assert len({one[0].lower() for one in letters}) == len(texts), texts


def test_every_entry_of_every_menu_of_the_right_button_has_a_letter_of_its_own(window, finished_run):
    finished(window, finished_run)
    for step in STEPS:
        window.go_to(step.key)
    views = [one for one in window.findChildren(QWidget) if isinstance(one, ViewFrame)]
    assert {window.explore_page.query_map, window.explore_page.types, window.explore_page.selected} <= set(views)
    menus = [view.menu() for view in views]
    assert max(len(menu.actions()) for menu in menus) == 3
    for menu in (*menus, *(window.explore_page.types.colours_of(name) for name in ("B", "a & b", "&"))):
        have_letters(menu.actions())
