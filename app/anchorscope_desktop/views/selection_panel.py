"""What is selected, in words, in numbers, cell by cell, and why a cell has its label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from anchorscope.results import Ints
from anchorscope_desktop.state import cell_list, choosing
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import TwoLines, boxed, button, column, label
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.rows_model import Column, RowsTable
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.tool_button import ToolButton
from anchorscope_desktop.widgets.why_panel import WhyPanel

EMPTY = ("Click in the confusion matrix, a legend, the types or the histogram, or draw with the lasso, to select "
         "cells. Shift adds, Ctrl takes away, Esc clears, Ctrl+Z undoes.")
ROWS_SHOWN = 500
CELLS, WHY = "cells", "why"
_COLUMNS = (Column("Barcode", yields=2, middle=True),
            Column("Label", "{}", "The label; of a cell left unassigned its best guess"),
            Column("Score", "{:.2f}", "Prediction score of the label"),
            Column("Runner-up", "{}", "The type with the second largest score", spared=True),
            Column("Its score", "{:.2f}", "Prediction score of the runner-up", spared=True))
_TRUTH = (Column("Truth", yields=1),)
_SHARING = ("Label", "Runner-up")
"""What is cut, both alike, rather than the runner-up left out: without truth it is what a label is doubted by."""


class SelectionPanel(ViewFrame):
    """Count, description, the first cells of the selection, and the votes on one of them."""

    why_shown = Signal(bool)
    """Whether it is explained why a cell has its label, which needs room."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._rows: Ints = np.zeros(0, dtype=np.int64)
        self.table, self.why = RowsTable("Selected cells"), WhyPanel(workspace)
        self.table.setToolTip("Click a cell, or move to it with the arrow keys, to see its anchors between the maps; "
                              "double-click or press Enter for why it has its label")
        self._words, self._count = TwoLines(), label("", "muted")
        self.switch = Segments((CELLS, WHY), ("The selected cells, one by one", "Why a cell has its label"))
        self.lines = ToolButton(Symbol.LINES, "Anchor lines", "Draw lines between the maps, from the selected cells to "
                                "the reference cells that gave them votes; at most 200", workspace.appearance.theme)
        self._pages = QStackedWidget()
        cells = column(self._count, self.table, spacing=4)
        cells.setStretch(1, 1)
        self._pages.addWidget(boxed(cells))
        self._pages.addWidget(self.why)
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
        return self.why.text

    def _connect(self) -> None:
        work = self._workspace
        work.selection.changed.connect(self._show_other)
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
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._show_sorted)
        self.why.step_requested.connect(self._step)

    def _dress(self) -> None:
        self.lines.set_theme(self._workspace.appearance.theme)
        self._show_why()

    def _show_page(self) -> None:
        why = self.switch.value == WHY
        self._pages.setCurrentIndex(int(why))
        self._words.setHidden(why)  # one cell is looked at, and the room is little
        self._ask_for_room()
        self._show_why()

    def _ask_for_room(self) -> None:
        why = self.switch.value == WHY and not self.empty_text
        self.why_shown.emit(why)
        self._workspace.focus.explain(wanted=why)

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

    def _step(self, by: int) -> None:
        """Go on to another cell of the list, as it is sorted."""
        line = self._line() + by
        if 0 <= line < len(self._rows):
            self.table.selectRow(line)

    def _line(self) -> int:
        """Return in which line of the list the cell in focus stands; -1 if it is not listed."""
        place = np.flatnonzero(self._rows == self._workspace.focus.cell)
        return self.table.line_of(int(place[0])) if len(place) else -1

    def _show_other(self) -> None:
        """Show another selection from its first cell."""
        self.table.scrollToTop()
        self._show_selection()

    def _show_sorted(self) -> None:
        """List the cells in another order; a cell that was picked may be far from its beginning."""
        self._show_selection()
        self.table.scrollToTop()

    def _show_selection(self) -> None:
        selection, finding = self._workspace.selection.current, self._workspace.threshold.finding
        rows, partners = selection.query_rows, selection.reference_rows
        if finding is None or rows is None:
            self.show_empty(EMPTY)
            self._ask_for_room()
            return
        self.show_content()
        self._ask_for_room()
        header = self.table.horizontalHeader()
        sorting = header.sortIndicatorSection() if header.sortIndicatorSection() < len(self._columns) else -1
        self._rows = cell_list.listed(finding, rows, ROWS_SHOWN, sorting,
                                      descending=header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder)
        self._words.set_text(selection.told(choosing.by_labels(finding)))
        self._count.setText(_count(len(rows), 0 if partners is None else len(partners), sorting))
        lines = [(cell.barcode, cell.label, cell.score, cell.runner_up, cell.runner_up_score, cell.truth)
                 for cell in cell_list.cell_rows(finding, self._rows)]
        columns = self._columns
        self.table.show_rows(columns, [line[: len(columns)] for line in lines], stretch=-1)
        self._mark()
        self._show_why()

    @property
    def _columns(self) -> tuple[Column, ...]:
        finding = self._workspace.threshold.finding
        if finding is not None and finding.outcome.grade is not None:
            return _COLUMNS + _TRUTH
        return tuple(replace(one, yields=1) if one.title in _SHARING else one for one in _COLUMNS)

    def _mark(self) -> None:
        """Mark the cell that was picked before the table was filled anew, and let the keys move on from there."""
        place = np.flatnonzero(self._rows == self._workspace.focus.picked)
        if len(place):
            self.table.mark(int(place[0]))
            marks = self.table.selectionModel()
            marks.setCurrentIndex(marks.selectedRows()[0], QItemSelectionModel.SelectionFlag.NoUpdate)

    def _show_why(self) -> None:
        """Explain the cell in focus, if that is what is looked at: its neighbours are sought among all cells."""
        if self.switch.value == WHY:
            line = self._line()
            self.why.show_cell(before=line > 0, after=line + 1 < len(self._rows))


def _count(n_query: int, n_reference: int, sorting: int) -> str:
    by = f" by {cell_list.SORTED_BY[sorting]}" if sorting >= 0 else ""
    first = f"; the first {ROWS_SHOWN}{by} are listed" if n_query > ROWS_SHOWN else ""
    return f"{_cells(n_query, 'query')}, {_cells(n_reference, 'reference')}{first}"


def _cells(number: int, side: str) -> str:
    return f"{number:,} {side} cell{'' if number == 1 else 's'}" if number else f"no {side} cell"
