"""Page 7: the result as files and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from anchorscope_desktop.pages.frame import Page
from anchorscope_desktop.plotting.theme import GRID, LIGHT, palette_of
from anchorscope_desktop.state.appearance import OnPaper
from anchorscope_desktop.state.exporting import EXPORT_KINDS, ExportKind
from anchorscope_desktop.state.map_values import ColourBy, MapColours, Meaning
from anchorscope_desktop.state.notices import EXPORT, Notice, Weight
from anchorscope_desktop.state.steps import EXPORT_STEP
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.confusion_view import ConfusionView
from anchorscope_desktop.views.depth_plot import DepthPlot
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.views.gene_by_type import GeneByType
from anchorscope_desktop.views.gene_track import GeneTrack
from anchorscope_desktop.views.merged_map import MergedMap
from anchorscope_desktop.views.naming_heatmap import NamingHeatmap
from anchorscope_desktop.views.query_map import QueryMap
from anchorscope_desktop.views.reference_map import ReferenceMap
from anchorscope_desktop.views.score_histogram import CALIBRATION, COVERAGE, ScoreHistogram
from anchorscope_desktop.views.unpaired_sides import UnpairedSides
from anchorscope_desktop.widgets.basics import ElidedLabel, boxed, button, column, label, row, with_role
from anchorscope_desktop.widgets.figure_form import FigureForm
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.stylesheet import stylesheet

PURPOSE = "The result as files. Your own files stay as they are, unless you ask to write into one."
NOTHING_YET = Notice("There is nothing to save yet: open a reference and a query and press Run first.")
SIDES_ONLY = Notice("The sides of the multiome can be saved; everything else can be saved after a run.")
NO_COUNTS = Notice("Figures can be saved; everything else is written from the counts of the files, which are not at "
                   "hand for this run.", Weight.WARNING)
OUTDATED = Notice("What is saved is run {number}; settings or files have changed since.", Weight.WARNING)
THRESHOLD = Notice("Cells with a score below {value:.2f} are saved as Unassigned; move the slider on Explore to change "
                   "that.")
WRITE_BACK = "Write the labels into your own file"
WRITE_BACK_HELP = ("Adds the labels to the query's h5ad in one step; everything else in it stays. If anything goes "
                   "wrong the file is as it was.")
ASK = "This changes {name} in {folder}."


class ExportPage(Page):
    """One line for each kind of file, the figures, and the way back into the user's own file."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, EXPORT_STEP, PURPOSE, (EXPORT,))
        first = EXPORT_KINDS[0]
        self.save_button = self.add_action(f"Save {first.title.lower().replace('html', 'HTML')}…", Symbol.SAVE,
                                           partial(self.save, first), primary=True, tip=first.help)
        self.buttons = {kind.key: button("Save…", partial(self.save, kind), tip=f"Save {kind.title}")
                        for kind in EXPORT_KINDS}
        self.figures = FigureForm(_figures(workspace), workspace.chooser)
        self.write_back = _WriteBack(workspace)
        self.sides = UnpairedSides(workspace, self)
        self.set_body(None, self._body())
        self._connect()
        self._show_state()

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
            return OUTDATED.filled(number=finding.number)
        return THRESHOLD.filled(value=threshold) if threshold > 0 else None

    def _body(self) -> QWidget:
        lines = [_line(kind, self.buttons[kind.key]) for kind in EXPORT_KINDS]
        files = boxed(column(*lines, None, spacing=GRID))
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
        self.workspace.session.outcome_changed.connect(self.figures.refresh)
        self.figures.saved.connect(self.workspace.exporter.say_written)
        self.figures.failed.connect(self.workspace.exporter.say_failed)

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
        self.leave = button("Leave it", self._show_state, tip="Change nothing")
        self._words, self._path = label(WRITE_BACK_HELP, "muted"), ElidedLabel()
        head = row(boxed(column(label(WRITE_BACK, "heading"), self._words, spacing=2)), self.ask, spacing=2 * GRID)
        head.setStretch(0, 1)
        question = row(self._path, self.confirm, self.leave)
        question.setStretch(0, 1)
        self._question = boxed(question)
        self.setLayout(column(boxed(head), self._question, margin=2 * GRID))
        workspace.session.outcome_changed.connect(self._show_state)
        self._show_state()

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
            path = finding.job.query.recognised.path
            self._path.set_text(ASK.format(name=path.name, folder=path.parent))
            self._question.show()
            self.leave.setFocus()

    def _write(self) -> None:
        self._question.hide()
        self._workspace.exporter.write_back()


def _line(kind: ExportKind, save: QPushButton) -> QWidget:
    save.setAccessibleName(save.toolTip())
    words = boxed(column(label(kind.title, "heading"), label(kind.help, "muted"), spacing=2))
    line = row(words, save, spacing=2 * GRID)
    line.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
    line.setStretch(0, 1)
    return boxed(line, "card")


def _figures(work: Workspace) -> list[tuple[str, Callable[[], QWidget]]]:
    shown: dict[str, Callable[[], ViewFrame]] = {
        "Query map, as on Explore": lambda: QueryMap(_paper(work)),
        "Reference map, as on Explore": lambda: ReferenceMap(_paper(work)),
        "Merged map": lambda: MergedMap(_paper(work))}
    shown |= {f"Query map, {by.value}": partial(_coloured, work, by)
              for by in (ColourBy.LABEL, ColourBy.SCORE, ColourBy.TRUTH, ColourBy.AGREEMENT)}
    shown |= {"Confusion matrix, shares": lambda: ConfusionView(_paper(work)),
              "Confusion matrix, counts": lambda: _switched(ConfusionView(_paper(work)), "n"),
              "Scores": lambda: ScoreHistogram(_paper(work)),
              "Coverage and accuracy": lambda: _switched(ScoreHistogram(_paper(work)), COVERAGE),
              "Calibration": lambda: _switched(ScoreHistogram(_paper(work)), CALIBRATION),
              "Gene on the genome": lambda: GeneTrack(_paper(work)), "Gene by type": lambda: GeneByType(_paper(work)),
              "Depth by component": lambda: DepthPlot(_paper(work)),
              "Clusters and markers": lambda: NamingHeatmap(_paper(work))}
    return [(name, partial(_on_paper, make)) for name, make in shown.items()]


def _paper(work: Workspace) -> Workspace:
    return replace(work, appearance=OnPaper())


def _coloured(work: Workspace, by: ColourBy) -> ViewFrame:
    colours = MapColours()
    colours.choose("query", Meaning(by))
    return QueryMap(replace(_paper(work), colours=colours))


def _switched(view: ConfusionView | ScoreHistogram, value: str) -> ViewFrame:
    view.switch.choose(value)
    view.switch.changed.emit()
    return view


def _on_paper(make: Callable[[], ViewFrame]) -> QWidget:
    view = make()
    view.for_paper()
    view.setPalette(palette_of(LIGHT))
    view.setStyleSheet(stylesheet(LIGHT))
    return view
