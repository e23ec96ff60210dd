"""The reference's UMAP, coloured by type, a gene's expression or a column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anchorscope.results import Floats
from anchorscope_desktop.plotting.cell_map import CellMap, Colouring
from anchorscope_desktop.plotting.colouring import by_categories, by_numbers
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.map_values import ColourBy, Meaning, Numbers, reference_meanings, reference_values
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.colour_box import ColourBox
from anchorscope_desktop.widgets.icons import Symbol
from anchorscope_desktop.widgets.tool_button import ToolButton

EMPTY = "The map of the reference appears here after a run, coloured by type."
LASSO_TIP = "Draw around cells to select them; switch off to move the map again"


class ReferenceMap(ViewFrame):
    """Shows all reference cells; dims those that are not selected."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.map = CellMap(workspace.appearance.theme, "Map of the reference cells")
        self.colour_by = ColourBox("Colour the reference by")
        self.lasso = ToolButton(Symbol.LASSO, "Lasso on the reference", LASSO_TIP, workspace.appearance.theme)
        super().__init__("Reference", self.map, self.lasso, self.colour_by)
        self._connect()
        self._show_finding()

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """Which reference cells stand out."""
        return self.map.highlighted

    def _connect(self) -> None:
        work = self._workspace
        work.session.outcome_changed.connect(self._show_finding)
        work.selection.changed.connect(self._show_selection)
        work.appearance.changed.connect(self._recolour)
        work.colours.changed.connect(self._recolour)
        work.steps.changed.connect(self._show_age)
        self.colour_by.chosen.connect(lambda meaning: work.colours.choose("reference", meaning))
        self.lasso.toggled.connect(lambda on: self.map.lasso.switch(on=on))
        self.map.lasso.drawn.connect(self._enclose)
        self.map.legend.clicked.connect(self._choose)

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.colour_by.offer(reference_meanings(finding), self._workspace.colours.reference)
        self.map.show_cells(finding.outcome.maps.reference)
        self._recolour()
        self._show_selection()
        self._show_age()

    def _recolour(self) -> None:
        theme, finding = self._workspace.appearance.theme, self._workspace.session.shown
        self.map.set_theme(theme)
        self.lasso.set_theme(theme)
        if finding is not None:
            self.colour_by.show_meaning(self._workspace.colours.reference)
            self.map.colour(colouring(finding, self._workspace.colours.reference, theme))

    def _show_selection(self) -> None:
        self.map.cloud.set_highlight(self._workspace.selection.current.reference)

    def _show_age(self) -> None:
        self.mark_older(older=self._workspace.session.outdated)
        self.map.fade(faded=self._workspace.session.outdated)

    def _enclose(self, corners: Floats, how: int) -> None:
        finding = self._workspace.session.shown
        if finding is not None:
            cells = inside(finding.outcome.maps.reference, corners)
            self._workspace.selection.choose(choosing.of_reference(finding, "Drawn on the reference", cells), how)

    def _choose(self, index: int, how: int) -> None:
        finding, meaning = self._workspace.threshold.finding, self._workspace.colours.reference
        if finding is None:
            return
        values, entry = reference_values(finding, meaning), self.map.legend.entry(index)
        if isinstance(values, Numbers):
            return
        name = entry if entry in values.labels.types else ""
        if meaning.by is ColourBy.TYPE:
            self._workspace.selection.choose(choosing.of_type(finding, name), how)
        else:
            words = f"{meaning.name} {entry}"
            self._workspace.selection.choose(choosing.of_reference(finding, words, values.labels.names == name), how)


def colouring(finding: Finding, meaning: Meaning, theme: Theme) -> Colouring:
    """Return the colours of the reference cells for one meaning."""
    values = reference_values(finding, meaning)
    if isinstance(values, Numbers):
        return by_numbers(values.values, values.low, values.high)
    known = figures.all_types(finding)
    own = values.types or set(values.labels.types) <= set(known)
    table = type_colours(known if own else values.labels.types, theme)
    return by_categories(values.labels, table, "unknown")
