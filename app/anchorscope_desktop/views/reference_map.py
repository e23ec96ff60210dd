"""The reference's UMAP, coloured by type."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anchorscope_desktop.plotting.cell_map import CellMap, Colouring
from anchorscope_desktop.plotting.colours import palette_for, type_colours
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame

EMPTY = "The map of the reference appears here after a run, coloured by type."


class ReferenceMap(ViewFrame):
    """Shows all reference cells; dims those that are not selected."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.map = CellMap(workspace.appearance.theme, "Map of the reference cells")
        super().__init__("Reference (RNA)", self.map)
        self._connect()
        self._show_finding()

    @property
    def highlighted(self) -> NDArray[np.bool_] | None:
        """Which reference cells stand out."""
        return self.map.highlighted

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_finding)
        self._workspace.selection.changed.connect(self._show_selection)
        self._workspace.appearance.changed.connect(self._recolour)
        self.map.legend.clicked.connect(self._choose)

    def _show_finding(self) -> None:
        finding = self._workspace.session.shown
        if finding is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.map.show_cells(finding.outcome.maps.reference)
        self._recolour()
        self._show_selection()

    def _recolour(self) -> None:
        theme, finding = self._workspace.appearance.theme, self._workspace.session.shown
        self.map.set_theme(theme)
        if finding is not None:
            labels = finding.outcome.reference_labels.labels
            palette = palette_for(labels.types, type_colours(figures.all_types(finding), theme))
            self._types = labels.types
            self.map.colour(Colouring(labels.codes, palette, list(zip(labels.types, palette, strict=False))))

    def _show_selection(self) -> None:
        self.map.cloud.set_highlight(self._workspace.selection.current.reference)

    def _choose(self, index: int, adding: bool) -> None:  # noqa: FBT001 - a signal's signature
        finding = self._workspace.session.shown
        if finding is not None:
            self._workspace.selection.choose(choosing.of_type(finding, self._types[index]), adding=adding)
