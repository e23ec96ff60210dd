"""The reference's UMAP, coloured by type, cluster, a gene's expression or a column."""

from __future__ import annotations

from anchorscope.results import Floats
from anchorscope_desktop.plotting.cell_map import Colouring
from anchorscope_desktop.plotting.colouring import by_categories, by_numbers
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.lasso import inside
from anchorscope_desktop.plotting.theme import Theme
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.map_values import ColourBy, Meaning, Numbers, reference_meanings, reference_values
from anchorscope_desktop.state.run_colours import run_colours
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.map_frame import MapFrame
from anchorscope_desktop.widgets.colour_box import ColourBox

EMPTY = "The map of the reference appears here after a run, coloured by type."


class ReferenceMap(MapFrame):
    """Shows all reference cells; dims those that are not selected."""

    def __init__(self, workspace: Workspace) -> None:
        self.colour_by = ColourBox("Colour the reference by")
        super().__init__(workspace, "Reference", "Map of the reference cells", "reference", self.colour_by)
        self._connect()
        self._show_finding()

    def _connect(self) -> None:
        super()._connect()
        work = self._workspace
        work.session.outcome_changed.connect(self._show_finding)
        self.colour_by.chosen.connect(lambda meaning: work.levels.colour("reference", meaning))
        self.colour_by.missed.connect(lambda typed: work.levels.refuse("reference", typed, work.navigation.current))

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.colour_by.offer(reference_meanings(finding), self._workspace.colours.reference)
        maps = finding.outcome.maps
        self.show_cells(maps.reference, maps.sampled[0])
        self._recolour()
        self._show_selection()
        self._show_age()

    def _recolour(self) -> None:
        theme, finding = self._dress(), self._workspace.session.shown
        if finding is not None:
            self.colour_by.show_meaning(self._workspace.colours.reference)
            self.map.colour(colouring(finding, self._workspace.colours.reference, theme))

    def _show_selection(self) -> None:
        self.map.cloud.set_highlight(self._workspace.selection.current.reference)

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
            chosen = choosing.of_reference(finding, *choosing.near_mark(values, index))
            self._workspace.selection.choose(chosen, how)
            return
        name = entry if entry in values.labels.types else ""
        if meaning.by is ColourBy.TYPE:
            self._workspace.selection.choose(choosing.of_type(finding, name), how)
            return
        cells = choosing.with_name(values.labels, name)
        chosen = (choosing.of_reference(finding, f"Cluster {entry}", cells) if meaning.by is ColourBy.CLUSTER else
                  choosing.of_column(finding, "reference", meaning.name, name, cells))
        self._workspace.selection.choose(chosen, how)


def colouring(finding: Finding, meaning: Meaning, theme: Theme) -> Colouring:
    """Return the colours of the reference cells for one meaning."""
    values = reference_values(finding, meaning)
    if isinstance(values, Numbers):
        return by_numbers(values.values, values.low, values.high, values.name)
    known = figures.all_types(finding)
    own = values.types or set(values.labels.types) <= set(known)
    table = run_colours(finding, theme) if own else type_colours(values.labels.types, theme)
    return by_categories(values.labels, table, "unknown")
