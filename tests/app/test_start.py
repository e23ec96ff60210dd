"""The window opens before what computes is loaded, and loads it once it is there."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.main_window import MainWindow
from anchorscope_desktop.state.recent import QUERY, RecentFiles
from anchorscope_desktop.state.steps import STEPS
from app.helpers import finished

OPENED = """
import sys
from anchorscope_desktop import command
from anchorscope_desktop.main_window import MainWindow, make_application
from anchorscope_desktop.state.steps import STEPS

app = make_application()
window = MainWindow()
window.show()
for step in STEPS:
    window.go_to(step.key)
    assert window.page.step is step
heavy = {"scipy", "sklearn", "pandas", "numba", "h5py", "anndata", "pyranges", "skmisc"} & set(sys.modules)
window.close()
print("loaded:", *sorted(heavy))
"""


def test_no_page_needs_the_libraries_that_compute():
    done = subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{OPENED}"],
                          capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_a_painted_window_loads_them_in_the_background(qtbot, window):
    qtbot.waitUntil(lambda: window._painted)
    qtbot.waitUntil(lambda: window.workspace.runner._preparation is None)


def test_the_first_page_is_made_first_and_the_others_once_the_window_is_there(qtbot, answers):
    window = MainWindow(answers)
    qtbot.addWidget(window)
    assert list(window._pages) == [STEPS[0].key]
    window.show()
    qtbot.waitUntil(lambda: len(window._pages) == len(STEPS))
    assert window.page is window.reference_page
    window.close()


def test_a_page_that_is_made_late_shows_what_is_there(qtbot, answers, finished_run):
    window = MainWindow(answers)
    qtbot.addWidget(window)
    finding = finished(window, finished_run)
    assert list(window._pages) == [STEPS[0].key]
    assert len(window.explore_page.types.table.rows_model.rows) == len(finding.outcome.grade.types)
    window.close()


def test_nothing_but_the_window_is_ever_shown_while_it_starts(qtbot, qapp, answers):
    shown: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched, event):  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(type(watched).__name__)
            return False

    RecentFiles().add(Path(__file__), QUERY)
    watch = Watch()
    qapp.installEventFilter(watch)
    window = MainWindow(answers)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: len(window._pages) == len(STEPS))
    for step in STEPS:
        window.go_to(step.key)
    qapp.removeEventFilter(watch)
    assert len(window.reference_page.recent.buttons) == 1
    window.close()
    assert shown == ["MainWindow"]


def test_what_is_prepared_runs_once_and_before_the_first_job(qtbot):
    runner, order = JobRunner(), []
    runner.prepare(lambda: order.append("prepared"))
    assert not order
    with qtbot.waitSignal(runner.finished):
        runner.start("work", lambda _: order.append("job"), lambda _: None)
    runner.begin()
    with qtbot.waitSignal(runner.finished):
        runner.start("work", lambda _: order.append("job"), lambda _: None)
    runner.close()
    assert order == ["prepared", "job", "job"]


def test_a_closed_runner_begins_nothing(qtbot):
    runner, begun = JobRunner(), threading.Event()
    runner.prepare(begun.set)
    runner.close()
    runner.begin()
    assert not begun.is_set()
