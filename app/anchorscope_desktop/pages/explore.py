"""Page 5: linked views of the result."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from anchorscope_desktop.pages.frame import Page
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import RUN, Notice
from anchorscope_desktop.state.steps import EXPLORE_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.confusion_view import ConfusionView
from anchorscope_desktop.views.query_map import QueryMap
from anchorscope_desktop.views.reference_map import ReferenceMap
from anchorscope_desktop.views.score_histogram import ScoreHistogram
from anchorscope_desktop.views.selection_panel import SelectionPanel
from anchorscope_desktop.views.type_table import TypeTable

PURPOSE = "Every cell with its label, and where to doubt it. What you select in one picture shows in all."
NO_INPUTS = Notice("Open a reference and a query first, or open the example from the File menu.")
NOTHING_YET = Notice("Press Run to name the cells; the pictures below then fill.")
OUTDATED = Notice("You look at run {number}; settings or files have changed since. Run brings it up to date.")

_LEGEND_LINES = 3


class ExplorePage(Page):
    """Six views of one finding and one selection."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, EXPLORE_STEP, PURPOSE, (RUN,))
        self.run_button = self.add_run()
        self.reference_map, self.query_map = ReferenceMap(workspace), QueryMap(workspace)
        self.confusion, self.types = ConfusionView(workspace), TypeTable(workspace)
        self.histogram, self.selected = ScoreHistogram(workspace), SelectionPanel(workspace)
        for one in (self.reference_map, self.query_map):
            one.map.legend.max_lines = _LEGEND_LINES  # the table of types lists them all
        self.set_body(None, self._grid())
        self._connect()
        self.refresh_notice()

    def standing_notice(self) -> Notice | None:
        """Return what is missing, or that the pictures are older than the settings."""
        finding = self.workspace.session.shown
        if finding is None:
            return NOTHING_YET if self.workspace.session.complete else NO_INPUTS
        return OUTDATED.filled(number=finding.number) if self.workspace.session.outdated else None

    def _connect(self) -> None:
        self.workspace.steps.changed.connect(self.refresh_notice)

    def _grid(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID + GRID // 2)
        views = ((self.reference_map, self.query_map, self.confusion), (self.types, self.histogram, self.selected))
        for line, widgets in enumerate(views):
            for place, widget in enumerate(widgets):
                grid.addWidget(widget, line, place)
        for place, stretch in enumerate((5, 5, 7)):
            grid.setColumnStretch(place, stretch)
            grid.setColumnMinimumWidth(place, 30 * GRID)
        grid.setRowStretch(0, 5)
        grid.setRowStretch(1, 3)
        made = QWidget()
        made.setLayout(grid)
        return made
