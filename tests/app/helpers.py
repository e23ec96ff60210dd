"""What several tests of the window do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from anchorscope.pipeline import Job, Pipeline
from anchorscope.results import Outcome
from anchorscope_desktop.main_window import MainWindow
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.state.choosing import of_query
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import FileChooser
from anchorscope_desktop.views.selection_panel import SelectionPanel

RUN_MS = 180_000
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True)
class FinishedRun:
    """A run and the pipeline that knows its stages."""

    pipeline: Pipeline
    job: Job
    outcome: Outcome


def finished(window: MainWindow, run: FinishedRun) -> Finding:
    """Put a finished run into the window, without computing anything."""
    session = window.workspace.session
    session.pipeline = run.pipeline.branched()
    session.set_inputs(reference=run.job.reference, query=run.job.query)
    session.set_recipe(run.job.recipe)
    session.add_finding(run.job, run.outcome, 1.0)
    return session.shown


def select_all(window: MainWindow, finding: Finding) -> SelectionPanel:
    """Select all query cells of a run, and return what tells of them."""
    cells = np.ones(len(finding.outcome.prediction.best), dtype=bool)
    window.workspace.selection.choose(of_query(finding, "all", cells))
    return window.explore_page.selected


def why_opened(qtbot: QtBot, window: MainWindow, finding: Finding) -> tuple[SelectionPanel, int]:
    """Open *why* of all query cells on Explore, and return the panel with its height before."""
    window.resize(1280, 800)
    window.show()
    window.go_to("explore")
    panel = select_all(window, finding)
    before = panel.height()
    panel.switch.button("why").click()
    qtbot.waitUntil(lambda: panel.height() > before + 50)
    return panel, before


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until no job is under way."""
    qtbot.waitUntil(lambda: not window.workspace.busy, timeout=RUN_MS)


def window_without_pages(answers: FileChooser) -> MainWindow:
    """Return a window in which a page is made when a test wants it: making all seven took a third of many tests.

    Whoever makes the window alone (`test_start.py`) has it make them all, and `test_whole_way.py` goes through each.
    """
    made = MainWindow(answers)
    made._make_next = lambda: None
    return made


def load(qtbot: QtBot, window: MainWindow, *paths: Path) -> None:
    """Open files as if they had been dropped, and wait until they are read."""
    window.workspace.loader.open_any(paths)
    settle(qtbot, window)


def open_example(qtbot: QtBot, window: MainWindow) -> None:
    """Choose “Open the example”, and wait until it is read."""
    window.open_example()
    settle(qtbot, window)


def run(qtbot: QtBot, window: MainWindow) -> None:
    """Press Run and wait for the end."""
    window.transfer_page.run_button.click()
    assert window.workspace.runs.running
    settle(qtbot, window)


def wait_for_stage(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Wait until a run works on a stage."""
    state: Callable[[], str] = lambda: window.workspace.steps.stage(name).value  # noqa: E731
    qtbot.waitUntil(lambda: state() == "running", timeout=RUN_MS)


def click(qtbot: QtBot, heatmap: Heatmap, row: int | None, column: int | None,
          modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Click a cell of a heatmap, or the name of a row or a column, with the mouse."""
    layout = heatmap.geometry_now()
    if row is not None and column is not None:
        where = layout.cell(row, column)
    else:
        where = layout.row_name(row) if row is not None else layout.column_name(column or 0)
    point = where.center()
    qtbot.mouseClick(heatmap, Qt.MouseButton.LeftButton, modifier, QPoint(round(point.x()), round(point.y())))
