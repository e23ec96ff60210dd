"""Every type with its numbers; a click selects its cells."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu

from anchorscope.parameters import REFINED, SEURAT
from anchorscope_desktop.plotting.colours import UNASSIGNED
from anchorscope_desktop.plotting.gesture import KEYS_HELP, combining_now
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.rows_model import Column, RowsTable
from anchorscope_desktop.widgets.type_colours import TypeColours

EMPTY = ("The types appear here after a run, with their sizes and how sure their labels are; with an answer key also "
         "how well each was recognised.")
_SIZES = {"name": Column("Type"), "n_reference": Column("RNA", "{:,}", "Reference cells of this type", spared=True),
          "n_query": Column("ATAC", "{:,}", "Query cells that were given this label")}
_GRADES = {"n_true": Column("True", "{:,}", "Query cells that truly are of this type", spared=True),
           "recall": Column("Recall", "{:.2f}", "Share of the cells truly of this type that were labelled so"),
           "precision": Column("Prec.", "{:.2f}", "Precision: share of the cells labelled so that truly are of this "
                                                  "type"),
           "f1": Column("F1", "{:.2f}", "Harmonic mean of recall and precision", spared=True)}
_SCORE = {REFINED: "Mean probability of the labels of these cells; what lacks to 1 is the share expected to be wrong",
          SEURAT: "Mean score of the labels of these cells"}
_DOUBTFUL = "Share of these cells whose score is below {low:g}: see in the list whether the runner-up fits better"
_UNLIKE = ("Cells with this label, or with it as best guess, that look like nothing in the reference; those left "
           "unassigned are counted under their best guess")


def _columns(finding: Finding, *, strangers: bool) -> dict[str, Column]:
    """Return the columns, by what they show of a `figures.TypeRow`: with an answer key grades come before scores."""
    from anchorscope.evaluation.type_doubts import LOW_SCORE

    method, graded = finding.job.recipe.transfer.method, finding.outcome.grade is not None
    doubts = {"score": Column("Score", "{:.2f}", _SCORE[method], spared=graded),
              "doubtful": Column("Doubtful", "{:.0%}", _DOUBTFUL.format(low=LOW_SCORE[method]), spared=graded,
                                 largest_first=True)}
    unlike = {"n_unlike": Column("Unlike", "{:,}", _UNLIKE, spared=graded, stays=1, largest_first=True)}
    return _SIZES | (_GRADES if graded else {}) | doubts | (unlike if strangers else {})


class TypeTable(ViewFrame):
    """One line a type, sortable by every column."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._number = workspace, 0
        self.table = RowsTable("Types")
        self.table.setToolTip(f"Click a type to select its cells; {KEYS_HELP}. The right button changes its colour")
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        super().__init__("Types", self.table)
        self._connect()
        self._show_finding()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.threshold.changed.connect(self._show_finding)
        self._workspace.appearance.changed.connect(self._show_finding)
        self._workspace.steps.changed.connect(self._show_age)
        self._workspace.selection.changed.connect(self._mark_rows)
        self.table.clicked.connect(self._choose)
        self.table.customContextMenuRequested.connect(self._offer)
        self.table.activated.connect(self._choose)

    def _show_finding(self) -> None:
        finding = self._workspace.threshold.finding
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        lines = [replace(line, name=line.name or UNASSIGNED) for line in figures.type_rows(finding)]
        colours = run_colours(finding, self._workspace.appearance.theme)
        columns = _columns(finding, strangers=any(line.n_unlike for line in lines))
        self.table.show_rows(list(columns.values()),
                             [tuple(getattr(line, name) for name in columns) for line in lines], colours)
        if finding.number != self._number:
            self.table.scrollToTop()
            self._number = finding.number
        self._mark_rows()
        self._show_age()

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.old_figures)

    def _mark_rows(self) -> None:
        """Mark the lines of the types that are selected, wherever that was done; none where other cells are."""
        finding, lines = self._workspace.threshold.finding, self.table.rows_model.rows
        chosen = choosing.types_of(finding, self._workspace.selection.current) if finding is not None else []
        shown = {name or UNASSIGNED for name in chosen}
        self.table.mark_all([place for place, line in enumerate(lines) if line[0] in shown])

    def _choose(self, index: QModelIndex) -> None:
        finding = self._workspace.threshold.finding
        if finding is not None:
            self._workspace.selection.choose(choosing.of_type(finding, self._type_at(index)), combining_now())

    def _type_at(self, index: QModelIndex) -> str:
        """Return the type of a line, ``""`` for that of the cells without one."""
        name = str(self.table.rows_model.rows[self.table.row_at(index)][0])
        return "" if name == UNASSIGNED else name

    def _offer(self, where: QPoint) -> None:
        """Offer other colours for the type under the mouse."""
        index, finding = self.table.indexAt(where), self._workspace.session.shown
        name = self._type_at(index) if index.isValid() else ""
        if name and finding is not None:
            menu = self.colours_of(name)
            menu.exec(self.table.viewport().mapToGlobal(where))
            menu.deleteLater()

    def colours_of(self, name: str) -> QMenu:
        """Return what can be done with the colour of a type."""
        menu, finding = QMenu(self), self._workspace.session.shown
        table = run_colours(finding, self._workspace.appearance.theme) if finding is not None else {}
        present = table.get(name, QColor())
        TypeColours(self._workspace).add_to(menu, name, present)
        return menu
