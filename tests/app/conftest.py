"""Isolated settings and caches, small example files, a window that answers its own file questions, no leaks."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from anchorscope import forecast, simulate
from anchorscope.io import read_query, read_reference
from anchorscope.parameters import GradeParameters, Recipe, ReferenceParameters
from anchorscope.pipeline import Job, Pipeline
from anchorscope.progress import LEFT_TO_ITSELF
from anchorscope_desktop.main_window import MainWindow
from anchorscope_desktop.state import example as example_files
from anchorscope_desktop.state.files import QueryFiles, ReferenceFiles
from anchorscope_desktop.widgets.choosers import with_suffix
from app import timers
from app.helpers import FinishedRun, finished, window_without_pages

CELLS = 340
timers.watch()


@dataclass
class Answers:
    """A file chooser that gives prepared answers."""

    opens: list[Path] = field(default_factory=list)
    saves: list[Path] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)

    def open_file(self, title: str, filters: str) -> Path | None:
        return self.opens.pop(0) if self.opens else None

    def open_folder(self, title: str) -> Path | None:
        return self.opens.pop(0) if self.opens else None

    def save_file(self, title: str, suggestion: str, filters: str) -> Path | None:
        return with_suffix(self.saves.pop(0), suggestion, filters) if self.saves else None

    def pick_colour(self, title: str, present: str) -> str | None:
        return self.colours.pop(0) if self.colours else None


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return simulate.write_example(tmp_path_factory.mktemp("example"), n_reference=CELLS, n_query=CELLS)


@pytest.fixture(scope="session")
def finished_run(example: tuple[Path, Path]) -> FinishedRun:
    """The example, run once with its own types as labels and answer key."""
    recipe = Recipe(reference=ReferenceParameters(labels="cell_type"), grade=GradeParameters(truth="cell_type"))
    job, pipeline = Job(read_reference(example[0]), read_query(example[1]), recipe), Pipeline()
    return FinishedRun(pipeline, job, pipeline.run(job))


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    monkeypatch.setattr(example_files, "example_folder", lambda: folder)
    # How fast this machine is concerns no test, and looking takes longer than many of them.
    monkeypatch.setattr(forecast, "look_again", lambda: None)
    monkeypatch.setattr(simulate, "write_example",
                        partial(simulate.write_example, n_reference=CELLS, n_query=CELLS))


@pytest.fixture(autouse=True)
def no_key_held(qapp: QApplication) -> Iterator[None]:
    """Qt takes a modifier of the last simulated click for still pressed; the next test must not."""
    yield
    keyboard = QWidget()
    QTest.keyClick(keyboard, Qt.Key.Key_F35)
    keyboard.deleteLater()
    assert qapp.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def no_leaks(qapp: QApplication) -> Iterator[None]:
    # What is there before a test is not looked through again and again: that took most of a teardown. The window of
    # the test before is gone by then: closing it leaves that to an event loop.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.freeze()
    before = set(threading.enumerate())
    yield
    qapp.processEvents()
    begun = set(threading.enumerate()) - before
    for thread in begun:
        if thread.name == LEFT_TO_ITSELF:  # a cancel does not wait for a library that is loading, a test does
            thread.join(60)
    left = [thread.name for thread in begun if thread.is_alive()]
    assert not left, f"threads still alive: {left}"
    running = timers.running()
    assert not running, f"timers still running: {running}"


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: QtBot, answers: Answers) -> Iterator[MainWindow]:
    made = window_without_pages(answers)
    qtbot.addWidget(made)
    made.resize(1280, 800)  # whatever the screen
    made.show()
    yield made
    made.close()
    # What a test leaves is collected here, never by a worker of the next one.
    del made
    gc.collect()


@pytest.fixture
def second(qtbot: QtBot) -> Iterator[MainWindow]:
    """Another window, as after the next start."""
    made = window_without_pages(Answers())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def at_work(window: MainWindow, finished_run: FinishedRun, example: tuple[Path, Path]) -> MainWindow:
    """A window with a finished run of the example."""
    loader = window.workspace.loader
    loader.reference_files, loader.query_files = ReferenceFiles(example[0]), QueryFiles(example[1])
    finished(window, finished_run)
    return window
