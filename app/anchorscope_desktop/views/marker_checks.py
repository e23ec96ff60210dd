"""Does the bridge carry signal? The answer in a sentence, and marker by marker."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.bridge import Check, verdict
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, column, label
from anchorscope_desktop.widgets.panel_chooser import PanelChooser
from anchorscope_desktop.widgets.rows_model import Column, RowsTable

EMPTY = "After a run: whether the panel's markers are more active in their own type than elsewhere."
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
        self.sentence, self.chooser = label(""), PanelChooser(workspace)
        layout = column(self.sentence, self.chooser, self.table, spacing=GRID)
        layout.setStretch(2, 1)
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
        self._show_age()

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.outdated)

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


def rows_of(check: Check) -> list[tuple[str, str, float, float]]:
    """Return type, gene, AUROC and correlation of every marker of the panel; none where no gene has activity."""
    if check.bridge is None:
        return []
    r = dict(zip(check.bridge.genes, check.bridge.over_types.tolist(), strict=True))
    return [(one.type, one.gene, one.auroc, r.get(one.gene, float("nan"))) for one in check.bridge.markers]
