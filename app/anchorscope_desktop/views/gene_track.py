"""One gene on the genome: its body, the peaks around, and what each counts for it under several models."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from anchorscope.results import Floats
from anchorscope_desktop.plotting.canvas import Canvas
from anchorscope_desktop.plotting.colours import blend
from anchorscope_desktop.plotting.gesture import ZOOM_HELP
from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.state.genes import ALL_MODELS, MODELS, Lane, Sketch
from anchorscope_desktop.state.notices import ACTIVITY, Notice
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.combo import Combo
from anchorscope_desktop.widgets.gene_box import GeneBox

TITLE = "Gene on the genome"
EMPTY = "Once a query is open: a gene on the genome, its peaks, and what each of them counts for it under each model."
WAIT = "Looking up the gene…"
NO_GENE = Notice("There is no gene “{typed}” among those with peaks in reach; type the beginning of a gene symbol, "
                 "for example MS4A1 where the protein is CD20.")
ACCESSIBILITY = "accessibility"
LANES_HELP = ("Below the gene: how many times each model counts the accessibility of a peak; beside its name stands "
              "the most")
_BODY, _GENE_LINE, _ARROW = 0.05, -0.2, 0.018
_FIRST, _STEP, _HIGHEST, _REGION = -0.92, 0.62, 0.42, 0.035
_MILLION = 1e6
_FAINTEST = 0.3  # so that even the least credit can be told from none


def shades(theme: Theme, credit: Floats, mask: NDArray[np.bool_]) -> list[QColor]:
    """Return the colour of each peak in `mask`: grey without credit, the full accent for the largest credit around."""
    largest = max(float(credit.max(initial=0.0)), 1e-9)
    low, high = theme.color("unassigned"), theme.color("accent")
    parts = np.where(credit > 0, _FAINTEST + (1 - _FAINTEST) * credit / largest, 0.0)
    return [blend(low, high, float(part)) for part in parts[mask]]


class GeneTrack(ViewFrame):
    """Peaks as bars, as high as they are accessible; below, a lane for each model with what they count."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.canvas = Canvas(workspace.appearance.theme, "Gene and peaks on the genome")
        self.canvas.setMouseEnabled(x=True, y=False)
        self.gene_box, self.compare_box = GeneBox(), _compare_box()
        self._listed: tuple[str, ...] = ()
        self._refused: Notice | None = None
        self._range, self._range_of = (0.0, 1.0), ""
        super().__init__(TITLE, self.canvas, self.compare_box, self.gene_box)
        self._connect()
        self._show_sketch()

    @property
    def shown(self) -> Sketch | None:
        """What is drawn."""
        return self._workspace.sketch.current

    def _connect(self) -> None:
        self._workspace.sketch.changed.connect(self._show_sketch)
        self._workspace.session.inputs_changed.connect(self._show_sketch)
        self._workspace.session.recipe_changed.connect(self._show_models)
        self._workspace.appearance.changed.connect(self._show_sketch)
        self.gene_box.chosen.connect(self._choose)
        self.gene_box.missed.connect(self._refuse)
        self.compare_box.currentIndexChanged.connect(self._compare)
        self.canvas.scene().sigMouseMoved.connect(self._explain)

    def _choose(self, gene: str) -> None:
        self._workspace.notices.withdraw(ACTIVITY, self._refused)
        self._workspace.genes.choose(gene)

    def _refuse(self, typed: str) -> None:
        """Say that what was typed is no gene here; proteins are often known by other names."""
        self._refused = NO_GENE.filled(typed=typed)
        self._workspace.notices.post(ACTIVITY, self._refused)

    def _compare(self) -> None:
        self._workspace.sketch.compare(self.compare_box.currentData())

    def _show_models(self) -> None:
        self._show_compared(self._workspace.sketch.compared)

    def _show_compared(self, model: str) -> None:
        self.compare_box.blockSignals(True)  # noqa: FBT003 - Qt's signature
        _offer(self.compare_box, self._workspace.session.recipe.gene_activity.model)
        self.compare_box.setCurrentIndex(self.compare_box.findData(model))
        self.compare_box.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def _show_sketch(self) -> None:
        state = self._workspace.sketch
        sketch = state.current
        self._show_compared(state.compared)
        if sketch is None:
            loaded = self._workspace.session.query is not None
            self.set_heading(TITLE)
            self.show_empty(state.problem or (WAIT if loaded else EMPTY))
            return
        self.show_content()
        if self._listed != sketch.genes:
            self._listed = sketch.genes
            self.gene_box.offer(sketch.genes, sketch.gene)
        self.gene_box.show_gene(sketch.gene)
        self.set_heading(heading(sketch))
        self._draw(sketch)

    def _draw(self, sketch: Sketch) -> None:
        theme = self._workspace.appearance.theme
        self.canvas.set_theme(theme)
        self.canvas.clear()
        self.canvas.label_axes(f"position on {sketch.chrom} (million base pairs)", "")
        self._draw_peaks(sketch)
        self._draw_gene(sketch)
        places = [_FIRST - number * _STEP for number in range(len(sketch.lanes))]
        for number, (lane, place) in enumerate(zip(sketch.lanes, places, strict=True)):
            self._draw_lane(sketch, lane, place, theme.color("text" if number else "accent"))
        names = [(place + _HIGHEST / 2, lane_name(lane)) for place, lane in zip(places, sketch.lanes, strict=True)]
        self._look_at(sketch)
        height = places[-1] - 0.12, 1.05
        self.canvas.setYRange(*height, padding=0)
        self.canvas.call_home(self._range, height)
        self.canvas.name_rows([(0.5, ACCESSIBILITY), (_GENE_LINE, sketch.gene), *names])

    def _look_at(self, sketch: Sketch) -> None:
        """Show the gene, unless the user looks closer at some part of it."""
        low, high = self.canvas.getViewBox().viewRange()[0]
        moved = abs(low - self._range[0]) + abs(high - self._range[1]) > (high - low) / 1000
        if not moved or self._range_of != sketch.gene:
            self._range_of = sketch.gene
            self._range = (sketch.view[0] / _MILLION, sketch.view[1] / _MILLION)
            self.canvas.setXRange(*self._range, padding=0)

    def _bars(self, sketch: Sketch, mask: NDArray[np.bool_], base: float, tops: Floats,
              colours: list[QColor]) -> None:
        least = (sketch.view[1] - sketch.view[0]) / 400  # a bar that can be seen
        centre = (sketch.starts + sketch.ends) / 2
        half = np.maximum((sketch.ends - sketch.starts + 1) / 2, least / 2)
        self.canvas.addItem(pg.BarGraphItem(
            x0=(centre - half)[mask] / _MILLION, x1=(centre + half)[mask] / _MILLION, y0=np.full(mask.sum(), base),
            y1=base + tops[mask], pen=None, brushes=colours))

    def _draw_peaks(self, sketch: Sketch) -> None:
        heights = np.maximum(sketch.heights / max(float(sketch.heights.max(initial=0.0)), 1e-9), 0.01)
        credit, theme = sketch.lanes[0].credit, self._workspace.appearance.theme
        for mask in (credit <= 0, credit > 0):  # those that count are drawn over the others
            self._bars(sketch, mask, 0.0, heights, shades(theme, credit, mask))

    def _draw_lane(self, sketch: Sketch, lane: Lane, place: float, color: QColor) -> None:
        theme = self._workspace.appearance.theme
        if lane.region is not None:
            self.canvas.addItem(pg.BarGraphItem(
                x0=[lane.region[0] / _MILLION], x1=[lane.region[1] / _MILLION], y0=[place - _REGION], y1=[place],
                brush=theme.color("border"), pen=None))
        counts = lane.credit > 0
        tops = lane.credit / max(float(lane.credit.max(initial=0.0)), 1e-9) * _HIGHEST
        self._bars(sketch, counts, place, np.maximum(tops, 0.03), [color] * int(counts.sum()))
        if lane.remark:
            note = pg.TextItem(lane.remark, color=theme.color("muted"), anchor=(1, 0.5), fill=theme.color("surface"))
            note.setPos(sketch.view[1] / _MILLION, place + _HIGHEST / 2)
            self.canvas.addItem(note)

    def _draw_gene(self, sketch: Sketch) -> None:
        theme, (start, end) = self._workspace.appearance.theme, sketch.body
        self.canvas.addItem(pg.BarGraphItem(
            x0=[start / _MILLION], x1=[end / _MILLION], y0=[_GENE_LINE - _BODY], y1=[_GENE_LINE + _BODY],
            brush=theme.color("text"), pen=None))
        forward = sketch.strand != "-"
        arrow = pg.ArrowItem(angle=180 if forward else 0, headLen=14, tipAngle=50, brush=theme.color("text"), pen=None)
        beyond = (sketch.view[1] - sketch.view[0]) * _ARROW
        arrow.setPos((end + beyond if forward else start - beyond) / _MILLION, _GENE_LINE)
        self.canvas.addItem(arrow)

    def _explain(self, position: object) -> None:
        sketch = self.shown
        if sketch is None or not len(sketch.starts):
            return
        where = self.canvas.getViewBox().mapSceneToView(position).x() * _MILLION
        nearest = int(np.argmin(np.maximum(sketch.starts - where, where - sketch.ends)))
        slack = (sketch.view[1] - sketch.view[0]) / 200
        under = sketch.starts[nearest] - slack <= where <= sketch.ends[nearest] + slack
        self.canvas.setToolTip(literal(peak_text(sketch, nearest)) if under else f"{LANES_HELP}\n{ZOOM_HELP}")


