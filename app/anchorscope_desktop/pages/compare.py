"""Page 6: models and reductions side by side on the user's data, and the runs of this session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from anchorscope.parameters import FRAGMENTS
from anchorscope_desktop.pages.frame import Page, section
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.comparing import MODELS, REDUCTIONS
from anchorscope_desktop.state.foresight import foreseen_comparison
from anchorscope_desktop.state.notices import COMPARE, Notice
from anchorscope_desktop.state.steps import COMPARE_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.comparison_plot import ComparisonPlot, RunPlot
from anchorscope_desktop.views.comparison_table import ComparisonTable
from anchorscope_desktop.views.run_table import RunTable
from anchorscope_desktop.widgets.basics import boxed, column, label
from anchorscope_desktop.widgets.check import Check
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.segments import Segments

PURPOSE = "Which gene-activity model and which shared space suit these data best, and what your own runs changed."
NO_INPUTS = Notice("Open a reference and a query first; then every combination can be tried on them.")
NOTHING_CHOSEN = Notice("Choose at least one model and one shared space.")
OUTDATED = Notice("Settings or files have changed since the comparison; Compare brings it up to date.")
COMPARISON, RUNS = "models", "runs"
_SHARE, _SHARE_AT_MOST = 0.4, 0.6
"""Of the height that a table may take: it can be scrolled, and the lines of the picture must all have names."""

_PICTURE = 17 * GRID
"""Height that a picture needs around its lines."""

COMPARE_TIP = "Run every chosen combination up to its grade; what is computed already is used"
MODEL_TIPS = {
    "body-promoter": "Counts in and before the gene. Quick, and a good first choice: leave it in as the one to beat",
    "archr": "Distance-weighted, within gene boundaries. Try it where markers hang on enhancers outside the gene",
    "maestro": "Regulatory potential that halves with distance. Try it where enhancers act across neighbouring genes",
    "co-accessibility": "Peaks that open together with the promoter. Try it with many cells; takes longest",
    "fragments": "Counts from the query's fragments file. Try it where the peaks miss rare types"}
NO_FRAGMENTS = "{tip}. It needs that file, and there is none: choose it on the page Query"
REDUCTION_TIPS = {
    "cca": "Axes that both assays have in common. The right one across assays, as a rule",
    "rpca": "Each side on the other's principal components. Stricter: try it if cca joins types that only one side has",
    "pcaproject": "The query on the reference's axes. Meant for queries of the same assay: try it last"}
KEY_NOTE = "With an answer key (Transfer page) each line is graded and a ceiling is measured."


class ComparePage(Page):
    """Asks for models and reductions, and shows both tables, each above its picture."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, COMPARE_STEP, PURPOSE, (COMPARE,))
        self.switch = Segments((COMPARISON, RUNS), ("Models and shared spaces compared", "The runs of this session"))
        self.add_control(self.switch)
        self.compare_button = self.add_action("Compare", Symbol.RUN, workspace.comparer.start, primary=True,
                                              tip=COMPARE_TIP)
        self.models = [_box(name, MODEL_TIPS[name]) for name in MODELS]
        self.reductions = [_box(name, REDUCTION_TIPS[name]) for name in REDUCTIONS]
        self.fragments = self.models[MODELS.index(FRAGMENTS)]
        self.comparison, self.runs = ComparisonTable(workspace), RunTable(workspace)
        self.comparison_plot, self.run_plot = ComparisonPlot(workspace), RunPlot(workspace)
        self._tables = QStackedWidget()
        self.shares = (_Shared(self.comparison, self.comparison_plot), _Shared(self.runs, self.run_plot))
        for shared, signal in zip(self.shares, (workspace.comparer.changed, workspace.session.outcome_changed),
                                  strict=True):
            self._tables.addWidget(shared)
            signal.connect(shared.fit)
        self.set_body(self._controls(), self._tables)
        self._connect()
        self._show_state()

    def standing_notice(self) -> Notice | None:
        """Return what is missing or stale, and how long it takes to compare what is not compared yet."""
        comparer = self.workspace.comparer
        if not self.workspace.session.complete:
            return self.lacking(NO_INPUTS)
        if not (comparer.models and comparer.reductions):
            return NOTHING_CHOSEN
        if comparer.running or (comparer.shows_all and not comparer.outdated):
            return None
        foreseen = foreseen_comparison(self.workspace.session, comparer.models, comparer.reductions)
        if not comparer.outdated or foreseen is None:
            return foreseen
        return replace(OUTDATED, text=f"{OUTDATED.text} {foreseen.text}")

    def _controls(self) -> QWidget:
        return boxed(column(section("Gene activity", *self.models), section("Shared space", *self.reductions),
                            label(KEY_NOTE, "muted"), None, spacing=2 * GRID))

    def _connect(self) -> None:
        self.workspace.comparer.changed.connect(self._show_state)
        self.workspace.steps.changed.connect(self._show_state)
        self.switch.changed.connect(self._show_table)
        for box in (*self.models, *self.reductions):
            box.toggled.connect(self._choose)

    def _choose(self) -> None:
        self.workspace.comparer.choose(_checked(self.models), _checked(self.reductions))

    def _show_state(self) -> None:
        comparer = self.workspace.comparer
        _tick(self.models, comparer.models)
        _tick(self.reductions, comparer.reductions)
        tip = MODEL_TIPS[FRAGMENTS]
        self.fragments.setToolTip(tip if comparer.fragments else NO_FRAGMENTS.format(tip=tip))
        self.compare_button.setEnabled(comparer.possible)
        self.compare_button.setText("Comparing…" if comparer.running else "Compare")
        self.refresh_notice()

    def _show_table(self) -> None:
        self._tables.setCurrentIndex((COMPARISON, RUNS).index(self.switch.value))
        self.controls.setVisible(self.switch.value == COMPARISON)


