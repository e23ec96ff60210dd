"""Which LSI components follow sequencing depth, and which are used."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from anchorscope.results import Lsi
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame

EMPTY = "After a run: how strongly each LSI component follows sequencing depth. Leave out those that do."


class DepthPlot(ViewFrame):
    """A bar for each component; those in use have the accent colour."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.canvas = Canvas(workspace.appearance.theme, "Correlation of LSI components with depth")
        self.canvas.setMouseEnabled(x=False, y=False)
        super().__init__("Depth correlation of the LSI components", self.canvas)
        self._connect()
        self._show_lsi()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_lsi)
        self._workspace.appearance.changed.connect(self._show_lsi)

    def _show_lsi(self) -> None:
        finding = self._workspace.session.shown
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        lsi = finding.outcome.lsi
        first, last = lsi.used.start + 1, lsi.used.stop
        self.set_heading(f"Depth correlation; {first} to {last} are used")
        self._draw(lsi)

    def _draw(self, lsi: Lsi) -> None:
        theme = self._workspace.appearance.theme
        self.canvas.set_theme(theme)
        self.canvas.clear()
        self.canvas.getAxis("left").setTicks([[(mark, f"{mark:g}") for mark in (-1, -0.5, 0, 0.5, 1)]])
        self.canvas.label_axes("LSI component", "correlation with depth")
        numbers = np.arange(1, len(lsi.depth_correlation) + 1)
        used = np.zeros(len(numbers), dtype=bool)
        used[lsi.used] = True
        for mask, name in ((~used, "unassigned"), (used, "accent")):
            self.canvas.addItem(pg.BarGraphItem(x=numbers[mask], height=lsi.depth_correlation[mask], width=0.8,
                                                brush=theme.color(name), pen=None))
        self.canvas.setXRange(0, len(numbers) + 1, padding=0.01)
        self.canvas.setYRange(-1, 1, padding=0.02)
