"""Both assays in one map, to see whether cells of a type lie together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStackedWidget, QWidget

from anchorscope.results import Floats
from anchorscope_desktop.plotting.cell_map import Colouring
from anchorscope_desktop.plotting.colouring import by_categories, by_numbers
from anchorscope_desktop.plotting.colours import AGREES, DIFFERS, UNASSIGNED, type_colours
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.foresight import foreseen_merged
from anchorscope_desktop.state.left_out import LEFT_OUT, UNKNOWN, typeless
from anchorscope_desktop.state.map_values import AGREEMENT, ColourBy, Meaning, Numbers, merged_meanings
from anchorscope_desktop.state.merged_values import ATAC, RNA, merged_values
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.map_frame import MapFrame
from anchorscope_desktop.widgets.basics import boxed, button, column, label, row
from anchorscope_desktop.widgets.colour_box import ColourBox

EMPTY = "The merged map of both assays can be drawn here after a run."
ASK = ("One map of all cells of both assays: expression is lent to the query along the anchors, then both are embedded "
       "together; labels do not change. {time}")
DRAWING = "The merged map is being drawn; Cancel is at the bottom."
NOT_DRAWN = "Draw it first: on Explore, choose “merged” and press “Draw the merged map”."
NOT_GRADED = "not graded"
_ASSAYS = {RNA: QColor("#E69F00"), ATAC: QColor("#0072B2"), "": QColor("#8A9098")}


class MergedMap(MapFrame):
    """Shows the cells of both assays together, coloured by assay, type, score, truth, agreement, column or gene."""

    def __init__(self, workspace: Workspace) -> None:
        self.colour_by = ColourBox("Colour the merged map by")
        self._words = label("", "muted")
        self.draw = button("Draw the merged map", workspace.merger.start, tip="Once for each result; can be cancelled")
        self._pages = QStackedWidget()
        self._drawn: object = None
        super().__init__(workspace, "Both assays", "Merged map of both assays", "merged", self.colour_by)
        self._connect()
        self._show_result()

    @property
    def empty_text(self) -> str:
        """What stands in place of the picture, also where it must be asked for; nothing while it is shown."""
        merger = self._workspace.merger
        undrawn = "" if merger.result is not None else DRAWING if merger.running else NOT_DRAWN
        return super().empty_text or undrawn

    def _content(self) -> QWidget:
        self._pages.addWidget(boxed(column(None, self._words, boxed(row(None, self.draw, None)), None, margin=48)))
        self._pages.addWidget(self.map)
        return self._pages

    def _connect(self) -> None:
        super()._connect()
        work = self._workspace
        work.merger.changed.connect(self._show_result)
        work.threshold.changed.connect(self._follow_threshold)
        self.colour_by.chosen.connect(lambda meaning: work.levels.colour("merged", meaning))
        self.colour_by.missed.connect(lambda typed: work.levels.refuse("merged", typed, work.navigation.current))

    def _follow_threshold(self) -> None:
        self.when_seen(self._recolour_labels)

    def _recolour_labels(self) -> None:
        if self._workspace.colours.merged.by in (ColourBy.TYPE, ColourBy.AGREEMENT):
            self._recolour()

    def _show_result(self) -> None:
        merger, finding = self._workspace.merger, self._workspace.session.shown
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.colour_by.offer(merged_meanings(finding), self._workspace.colours.merged)
        self._pages.setCurrentIndex(int(merger.result is not None))
        self._words.setText(DRAWING if merger.running else ASK.format(time=foreseen_merged(self._workspace.session)))
        self.draw.setEnabled(not merger.running)
        if merger.result is not None:
            if self._drawn is not merger.result:  # by the other method it is the same map, as it is looked at
                self._drawn = merger.result
                self._hold_legend()
                self.map.show_cells(merger.result.map)
            self._recolour()
            self._show_selection()
        self._show_age()

    def _recolour(self) -> None:
        self._dress()
        finding = self._workspace.threshold.finding
        if finding is not None and self._workspace.merger.result is not None:
            meaning = self._workspace.colours.merged
            self.colour_by.show_meaning(meaning)
            self.map.colour(colouring(finding, meaning, self._workspace.appearance.theme))

    def _show_selection(self) -> None:
        finding = self._workspace.session.shown
        if finding is not None and self._workspace.merger.result is not None:
            self.map.highlight(joint_mask(finding, self._workspace.selection.current))

    def _enclose(self, corners: Floats, how: int) -> None:
        finding, result = self._workspace.session.shown, self._workspace.merger.result
        if finding is not None and result is not None:
            cells = inside(result.map, corners)
            parts = cells[: result.n_reference], cells[result.n_reference:]
            self._workspace.selection.choose(Selection("Drawn on both assays", *parts), how)

    def _cell(self, finding: Finding, point: int) -> Selection:
        n = len(finding.job.reference.cells)
        side, cell = ("reference", point) if point < n else ("query", point - n)
        return choosing.of_cell(finding, side, cell)

    def _choose(self, index: int, how: int) -> None:
        finding = self._workspace.threshold.finding
        if finding is not None:
            chosen = of_legend(finding, self._workspace.colours.merged, index, self.map.legend.entry(index))
            self._workspace.selection.choose(chosen, how)


def colouring(finding: Finding, meaning: Meaning, theme: Theme) -> Colouring:
    """Return the colours of the cells of both assays for one meaning."""
    values = merged_values(finding, meaning)
    if isinstance(values, Numbers):
        return by_numbers(values.values, values.low, values.high, values.title, values.edge)
    if meaning.by is ColourBy.ASSAY:
        return by_categories(values.labels, _ASSAYS, "", as_given=True)
    if meaning.by is ColourBy.AGREEMENT and not values.types:
        table = dict(zip((*AGREEMENT, ""), (AGREES, DIFFERS, theme.color("unassigned")), strict=True))
        return by_categories(values.labels, table, NOT_GRADED)
    known = figures.all_types(finding)
    own = values.types or set(values.labels.types) <= set(known)
    missing = UNKNOWN if meaning.by in (ColourBy.TRUTH, ColourBy.COLUMN) else UNASSIGNED
    if meaning.by is ColourBy.TYPE and typeless(finding) != UNKNOWN:
        missing = f"{UNASSIGNED} or {LEFT_OUT}"
    table = run_colours(finding, theme) if own else type_colours(values.labels.types, theme)
    return by_categories(values.labels, table, missing)


def of_legend(finding: Finding, meaning: Meaning, index: int, entry: str) -> Selection:
    """Return the cells of both assays that an entry of the legend stands for; of numbers, those nearest to it."""
    values, n = merged_values(finding, meaning), len(finding.job.reference.cells)
    if isinstance(values, Numbers):
        words, cells = choosing.near_mark(values, index)
        by = choosing.by_scores(finding) if meaning.by is ColourBy.SCORE else None
        return Selection(words, cells[:n], cells[n:], by)
    name = entry if entry in values.labels.types else ""
    words = {ColourBy.ASSAY: f"All of {entry}", ColourBy.TYPE: choosing.words_of_type(name),
             ColourBy.TRUTH: f"Truly {name or 'unknown'}",
             ColourBy.COLUMN: f"{meaning.name} {entry}"}.get(meaning.by, f"Label {entry}")
    cells = choosing.with_name(values.labels, name)
    by = choosing.by_labels(finding) if meaning.by in (ColourBy.TYPE, ColourBy.AGREEMENT) else None
    return Selection(words, cells[:n], cells[n:], by)


def joint_mask(finding: Finding, selection: Selection) -> NDArray[np.bool_] | None:
    """Return which cells of both assays are selected, the reference's first."""
    if selection.empty:
        return None
    sizes = len(finding.job.reference.cells), len(finding.job.query.cells)
    parts = zip((selection.reference, selection.query), sizes, strict=True)
    return np.concatenate([np.zeros(n, dtype=bool) if mask is None else mask for mask, n in parts])
