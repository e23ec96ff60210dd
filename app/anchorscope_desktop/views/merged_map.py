"""Both assays in one map, to see whether cells of a type lie together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStackedWidget

from anchorscope.results import Floats, Labels
from anchorscope_desktop.plotting.cell_map import CellMap, Colouring
from anchorscope_desktop.plotting.colouring import by_categories
from anchorscope_desktop.plotting.colours import UNASSIGNED, type_colours
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.tool_button import ToolButton

EMPTY = "The merged map of both assays can be drawn here after a run."
ASK = ("One map of all cells of both assays: expression is lent to the query along the anchors, then both are embedded "
       "together. It takes about as long as the two maps; labels do not change.")
DRAWING = "The merged map is being drawn; Cancel is at the bottom."
LASSO_TIP = "Draw around cells to select them; switch off to move the map again"
RNA, ATAC = "RNA", "ATAC"
_ASSAYS = {RNA: QColor("#E69F00"), ATAC: QColor("#0072B2"), "": QColor("#8A9098")}
_MEANINGS = {"assay": Meaning(ColourBy.ASSAY), "type": Meaning(ColourBy.TYPE)}


class MergedMap(ViewFrame):
    """Shows the cells of both assays together, coloured by assay or type."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.map = CellMap(workspace.appearance.theme, "Merged map of both assays")
        self.colour_by = Segments(tuple(_MEANINGS), ("Colour by assay: well mixed is good",
                                                     "Colour by type: the reference's own, the query's transferred"))
        self.lasso = ToolButton(Symbol.LASSO, "Lasso on the merged map", LASSO_TIP, workspace.appearance.theme)
        self._words = label(ASK, "muted")
        self.draw = button("Draw the merged map", workspace.merger.start, tip="Once for each result; can be cancelled")
        self._pages = QStackedWidget()
        self._pages.addWidget(boxed(column(None, self._words, boxed(row(None, self.draw, None)), None, margin=48)))
        self._pages.addWidget(self.map)
        super().__init__("Both assays", self._pages, self.lasso, self.colour_by)
        self._connect()
        self._show_result()

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """Which cells stand out, the reference's first."""
        return self.map.highlighted

    def _connect(self) -> None:
        work = self._workspace
        work.merger.changed.connect(self._show_result)
        work.selection.changed.connect(self._show_selection)
        work.appearance.changed.connect(self._recolour)
        work.colours.changed.connect(self._recolour)
        work.threshold.changed.connect(self._recolour)
        work.steps.changed.connect(self._show_age)
        self.colour_by.changed.connect(lambda: work.colours.choose("merged", _MEANINGS[self.colour_by.value]))
        self.lasso.toggled.connect(lambda on: self.map.lasso.switch(on=on))
        self.map.lasso.drawn.connect(self._enclose)
        self.map.legend.clicked.connect(self._choose)

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
        theme, finding = self._workspace.appearance.theme, self._workspace.threshold.finding
        self.map.set_theme(theme)
        self.lasso.set_theme(theme)
        if finding is not None and self._workspace.merger.result is not None:
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

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.outdated)
        self.map.fade(faded=self._workspace.session.outdated)

    def _enclose(self, corners: Floats, how: int) -> None:
        finding, result = self._workspace.session.shown, self._workspace.merger.result
        if finding is not None and result is not None:
            cells = inside(result.map, corners)
            parts = cells[: result.n_reference], cells[result.n_reference:]
            self._workspace.selection.choose(Selection("Drawn on both assays", *parts), how)

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
