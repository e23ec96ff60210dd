"""Why one of the selected cells has its label, and the way to the next one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, column, label, row
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.sections import SectionsTable
from anchorscope_desktop.widgets.tool_button import StepButton
from anchorscope_desktop.widgets.why_facts import reason, sections, whose

NO_CELL = "Only reference cells are selected; why tells of query cells. Select some to see why they have their labels."
PANEL_FIELD = "gene_activity", "Built-in panel"
"""Page and field where the marker panel is chosen."""


class WhyPanel(QWidget):
    """Whose label it is, the reason in words, and a table of all that speaks for and against it."""

    step_requested = Signal(int)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._whose, self._reason, self._shown = ElidedLabel(), label("", "muted"), ("", 0)
        self.facts = SectionsTable("Why the cell has its label")
        theme = workspace.appearance.theme
        self.before = StepButton(Symbol.UP, "Cell before", "Explain the cell before in the list", "Alt+Up", theme)
        self.after = StepButton(Symbol.DOWN, "Next cell", "Explain the next cell of the list", "Alt+Down", theme)
        head = row(self._whose, self.before, self.after, spacing=0)
        head.setStretch(0, 1)
        self._head = boxed(head)
        layout = column(boxed(column(self._head, self._reason, spacing=2)), self.facts, spacing=4)
        layout.setStretch(1, 1)
        layout.addStretch(0)  # in place of the facts, where there are none
        self.setLayout(layout)
        self.before.clicked.connect(lambda: self.step_requested.emit(-1))
        self.after.clicked.connect(lambda: self.step_requested.emit(1))
        self.facts.link_clicked.connect(lambda: workspace.navigation.seek(*PANEL_FIELD))

    @property
    def text(self) -> str:
        """Whose label is explained, and why it has it."""
        return f"{self._whose.text()}\n{self._reason.text()}"

    def show_cell(self, *, before: bool, after: bool) -> None:
        """Explain the cell in focus; `before` and `after` say whether the list has another one on either side."""
        work = self._workspace
        theme, told = work.appearance.theme, work.focus.told(work.threshold, work.bridge)
        for step, there in ((self.before, before), (self.after, after)):
            step.set_theme(theme)
            step.setEnabled(there)
        self._head.setVisible(told is not None)
        self.facts.setVisible(told is not None)
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
        shown = barcode, told.finding.number
        if shown != self._shown:
            self.facts.scrollToTop()
            self._shown = shown
