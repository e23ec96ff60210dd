"""Models and reductions, or runs, as dots on one axis; the gap to the ceiling is what going unpaired costs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from anchorscope_desktop.plotting.dot_plot import Ceiling, DotPlot, Line
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, column, label

if TYPE_CHECKING:
    from anchorscope.evaluation.comparison import Comparison

EMPTY = ("Each combination becomes a line of dots here; with an answer key also the ceiling, and the gap between the "
         "best line and that: the information lost by going unpaired.")
NO_LINE = "None of these combinations could be run; the table says why."
NO_RUNS = "Every graded run becomes a line of dots here: accuracy and mean recall."
UNGRADED = ("The runs have no answer key, so there is nothing to draw them by: choose the column with the true types "
            "on the Transfer page, and run.")
REACHES, SURE = "What each combination reaches", "How sure each combination is"
GRADED, NOT_GRADED = ("accuracy", "mean recall"), ("mean score", "agreement")
"""The names of both dots."""

ESTIMATED = "a ceiling is an estimate from the query's own cells, so lines can pass it"

_SPACE = re.compile(r" (?![^<>]*>)")
"""A space between words, not one within a tag."""

_TITLES = {GRADED: "of the graded cells, %", NOT_GRADED: "mean score, and cells with the label of your settings, %"}
LINE_TIP = ("Click a line, or go there with the arrows and press Enter, to mark it in the table; Use it then takes it "
            "into the settings")
RUN_TIP = "Click a line, or go there with the arrows and press Enter, to show that run on the other pages"


class _Dots(ViewFrame):
    """Base of both pictures: the dots, and what they are above them."""

    def __init__(self, workspace: Workspace, title: str, name: str, tip: str) -> None:
        self._workspace = workspace
        self.canvas = DotPlot(workspace.appearance.theme, name, tip)
        self.key = label("", "muted")
        self.key.setTextFormat(Qt.TextFormat.RichText)
        layout = column(self.key, self.canvas, spacing=0)
        layout.setStretch(1, 1)
        super().__init__(title, boxed(layout))

    def _draw(self, lines: Sequence[Line], names: tuple[str, str], ceiling: Ceiling | None) -> None:
        theme = self._workspace.appearance.theme
        self.show_content()
        _explain(self.key, names, theme, ceiling, passed=passed(lines, ceiling))
        self.canvas.show_lines(lines, _TITLES[names], ceiling, theme)

    def for_paper(self) -> None:
        """Leave out which line is marked."""
        super().for_paper()
        if self.canvas.lines:
            self.canvas.for_paper()


class ComparisonPlot(_Dots):
    """A line for each combination that could be run, in the order of the table."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, REACHES, "Accuracy and mean recall of each combination",
                         LINE_TIP)
        self._places: list[int] = []
        workspace.comparer.changed.connect(self._show_comparison)
        workspace.comparer.marked_changed.connect(self._show_mark)
        workspace.appearance.changed.connect(self._show_comparison)
        self.canvas.picked.connect(self._pick)
        self._show_comparison()

    def _show_comparison(self) -> None:
        comparer = self._workspace.comparer
        found = comparer.comparison
        self._places = [] if found is None else [place for place, row in enumerate(found.rows) if not row.reason]
        if found is None or not self._places:
            self.show_empty(EMPTY if found is None else NO_LINE)
            return
        self.set_heading(REACHES if found.graded else SURE)
        self._draw(lines_of(found), GRADED if found.graded else NOT_GRADED, ceiling_of(found))
        self._show_mark()
        self.mark_older(older=comparer.outdated)

    def _show_mark(self) -> None:
        marked = self._workspace.comparer.marked
        self.canvas.mark(self._places.index(marked) if marked in self._places else -1)

    def _pick(self, place: int) -> None:
        self._workspace.comparer.mark(self._places[place])


class RunPlot(_Dots):
    """A line for each graded run of the session; the one that the other pages show is marked."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, "What each run reached", "Accuracy and mean recall of each run", RUN_TIP)
        self._findings: list[Finding] = []
        workspace.session.outcome_changed.connect(self._show_runs)
        workspace.appearance.changed.connect(self._show_runs)
        self.canvas.picked.connect(self._pick)
        self._show_runs()

    def _show_runs(self) -> None:
        session = self._workspace.session
        self._findings = [one for one in session.findings if one.outcome.grade is not None]
        if not self._findings:
            self.show_empty(UNGRADED if session.findings else NO_RUNS)
            return
        self._draw(run_lines(self._findings), GRADED, None)
        shown = session.shown
        self.canvas.mark(self._findings.index(shown) if shown in self._findings else -1)

    def _pick(self, place: int) -> None:
        finding, session = self._findings[place], self._workspace.session
        if finding is not session.shown:
            session.show(finding)


def lines_of(found: Comparison) -> list[Line]:
    """Return a line for each combination that could be run: by its grades or, without them, what is known else."""
    return [Line(f"{row.model} · {row.reduction}",
                 row.mean_score if row.scores is None else row.scores.accuracy,
                 row.agreement if row.scores is None else row.scores.balanced_accuracy)
            for row in found.rows if not row.reason]


def run_lines(findings: Sequence[Finding]) -> list[Line]:
    """Return a line for each run that was graded."""
    return [Line(f"run {one.number}", one.outcome.grade.accuracy, one.outcome.grade.balanced_accuracy)
            for one in findings if one.outcome.grade is not None]


def ceiling_of(found: Comparison) -> Ceiling | None:
    """Return what a classifier taught the query's own labels reaches, and in words what the best line lacks."""
    lost, ceiling = found.lost(), found.ceiling
    if lost is None or ceiling is None:
        return None
    words = f"{100 * lost.points:.1f} points lost" if lost.points > 0 else "no loss seen"
    return Ceiling(ceiling.accuracy, ceiling.balanced_accuracy, lost.best, words)


def passed(lines: Sequence[Line], ceiling: Ceiling | None) -> bool:
    """Return whether a line reaches further than a ceiling does."""
    return ceiling is not None and any(line.first > ceiling.first or line.second > ceiling.second for line in lines)


def _explain(key: QLabel, names: tuple[str, str], theme: Theme, ceiling: Ceiling | None, *, passed: bool) -> None:
    """Say what the dots and the lines mean."""
    signs = [(theme.accent, "●", names[0]), (theme.text, "○", names[1])]
    if ceiling is not None:
        signs += [(theme.accent, "—", f"ceiling of {names[0]} {ceiling.first:.1%}"),
                  (theme.text, "- -", f"ceiling of {names[1]} {ceiling.second:.1%}")]
    if passed:
        signs += [(theme.muted, "", ESTIMATED)]
    entries = [f'<span style="color:{color}">{sign}</span> {words}' for color, sign, words in signs]
    # A line ends between entries, never within one.
    key.setText("&nbsp;&nbsp; ".join(_SPACE.sub("&nbsp;", entry) for entry in entries))
    key.setAccessibleName(f"Filled dots: {names[0]}; hollow dots: {names[1]}")
