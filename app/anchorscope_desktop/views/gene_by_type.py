"""How active the gene in focus is in the cells of each type: an outline, the quartiles and the mean."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from anchorscope.results import Labels
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.gesture import KEYS_HELP, ZOOM_HELP, Combine, combining
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.bridge import Check, Violin
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame

TITLE = "Activity by type"
EMPTY = "After a run: how active the gene is in the ATAC cells of each type. A marker should be highest in its own."
WAIT = "Adding up the gene's activity by type…"
ABSENT = "{gene} has no activity in this run: no peak that was counted lies in its region. Choose another gene."
ABSENT_BEFORE = "{gene} has no activity in the last run, which was of another query. Press Run to see it in this one."
_HALF, _BOX = 0.44, 0.13
_FILLED = 0.55
_FAINTEST = 0.2
"""How strongly a type is drawn of which no cell is selected while others are."""


class GeneByType(ViewFrame):
    """A violin for each type, lying on its side so that names can be read; a click selects the cells of a type."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.canvas = Canvas(workspace.appearance.theme, "Activity of the gene by type")
        self.canvas.stepping = True
        self.canvas.setToolTip("Outline: how many cells have this activity. Bar: the middle half of them. Line: the "
                               f"median. Dot: the mean\nClick a type to select its cells; {KEYS_HELP}\n{ZOOM_HELP}")
        self._drawn: list[tuple[str, list[pg.GraphicsObject]]] = []
        self._place = -1
        super().__init__(TITLE, self.canvas)
        self._connect()
        self._show_check()

    def _connect(self) -> None:
        self._workspace.bridge.changed.connect(self._show_check)
        self._workspace.session.inputs_changed.connect(self._show_check)
        self._workspace.session.outcome_changed.connect(self._show_check)
        self._workspace.appearance.changed.connect(self._show_check)
        self._workspace.steps.changed.connect(self._show_age)
        self._workspace.selection.changed.connect(self._follow_selection)
        self.canvas.scene().sigMouseClicked.connect(self._click)
        self.canvas.stepped.connect(self._step)
        self.canvas.left.connect(lambda: self._go(-1))
        self.canvas.chosen.connect(lambda how: self._choose(self._place, Combine(how)))

    @property
    def strengths(self) -> dict[str, float]:
        """How strongly each type is drawn: fully, or less where less of it is selected than of others."""
        return {name: items[-1].opacity() for name, items in self._drawn}

    def for_paper(self) -> None:
        """Leave out what is selected too."""
        super().for_paper()
        self._show_strengths({})

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
        self.mark_older(older=self._workspace.session.old_figures)

    def _draw(self, check: Check) -> None:
        theme = self._workspace.appearance.theme
        self.canvas.set_theme(theme)
        self.canvas.clear()
        self.canvas.label_axes("gene activity (log-normalised)", "")
        colours = run_colours(check.finding, theme)
        lines = list(reversed(check.violins))
        self._drawn = [(violin.name, self._draw_violin(place, violin, colours.get(violin.name, colours[""]).name()))
                       for place, violin in enumerate(lines)]
        most = max(float(violin.levels[-1]) for violin in lines) or 1.0
        self.canvas.set_home((-0.02 * most, 1.02 * most), (-0.6, len(lines) - 0.4))
        self.canvas.name_rows([(place, f"{violin.name} ({violin.n_cells:,})") for place, violin in enumerate(lines)])
        self._mark = pg.BarGraphItem(x0=[-0.015 * most], x1=[1.015 * most], y0=[-0.5], y1=[0.5], brush=None,
                                     pen=pg.mkPen(theme.accent, width=1.5))
        self.canvas.addItem(self._mark)
        self._go(-1)
        self._follow_selection()

    def _draw_violin(self, place: int, violin: Violin, color: str) -> list[pg.GraphicsObject]:
        """Draw one type, and return what it is made of."""
        theme = self._workspace.appearance.theme
        x = np.concatenate([violin.levels, violin.levels[::-1]])
        y = np.concatenate([place + violin.widths * _HALF, place - violin.widths[::-1] * _HALF])
        outline = pg.PlotCurveItem(np.append(x, x[0]), np.append(y, y[0]), pen=pg.mkPen(color), fillLevel=None,
                                   brush=None)
        fill = pg.FillBetweenItem(
            pg.PlotCurveItem(violin.levels, place + violin.widths * _HALF),
            pg.PlotCurveItem(violin.levels, place - violin.widths * _HALF), brush=pg.mkBrush(color))
        ink = theme.color("text")
        items = [fill, outline, pg.BarGraphItem(
            x0=[violin.lower], x1=[violin.upper], y0=[place - _BOX / 2], y1=[place + _BOX / 2], brush=ink, pen=None)]
        items.append(pg.PlotCurveItem([violin.median] * 2, [place - 2 * _BOX, place + 2 * _BOX],
                                      pen=pg.mkPen(ink, width=2)))
        items.append(pg.ScatterPlotItem([violin.mean], [place], size=6, brush=theme.color("surface"),
                                        pen=pg.mkPen(ink)))
        for item in items:
            self.canvas.addItem(item)
        return items

    @property
    def _check(self) -> Check | None:
        """What is drawn, if its cells are those of the selection."""
        check = self._workspace.bridge.current
        here = check is not None and check.violins and check.finding is self._workspace.session.shown
        return check if here else None

    def _follow_selection(self) -> None:
        self.when_seen(self._show_selection)

    def _show_selection(self) -> None:
        check, query = self._check, self._workspace.selection.current.query
        self._show_strengths(choosing.shares_of_types(labels_of(check), query) if check is not None else {})

    def _show_strengths(self, shares: dict[str, float]) -> None:
        for name, items in self._drawn:
            strength = _FAINTEST + (1 - _FAINTEST) * shares.get(name, 0.0) if shares else 1.0
            for item in items:
                item.setOpacity(strength * (_FILLED if item is items[0] else 1.0))

    def _click(self, event: object) -> None:
        if event.double():  # type: ignore[attr-defined]
            self.take_back()
            return
        box = self.canvas.getViewBox()
        height = box.mapSceneToView(event.scenePos()).y()  # type: ignore[attr-defined]
        seen = box.viewRect()
        if seen.top() <= height <= seen.bottom():
            self._choose(len(self._drawn) - 1 - round(height), combining(event.modifiers()))  # type: ignore[attr-defined]

    def _step(self, step: int) -> None:
        """Go to the next type below or above; from the first one no further."""
        self._go(min(max(self._place + step, 0), len(self._drawn) - 1))

    def _go(self, place: int) -> None:
        """Mark the type, counted from above, that Enter chooses; none if it is -1."""
        self._place = place
        if not self._drawn:
            return
        self._mark.setVisible(place >= 0)
        if place >= 0:
            height = len(self._drawn) - 1 - place
            self._mark.setOpts(y0=[height - 0.5], y1=[height + 0.5])
            self.canvas.setAccessibleDescription(self._drawn[height][0])

    def _choose(self, place: int, how: Combine) -> None:
        check = self._check
        if check is not None and 0 <= place < len(check.violins):
            choose = choosing.of_true_type if check.by_truth else choosing.of_type
            self.select(choose(check.finding, check.violins[place].name), how)


def labels_of(check: Check) -> Labels:
    """Return by which types the violins are drawn: the true ones where they are known."""
    outcome = check.finding.outcome
    return outcome.grade.truth if check.by_truth and outcome.grade is not None else outcome.prediction.labels


def heading(check: Check) -> str:
    """Return the gene, whose types these are, and how it goes with expression; a plain title without activity."""
    if check.bridge is None or not check.violins:
        return TITLE
    whose = "true type" if check.by_truth else "label"
    r = check.bridge.over_types[check.bridge.genes.index(check.gene)]
    follows = f"; r = {r:.2f} with RNA" if np.isfinite(r) else ""
    return f"{check.gene} by {whose}{follows}"
