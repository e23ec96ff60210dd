"""What is selected, in words, in numbers, cell by cell, and why a cell has its label."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QModelIndex
from PySide6.QtWidgets import QStackedWidget, QWidget

from anchorscope.results import Ints
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, button, column, label
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.rows_model import Column, RowsTable
from anchorscope_desktop.widgets.sections import SectionsTable
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.tool_button import ToolButton
from anchorscope_desktop.widgets.why_facts import reason, sections, whose

EMPTY = ("Click in the confusion matrix, a legend, the types or the histogram, or draw with the lasso, to select "
         "cells. Shift adds, Ctrl takes away, Esc clears, Ctrl+Z undoes.")
NO_CELL = "Only reference cells are selected; select a query cell to see why it has its label."
ROWS_SHOWN = 500
CELLS, WHY = "cells", "why"
_COLUMNS = (Column("Barcode", whole=True), Column("Label"), Column("Score", "{:.2f}", "Prediction score of the label"),
            Column("Runner-up", "{}", "The type with the second largest score", spared=True),
            Column("Score", "{:.2f}", "Prediction score of the runner-up", spared=True))
_TRUTH = (Column("Truth", yields=1),)


class SelectionPanel(ViewFrame):
    """Count, description, the first cells of the selection, and the votes on one of them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._rows: Ints = np.zeros(0, dtype=np.int64)
        self.table, self.facts = RowsTable("Selected cells"), SectionsTable("Why the cell has its label")
        self.table.setToolTip("Click a cell, or move to it with the arrow keys, to see its anchors between the maps; "
                              "double-click or press Enter for why it has its label")
        self._words, self._count, self._reason = ElidedLabel(), label("", "muted"), label("", "muted")
        self._whose = ElidedLabel()
        self.switch = Segments((CELLS, WHY), ("The selected cells, one by one", "Why a cell has its label"))
        self.lines = ToolButton(Symbol.LINES, "Anchor lines", "Draw lines between the maps, from the selected cells to "
                                "the reference cells that gave them votes; at most 200", workspace.appearance.theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(_page(self._count, self.table))
        self._pages.addWidget(_page(boxed(column(self._whose, self._reason, spacing=2)), self.facts))
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
        """Whose label is explained, and why it has it."""
        return f"{self._whose.text()}\n{self._reason.text()}"

    def _connect(self) -> None:
        work = self._workspace
        work.selection.changed.connect(self._show_selection)
        work.session.outcome_changed.connect(self._show_selection)
        work.threshold.changed.connect(self._show_selection)
        work.focus.changed.connect(self._show_why)
        work.bridge.changed.connect(self._show_why)
        work.appearance.changed.connect(self._dress)
        self.switch.changed.connect(self._show_page)
        self.lines.toggled.connect(lambda on: work.focus.show_lines(wanted=on))
        self.table.clicked.connect(self._pick)
        self.table.activated.connect(self._explain)
        self.table.selectionModel().selectionChanged.connect(self._follow)

    def _dress(self) -> None:
        self.lines.set_theme(self._workspace.appearance.theme)
        self._show_why()

    def _show_page(self) -> None:
        why = self.switch.value == WHY
        self._pages.setCurrentIndex(int(why))
        self._words.setHidden(why)  # one cell is looked at, and the room is little
        self._show_why()

    def _follow(self) -> None:
        """Look at the cell to which the keys have moved."""
        here = self.table.currentIndex()
        if here.isValid() and self.table.selectionModel().isRowSelected(here.row(), QModelIndex()):
            self._pick(here)

    def _pick(self, index: QModelIndex) -> None:
        self._workspace.focus.pick(int(self._rows[self.table.row_at(index)]))

    def _explain(self, index: QModelIndex) -> None:
        self._pick(index)
        self.switch.choose(WHY)
        self._show_page()

    def _show_selection(self) -> None:
        selection, finding = self._workspace.selection.current, self._workspace.threshold.finding
        rows, partners = selection.query_rows, selection.reference_rows
        if finding is None or rows is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self._rows = rows[:ROWS_SHOWN]
        self._words.set_text(selection.description)
        self._count.setText(_count(len(rows), 0 if partners is None else len(partners)))
        graded = finding.outcome.grade is not None
        lines = [(cell.barcode, cell.label, cell.score, cell.runner_up or "–", cell.runner_up_score, cell.truth)
                 for cell in figures.cell_rows(finding, self._rows)]
        columns = _COLUMNS + (_TRUTH if graded else ())
        self.table.show_rows(columns, [line[: len(columns)] for line in lines], stretch=-1)
        self._mark()
        self._show_why()

    def _mark(self) -> None:
        """Mark the cell that was picked before the table was filled anew, and let the keys move on from there."""
        place = np.flatnonzero(self._rows == self._workspace.focus.picked)
        if len(place):
            self.table.mark(int(place[0]))
            marks = self.table.selectionModel()
            marks.setCurrentIndex(marks.selectedRows()[0], QItemSelectionModel.SelectionFlag.NoUpdate)

    def _show_why(self) -> None:
        """Explain the cell in focus, if that is what is looked at: its neighbours are sought among all cells."""
        if self.switch.value != WHY:
            return
        work = self._workspace
        theme, told = work.appearance.theme, work.focus.told(work.threshold, work.bridge)
        self._whose.setVisible(told is not None)
        if told is None:
            self._whose.set_text("")
            self._reason.setText(NO_CELL)
            self.facts.show_sections([], {}, theme.color("muted"))
            return
        barcode = str(told.finding.job.query.cells.index[told.why.votes.cell])
        self._whose.set_text(whose(barcode, work.focus.n_selected, picked=work.focus.picked is not None))
        self._reason.setText(reason(told))
        colours = run_colours(told.finding, theme)
        self.facts.show_sections(sections(told), colours, theme.color("muted"))


def _page(words: QWidget, table: QWidget) -> QWidget:
    layout = column(words, table, spacing=4)
    layout.setStretch(1, 1)
    return boxed(layout)


def _count(n_query: int, n_reference: int) -> str:
    first = f"; the first {ROWS_SHOWN} are listed" if n_query > ROWS_SHOWN else ""
    return f"{_cells(n_query, 'query')}, {_cells(n_reference, 'reference')}{first}"


def _cells(number: int, side: str) -> str:
    return f"{number:,} {side} cell{'' if number == 1 else 's'}" if number else f"no {side} cell"
