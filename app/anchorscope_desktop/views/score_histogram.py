"""How sure the labels are: scores, what a threshold costs and buys, and whether scores keep their promise."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStackedWidget

from anchorscope.results import Ints
from anchorscope_desktop.plotting.calibration import HELP, draw_reliability
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.gesture import KEYS_HELP, ZOOM_HELP, Combine, combining
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.scores import BINS, Scores
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, column, label, row
from anchorscope_desktop.widgets.segments import Segments

EMPTY = "The scores appear here after a run: the further to the right a cell lies, the surer its label."
NEEDS_KEY = "This needs an answer key: choose the column with the true types on the Transfer page, and run."
SCORES, COVERAGE, CALIBRATION = "scores", "coverage", "calibration"
_TITLES = {SCORES: "Scores", COVERAGE: "Coverage and accuracy", CALIBRATION: "Calibration"}
"""Of figures, where no switch says what is shown."""

ECE = "ECE {:.3f}; dot size: cells"

_SHARES = (-0.02, 1.02)
"""An axis from 0 to 1 and a little room."""

_DOTS = (-0.02, 1.07)
"""The same with room for half of the largest dot."""

_NO_KEY = 3
"""The page that says what is missing."""

_TIPS = ("How many cells have which score; the line is the threshold and can be moved",
         "What share of the cells a threshold keeps, and how many of these are right",
         "Whether cells with a score of 0.8 are right in 80 % of cases")


class ScoreHistogram(ViewFrame):
    """Bars for all query cells, and in the accent colour those selected; a click on a bar selects its cells."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._scores: Scores | None = None
        self._bar = -1
        theme = workspace.appearance.theme
        self.switch = Segments((SCORES, COVERAGE, CALIBRATION), _TIPS)
        self.canvas = Canvas(theme, "Histogram of prediction scores")
        self.coverage_canvas = Canvas(theme, "Accuracy over coverage")
        self.calibration_canvas = Canvas(theme, "Accuracy over score")
        self.canvas.setToolTip("Click a bar to select its cells, or go there with the arrows and press Enter; "
                               f"{KEYS_HELP}")
        self.calibration_canvas.setToolTip(HELP)
        self.canvas.stepping = True
        self.line = pg.InfiniteLine(angle=90, movable=True, bounds=(0, 1))
        self._pages = QStackedWidget()
        for canvas in (self.canvas, self.coverage_canvas, self.calibration_canvas):
            canvas.setToolTip(f"{canvas.toolTip()}\n{ZOOM_HELP}".strip())
            self._pages.addWidget(canvas)
        self._words = ElidedLabel(role="muted")
        self._no_key = label(NEEDS_KEY, "muted")
        self._no_key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(boxed(column(None, self._no_key, None)))
        below = row(self._words)
        below.setStretch(0, 1)
        super().__init__(_TITLES[SCORES], boxed(column(boxed(below), self._pages, spacing=0)), self.switch)
        below.addWidget(self._older)  # beside the switch there is no room for it
        self._connect()
        self._show_finding()

    @property
    def empty_text(self) -> str:
        """What stands in place of the picture, also where only this one is missing; nothing while it is shown."""
        return super().empty_text or (NEEDS_KEY if self._pages.currentIndex() == _NO_KEY else "")

    @property
    def counts(self) -> tuple[Ints, Ints]:
        """Cells in each bar: all, and selected."""
        if self._scores is None:
            nobody = np.zeros(len(BINS) - 1, dtype=np.int64)
            return nobody, nobody
        mask, every = self._workspace.selection.current.query, self._scores.heights()
        return every, every if mask is None else self._scores.heights(mask)

    @property
    def words(self) -> str:
        """What the picture says in numbers."""
        return self._words.text()

    def for_paper(self) -> None:
        """Say in the title what the switch says on the screen."""
        super().for_paper()
        self.set_heading(_TITLES[self.switch.value])

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.selection.changed.connect(self._draw_chosen)
        self._workspace.threshold.changed.connect(self._show_threshold)
        self._workspace.appearance.changed.connect(self._show_finding)
        self._workspace.steps.changed.connect(self._show_age)
        self.switch.changed.connect(self._show_page)
        self.line.sigPositionChanged.connect(lambda: self._workspace.threshold.move(self._line_value()))
        self.line.sigPositionChangeFinished.connect(self._workspace.threshold.settle)
        self.canvas.scene().sigMouseClicked.connect(self._click)
        self.canvas.stepped.connect(self._step)
        self.canvas.left.connect(lambda: self._go(-1))
        self.canvas.chosen.connect(lambda how: self._choose(self._bar, Combine(how)))

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        if finding is None:
            self._scores = None
            self.show_empty(EMPTY)
            return
        self.show_content()
        if self._scores is None or self._scores.finding is not finding:
            self._scores = Scores(finding)
        self._draw_scores()
        self._draw_coverage()
        self._draw_calibration()
        self._show_page()
        self._show_age()

    def _show_page(self) -> None:
        page = (SCORES, COVERAGE, CALIBRATION).index(self.switch.value)
        finding = self._workspace.session.shown
        needs_key = page > 0 and finding is not None and finding.outcome.grade is None
        self._pages.setCurrentIndex(_NO_KEY if needs_key else page)
        self._show_threshold()

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.old_figures)

    def _draw_scores(self) -> None:
        if self._scores is None:
            return
        theme = self._workspace.appearance.theme
        self.canvas.set_theme(theme)
        self.canvas.clear()
        self.canvas.label_axes("best score", "cells")
        every = self._scores.heights()
        self.canvas.addItem(_bars(every, theme.color("unassigned")))
        self._chosen = _bars(np.zeros_like(every), theme.color("accent"))
        self.canvas.addItem(self._chosen)
        self._draw_chosen()
        self._mark = pg.BarGraphItem(x0=[0], x1=[0], height=[0], brush=None, pen=pg.mkPen(theme.text, width=1.5))
        self.canvas.addItem(self._mark)
        self._go(self._bar)
        self.line.setPen(pg.mkPen(theme.text, width=1.5))
        self.line.setHoverPen(pg.mkPen(theme.accent, width=3))
        self.canvas.addItem(self.line)
        self.canvas.set_home(_SHARES, (0.0, 1.05 * max(int(every.max(initial=1)), 1)))

    def _draw_chosen(self) -> None:
        # The selection falls before a new finding is shown.
        if self._scores is not None and self._scores.finding is self._workspace.session.shown:
            rows = self._workspace.selection.current.query_rows
            self._chosen.setOpts(height=np.zeros(len(BINS) - 1) if rows is None else self._scores.heights(rows))

    def _draw_coverage(self) -> None:
        theme, canvas = self._workspace.appearance.theme, self.coverage_canvas
        curve = self._scores.curve if self._scores is not None else None
        _prepare(canvas, theme, "share of cells kept", "of these right")
        self._here = pg.ScatterPlotItem(size=11, brush=theme.color("accent"), pen=pg.mkPen(theme.surface, width=2))
        lowest = 0.0
        if curve is not None:
            there = np.isfinite(curve.accuracy)
            canvas.plot(curve.coverage[there], curve.accuracy[there], pen=pg.mkPen(theme.muted, width=2))
            lowest = max(float(np.min(curve.accuracy[there])) - 0.05, 0.0)
        canvas.set_home(_SHARES, (lowest - 0.02, 1.02))
        canvas.addItem(self._here)

    def _draw_calibration(self) -> None:
        theme, canvas = self._workspace.appearance.theme, self.calibration_canvas
        _prepare(canvas, theme, "mean score", "share right")
        canvas.set_home(_SHARES, _DOTS)
        found = self._scores.reliability if self._scores is not None else None
        if found is not None:
            draw_reliability(canvas, found, theme)

    def _show_threshold(self) -> None:
        value, scores = self._workspace.threshold.value, self._scores
        if scores is None or scores.finding is not self._workspace.session.shown:
            return
        self.line.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.line.setValue(value)
        self.line.blockSignals(False)  # noqa: FBT003 - Qt's signature
        point = scores.at(value)
        self._here.setData([point[0]], [point[1]]) if np.isfinite(point[1]) else self._here.clear()
        self._words.set_text(self._said(scores, point))

    def _said(self, scores: Scores, point: tuple[float, float]) -> str:
        if self.switch.value == CALIBRATION:
            return ECE.format(scores.reliability.ece) if scores.reliability is not None else ""
        if scores.finding.outcome.grade is None:
            return f"Keeps {point[0]:.1%}"
        right = f"{point[1]:.1%}" if np.isfinite(point[1]) else "–"
        return f"{right} right of {point[0]:.1%} kept"

    def _line_value(self) -> float:
        return round(float(self.line.value()), 2)

    def _click(self, event: object) -> None:
        if event.double():  # type: ignore[attr-defined]
            self.take_back()
            return
        where = self.canvas.getViewBox().mapSceneToView(event.scenePos()).x()  # type: ignore[attr-defined]
        bar = int(np.searchsorted(BINS, where, side="right")) - 1
        if 0 <= bar < len(BINS) - 1:
            self._choose(bar, combining(event.modifiers()))  # type: ignore[attr-defined]

    def _step(self, step: int) -> None:
        """Go to the next bar with cells to one side; the first time, to the one with the most."""
        filled = np.flatnonzero(self.counts[0])
        beyond = filled[filled > self._bar] if step > 0 else filled[filled < self._bar][::-1]
        if self._bar < 0 and len(filled):
            self._go(int(self.counts[0].argmax()))
        elif len(beyond):
            self._go(int(beyond[0]))

    def _go(self, bar: int) -> None:
        """Mark the bar that Enter chooses; none if it is -1."""
        self._bar = bar
        if self._scores is None:
            return
        self._mark.setVisible(bar >= 0)
        if bar >= 0:
            every = int(self.counts[0][bar])
            self._mark.setOpts(x0=[BINS[bar]], x1=[BINS[bar + 1] - 0.004], height=[every])
            self.canvas.setAccessibleDescription(f"{BINS[bar]:.2f} to {BINS[bar + 1]:.2f}: {every:,} cells")

    def _choose(self, bar: int, how: Combine) -> None:
        finding = self._workspace.session.shown
        if finding is not None and bar >= 0:
            self.select(choosing.of_score(finding, float(BINS[bar]), float(BINS[bar + 1])), how)


def _bars(heights: Ints, color: QColor) -> pg.BarGraphItem:
    return pg.BarGraphItem(x0=BINS[:-1], x1=BINS[1:] - 0.004, height=heights, brush=color, pen=None)


def _prepare(canvas: Canvas, theme: Theme, bottom: str, left: str) -> None:
    canvas.set_theme(theme)
    canvas.clear()
    canvas.label_axes(bottom, left)