def lane_name(lane: Lane) -> str:
    """Return the model and, if any peak counts, how many times the one that counts most is counted."""
    largest = float(lane.credit.max(initial=0.0))
    return f"{lane.model}, up to {largest:.2g}×" if largest > 0 else lane.model


def heading(sketch: Sketch) -> str:
    """Return what the picture shows, in one line."""
    credit = sketch.lanes[0].credit
    return f"{sketch.gene} on {sketch.chrom}: {int((credit > 0).sum())} of {len(credit)} peaks nearby count"


def peak_text(sketch: Sketch, place: int) -> str:
    """Return what is known of a peak: its place, how open it is, what it counts under each model."""
    lines = [sketch.names[place], f"mean count in a cell: {sketch.heights[place]:.3g}"]
    return "\n".join(lines + [f"{lane.model}: counts {lane.credit[place]:.3g}×" for lane in sketch.lanes])


def _compare_box() -> Combo:
    box = Combo()
    box.setFixedWidth(24 * GRID)
    box.setAccessibleName("Compare with another model")
    box.setToolTip("Draw what the peaks count under another model beside the chosen one, with that model's settings")
    return box


def _offer(box: Combo, chosen: str) -> None:
    """List the models that can stand beside the chosen one."""
    wanted = [("no other model", ""), *((f"beside {model}", model) for model in MODELS if model != chosen),
              ("beside all models", ALL_MODELS)]
    if [box.itemData(place) for place in range(box.count())] != [model for _, model in wanted]:
        box.clear()
        for text, model in wanted:
            box.addItem(text, model)
