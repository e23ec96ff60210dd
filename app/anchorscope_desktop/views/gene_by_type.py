"""How active the gene in focus is in the cells of each type: an outline, the quartiles and the mean."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.gesture import ZOOM_HELP
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.bridge import Check, Violin
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame

TITLE = "Activity by type"
EMPTY = "After a run: how active the gene is in the ATAC cells of each type. A marker should be highest in its own."
WAIT = "Adding up the gene's activity by type…"
ABSENT = "{gene} has no activity in this run: no peak that was counted lies in its region. Choose another gene."
ABSENT_BEFORE = "{gene} has no activity in the last run, which was of another query. Press Run to see it in this one."
_HALF, _BOX = 0.44, 0.13


class GeneByType(ViewFrame):
    """A violin for each type, lying on its side so that names can be read."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.canvas = Canvas(workspace.appearance.theme, "Activity of the gene by type")
        self.canvas.setToolTip("Outline: how many cells have this activity. Bar: the middle half of them. Line: the "
                               f"median. Dot: the mean\n{ZOOM_HELP}")
        super().__init__(TITLE, self.canvas)
        self._connect()
        self._show_check()

    def _connect(self) -> None:
        self._workspace.bridge.changed.connect(self._show_check)
        self._workspace.session.inputs_changed.connect(self._show_check)
        self._workspace.session.outcome_changed.connect(self._show_check)
        self._workspace.appearance.changed.connect(self._show_check)
        self._workspace.steps.changed.connect(self._show_age)

    def _show_check(self) -> None:
        state = self._workspace.bridge
        check = state.current
        self.set_heading(TITLE if check is None else heading(check))
        if check is None:
            running = self._workspace.session.shown is not None
            self.show_empty(state.problem or (WAIT if running else EMPTY))
        elif not check.violins:
            present = check.finding.job.query is self._workspace.session.query
            self.show_empty((ABSENT if present else ABSENT_BEFORE).format(gene=check.gene or "The gene"))
        else:
            self.show_content()
            self._draw(check)
        self._show_age()

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.outdated)

    def _draw(self, check: Check) -> None:
        theme = self._workspace.appearance.theme
        self.canvas.set_theme(theme)
        self.canvas.clear()
        self.canvas.label_axes("gene activity (log-normalised)", "")
        colours = type_colours(figures.all_types(check.finding), theme)
        lines = list(reversed(check.violins))
        for place, violin in enumerate(lines):
            self._draw_violin(place, violin, colours.get(violin.name, colours[""]).name())
        self.canvas.getAxis("left").setTicks([[(place, f"{violin.name} ({violin.n_cells:,})")
                                               for place, violin in enumerate(lines)]])
        most = max(float(violin.levels[-1]) for violin in lines) or 1.0
        self.canvas.set_home((-0.02 * most, 1.02 * most), (-0.6, len(lines) - 0.4))

    def _draw_violin(self, place: int, violin: Violin, color: str) -> None:
        theme = self._workspace.appearance.theme
        x = np.concatenate([violin.levels, violin.levels[::-1]])
        y = np.concatenate([place + violin.widths * _HALF, place - violin.widths[::-1] * _HALF])
        outline = pg.PlotCurveItem(np.append(x, x[0]), np.append(y, y[0]), pen=pg.mkPen(color), fillLevel=None,
                                   brush=None)
        fill = pg.FillBetweenItem(
            pg.PlotCurveItem(violin.levels, place + violin.widths * _HALF),
            pg.PlotCurveItem(violin.levels, place - violin.widths * _HALF), brush=pg.mkBrush(color))
        fill.setOpacity(0.55)
        self.canvas.addItem(fill)
        self.canvas.addItem(outline)
        ink = theme.color("text")
        self.canvas.addItem(pg.BarGraphItem(
            x0=[violin.lower], x1=[violin.upper], y0=[place - _BOX / 2], y1=[place + _BOX / 2], brush=ink, pen=None))
        self.canvas.addItem(pg.PlotCurveItem([violin.median] * 2, [place - 2 * _BOX, place + 2 * _BOX],
                                             pen=pg.mkPen(ink, width=2)))
        self.canvas.addItem(pg.ScatterPlotItem([violin.mean], [place], size=6, brush=theme.color("surface"),
                                               pen=pg.mkPen(ink)))


def heading(check: Check) -> str:
    """Return the gene, whose types these are, and how it goes with expression; a plain title without activity."""
    if check.bridge is None or not check.violins:
        return TITLE
    whose = "true type" if check.by_truth else "transferred label"
    r = check.bridge.over_types[check.bridge.genes.index(check.gene)]
    follows = f"; r = {r:.2f} with expression" if np.isfinite(r) else ""
    return f"{check.gene} by {whose}{follows}"
