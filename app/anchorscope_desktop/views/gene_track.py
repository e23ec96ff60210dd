"""One gene on the genome: its body, the stretch credited to it, and the peaks around."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from anchorscope.results import Floats
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.colours import blend
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state.genes import Neighbourhood, neighbourhood
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.gene_box import GeneBox

EMPTY = "After a run: a gene on the genome, with the peaks that count for it."
_BODY, _GENE_LINE, _ARROW = 0.04, -0.16, 0.022
_MILLION = 1e6
_FAINTEST = 0.3  # so that even the least credit can be told from none


def shades(theme: Theme, credit: Floats, mask: NDArray[np.bool_]) -> list[QColor]:
    """Return the colour of each peak in `mask`: grey without credit, the full accent for the largest credit around."""
    largest = max(float(credit.max(initial=0.0)), 1e-9)
    low, high = theme.color("unassigned"), theme.color("accent")
    parts = np.where(credit > 0, _FAINTEST + (1 - _FAINTEST) * credit / largest, 0.0)
    return [blend(low, high, float(part)) for part in parts[mask]]


class GeneTrack(ViewFrame):
    """Peaks as bars, as high as they are accessible; the more they count for the gene, the more accented."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.canvas = Canvas(workspace.appearance.theme, "Gene and peaks on the genome")
        self.canvas.setMouseEnabled(x=True, y=False)
        self.gene_box = GeneBox()
        self.shown: Neighbourhood | None = None
        super().__init__("Gene on the genome", self.canvas, self.gene_box)
        self._connect()
        self._show_finding()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.genes.changed.connect(self._show_gene)
        self._workspace.appearance.changed.connect(self._show_gene)
        self.gene_box.chosen.connect(self._workspace.genes.choose)

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        symbols = sorted(finding.outcome.gene_activity.regions.symbols)
        self.gene_box.offer(symbols, self._workspace.genes.gene)
        self._show_gene()

    def _show_gene(self) -> None:
        finding, gene = self._workspace.session.shown, self._workspace.genes.gene
        self.shown = neighbourhood(finding, gene) if finding is not None else None
        if self.shown is None:
            return
        self.gene_box.setCurrentText(gene)
        credited = int((self.shown.credit > 0).sum())
        self.set_heading(f"{gene}, {self.shown.chrom}, {self.shown.strand} strand: {credited} of "
                         f"{len(self.shown.credit)} peaks nearby count for it")
        self._draw(self.shown)

    def _draw(self, place: Neighbourhood) -> None:
        theme = self._workspace.appearance.theme
        self.canvas.set_theme(theme)
        self.canvas.clear()
        self.canvas.label_axes(f"position on {place.chrom} (million base pairs)", "accessibility")
        self._draw_peaks(place)
        self._draw_gene(place)
        tallest = max(float(place.heights.max(initial=0.0)), 1e-9)
        self.canvas.getAxis("left").setTicks([[(0, "0"), (1, f"{tallest:.2g}")]])
        self.canvas.setXRange(place.window[0] / _MILLION, place.window[1] / _MILLION, padding=0)
        self.canvas.setYRange(-0.3, 1.05, padding=0)

    def _draw_peaks(self, place: Neighbourhood) -> None:
        theme, tallest = self._workspace.appearance.theme, max(float(place.heights.max(initial=0.0)), 1e-9)
        least = (place.window[1] - place.window[0]) / 400  # a bar that can be seen
        centre = (place.starts + place.ends) / 2
        half = np.maximum((place.ends - place.starts + 1) / 2, least / 2)
        for mask in (place.credit <= 0, place.credit > 0):  # those that count are drawn over the others
            self.canvas.addItem(pg.BarGraphItem(
                x0=(centre - half)[mask] / _MILLION, x1=(centre + half)[mask] / _MILLION,
                height=np.maximum(place.heights[mask] / tallest, 0.01), pen=None,
                brushes=shades(theme, place.credit, mask)))

    def _draw_gene(self, place: Neighbourhood) -> None:
        theme = self._workspace.appearance.theme
        for (start, end), half, name in ((place.region, _BODY / 2, "accent"), (place.body, _BODY, "text")):
            self.canvas.addItem(pg.BarGraphItem(x0=[start / _MILLION], x1=[end / _MILLION], y0=[_GENE_LINE - half],
                                                y1=[_GENE_LINE + half], brush=theme.color(name), pen=None))
        forward = place.strand != "-"
        arrow = pg.ArrowItem(angle=180 if forward else 0, headLen=14, tipAngle=50, brush=theme.color("text"), pen=None)
        beyond = (place.window[1] - place.window[0]) * _ARROW
        arrow.setPos((place.body[1] + beyond if forward else place.body[0] - beyond) / _MILLION, _GENE_LINE)
        self.canvas.addItem(arrow)
