"""The columns of the query that name types: candidates for the answer key."""

from __future__ import annotations

from anchorscope.results import LabelColumn
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.rows_model import Column, RowsTable

EMPTY = ("The query has no column with labels, and needs none. If its true types are known, add them as a table by "
         "barcode on the left; they are used for grading only.")
_COLUMNS = (Column("Column"), Column("Types", "{:,}", "Distinct labels in the column"),
            Column("Empty", "{:,}", "Cells that the column leaves empty"),
            Column("Kind", tip="How the file stores the column"))


class LabelColumns(ViewFrame):
    """One line a column."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table = RowsTable("Label columns of the query")
        super().__init__("Label columns of the query", self.table)
        self._connect()
        self._show_columns()

    def _connect(self) -> None:
        self._workspace.session.inputs_changed.connect(self._show_columns)

    def _show_columns(self) -> None:
        query = self._workspace.session.query
        columns: tuple[LabelColumn, ...] = query.recognised.label_columns if query is not None else ()
        if not columns:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.table.show_rows(_COLUMNS, [(one.name, one.n_types, one.n_missing, one.kind) for one in columns])
