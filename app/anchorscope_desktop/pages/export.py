"""Page 7: the result as files and figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from anchorscope_desktop.pages.frame import Page
from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.exporting import EXPORT_KINDS, ExportKind
from anchorscope_desktop.state.map_values import ColourBy, MapColours, Meaning
from anchorscope_desktop.state.notices import EXPORT, Notice, Weight
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.steps import EXPORT_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.anchor_lines import maps_on_paper
from anchorscope_desktop.views.comparison_plot import ComparisonPlot, RunPlot
from anchorscope_desktop.views.confusion_view import ConfusionView
from anchorscope_desktop.views.depth_plot import DepthPlot
from anchorscope_desktop.views.frame import drawn_for_paper
from anchorscope_desktop.views.gene_by_type import GeneByType
from anchorscope_desktop.views.gene_track import GeneTrack
from anchorscope_desktop.views.merged_map import MergedMap
from anchorscope_desktop.views.naming_heatmap import NamingHeatmap
from anchorscope_desktop.views.query_map import QueryMap
from anchorscope_desktop.views.reference_map import ReferenceMap
from anchorscope_desktop.views.score_histogram import CALIBRATION, COVERAGE, ScoreHistogram
from anchorscope_desktop.views.unpaired_sides import UnpairedSides
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row, with_role
from anchorscope_desktop.widgets.figure_form import FigureForm
from anchorscope_desktop.widgets.icons import Symbol

_CLOSE = 6
"""Pixels around the lines that save a file each, so that all fit in the smallest window."""

PURPOSE = "The result as files. Your own files stay as they are, unless you ask to write into one."
NOTHING_YET = Notice("There is nothing to save yet: open a reference and a query and press Run first.")
SIDES_ONLY = Notice("The sides of the multiome can be saved; everything else can be saved after a run.")
NO_COUNTS = Notice("Figures can be saved; everything else is written from the counts of the files, which are not at "
                   "hand for this run.", Weight.WARNING)
OUTDATED = Notice("What is saved is run {number}; settings or files have changed since.", Weight.WARNING)
GRADED_ANEW = Notice("Labels and maps are those of run {number}; what grades them has changed since, and Run grades "
                     "them anew.")
THRESHOLD = Notice("Cells with a score below {value:.2f} are saved as Unassigned; move the slider on Explore to change "
                   "that.")
WRITE_BACK = "Write the labels into your own file"
WRITE_BACK_HELP = ("Adds the labels to the query's h5ad in one step; everything else in it stays. If anything goes "
                   "wrong the file is as it was.")
ASK = "This changes {path}."
ASK_OTHER = "This changes {path}, the file of run {number}. The query that is open now is another: {other}."


class ExportPage(Page):
    """One line for each kind of file, the figures, and the way back into the user's own file."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, EXPORT_STEP, PURPOSE, (EXPORT,))
        first = EXPORT_KINDS[0]
        self.save_button = self.add_action(f"Save {first.title.lower().replace('html', 'HTML')}…", Symbol.SAVE,
                                           partial(self.save, first), primary=True, tip=first.help)
        self.buttons = {kind.key: button("Save…", partial(self.save, kind), tip=f"Save {kind.title}")
                        for kind in EXPORT_KINDS}
        self.figures = FigureForm(_figures(workspace), workspace.chooser, workspace.desk)
        self.write_back = _WriteBack(workspace)
        self.sides = UnpairedSides(workspace, self)
        self.set_body(None, self._body())
        self._connect()
        self._show_state()

    def event(self, event: QEvent) -> bool:
        """Let Esc leave the file as it is while that is asked; at other times it clears the selection."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.write_back.question:
            if event.type() == QEvent.Type.KeyPress:
                self.write_back.leave.click()
            event.accept()  # Qt asks first whether the key is wanted here, and gives it to the menu if it is not
            return True
        return super().event(event)

    def save(self, kind: ExportKind) -> None:
        """Ask where to, and write."""
        finding = self.workspace.session.shown
        if finding is not None:
            suggestion = finding.job.query.recognised.path.stem + kind.suffix
            path = self.workspace.chooser.save_file(f"Save {kind.title}", suggestion, kind.filter)
            if path is not None:
                self.workspace.exporter.write(kind, path)

    def standing_notice(self) -> Notice | None:
        """Return that there is nothing to save, or what is special about what is saved."""
        finding, threshold = self.workspace.session.shown, self.workspace.threshold.value
        if finding is None:
            return SIDES_ONLY if not self.sides.isHidden() else NOTHING_YET
        if not finding.whole:
            return self.lacking(NO_COUNTS)
        if self.workspace.session.outdated:
            found = OUTDATED if self.workspace.session.old_labels else GRADED_ANEW
            return found.filled(number=finding.number)
        return THRESHOLD.filled(value=threshold) if threshold > 0 else None

    def _body(self) -> QWidget:
        lines = [_line(kind, self.buttons[kind.key]) for kind in EXPORT_KINDS]
        files = boxed(column(*lines, None, spacing=_CLOSE))
        picture = column(label("Figures", "heading"), self.figures, margin=2 * GRID)
        picture.setStretch(1, 1)
        right = column(boxed(picture, "card"), self.sides, self.write_back, spacing=GRID)
        right.setStretch(0, 1)
        whole = row(files, boxed(right), spacing=2 * GRID)
        whole.setStretch(0, 1)
        whole.setStretch(1, 1)
        return boxed(whole)

    def _connect(self) -> None:
        self.workspace.steps.changed.connect(self._show_state)
        self.workspace.threshold.changed.connect(self.refresh_notice)
        for signal in _drawn_from(self.workspace):
            signal.connect(self.figures.follow)

    def _show_state(self) -> None:
        finding = self.workspace.session.shown
        for made in (self.save_button, *self.buttons.values()):
            made.setEnabled(finding is not None and finding.whole)
        self.figures.setEnabled(finding is not None)
        self.refresh_notice()


class _WriteBack(QWidget):
    """Asks on the page before it changes the user's file."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        with_role(self, "card")
        self._workspace = workspace
        self.ask = button("Write back…", self._ask, tip="Ask whether to write into the file; nothing happens yet")
        self.confirm = button("Write into it", self._write, tip="Change the file now")
        self.leave = button("Leave it", self._show_state, tip="Change nothing (Esc)")
        self._words, self._which = label(WRITE_BACK_HELP, "muted"), label()
        head = row(boxed(column(label(WRITE_BACK, "heading"), self._words, spacing=2)), self.ask, spacing=2 * GRID)
        head.setStretch(0, 1)
        self._question = boxed(column(self._which, boxed(row(None, self.confirm, self.leave))))
        self.setLayout(column(boxed(head), self._question, margin=2 * GRID))
        for signal in (workspace.session.outcome_changed, workspace.session.inputs_changed):
            signal.connect(self._show_state)
        self._show_state()

    @property
    def question(self) -> str:
        """What is asked at present, or nothing."""
        return "" if self._question.isHidden() else self._which.accessibleName()

    @property
    def words(self) -> str:
        """What is said at present."""
        return self._words.text()

    def _show_state(self) -> None:
        finding = self._workspace.session.shown
        self.ask.setEnabled(finding is not None and finding.whole)
        self._words.setText(WRITE_BACK_HELP)
        self._question.hide()

    def _ask(self) -> None:
        finding, refusal = self._workspace.session.shown, self._workspace.exporter.refusal()
        self._words.setText(refusal or WRITE_BACK_HELP)
        if finding is not None and not refusal:
            asked = self._asked(finding)
            # A name longer than a line would widen the whole page; zero-width spaces let it break.
            self._which.setText(re.sub(r"([^\s/\\]{40})", "\\1\u200b", asked))
            self._which.setAccessibleName(asked)
            self._question.show()
            self.leave.setFocus()

    def _asked(self, finding: Finding) -> str:
        """Return which file is changed, and that it is not the one on the Query page where that is so."""
        path, query = finding.job.query.recognised.path, self._workspace.session.query
        if query is None or query.recognised.path.resolve() == path.resolve():
            return ASK.format(path=path)
        return ASK_OTHER.format(path=path, number=finding.number, other=query.recognised.path)

    def _write(self) -> None:
        self._question.hide()
        self._workspace.exporter.write_back()


