"""How sure the labels are: the best score of every query cell."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from anchorscope.results import Floats
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame

EMPTY = "The scores appear here after a run: the further to the right a cell lies, the surer its label."
BINS = np.linspace(0.0, 1.0, 26)


class ScoreHistogram(ViewFrame):
    """Bars for all query cells, and in the accent colour those selected; a click on a bar selects its cells."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.canvas = Canvas(workspace.appearance.theme, "Histogram of prediction scores")
        self.canvas.setMouseEnabled(x=False, y=False)
        self.canvas.setToolTip("Click a bar to select its cells; Shift adds")
        super().__init__("Prediction score", self.canvas)
        self._connect()
        self._show_finding()

    @property
    def counts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Cells in each bar: all, and selected."""
        finding, mask = self._workspace.session.shown, self._workspace.selection.current.query
        best = np.zeros(0) if finding is None else finding.outcome.prediction.best
        chosen = best if mask is None else best[mask]
        return _binned(best), _binned(chosen)

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.selection.changed.connect(self._draw)
        self._workspace.appearance.changed.connect(self._draw)
        self.canvas.scene().sigMouseClicked.connect(self._choose)

    def _show_finding(self) -> None:
        if self._workspace.session.shown is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self._draw()

    def _draw(self) -> None:
        theme, nothing = self._workspace.appearance.theme, self._workspace.selection.current.query is None
        self.canvas.set_theme(theme)
        self.canvas.clear()
        self.canvas.label_axes("best score", "cells")
        every, chosen = self.counts
        for heights, name in ((every, "unassigned"), *(() if nothing else ((chosen, "accent"),))):
            bars = pg.BarGraphItem(x0=BINS[:-1], x1=BINS[1:] - 0.004, height=heights, brush=theme.color(name), pen=None)
            self.canvas.addItem(bars)
        self.canvas.setXRange(0, 1, padding=0.02)
        self.canvas.setYRange(0, max(int(every.max(initial=1)), 1), padding=0.05)

    def _choose(self, event: object) -> None:
        finding = self._workspace.session.shown
        where = self.canvas.getViewBox().mapSceneToView(event.scenePos()).x()  # type: ignore[attr-defined]
        bin_ = int(np.searchsorted(BINS, where, side="right")) - 1
        if finding is not None and 0 <= bin_ < len(BINS) - 1:
            adding = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)  # type: ignore[attr-defined]
            low, high = float(BINS[bin_]), float(BINS[bin_ + 1])
            self._workspace.selection.choose(choosing.of_score(finding, low, high), adding=adding)


def _binned(scores: Floats) -> NDArray[np.int64]:
    return np.histogram(scores, bins=BINS)[0].astype(np.int64)
