"""Every type with its numbers; a click selects its cells."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex

from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.gesture import KEYS_HELP, combining_now
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.rows_model import Column, RowsTable

EMPTY = "The types appear here after a run, with their sizes; with an answer key also how well each was recognised."
_SIZES = (Column("Type"), Column("RNA", "{:,}", "Reference cells of this type"),
          Column("ATAC", "{:,}", "Query cells that were given this label"))
_GRADES = (Column("True", "{:,}", "Query cells that truly are of this type", spared=True),
           Column("Recall", "{:.2f}", "Share of the cells truly of this type that were called so"),
           Column("Prec.", "{:.2f}", "Precision: share of the cells called so that truly are of this type"),
           Column("F1", "{:.2f}", "Harmonic mean of recall and precision", spared=True))


class TypeTable(ViewFrame):
    """One line a type, sortable by every column."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table = RowsTable("Types")
        self.table.setToolTip(f"Click a type to select its cells; {KEYS_HELP}")
        super().__init__("Types", self.table)
        self._connect()
        self._show_finding()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.threshold.changed.connect(self._show_finding)
        self._workspace.appearance.changed.connect(self._show_finding)
        self._workspace.steps.changed.connect(self._show_age)
        self._workspace.selection.changed.connect(self._mark_row)
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)

    def _show_finding(self) -> None:
        finding = self._workspace.threshold.finding
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        graded = finding.outcome.grade is not None
        rows = [(line.name, line.n_reference, line.n_query, line.n_true, line.recall, line.precision, line.f1)
                for line in figures.type_rows(finding)]
        columns = _SIZES + (_GRADES if graded else ())
        colours = type_colours(figures.all_types(finding), self._workspace.appearance.theme)
        self.table.show_rows(columns, [line[: len(columns)] for line in rows], colours)
        self._mark_row()
        self._show_age()

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.outdated)

    def _mark_row(self) -> None:
        """Mark the line of the type that is selected, wherever that was done; none where other cells are."""
        finding, names = self._workspace.threshold.finding, [line[0] for line in self.table.rows_model.rows]
        chosen = choosing.type_of(finding, self._workspace.selection.current) if finding is not None else ""
        self.table.mark(names.index(chosen) if chosen in names else None)

    def _choose(self, index: QModelIndex) -> None:
        finding = self._workspace.threshold.finding
        if finding is not None:
            name = self.table.rows_model.rows[self.table.row_at(index)][0]
            self._workspace.selection.choose(choosing.of_type(finding, name), combining_now())
