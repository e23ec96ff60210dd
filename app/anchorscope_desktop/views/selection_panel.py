"""What is selected, in words, in numbers, cell by cell, and why a cell has its label."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QStackedWidget, QWidget

from anchorscope.parameters import SEURAT
from anchorscope.results import Ints
from anchorscope.transfer.explain import Explanation
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, button, column, label
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.rows_model import Column, RowsTable
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.tool_button import ToolButton

EMPTY = ("Click in the confusion matrix, a legend, the types or the histogram, or draw with the lasso, to select "
         "cells. Shift adds, Alt takes away, Esc clears, Ctrl+Z undoes.")
NO_CELL = "Only reference cells are selected; select a query cell to see why it has its label."
ROWS_SHOWN = 500
CELLS, WHY = "cells", "why"
_COLUMNS = (Column("Barcode"), Column("Label"), Column("Score", "{:.2f}", "Prediction score of the label"),
            Column("Runner-up", "{}", "The type with the second largest score"),
            Column("Score", "{:.2f}", "Prediction score of the runner-up", spared=True))
_TRUTH = (Column("Truth"),)
_VOTERS = (Column("Votes for", "{}", "Type of the reference cell, which gets the vote"),
           Column("Weight", "{:.1%}", "The anchor's share of this cell's vote"),
           Column("Anchor score", "{:.2f}", "How well neighbouring cells support the anchor, 0 to 1"),
           Column("RNA cell", "{}", "The reference cell of the anchor"),
           Column("ATAC cell", "{}", "The query cell of the anchor, a near neighbour of this one"))


class SelectionPanel(ViewFrame):
    """Count, description, the first cells of the selection, and the votes on one of them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._rows: Ints = np.zeros(0, dtype=np.int64)
        self.table, self.votes = RowsTable("Selected cells"), RowsTable("Anchors that voted on the cell")
        self.table.setToolTip("Click a cell to see its anchors between the maps; double-click for why it has its label")
        self._words, self._count, self._reason = ElidedLabel(), label("", "muted"), label("", "muted")
        self.switch = Segments((CELLS, WHY), ("The selected cells, one by one", "Why a cell has its label"))
        self.lines = ToolButton(Symbol.LINES, "Anchor lines", "Draw lines between the maps, from the selected cells to "
                                "the reference cells that gave them votes; at most 200", workspace.appearance.theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(_page(self._count, self.table))
        self._pages.addWidget(_page(self._reason, self.votes))
        super().__init__("Selection", boxed(column(self._words, self._pages, spacing=4)), self.lines, self.switch,
                         button("Clear", workspace.selection.clear, "link", "Select nothing (Esc)"))
        self._connect()
        self._show_selection()

    @property
    def text(self) -> str:
        """Description and count."""
        return f"{self._words.text()}\n{self._count.text()}"

    @property
    def reason(self) -> str:
        """Why the cell in focus has its label."""
        return self._reason.text()

    def _connect(self) -> None:
        work = self._workspace
        work.selection.changed.connect(self._show_selection)
        work.session.outcome_changed.connect(self._show_selection)
        work.threshold.changed.connect(self._show_selection)
        work.focus.changed.connect(self._show_why)
        work.appearance.changed.connect(self._dress)
        self.switch.changed.connect(self._show_page)
        self.lines.toggled.connect(lambda on: work.focus.show_lines(wanted=on))
        self.table.clicked.connect(self._pick)
        self.table.activated.connect(self._explain)

    def _dress(self) -> None:
        self.lines.set_theme(self._workspace.appearance.theme)
        self._show_why()

    def _show_page(self) -> None:
        self._pages.setCurrentIndex(int(self.switch.value == WHY))

    def _pick(self, index: QModelIndex) -> None:
        self._workspace.focus.pick(int(self._rows[self.table.row_at(index)]))

    def _explain(self, index: QModelIndex) -> None:
        self._pick(index)
        self.switch.choose(WHY)
        self._show_page()

    def _show_selection(self) -> None:
        selection, finding = self._workspace.selection.current, self._workspace.threshold.finding
        if finding is None or selection.query is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        rows = np.flatnonzero(selection.query)
        self._rows = rows[:ROWS_SHOWN]
        n_reference = 0 if selection.reference is None else int(selection.reference.sum())
        self._words.set_text(selection.description)
        self._count.setText(_count(len(rows), n_reference))
        graded = finding.outcome.grade is not None
        lines = [(cell.barcode, cell.label, cell.score, cell.runner_up or "–", cell.runner_up_score, cell.truth)
                 for cell in figures.cell_rows(finding, self._rows)]
        columns = _COLUMNS + (_TRUTH if graded else ())
        self.table.show_rows(columns, [line[: len(columns)] for line in lines], stretch=-1)
        self._show_why()

    def _show_why(self) -> None:
        finding, told = self._workspace.session.shown, self._workspace.focus.explanation()
        if finding is None or told is None:
            self._reason.setText(NO_CELL)
            self.votes.show_rows(_VOTERS, [], stretch=-1)
            return
        barcodes = finding.job.query.cells.index
        self._reason.setText(f"{barcodes[told.cell]}: {_reason(told, finding.job.recipe.transfer.method)}")
        reference = finding.job.reference.cells.index
        rows = [(kind or "no type", float(weight), float(score), str(reference[one]), str(barcodes[other]))
                for kind, weight, score, one, other in zip(told.types, told.weight, told.score, told.reference_cell,
                                                           told.query_cell, strict=True)]
        colours = type_colours(figures.all_types(finding), self._workspace.appearance.theme)
        self.votes.show_rows(_VOTERS, rows, colours, stretch=-1)


def _reason(told: Explanation, method: str) -> str:
    apart = round(100 * told.share) - round(100 * told.runner_up_share)  # of what is written, or it would look wrong
    margin = (f"; {told.runner_up} {told.runner_up_share:.0%}, a margin of {apart}%." if told.runner_up
              else "; no other type comes into question.")
    if method == SEURAT:
        return f"{told.label or 'no label'} {told.share:.0%} of the votes of {told.n_anchors} anchors{margin}"
    return (f"{told.label or 'unlike the reference; at best'} {told.share:.0%} by genes and accessibility together"
            f"{margin} The anchors alone would vote so:")


def _page(words: QWidget, table: QWidget) -> QWidget:
    layout = column(words, table, spacing=4)
    layout.setStretch(1, 1)
    return boxed(layout)


def _count(n_query: int, n_reference: int) -> str:
    first = f"; the first {ROWS_SHOWN} are listed" if n_query > ROWS_SHOWN else ""
    return f"{n_query:,} query cells, {n_reference:,} reference cells{first}"
