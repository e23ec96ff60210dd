"""Page 5: linked views of the result."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

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
from anchorscope_desktop.widgets.basics import boxed, column, row

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
        above = _beside((self.reference_map, 5), (self.query_map, 5), (self.confusion, 7))
        below = _beside((self.types, 6), (self.histogram, 4), (self.selected, 7))
        layout = column(above, below, spacing=GRID * 3 // 2)
        layout.setStretch(0, 5)
        layout.setStretch(1, 3)
        return boxed(layout)


def _beside(*views: tuple[QWidget, int]) -> QWidget:
    layout = row(*(view for view, _ in views), spacing=GRID * 3 // 2)
    for place, (view, stretch) in enumerate(views):
        view.setMinimumWidth(24 * GRID)
        layout.setStretch(place, stretch)
    made = boxed(layout)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
    return made
