"""Gestures in a window that shows a made-up run, each timed until all that it changes has been painted."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import psutil
import pyqtgraph as pg
from made_up import made_up
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from anchorscope_desktop.main_window import MainWindow, make_application
from anchorscope_desktop.state.map_values import ColourBy, Meaning

FRAMES, REPEATS = 60, 9
LONGEST_S = 20.0
LEFT = Qt.MouseButton.LeftButton


class Painted(QObject):
    """Knows which widgets have been painted since it was last asked."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self.missing: set[QWidget] = set()
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take note of a painting."""
        if event.type() is QEvent.Type.Paint:
            self.missing.discard(watched)  # type: ignore[arg-type]
        return False


class Bench:
    """The window on Explore with a run of `n_cells` on each side."""

    def __init__(self, n_cells: int, width: int, height: int) -> None:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.mkdtemp())
        self.app = make_application()
        pg.setConfigOption("mouseRateLimit", 0)
        self.window = MainWindow()
        self.window.resize(width, height)
        self.window.show()
        self.page = self.window.explore_page
        self.settle()
        self.job, self.outcome = made_up(n_cells)
        self.before = _mib()
        session = self.window.workspace.session
        session.set_inputs(reference=self.job.reference, query=self.job.query)
        session.set_recipe(self.job.recipe)
        self.window.go_to("explore")
        self.settle()
        self.views = {
            "reference": self.page.reference_map.map.canvas.viewport(),
            "query": self.page.query_map.map.canvas.viewport(),
            "confusion": self.page.confusion.heatmap, "types": self.page.types.table.viewport(),
            "scores": self.page.histogram.canvas.viewport(), "selected": self.page.selected.table.viewport(),
        }
        self._painted = Painted(list(self.views.values()))

    def settle(self) -> None:
        """Wait until nothing happens any more."""
        work, quiet = self.window.workspace, time.monotonic()
        while time.monotonic() - quiet < 0.3:
            self.app.processEvents()
            time.sleep(0.005)
            if work.runner.busy or work.sketch.busy or work.bridge.busy or work.naming.runner.busy:
                quiet = time.monotonic()

    def timed(self, gesture: Callable[[], object], *views: str) -> float:
        """Return milliseconds from a gesture until the views are painted."""
        self._painted.missing = {self.views[view] for view in views}
        start = time.perf_counter()
        gesture()
        while self._painted.missing:
            self.app.processEvents()
            if time.perf_counter() - start > LONGEST_S:
                raise SystemExit(f"never painted: {[one.accessibleName() for one in self._painted.missing]}")
        return (time.perf_counter() - start) * 1000


def measure(n_cells: int, width: int, height: int) -> dict[str, object]:
    """Return milliseconds of every repetition by gesture, and MiB of memory."""
    bench = Bench(n_cells, width, height)
    session = bench.window.workspace.session
    first = bench.timed(lambda: session.add_finding(bench.job, bench.outcome, 1.0), "reference", "query", "confusion")
    bench.settle()
    shown = _mib()
    times = {
        "pan, a frame": list(_pan(bench)), "sharp again after panning": [_sharpen(bench)],
        "zoom, a frame": list(_zoom(bench)), "recolour": list(_recolour(bench)),
        "confusion click, all views": list(_click(bench)), "undo, all views": list(_undo(bench)),
        "lasso, all views": list(_lasso(bench)), "threshold move, all views": list(_threshold(bench)),
        "run shown for the first time": [first],
    }
    memory = {"memory for the data": bench.before, "more to show them": shown - bench.before}
    bench.window.close()
    return {"times": times, "memory": memory}


def _pan(bench: Bench) -> Iterator[float]:
    view = bench.views["query"]
    middle = view.rect().center()
    QTest.mousePress(view, LEFT, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(view, middle + QPoint(20, 20))  # far enough to be a drag
    for frame in range(FRAMES):
        angle = 2 * np.pi * frame / FRAMES
        where = middle + QPoint(round(80 * np.sin(angle)), round(60 * (1 - np.cos(angle))) + 1 + frame % 2)
        yield bench.timed(lambda where=where: QTest.mouseMove(view, where), "query")
    QTest.mouseRelease(view, LEFT, Qt.KeyboardModifier.NoModifier, middle)


def _sharpen(bench: Bench) -> float:
    """Return how long the smoothest picture takes that is drawn once the hand rests."""
    bench.settle()
    box = bench.page.query_map.map.canvas.getViewBox()
    return bench.timed(lambda: box.translateBy(x=0.01 * box.viewRect().width()), "query")


def _zoom(bench: Bench) -> Iterator[float]:
    view = bench.views["query"]
    middle = QPointF(view.rect().center())
    for frame in range(FRAMES):
        turn = QPoint(0, 120 if frame % FRAMES < FRAMES // 2 else -120)
        event = QWheelEvent(middle, QPointF(view.mapToGlobal(middle.toPoint())), QPoint(), turn,
                            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
                            False)  # noqa: FBT003 - Qt's signature
        yield bench.timed(lambda event=event: QApplication.sendEvent(view, event), "query")
    bench.page.query_map.map.canvas.fit()
    bench.settle()


def _recolour(bench: Bench) -> Iterator[float]:
    wanted = (Meaning(ColourBy.SCORE), Meaning(ColourBy.TRUTH), Meaning(ColourBy.LABEL))
    for turn in range(REPEATS):
        meaning = wanted[turn % len(wanted)]
        yield bench.timed(lambda meaning=meaning: bench.page.query_map.colour_by.pick(meaning), "query")
        bench.settle()


def _click(bench: Bench) -> Iterator[float]:
    heatmap = bench.page.confusion.heatmap
    for turn in range(REPEATS):
        layout = heatmap.geometry_now()
        # Single cells of the matrix, and whole types.
        where = (layout.cell(turn, turn) if turn % 2 else layout.row_name(turn)).center().toPoint()
        yield bench.timed(lambda where=where: QTest.mouseClick(heatmap, LEFT, Qt.KeyboardModifier.NoModifier, where),
                          "reference", "query", "confusion", "scores", "selected")
        bench.settle()


def _undo(bench: Bench) -> Iterator[float]:
    for _ in range(REPEATS - 2):
        yield bench.timed(bench.window.workspace.selection.undo, "reference", "query", "scores", "selected")
        bench.settle()


def _lasso(bench: Bench) -> Iterator[float]:
    view = bench.views["query"]
    bench.page.query_map.lasso.setChecked(True)
    middle, angles = view.rect().center(), np.linspace(0, 2 * np.pi, 120)
    for turn in range(REPEATS):
        reach = 0.2 + 0.02 * turn  # never all cells: the same again would have nothing to paint
        line = [middle + QPoint(round(reach * view.width() * np.cos(a)), round(reach * view.height() * np.sin(a)))
                for a in angles]
        QTest.mousePress(view, LEFT, Qt.KeyboardModifier.NoModifier, line[0])
        for point in line:
            QTest.mouseMove(view, point)
        bench.app.processEvents()
        yield bench.timed(lambda: QTest.mouseRelease(view, LEFT, Qt.KeyboardModifier.NoModifier, line[-1]),  # noqa: B023
                          "query", "scores", "selected")  # the reference, without a selected cell, stays as it is
        bench.settle()
    bench.page.query_map.lasso.setChecked(False)


def _threshold(bench: Bench) -> Iterator[float]:
    slider = bench.page.threshold.slider
    slider.setSliderDown(True)
    for turn in range(FRAMES):
        value = 20 + turn
        yield bench.timed(lambda value=value: slider.setValue(value), "query", "confusion", "types", "scores")
    slider.setSliderDown(False)


def _mib() -> float:
    return float(psutil.Process().memory_info().rss / 2**20)
