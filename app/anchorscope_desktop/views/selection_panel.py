"""What is selected, in words, in numbers and cell by cell."""

from __future__ import annotations

import numpy as np

from anchorscope_desktop.state import figures
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, button, column, label
from anchorscope_desktop.widgets.rows_model import Column, RowsTable

EMPTY = "Click in the confusion matrix, a legend, the types or the histogram to select cells; Shift adds, Esc clears."
ROWS_SHOWN = 500
_COLUMNS = (Column("Barcode"), Column("Label"), Column("Score", "{:.2f}", "Share of the vote for the label"),
            Column("Runner-up", "{}", "The type with the second largest vote"),
            Column("Score", "{:.2f}", "Share of the vote for the runner-up"))
_TRUTH = (Column("Truth"),)


class SelectionPanel(ViewFrame):
    """Count, description and the first cells of the selection."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table = RowsTable("Selected cells")
        self._words = ElidedLabel()
        self._count = label("", "muted")
        content = boxed(column(self._words, self._count, self.table))
        super().__init__("Selection", content, button("Clear", workspace.selection.clear, "link", "Esc"))
        self._connect()
        self._show_selection()

    @property
    def text(self) -> str:
        """Description and count."""
        return f"{self._words.text()}\n{self._count.text()}"

    def _connect(self) -> None:
        self._workspace.selection.changed.connect(self._show_selection)
        self._workspace.session.outcome_changed.connect(self._show_selection)

    def _show_selection(self) -> None:
        selection, finding = self._workspace.selection.current, self._workspace.session.shown
        if finding is None or selection.query is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        rows = np.flatnonzero(selection.query)
        n_reference = 0 if selection.reference is None else int(selection.reference.sum())
        self._words.set_text(selection.description)
        self._count.setText(_count(len(rows), n_reference))
        graded = finding.outcome.grade is not None
        lines = [(cell.barcode, cell.label, cell.score, cell.runner_up or "–", cell.runner_up_score, cell.truth)
                 for cell in figures.cell_rows(finding, rows[:ROWS_SHOWN])]
        columns = _COLUMNS + (_TRUTH if graded else ())
        self.table.show_rows(columns, [line[: len(columns)] for line in lines], stretch=-1)


def _count(n_query: int, n_reference: int) -> str:
    first = f"; the first {ROWS_SHOWN} are listed" if n_query > ROWS_SHOWN else ""
    return f"{n_query:,} query cells, {n_reference:,} reference cells{first}"
