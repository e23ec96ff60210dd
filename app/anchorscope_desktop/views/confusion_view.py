"""The confusion matrix: a click on a cell, a row or a column selects its cells everywhere."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout

from anchorscope.parameters import NO_TRUTH
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
from anchorscope_desktop.widgets.type_colours import TypeColours

EMPTY = "The confusion matrix appears here after a run with an answer key."
NO_KEY = ("The confusion matrix would show here which true types were given which label. It needs an answer key: a "
          "column of the query with the true types, chosen on the Transfer page, or a table of them, opened on the "
          "Query page.")
KEY_CHOSEN = "The answer key is chosen; press Run to grade the labels against it."
CHOOSE_KEY = "Choose an answer key"
_IN_FILE, _IN_TABLE = ("transfer", "Answer key"), ("query", "Choose: Labels from a table")
"""Page and field where a column is chosen, and where a table with such columns is opened."""

_FRACTIONS, _COUNTS = "%", "n"


class ConfusionView(ViewFrame):
    """True types in rows, transferred labels in columns; under a threshold also who was left unassigned."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.heatmap = Heatmap(workspace.appearance.theme, "Confusion matrix: truth in rows, labels in columns")
        self.heatmap.setToolTip(f"Click a cell, a row or a column\n{KEYS_HELP}, Esc clears")
        self.switch = Segments((_FRACTIONS, _COUNTS), ("Share of each true type", "Number of cells"))
        self.choose_key = button(CHOOSE_KEY, self._seek_key, tip="Go to where the column with the true types is chosen")
        super().__init__("Confusion", self.heatmap, self.switch)
        empty = self._stack.widget(0)
        layout = empty.layout() if empty is not None else None
        assert isinstance(layout, QVBoxLayout)
        self.run_button = button("Run", workspace.runs.start, tip="Grade the labels against the answer key")
        layout.insertWidget(2, boxed(row(None, self.choose_key, self.run_button, None)))
        self._connect()
        self._show_finding()

    def unit_button(self, unit: str) -> QPushButton:
        """Return the button that shows fractions (``%``) or counts (``n``)."""
        return self.switch.button(unit)

    def for_paper(self) -> None:
        """Leave out what is selected too."""
        super().for_paper()
        self.heatmap.set_chosen(frozenset())

    def menu(self, where: QPoint | None = None) -> QMenu:
        """Return what can be done with the matrix, and with the colour of a type whose name is under `where`."""
        menu, data = super().menu(), self.heatmap.data
        name = "" if where is None else self.heatmap.name_at(QPointF(self.heatmap.mapFromGlobal(where)))
        if data is not None and name in data.colours and name not in ("", UNASSIGNED):
            TypeColours(self._workspace).add_to(menu, name, data.colours[name])
        return menu

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.selection.changed.connect(self._show_selection)
        self._workspace.threshold.changed.connect(self._show_finding)
        self._workspace.appearance.changed.connect(self._show_finding)
        self._workspace.steps.changed.connect(self._show_age)
        self._workspace.session.recipe_changed.connect(self._show_lack)
        self._workspace.runs.running_changed.connect(self._show_lack)
        self._workspace.steps.changed.connect(self._show_lack)
        self.switch.changed.connect(self._show_finding)
        self.heatmap.clicked.connect(self._choose)
        self.heatmap.doubled.connect(self.take_back)

    def _show_finding(self) -> None:
        finding = self._workspace.threshold.finding
        self.heatmap.set_theme(self._workspace.appearance.theme)
        grade = finding.outcome.grade if finding is not None else None
        if finding is None or grade is None:
            self.set_heading("Confusion")
            self._show_lack()
            return
        self.show_content()
        self.set_heading(_heading(grade))
        colours = run_colours(finding, self._workspace.appearance.theme)
        counts, columns = with_unassigned(grade)
        shares = counts / np.maximum(grade.n, 1)[:, None]
        self.heatmap.set_data(HeatmapData(
            shares, _texts(counts, shares, self.switch.value), grade.types, columns, "Truth", "Label", colours,
            short=_short(counts) if self.switch.value == _COUNTS else (), words=_words(counts, grade, columns)))
        self._show_selection()
        self._show_age()

    def _show_lack(self) -> None:
        """Say what is missing for a matrix: a run, an answer key, or a run with the key that is chosen."""
        finding = self._workspace.threshold.finding
        if finding is not None and finding.outcome.grade is not None:
            return
        chosen = finding is not None and self._workspace.session.recipe.grade.truth != NO_TRUTH
        self.show_empty(EMPTY if finding is None else KEY_CHOSEN if chosen else NO_KEY)
        self.choose_key.setVisible(finding is not None and not chosen)
        self.run_button.setVisible(chosen)
        self.run_button.setEnabled(self._workspace.runs.possible)

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


def _words(counts: Ints, grade: Grade, columns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return in a sentence what each cell of the matrix says, in numbers and in shares."""
    return tuple(tuple(f"{_called(truth, label)}: {_of_row(n, every)}" for label, n in zip(columns, line, strict=True))
                 for truth, line, every in zip(grade.types, counts.tolist(), grade.n.tolist(), strict=True))


def _called(truth: str, label: str) -> str:
    how = "rightly labelled" if label == truth else "left unassigned" if label == UNASSIGNED else f"labelled {label}"
    return f"{truth} {how}"


def _of_row(n: int, every: int) -> str:
    share = _percent(round(100 * n / max(every, 1)), n) or "0"
    return f"{n:,} {'cell' if n == 1 else 'cells'}, {share} % of the row"


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
