"""The confusion matrix: a click on a cell, a row or a column selects its cells everywhere."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QPushButton

from anchorscope.results import Grade
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.heatmap import Heatmap, HeatmapData
from anchorscope_desktop.plotting.heatmap_layout import Hit
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.segments import Segments

EMPTY = "The confusion matrix appears here after a run with an answer key."
NO_KEY = ("The confusion matrix would show here which true types were called what. It needs an answer key: choose the "
          "column of the query with the true types on the Transfer page, and run again.")
_FRACTIONS, _COUNTS = "%", "n"


class ConfusionView(ViewFrame):
    """True types in rows, transferred labels in columns."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.heatmap = Heatmap(workspace.appearance.theme, "Confusion matrix: truth in rows, labels in columns")
        self.heatmap.setToolTip("Click a cell, a row or a column; Shift adds, Esc clears")
        self.switch = Segments((_FRACTIONS, _COUNTS), ("Share of each true type", "Number of cells"))
        super().__init__("Confusion", self.heatmap, self.switch)
        self._framed: frozenset[Hit] = frozenset()
        self._clicked: frozenset[Hit] = frozenset()
        self._connect()
        self._show_finding()

    def unit_button(self, unit: str) -> QPushButton:
        """Return the button that shows fractions (``%``) or counts (``n``)."""
        return self.switch.button(unit)

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.selection.changed.connect(self._show_selection)
        self._workspace.appearance.changed.connect(self._show_finding)
        self.switch.changed.connect(self._show_finding)
        self.heatmap.clicked.connect(self._choose)

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        self.heatmap.set_theme(self._workspace.appearance.theme)
        grade = finding.outcome.grade if finding is not None else None
        if finding is None or grade is None:
            self.set_heading("Confusion")
            self.show_empty(EMPTY if finding is None else NO_KEY)
            return
        self.show_content()
        self.set_heading(f"Confusion: {grade.accuracy:.1%} right")
        colours = type_colours(figures.all_types(finding), self._workspace.appearance.theme)
        self.heatmap.set_data(HeatmapData(
            grade.fractions, _texts(grade, self.switch.value), grade.types, grade.types, "Truth", "Called", colours))
        self.heatmap.set_chosen(self._framed)

    def _choose(self, row: int | None, column: int | None, adding: bool) -> None:  # noqa: FBT001 - a signal's signature
        finding = self._workspace.session.shown
        if finding is not None:
            framed = frozenset({(row, column)})
            self._clicked = self._framed | framed if adding else framed
            self._workspace.selection.choose(choosing.of_confusion(finding, row, column), adding=adding)

    def _show_selection(self) -> None:
        # A selection made elsewhere has no cell of the matrix to frame.
        self._framed, self._clicked = self._clicked, frozenset()
        self.heatmap.set_chosen(self._framed)


def _texts(grade: Grade, unit: str) -> tuple[tuple[str, ...], ...]:
    if unit == _COUNTS:
        return tuple(tuple(f"{n:,}" if n else "" for n in line) for line in grade.counts.tolist())
    percent = np.round(100 * grade.fractions, 0).astype(int).tolist()
    return tuple(tuple(_percent(p, n) for p, n in zip(line, counts, strict=True))
                 for line, counts in zip(percent, grade.counts.tolist(), strict=True))


def _percent(percent: int, count: int) -> str:
    if not count:
        return ""
    return str(percent) if percent else "<1"
