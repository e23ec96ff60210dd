"""The query's UMAP, coloured by label, score, truth, agreement, a gene's activity or a column."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QColor

from anchorscope.results import Floats
from anchorscope_desktop.plotting.cell_map import Colouring
from anchorscope_desktop.plotting.colouring import by_categories, by_numbers
from anchorscope_desktop.plotting.colours import AGREES, DIFFERS, UNASSIGNED, type_colours
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.left_out import UNKNOWN
from anchorscope_desktop.state.map_values import (
    AGREEMENT,
    Categories,
    ColourBy,
    Meaning,
    Numbers,
    query_meanings,
    query_values,
)
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.selection import Selection
from anchorscope_desktop.state.session import Finding, same_cells
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.map_frame import MapFrame
from anchorscope_desktop.widgets.colour_box import ColourBox

__all__ = ["ColourBy", "QueryMap"]

EMPTY = "The map of the query appears here after a run, coloured by transferred label."
_MISSING = {ColourBy.LABEL: UNASSIGNED, ColourBy.AGREEMENT: "not graded"}


class QueryMap(MapFrame):
    """Shows all query cells; dims those that are not selected.

    With `present_only` nothing is shown of a query that another one has replaced since the run.
    """

    def __init__(self, workspace: Workspace, *, present_only: bool = False) -> None:
        self._present_only = present_only
        self.colour_by = ColourBox("Colour the query by")
        super().__init__(workspace, "Query", "Map of the query cells", "query", self.colour_by)
        self._connect()
        self._show_finding()

    def _connect(self) -> None:
        super()._connect()
        work = self._workspace
        work.session.outcome_changed.connect(self._show_finding)
        if self._present_only:
            work.session.inputs_changed.connect(self._show_finding)
        work.threshold.changed.connect(self._follow_threshold)
        self.colour_by.chosen.connect(lambda meaning: work.levels.colour("query", meaning))
        self.colour_by.missed.connect(lambda typed: work.levels.refuse("query", typed, work.navigation.current))

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        if finding is None or (self._present_only and self._replaced(finding)):
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.colour_by.offer(query_meanings(finding), self._workspace.colours.query)
        maps = finding.outcome.maps
        self._hold_legend()
        self.show_cells(maps.query, maps.sampled[1])
        self._recolour()
        self._show_selection()
        self._show_age()

    def _replaced(self, finding: Finding) -> bool:
        query = self._workspace.session.query
        return query is not None and not same_cells(finding.job.query, query)

    def _recolour(self) -> None:
        theme, finding = self._dress(), self._workspace.threshold.finding
        if finding is not None:
            self.colour_by.show_meaning(self._workspace.colours.query)
            self.map.colour(colouring(finding, self._workspace.colours.query, theme))

    def _follow_threshold(self) -> None:
        self.when_seen(self._recolour_labels)

    def _recolour_labels(self) -> None:
        meaning, finding = self._workspace.colours.query, self._workspace.threshold.finding
        if finding is not None and meaning.by in (ColourBy.LABEL, ColourBy.AGREEMENT):
            self.map.colour(colouring(finding, meaning, self._workspace.appearance.theme))

    def _show_selection(self) -> None:
        self.map.highlight(self._workspace.selection.current.query)

    def _enclose(self, corners: Floats, how: int) -> None:
        finding = self._workspace.session.shown
        if finding is not None:
            cells = inside(finding.outcome.maps.query, corners)
            self._workspace.selection.choose(choosing.of_query(finding, "Drawn on the query", cells), how)

    def _choose(self, index: int, how: int) -> None:
        finding = self._workspace.threshold.finding
        if finding is not None:
            chosen = of_legend(finding, self._workspace.colours.query, index, self.map.legend.entry(index))
            self._workspace.selection.choose(chosen, how)


def of_legend(finding: Finding, meaning: Meaning, index: int, entry: str) -> Selection:
    """Return the cells that an entry of the legend stands for; where colours are numbers, those nearest to it."""
    values = query_values(finding, meaning)
    if isinstance(values, Numbers):
        by = choosing.by_scores(finding) if meaning.by is ColourBy.SCORE else None
        return replace(choosing.of_query(finding, *choosing.near_mark(values, index)), by=by)
    if meaning.by is ColourBy.LABEL:
        return choosing.of_type(finding, entry if entry in values.labels.types else "")
    if meaning.by is ColourBy.TRUTH:
        return choosing.of_true_type(finding, entry if entry in values.labels.types else "")
    if meaning.by is ColourBy.OWN_CLUSTER and finding.outcome.query_clusters is not None:
        return choosing.of_own_cluster(finding, finding.outcome.query_clusters, entry)
    name = entry if entry in values.labels.types else ""
    if meaning.by is ColourBy.COLUMN:
        cells = choosing.with_name(values.labels, name)
        return choosing.of_column(finding, "query", meaning.name, name, cells)
    agreement = dict(zip(AGREEMENT, ("Rightly labelled", "Wrongly labelled"), strict=True))
    words = agreement.get(name, f"{meaning.name} {entry}")
    chosen = choosing.of_query(finding, words.strip(), choosing.with_name(values.labels, name))
    return replace(chosen, by=choosing.by_labels(finding)) if name in agreement else chosen


def colouring(finding: Finding, meaning: Meaning, theme: Theme) -> Colouring:
    """Return the colours of the query cells for one meaning."""
    values = query_values(finding, meaning)
    if isinstance(values, Numbers):
        return by_numbers(values.values, values.low, values.high, values.title, values.edge)
    return by_categories(values.labels, _table(finding, meaning, values, theme), _MISSING.get(meaning.by, UNKNOWN))


def _table(finding: Finding, meaning: Meaning, values: Categories, theme: Theme) -> dict[str, QColor]:
    if meaning.by is ColourBy.AGREEMENT and not values.types:
        return dict(zip((*AGREEMENT, ""), (AGREES, DIFFERS, theme.color("unassigned")), strict=True))
    known = figures.all_types(finding)
    own = values.types or set(values.labels.types) <= set(known)
    return run_colours(finding, theme) if own else type_colours(values.labels.types, theme)
