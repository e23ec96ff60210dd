"""The confusion matrix: a click on a cell, a row or a column selects its cells everywhere."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from anchorscope.results import Floats, Grade, Ints
from anchorscope_desktop.plotting.colours import UNASSIGNED
from anchorscope_desktop.plotting.gesture import KEYS_HELP
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.fitting import truth_choices
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, button, row
from anchorscope_desktop.widgets.segments import Segments

EMPTY = "The confusion matrix appears here after a run with an answer key."
NO_KEY = ("The confusion matrix would show here which true types were given which label. It needs an answer key: a "
          "column of the query with the true types, chosen on the Transfer page, or a table of them, opened on the "
          "Query page.")
CHOOSE_KEY = "Choose an answer key"
_IN_FILE, _IN_TABLE = ("transfer", "Answer key"), ("query", "Choose: Labels from a table")
"""Page and field where a column is chosen, and where a table with such columns is opened."""

_FRACTIONS, _COUNTS = "%", "n"


class ConfusionView(ViewFrame):
    """True types in rows, transferred labels in columns; under a threshold also who was left unassigned."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.heatmap = Heatmap(workspace.appearance.theme, "Confusion matrix: truth in rows, labels in columns")
        self.heatmap.setToolTip(f"Click a cell, a row or a column; {KEYS_HELP}, Esc clears")
        self.switch = Segments((_FRACTIONS, _COUNTS), ("Share of each true type", "Number of cells"))
        self.choose_key = button(CHOOSE_KEY, self._seek_key, tip="Go to where the column with the true types is chosen")
        super().__init__("Confusion", self.heatmap, self.switch)
        empty = self._stack.widget(0)
        layout = empty.layout() if empty is not None else None
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(2, boxed(row(None, self.choose_key, None)))
        self._connect()
        self._show_finding()

    def unit_button(self, unit: str) -> QPushButton:
        """Return the button that shows fractions (``%``) or counts (``n``)."""
        return self.switch.button(unit)

    def for_paper(self) -> None:
        """Leave out what is selected too."""
        super().for_paper()
        self.heatmap.set_chosen(frozenset())

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.selection.changed.connect(self._show_selection)
        self._workspace.threshold.changed.connect(self._show_finding)
        self._workspace.appearance.changed.connect(self._show_finding)
        self._workspace.steps.changed.connect(self._show_age)
        self.switch.changed.connect(self._show_finding)
        self.heatmap.clicked.connect(self._choose)
        self.heatmap.doubled.connect(self.take_back)

    def _show_finding(self) -> None:
        finding = self._workspace.threshold.finding
        self.heatmap.set_theme(self._workspace.appearance.theme)
        grade = finding.outcome.grade if finding is not None else None
        if finding is None or grade is None:
            self.set_heading("Confusion")
            self.show_empty(EMPTY if finding is None else NO_KEY)
            self.choose_key.setVisible(finding is not None)
            return
        self.show_content()
        self.set_heading(_heading(grade))
        colours = run_colours(finding, self._workspace.appearance.theme)
        counts, columns = with_unassigned(grade)
        shares = counts / np.maximum(grade.n, 1)[:, None]
        self.heatmap.set_data(HeatmapData(
            shares, _texts(counts, shares, self.switch.value), grade.types, columns, "Truth", "Label", colours,
            short=_short(counts) if self.switch.value == _COUNTS else ()))
        self._show_selection()
        self._show_age()

    def _seek_key(self) -> None:
        there = len(truth_choices(self._workspace.session.query)) > 1
        self._workspace.navigation.seek(*(_IN_FILE if there else _IN_TABLE))

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.outdated)

    def _choose(self, row: int | None, column: int | None, how: int) -> None:
        finding = self._workspace.threshold.finding
        if finding is not None:
            self.select(choosing.of_confusion(finding, row, column), how)

    def _show_selection(self) -> None:
        finding = self._workspace.threshold.finding
        if finding is not None:
            self.heatmap.set_chosen(choosing.in_confusion(finding, self._workspace.selection.current))


def _heading(grade: Grade) -> str:
    """Say how many labels are right; cells without one are no wrong labels and are told apart."""
    named, every = int(grade.counts.sum()), max(int(grade.n.sum()), 1)
    right = f"{int(np.trace(grade.counts)) / named:.1%}" if named else "–"
    if named == every:
        return f"Confusion: {right} right"
    return f"Confusion: {right} right of {named / every:.1%} kept"


def with_unassigned(grade: Grade) -> tuple[Ints, tuple[str, ...]]:
    """Return the counts and the names of the columns, with a last one for cells without a label, if there are any."""
    left = grade.n - grade.counts.sum(axis=1)
    if not left.any():
        return grade.counts, grade.types
    return np.column_stack([grade.counts, left]), (*grade.types, UNASSIGNED)


def _texts(counts: Ints, shares: Floats, unit: str) -> tuple[tuple[str, ...], ...]:
    if unit == _COUNTS:
        return tuple(tuple(f"{n:,}" if n else "" for n in line) for line in counts.tolist())
    percent = np.round(100 * shares, 0).astype(int).tolist()
    return tuple(tuple(_percent(p, n) for p, n in zip(line, some, strict=True))
                 for line, some in zip(percent, counts.tolist(), strict=True))


def _short(counts: Ints) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_rounded(n) if n else "" for n in line) for line in counts.tolist())


def _rounded(count: int) -> str:
    """Return a count with two digits or three and its unit."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if count >= 0.9995 * unit:
            return f"{count / unit:.1f}{name}" if count < 9.95 * unit else f"{count / unit:.0f}{name}"
    return str(count)


def _percent(percent: int, count: int) -> str:
    if not count:
        return ""
    return str(percent) if percent else "<1"