def _line(kind: ExportKind, save: QPushButton) -> QWidget:
    save.setAccessibleName(save.toolTip())
    words = boxed(column(label(kind.title, "heading"), label(kind.help, "muted"), spacing=2))
    line = row(words, save, spacing=2 * GRID)
    line.setContentsMargins(2 * GRID, _CLOSE, 2 * GRID, _CLOSE)
    line.setStretch(0, 1)
    return boxed(line, "card")


def _drawn_from(work: Workspace) -> tuple[SignalInstance, ...]:
    """Return what tells that some figure is another now."""
    return (work.session.outcome_changed, work.session.recipe_changed, work.selection.changed, work.threshold.changed,
            work.colours.changed, work.merger.changed, work.sketch.changed, work.bridge.changed,
            work.previews.changed, work.naming.changed, work.focus.changed, work.comparer.compared)


def _figures(work: Workspace) -> list[tuple[str, Callable[[], QWidget]]]:
    shown: dict[str, Callable[[], QWidget]] = {
        "Query map, as on Explore": partial(drawn_for_paper, QueryMap, work),
        "Reference map, as on Explore": partial(drawn_for_paper, ReferenceMap, work),
        "Both maps with anchor lines": partial(_both_maps, work),
        "Merged map": partial(drawn_for_paper, MergedMap, work)}
    shown |= {f"Query map, {by.value}": partial(_coloured, work, by)
              for by in (ColourBy.LABEL, ColourBy.SCORE, ColourBy.TRUTH, ColourBy.AGREEMENT)}
    shown |= {"Confusion matrix, shares": partial(drawn_for_paper, ConfusionView, work),
              "Confusion matrix, counts": partial(drawn_for_paper, ConfusionView, work, "n"),
              "Scores": partial(drawn_for_paper, ScoreHistogram, work),
              "Coverage and accuracy": partial(drawn_for_paper, ScoreHistogram, work, COVERAGE),
              "Calibration": partial(drawn_for_paper, ScoreHistogram, work, CALIBRATION),
              "Gene on the genome": partial(drawn_for_paper, GeneTrack, work),
              "Gene by type": partial(drawn_for_paper, GeneByType, work),
              "Depth by component": partial(drawn_for_paper, DepthPlot, work),
              "Clusters and markers": partial(drawn_for_paper, NamingHeatmap, work),
              "Models and shared spaces compared": partial(drawn_for_paper, ComparisonPlot, work),
              "Runs of this session compared": partial(drawn_for_paper, RunPlot, work)}
    return list(shown.items())


def _both_maps(work: Workspace) -> QWidget:
    return maps_on_paper(work, drawn_for_paper(ReferenceMap, work), drawn_for_paper(QueryMap, work))


def _coloured(work: Workspace, by: ColourBy) -> QWidget:
    colours = MapColours()
    colours.choose("query", Meaning(by))
    return drawn_for_paper(QueryMap, replace(work, colours=colours))
