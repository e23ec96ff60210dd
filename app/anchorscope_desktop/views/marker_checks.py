"""Does the bridge carry signal? The answer in a sentence, and marker by marker."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QStackedWidget

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.bridge import Check, verdict
from anchorscope_desktop.state.notices import ACTIVITY
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import WholeLabel, boxed, button, column, label, row
from anchorscope_desktop.widgets.panel_chooser import PanelChooser
from anchorscope_desktop.widgets.panel_pieces import LOAD_TIP, PanelPieces
from anchorscope_desktop.widgets.rows_model import Column, RowsTable

EMPTY = "After a run: whether the panel's markers are more active in their own type than elsewhere."
EDIT, DONE = "Edit", "Done"
EDIT_TIP = "Change types and genes of the panel, save it, or go back to the check"
NAMES = "The panel's types must be called as the labels are, such as “{label}”."
WAIT = "Checking the markers…"
_COLUMNS = (Column("Type"), Column("Gene", tip="A click shows the gene"),
            Column("AUROC", "{:.2f}",
                   "How often a cell of the type has more activity than another cell; 0.5 is chance"),
            Column("r", "{:.2f}",
                   "Correlation of mean activity and mean expression over the types that both sides have"))


class MarkerChecks(ViewFrame):
    """A sentence, the panel to choose and a table; a click on a marker shows it everywhere.

    The markers of the type that is selected are marked.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table = RowsTable("Markers of the panel")
        self.sentence, self.chooser, self.names = WholeLabel(), PanelChooser(workspace), label("", "muted")
        self.pieces = PanelPieces(workspace, ACTIVITY, helped=False)
        self.load_button = button("Load…", self.pieces.load, tip=LOAD_TIP)
        self.edit_button = button(EDIT, self._edit, tip=EDIT_TIP)
        panel = row(self.chooser, self.load_button, self.edit_button)
        panel.setStretch(0, 1)
        self._tables = QStackedWidget()
        for one in (self.table, self.pieces):
            self._tables.addWidget(one)
        layout = column(self.sentence, boxed(panel), self.names, self._tables, spacing=GRID)
        layout.setStretch(3, 1)
        super().__init__("Does the bridge carry signal?", boxed(layout))
        self._connect()
        self._show_check()

    def _connect(self) -> None:
        self._workspace.bridge.changed.connect(self._show_check)
        self._workspace.session.outcome_changed.connect(self._show_check)
        self._workspace.session.inputs_changed.connect(self._show_check)
        self._workspace.appearance.changed.connect(self._show_check)
        self._workspace.steps.changed.connect(self._show_age)
        self._workspace.selection.changed.connect(self._follow_selection)
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)

    def _show_check(self) -> None:
        state = self._workspace.bridge
        if state.current is None:
            session = self._workspace.session
            lacking = f"{EMPTY} {session.lacking}." if session.lacking else EMPTY
            self.show_empty(state.problem or (WAIT if session.shown is not None else lacking))
            return
        self.show_content()
        self.sentence.setText(WAIT if state.behind else verdict(state.current.bridge))
        colours = run_colours(state.current.finding, self._workspace.appearance.theme)
        self.table.show_rows(_COLUMNS, [] if state.behind else rows_of(state.current), colours)
        if not self.table.selectionModel().hasSelection():  # a marker that was clicked stays marked
            self._mark_rows()
        self._show_names()
        self._show_age()

    def _show_names(self) -> None:
        """Say how names fit, by a label that the panel does not name."""
        check = self._workspace.bridge.current
        strange = strange_label(check) if check is not None else ""
        self.names.setText(NAMES.format(label=strange))
        self.names.setVisible(bool(strange))

    def _edit(self) -> None:
        """Show the panel's own lines in place of the check, or the check again."""
        editing = self._tables.currentIndex() == 0
        self._tables.setCurrentIndex(int(editing))
        self.edit_button.setText(DONE if editing else EDIT)
        self.load_button.setVisible(not editing)  # it is below the lines as well
        self.sentence.setVisible(not editing)  # the lines need its room
        self._show_names()

    def stop_editing(self) -> None:
        """Show the check."""
        if self._tables.currentIndex():
            self._edit()

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.old_labels)

    def _follow_selection(self) -> None:
        self.when_seen(self._mark_rows)

    def _mark_rows(self) -> None:
        """Mark the markers of the type that is selected, wherever that was done."""
        finding, selection = self._workspace.threshold.finding, self._workspace.selection.current
        chosen = choosing.type_meant(finding, selection) if finding is not None else None
        self.table.mark_all([place for place, row in enumerate(self.table.rows_model.rows) if row[0] == chosen])

    def _choose(self, index: QModelIndex) -> None:
        gene, sketch = str(self.table.rows_model.rows[self.table.row_at(index)][1]), self._workspace.sketch.current
        if sketch is None or gene in sketch.genes:
            self._workspace.genes.choose(gene)


def strange_label(check: Check) -> str:
    """Return a type of the cells that the panel has no marker of while it names types that no cell has, or nothing."""
    if check.bridge is None or all(one.n_cells for one in check.bridge.markers):
        return ""
    named, spread = {one.type for one in check.bridge.markers}, check.bridge.spread
    return next((name for name, n in zip(spread.types, spread.n_cells, strict=True) if n and name not in named), "")


def rows_of(check: Check) -> list[tuple[str, str, float, float]]:
    """Return type, gene, AUROC and correlation of every marker of the panel; none where no gene has activity."""
    if check.bridge is None:
        return []
    r = dict(zip(check.bridge.genes, check.bridge.over_types.tolist(), strict=True))
    return [(one.type, one.gene, one.auroc, r.get(one.gene, float("nan"))) for one in check.bridge.markers]
