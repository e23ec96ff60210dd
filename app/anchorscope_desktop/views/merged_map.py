"""Both assays in one map, to see whether cells of a type lie together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStackedWidget, QWidget

from anchorscope.results import Floats, Labels
from anchorscope_desktop.plotting.cell_map import Colouring
from anchorscope_desktop.plotting.colouring import by_categories
from anchorscope_desktop.plotting.colours import UNASSIGNED, type_colours
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import MapFrame
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row
from anchorscope_desktop.widgets.segments import Segments

EMPTY = "The merged map of both assays can be drawn here after a run."
ASK = ("One map of all cells of both assays: expression is lent to the query along the anchors, then both are embedded "
       "together. It takes about as long as the two maps; labels do not change.")
DRAWING = "The merged map is being drawn; Cancel is at the bottom."
RNA, ATAC = "RNA", "ATAC"
_ASSAYS = {RNA: QColor("#E69F00"), ATAC: QColor("#0072B2"), "": QColor("#8A9098")}
_MEANINGS = {"assay": Meaning(ColourBy.ASSAY), "type": Meaning(ColourBy.TYPE)}


class MergedMap(MapFrame):
    """Shows the cells of both assays together, coloured by assay or type."""

    def __init__(self, workspace: Workspace) -> None:
        self.colour_by = Segments(tuple(_MEANINGS), ("Colour by assay: well mixed is good",
                                                     "Colour by type: the reference's own, the query's transferred"))
        self._words = label(ASK, "muted")
        self.draw = button("Draw the merged map", workspace.merger.start, tip="Once for each result; can be cancelled")
        self._pages = QStackedWidget()
        super().__init__(workspace, "Both assays", "Merged map of both assays", "merged map", self.colour_by)
        self._connect()
        self._show_result()

    def _content(self) -> QWidget:
        self._pages.addWidget(boxed(column(None, self._words, boxed(row(None, self.draw, None)), None, margin=48)))
        self._pages.addWidget(self.map)
        return self._pages

    def _connect(self) -> None:
        super()._connect()
        work = self._workspace
        work.merger.changed.connect(self._show_result)
        work.threshold.changed.connect(self._follow_threshold)
        self.colour_by.changed.connect(lambda: work.colours.choose("merged", _MEANINGS[self.colour_by.value]))

    def _follow_threshold(self) -> None:
        self.when_seen(self._recolour)

    def _show_result(self) -> None:
        merger = self._workspace.merger
        if self._workspace.session.shown is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self._pages.setCurrentIndex(int(merger.result is not None))
        self._words.setText(DRAWING if merger.running else ASK)
        self.draw.setEnabled(not merger.running)
        if merger.result is not None:
            self.map.show_cells(merger.result.map)
            self._recolour()
            self._show_selection()
        self._show_age()

    def _recolour(self) -> None:
        self._dress()
        finding = self._workspace.threshold.finding
        if finding is not None and self._workspace.merger.result is not None:
            self.colour_by.choose("assay" if self._workspace.colours.merged.by is ColourBy.ASSAY else "type")
            self.map.colour(self._colouring(finding))

    def _colouring(self, finding: Finding) -> Colouring:
        if self._workspace.colours.merged.by is ColourBy.ASSAY:
            sizes = len(finding.job.reference.cells), len(finding.job.query.cells)
            return by_categories(Labels((RNA, ATAC), np.repeat([0, 1], sizes)), _ASSAYS, "")
        theme = self._workspace.appearance.theme
        return by_categories(joint_types(finding), type_colours(figures.all_types(finding), theme), UNASSIGNED)

    def _show_selection(self) -> None:
        finding = self._workspace.session.shown
        if finding is not None and self._workspace.merger.result is not None:
            self.map.cloud.set_highlight(joint_mask(finding, self._workspace.selection.current))

    def _enclose(self, corners: Floats, how: int) -> None:
        finding, result = self._workspace.session.shown, self._workspace.merger.result
        if finding is not None and result is not None:
            cells = inside(result.map, corners)
            parts = cells[: result.n_reference], cells[result.n_reference:]
            self._workspace.selection.choose(Selection("Drawn on both assays", *parts), how)

    def _cell(self, finding: Finding, point: int) -> Selection:
        n = len(finding.job.reference.cells)
        side, cell = ("reference", point) if point < n else ("query", point - n)
        return choosing.of_cell(finding, side, cell)

    def _choose(self, index: int, how: int) -> None:
        finding, entry = self._workspace.threshold.finding, self.map.legend.entry(index)
        if finding is None:
            return
        if self._workspace.colours.merged.by is ColourBy.TYPE:
            chosen = choosing.of_type(finding, entry if entry != UNASSIGNED else "")
        else:
            sides = len(finding.job.reference.cells), len(finding.job.query.cells)
            chosen = Selection(f"All of {entry}", np.full(sides[0], entry == RNA), np.full(sides[1], entry == ATAC))
        self._workspace.selection.choose(chosen, how)


def joint_types(finding: Finding) -> Labels:
    """Return the type of every cell, the reference's first; the query's are the transferred ones."""
    labels = finding.outcome.reference_labels.labels
    return Labels(labels.types, np.concatenate([labels.codes, finding.outcome.prediction.labels.codes]))


def joint_mask(finding: Finding, selection: Selection) -> NDArray[np.bool_] | None:
    """Return which cells of both assays are selected, the reference's first."""
    if selection.empty:
        return None
    sizes = len(finding.job.reference.cells), len(finding.job.query.cells)
    parts = zip((selection.reference, selection.query), sizes, strict=True)
    return np.concatenate([np.zeros(n, dtype=bool) if mask is None else mask for mask, n in parts])
