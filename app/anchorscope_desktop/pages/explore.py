"""Page 5: linked views of the result."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from anchorscope_desktop.pages.frame import Page
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.notices import RUN, Notice
from anchorscope_desktop.state.steps import EXPLORE_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.anchor_lines import AnchorLines
from anchorscope_desktop.views.confusion_view import ConfusionView
from anchorscope_desktop.views.merged_map import MergedMap
from anchorscope_desktop.views.query_map import QueryMap
from anchorscope_desktop.views.reference_map import ReferenceMap
from anchorscope_desktop.views.score_histogram import ScoreHistogram
from anchorscope_desktop.views.selection_panel import SelectionPanel
from anchorscope_desktop.views.type_table import TypeTable
from anchorscope_desktop.widgets.basics import boxed, column, row
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.threshold_slider import ThresholdSlider

PURPOSE = "Every cell with its label, and where to doubt it. A selection shows in all pictures."
NO_INPUTS = Notice("Open a reference and a query first, or open the example from the File menu.")
NOTHING_YET = Notice("Press Run to name the cells; the pictures below then fill.")
OUTDATED = Notice("You look at run {number}; settings or files have changed since. Run brings it up to date.")

TWO_MAPS, ONE_MAP = "two maps", "merged"
_LEGEND_LINES = 3


class ExplorePage(Page):
    """The views of one finding and one selection."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, EXPLORE_STEP, PURPOSE, (RUN,))
        self.layout_switch = Segments((TWO_MAPS, ONE_MAP), ("Each assay in its own map", "Both assays in one map"))
        self.threshold = ThresholdSlider()
        self.add_control(self.layout_switch)
        self.add_control(self.threshold)
        self.run_button = self.add_run()
        self.reference_map, self.query_map = ReferenceMap(workspace), QueryMap(workspace)
        self.merged_map = MergedMap(workspace)
        self.confusion, self.types = ConfusionView(workspace), TypeTable(workspace)
        self.histogram, self.selected = ScoreHistogram(workspace), SelectionPanel(workspace)
        for one in (self.reference_map, self.query_map, self.merged_map):
            one.map.legend.max_lines = _LEGEND_LINES  # the table of types lists them all
        self._maps = QStackedWidget()
        self._two_maps = _beside((self.reference_map, 1), (self.query_map, 1))
        self.lines = AnchorLines(workspace, self._two_maps, self.reference_map.map, self.query_map.map)
        self._maps.addWidget(self._two_maps)
        self._maps.addWidget(self.merged_map)
        self._maps.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.set_body(None, self._grid())
        self._connect()
        self._show_threshold()
        self.refresh_notice()

    def standing_notice(self) -> Notice | None:
        """Return what is missing, or that the pictures are older than the settings."""
        finding = self.workspace.session.shown
        if finding is None:
            return NOTHING_YET if self.workspace.session.complete else NO_INPUTS
        return OUTDATED.filled(number=finding.number) if self.workspace.session.outdated else None

    def _connect(self) -> None:
        self.workspace.steps.changed.connect(self.refresh_notice)
        self.workspace.threshold.changed.connect(self._show_threshold)
        self.threshold.moved.connect(self.workspace.threshold.move)
        self.threshold.rested.connect(self.workspace.threshold.settle)
        self.layout_switch.changed.connect(self._show_maps)

    def _show_threshold(self) -> None:
        self.threshold.show_value(self.workspace.threshold.value)

    def _show_maps(self) -> None:
        merged = self.layout_switch.value == ONE_MAP
        self._maps.setCurrentWidget(self.merged_map if merged else self._two_maps)

    def _grid(self) -> QWidget:
        below = _beside((self.types, 3), (self.histogram, 2))
        left = column(self._maps, below, spacing=GRID * 3 // 2)
        right = column(self.confusion, self.selected, spacing=GRID * 3 // 2)
        for layout, shares in ((left, (5, 4)), (right, (3, 2))):
            for place, share in enumerate(shares):
                layout.setStretch(place, share)
        whole = row(boxed(left), boxed(right), spacing=GRID * 3 // 2)
        whole.setStretch(0, 11)
        whole.setStretch(1, 7)
        return boxed(whole)


def _beside(*views: tuple[QWidget, int]) -> QWidget:
    layout = row(*(view for view, _ in views), spacing=GRID * 3 // 2)
    for place, (view, stretch) in enumerate(views):
        view.setMinimumWidth(24 * GRID)
        layout.setStretch(place, stretch)
    made = boxed(layout)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
    return made
