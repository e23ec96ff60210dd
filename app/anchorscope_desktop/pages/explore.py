"""Page 5: linked views of the result."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QSplitter, QStackedWidget, QWidget

from anchorscope.parameters import REFINED, SEURAT
from anchorscope_desktop.pages.frame import Page
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.notices import RUN, Action, Notice, Weight
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.steps import EXPLORE_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.anchor_lines import TwoMaps
from anchorscope_desktop.views.confusion_view import ConfusionView
from anchorscope_desktop.views.frame import ask_for_figure
from anchorscope_desktop.views.merged_map import MergedMap
from anchorscope_desktop.views.query_map import QueryMap
from anchorscope_desktop.views.reference_map import ReferenceMap
from anchorscope_desktop.views.score_histogram import ScoreHistogram
from anchorscope_desktop.views.selection_panel import SelectionPanel
from anchorscope_desktop.views.type_table import TypeTable
from anchorscope_desktop.widgets.figure_dialog import FigureDialog
from anchorscope_desktop.widgets.segments import Segments
from anchorscope_desktop.widgets.splits import UpperFirst
from anchorscope_desktop.widgets.threshold_slider import ThresholdSlider

PURPOSE = "Every cell with its label, and where to doubt it."
NO_INPUTS = Notice("Open a reference and a query first, or open the example from the File menu.")
NOTHING_YET = Notice("Press Run to name the cells; the pictures below then fill.")
OUTDATED = Notice("You look at run {number}; settings or files have changed since. Run brings it up to date.")
GRADED_ANEW = Notice("You look at run {number}; what grades its labels has changed since. Labels and maps stay, and "
                     "Run grades them.")

_METHODS = (REFINED, SEURAT)
_METHOD_TIPS = ("Labels by genes and accessibility together, with probabilities",
                "Labels by the vote of the anchors, exactly as Seurat")
AFTER_A_RUN = "Nothing to switch or move yet: this is for the labels of a run. {more}"
TWO_MAPS, ONE_MAP = "two maps", "merged"
_LEGEND_LINES = 3
_WHY_SHARE = 0.53
"""Of the height of the column, for why a cell has its label."""

_LEAST = 20 * GRID
"""Of a view, in either direction."""


class ExplorePage(Page):
    """The views of one finding and one selection."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, EXPLORE_STEP, PURPOSE, (RUN,))
        self.layout_switch = Segments((TWO_MAPS, ONE_MAP), ("Each assay in its own map", "Both assays in one map"))
        self.method = Segments(("Refined", "Seurat"), _METHOD_TIPS)
        self.threshold = ThresholdSlider()
        self.add_control(self.method)
        self.add_control(self.layout_switch)
        self.add_control(self.threshold)
        self.run_button = self.add_run()
        self.reference_map, self.query_map = ReferenceMap(workspace), QueryMap(workspace)
        self.merged_map = MergedMap(workspace)
        self.confusion, self.types = ConfusionView(workspace), TypeTable(workspace)
        self.histogram, self.selected = ScoreHistogram(workspace), SelectionPanel(workspace)
        self.histogram.setMinimumWidth(30 * GRID)  # for its switch and its longest title
        for one in (self.reference_map, self.query_map, self.merged_map):
            one.map.legend.max_lines = _LEGEND_LINES  # the table of types lists them all
        self._maps = QStackedWidget()
        self._two_maps = TwoMaps(workspace, self.reference_map, self.query_map)
        self.lines = self._two_maps.lines
        self.save_both = QAction("Save &both maps as one figure…", self)
        for view in (self.reference_map, self.query_map):
            view.setMinimumWidth(24 * GRID)
            view.addAction(self.save_both)
        self._maps.addWidget(self._two_maps)
        self._maps.addWidget(self.merged_map)
        self._maps.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.set_body(None, self._grid())
        self._heights: list[int] | None = None
        """Of matrix and selection, before why a cell has its label took more room."""
        self._connect()
        self._show_threshold()
        self._show_method()
        self._show_state()

    def standing_notice(self) -> Notice | None:
        """Return what is missing, or that the pictures are older than the settings."""
        finding = self.workspace.session.shown
        if finding is None:
            return NOTHING_YET if self.workspace.session.complete else NO_INPUTS
        if self.workspace.session.outdated:
            found = OUTDATED if self.workspace.session.old_labels else GRADED_ANEW
            return found.filled(number=finding.number)
        return self._doubts(finding)

    def save_maps(self) -> FigureDialog:
        """Ask as what, how large and where to save both maps with the lines between them."""
        figure = "Both maps with anchor lines", self._two_maps.on_paper
        return ask_for_figure(figure, self.workspace, self.window())

    def _doubts(self, finding: Finding) -> Notice | None:
        """Return what the run measured against its own labels, with a click to the cells that are meant."""
        from anchorscope.evaluation.doubts import doubts_of

        told = doubts_of(finding.outcome, finding.job.recipe.transfer, finding.strange_markers)
        select = Action("Select them", self._select_strangers) if finding.outcome.refinement.unlike.any() else None
        return Notice(" ".join(told), Weight.WARNING, select, about=f"run {finding.number}") if told else None

    def _select_strangers(self) -> None:
        finding = self.workspace.session.shown
        if finding is not None:
            self.workspace.selection.choose(
                choosing.of_query(finding, "Unlike the reference", finding.outcome.refinement.unlike))

    def _show_state(self) -> None:
        shown = self.workspace.session.shown is not None
        self.save_both.setEnabled(shown)
        more = NOTHING_YET if self.workspace.session.complete else NO_INPUTS
        for control in (self.method, self.layout_switch, self.threshold):
            control.allow("" if shown else AFTER_A_RUN.format(more=more.text))
        self.refresh_notice()

    def _connect(self) -> None:
        self.workspace.steps.changed.connect(self._show_state)
        self.workspace.threshold.changed.connect(self._show_threshold)
        self.threshold.moved.connect(self.workspace.threshold.move)
        self.threshold.rested.connect(self.workspace.threshold.settle)
        self.layout_switch.changed.connect(self._show_maps)
        for name, switch in (("maps", self.layout_switch), ("confusion", self.confusion.switch),
                             ("scores", self.histogram.switch)):
            self._keep(name, switch)
        self.selected.why_shown.connect(self._give_room)
        self.workspace.session.outcome_changed.connect(self._right.hold)
        self._right.splitterMoved.connect(self._keep_heights)
        self.method.changed.connect(self._choose_method)
        self.save_both.triggered.connect(self.save_maps)
        self.workspace.session.recipe_changed.connect(self._show_method)

    def _keep(self, name: str, switch: Segments) -> None:
        """Remember how a view is switched, and switch it as an opened session says."""
        choices, usual = self.workspace.choices, switch.value

        def show() -> None:
            wanted = choices.of(name) or usual
            if wanted in switch.values and wanted != switch.value:
                switch.choose(wanted)
                switch.changed.emit()

        switch.changed.connect(lambda: choices.choose(name, switch.value))
        choices.shown.connect(show)
        show()

    def _show_threshold(self) -> None:
        self.threshold.show_value(self.workspace.threshold.value)

    def _choose_method(self) -> None:
        wanted = _METHODS[self.method.values.index(self.method.value)]
        self.workspace.threshold.settle()
        transfer = self.workspace.session.recipe.transfer
        self.workspace.session.change("transfer", transfer.replaced(method=wanted))

    def _show_method(self) -> None:
        chosen = self.workspace.session.recipe.transfer.method
        self.method.choose(self.method.values[_METHODS.index(chosen)])

    def _show_maps(self) -> None:
        merged = self.layout_switch.value == ONE_MAP
        self._maps.setCurrentWidget(self.merged_map if merged else self._two_maps)

    def _grid(self) -> QWidget:
        below = _split("types", Qt.Orientation.Horizontal, (self.types, 14), (self.histogram, 9))
        left = _split("maps", Qt.Orientation.Vertical, (self._maps, 5), (below, 4))
        self._right = UpperFirst(self._least_of_matrix)
        _split("matrix", Qt.Orientation.Vertical, (self.confusion, 3), (self.selected, 2), made=self._right)
        return _split("columns", Qt.Orientation.Horizontal, (left, 11), (self._right, 7))

    def _least_of_matrix(self) -> int:
        """Return the height of the confusion matrix below which the names of its rows could not be read."""
        heatmap = self.confusion.heatmap
        return 0 if self.confusion.empty_text else heatmap.readable_height + self.confusion.around

    def _give_room(self, why: bool) -> None:  # noqa: FBT001 - a signal's value
        """Let why a cell has its label have its room, and give it back; what the user has dragged since stays."""
        sizes = self._right.sizes()
        wanted = round(sum(sizes) * _WHY_SHARE)
        if why and self._heights is None and sizes[1] < wanted:
            self._heights = sizes
            self._right.setSizes([sum(sizes) - wanted, wanted])
            self._right.hold()
        elif not why and self._heights is not None:
            self._right.setSizes(self._heights)
            self._right.hold()
            self._heights = None

    def _keep_heights(self) -> None:
        self._heights = None


def _split(name: str, direction: Qt.Orientation, *parts: tuple[QWidget, int],
           made: QSplitter | None = None) -> QSplitter:
    """Return views whose shares of the room the user may change; they are remembered under the name."""
    made, key = made or QSplitter(), f"explore/{name}"
    made.setOrientation(direction)
    made.setHandleWidth(GRID * 3 // 2)
    made.setChildrenCollapsible(False)
    for place, (part, share) in enumerate(parts):
        part.setMinimumSize(max(_LEAST, part.minimumWidth()), _LEAST)
        made.addWidget(part)
        made.setStretchFactor(place, share)
    made.setSizes([share * 1000 for _, share in parts])
    kept = QSettings().value(key)
    if isinstance(kept, QByteArray):
        made.restoreState(kept)
    made.splitterMoved.connect(lambda *_: QSettings().setValue(key, made.saveState()))
    return made