class _Shared(QWidget):
    """A table above its picture: the table is as high as its lines are, within reason, and the picture has the rest."""

    def __init__(self, view: ComparisonTable | RunTable, plot: ComparisonPlot | RunPlot) -> None:
        super().__init__()
        self._view, self._plot = view, plot
        for one in (view, plot):
            one.setParent(self)

    def fit(self) -> None:
        """Share the height anew, if it can be seen."""
        if self.isVisible():
            most = self._most()
            self._lay(most)
            if not self._view.empty_text:
                self._lay(min(self._wanted(), most))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the height anew."""
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Share the height anew: only now it is known how large letters are."""
        super().showEvent(event)
        self.fit()

    def _lay(self, high: int) -> None:
        width, top = self.width(), high + 2 * GRID
        self._view.setGeometry(0, 0, width, high)
        self._plot.setGeometry(0, top, width, self.height() - top)

    def _most(self) -> int:
        """Return how high the table may be: as far as the picture can name its lines in what is left, or a share."""
        room = self.height() - 2 * GRID
        spared = min(room - _PICTURE - self._plot.canvas.least_height, _SHARE_AT_MOST * room)
        return round(max(_SHARE * room, spared))

    def _wanted(self) -> int:
        """Return how high the view is when all lines of its table are seen; what is around the table stays."""
        table = self._view.table
        lines = table.model().rowCount() * table.verticalHeader().defaultSectionSize()
        around = self._view.height() - table.viewport().height()
        return around + lines


def _box(name: str, tip: str) -> Check:
    made = Check(name)
    made.setToolTip(tip)
    made.setAccessibleName(name)
    return made


def _tick(boxes: Sequence[Check], names: Sequence[str]) -> None:
    for box in boxes:
        box.blockSignals(True)  # noqa: FBT003 - Qt's signature
        box.setChecked(box.text() in names)
        box.blockSignals(False)  # noqa: FBT003 - Qt's signature


def _checked(boxes: Sequence[Check]) -> tuple[str, ...]:
    return tuple(box.text() for box in boxes if box.isChecked())
