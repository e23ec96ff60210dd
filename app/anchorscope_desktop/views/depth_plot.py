"""Which LSI components follow sequencing depth, and which are used."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from anchorscope.results import Floats
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.gesture import ZOOM_HELP
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, column, label

EMPTY = ("After a run, or a click on “Compute the LSI”: how strongly each component follows sequencing depth. Leave "
         "out those that do.")
FOLLOWS = 0.5
"""Correlation from which a component says more of depth than of biology."""
TITLE = "Depth correlation of the LSI components"


class DepthPlot(ViewFrame):
    """A bar for each component; those in use have the accent colour. Says which ones to leave out."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.canvas = Canvas(workspace.appearance.theme, "Correlation of LSI components with depth")
        self.canvas.setMouseEnabled(x=True, y=False)
        self.canvas.setToolTip(ZOOM_HELP)
        self.advice = label("", "muted")
        layout = column(self.canvas, self.advice, spacing=GRID)
        layout.setStretch(0, 1)
        super().__init__(TITLE, boxed(layout))
        self._connect()
        self._show_lsi()

    def _connect(self) -> None:
        self._workspace.previews.changed.connect(self._show_lsi)
        self._workspace.session.recipe_changed.connect(self._show_lsi)
        self._workspace.appearance.changed.connect(self._show_lsi)

    def _show_lsi(self) -> None:
        lsi = self._workspace.previews.lsi
        if lsi is None:
            self.set_heading(TITLE)
            self.show_empty(EMPTY)
            return
        self.show_content()
        settings, correlation = self._workspace.session.recipe.lsi, lsi.depth_correlation
        first, last = settings.first_component, min(settings.last_component, len(correlation))
        self.set_heading(f"Depth correlation; {first} to {last} are used")
        self.advice.setText(advice(correlation, first, last))
        self._draw(correlation, first, last)
        self.mark_older(older=self._workspace.previews.lsi_outdated)

    def _draw(self, correlation: Floats, first: int, last: int) -> None:
        theme = self._workspace.appearance.theme
        self.canvas.set_theme(theme)
        self.canvas.clear()
        self.canvas.getAxis("left").setTicks([[(mark, f"{mark:g}") for mark in (-1, -0.5, 0, 0.5, 1)]])
        self.canvas.label_axes("LSI component", "correlation")
        numbers = np.arange(1, len(correlation) + 1)
        used = (numbers >= first) & (numbers <= last)
        for mask, name in ((~used, "unassigned"), (used, "accent")):
            self.canvas.addItem(pg.BarGraphItem(x=numbers[mask], height=correlation[mask], width=0.8,
                                                brush=theme.color(name), pen=None))
        self.canvas.set_home((0.0, len(numbers) + 1.0), (-1.04, 1.04))


def advice(correlation: Floats, first: int, last: int) -> str:
    """Return in a sentence which components follow depth, and whether the settings leave them out."""
    follow = [number for number, r in enumerate(correlation.tolist(), start=1) if abs(r) >= FOLLOWS]
    used = [number for number in follow if first <= number <= last]
    if not follow:
        return "No component follows sequencing depth closely; it does no harm to use the first as well."
    words = ", ".join(f"{number} (r = {correlation[number - 1]:.2f})" for number in follow[:4])
    follows = f"Component{'s' if len(follow) > 1 else ''} {words} follow{'' if len(follow) > 1 else 's'} depth"
    if not used:
        return f"{follows} and {'are' if len(follow) > 1 else 'is'} left out."
    remedy = (f"set “First component used” to {used[-1] + 1}" if used[-1] - first < 5
              else "narrow the components used")
    return f"{follows}, but {used[0]} is used: {remedy}."
