"""The query's UMAP, coloured by transferred label, score, truth or agreement."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from anchorscope.results import Grade, Labels
from anchorscope_desktop.plotting.cell_map import CellMap, Colouring
from anchorscope_desktop.plotting.colours import UNASSIGNED, palette_for, ramp, type_colours
from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.combo import Combo

EMPTY = "The map of the query appears here after a run, coloured by transferred label."
_STEPS = 32
_AGREE, _DIFFER = QColor("#0072B2"), QColor("#D55E00")


class ColourBy(Enum):
    """What the colours of the query's map can mean."""

    LABEL = "transferred label"
    SCORE = "score"
    TRUTH = "truth"
    AGREEMENT = "agreement"


class QueryMap(ViewFrame):
    """Shows all query cells; dims those that are not selected."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.map = CellMap(workspace.appearance.theme, "Map of the query cells")
        self.colour_by = Combo()
        self.colour_by.setFixedWidth(22 * GRID)
        self.colour_by.setAccessibleName("Colour the query by")
        self.colour_by.setToolTip("What the colours mean")
        super().__init__("Query (ATAC)", self.map, self.colour_by)
        self._connect()
        self._show_finding()

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """Which query cells stand out."""
        return self.map.highlighted

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.selection.changed.connect(self._show_selection)
        self._workspace.appearance.changed.connect(self._recolour)
        self.colour_by.currentIndexChanged.connect(self._recolour)
        self.map.legend.clicked.connect(self._choose)

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self._offer(finding)
        self.map.show_cells(finding.outcome.maps.query)
        self._recolour()
        self._show_selection()

    def _offer(self, finding: Finding) -> None:
        wanted = self.colour_by.currentData()
        choices = list(ColourBy) if finding.outcome.grade is not None else [ColourBy.LABEL, ColourBy.SCORE]
        self.colour_by.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.colour_by.clear()
        for choice in choices:
            self.colour_by.addItem(f"by {choice.value}", choice)
        self.colour_by.setCurrentIndex(choices.index(wanted) if wanted in choices else 0)
        self.colour_by.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def _recolour(self) -> None:
        theme, finding = self._workspace.appearance.theme, self._workspace.session.shown
        self.map.set_theme(theme)
        if finding is not None:
            self.map.colour(colouring(finding, self.colour_by.currentData() or ColourBy.LABEL, theme))

    def _show_selection(self) -> None:
        self.map.cloud.set_highlight(self._workspace.selection.current.query)

    def _choose(self, index: int, adding: bool) -> None:  # noqa: FBT001 - a signal's signature
        finding, meaning = self._workspace.session.shown, self.colour_by.currentData()
        if finding is None or meaning not in (ColourBy.LABEL, ColourBy.TRUTH):
            return
        name = self.map.legend.entry(index).replace(UNASSIGNED, "")
        of = choosing.of_type if meaning is ColourBy.LABEL else choosing.of_true_type
        self._workspace.selection.choose(of(finding, name), adding=adding)


def colouring(finding: Finding, meaning: ColourBy, theme: Theme) -> Colouring:
    """Return the colours of the query cells for one meaning."""
    grade = finding.outcome.grade
    if meaning is ColourBy.SCORE:
        return _by_score(finding)
    if meaning is ColourBy.AGREEMENT and grade is not None:
        return _by_agreement(grade, theme)
    if meaning is ColourBy.TRUTH and grade is not None:
        return _by_type(finding, grade.truth, theme)
    return _by_type(finding, finding.outcome.prediction.labels, theme)


def _by_type(finding: Finding, labels: Labels, theme: Theme) -> Colouring:
    palette = palette_for(labels.types, type_colours(figures.all_types(finding), theme))
    present = [code for code in range(len(labels.types)) if (labels.codes == code).any()]
    legend = [(labels.types[code], palette[code]) for code in present]
    missing = [(UNASSIGNED, palette[-1])] if (labels.codes < 0).any() else []
    return Colouring(labels.codes, palette, legend + missing)


def _by_score(finding: Finding) -> Colouring:
    colours = ramp(_STEPS)
    codes = np.clip((finding.outcome.prediction.best * _STEPS).astype(np.int64), 0, _STEPS - 1)
    marks = [(f"{value:g}", colours[min(int(value * _STEPS), _STEPS - 1)]) for value in (0, 0.25, 0.5, 0.75, 1)]
    return Colouring(codes, colours, marks)


def _by_agreement(grade: Grade, theme: Theme) -> Colouring:
    graded = grade.cells(None, None)
    same = grade.truth.codes == grade.predicted.codes
    codes = np.where(graded, np.where(same, 0, 1), -1)
    palette = [_AGREE, _DIFFER, theme.color("unassigned")]
    names = ("agrees", "differs", "not graded")
    shown = names if (codes < 0).any() else names[:2]
    return Colouring(codes, palette, list(zip(shown, palette, strict=False)))
