"""The window opens before what computes is loaded, and loads it once it is there."""

from __future__ import annotations

import subprocess
import sys
import threading

from anchorscope_desktop.jobs.runner import JobRunner

OPENED = """
import sys
from anchorscope_desktop import command
from anchorscope_desktop.main_window import MainWindow, make_application

app = make_application()
window = MainWindow()
window.show()
for page in window._pages:
    window.go_to(page.step.key)
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
