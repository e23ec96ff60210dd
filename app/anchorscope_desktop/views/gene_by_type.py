"""Does the bridge carry signal? One gene's expression and activity, type by type."""

from __future__ import annotations

import numpy as np

from anchorscope.results import Floats
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.heatmap import Heatmap, HeatmapData
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame

EMPTY = "After a run: is the gene active in the ATAC cells of the types that express it?"
_COLUMNS = ("expression (RNA)", "activity (ATAC)")


class GeneByType(ViewFrame):
    """Mean expression in the reference beside mean activity under the transferred labels."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.heatmap = Heatmap(workspace.appearance.theme, "Expression and activity of the gene by type")
        super().__init__("Does the gene carry signal?", self.heatmap)
        self._connect()
        self._show_gene()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_gene)
        self._workspace.genes.changed.connect(self._show_gene)
        self._workspace.appearance.changed.connect(self._show_gene)

    def _show_gene(self) -> None:
        finding, gene = self._workspace.session.shown, self._workspace.genes.gene
        theme = self._workspace.appearance.theme
        self.heatmap.set_theme(theme)
        if finding is None or not gene:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.set_heading(f"{gene}: mean level by type (log-normalised)")
        levels = figures.gene_by_type(finding, gene)
        table = np.column_stack([levels.expression, levels.activity])
        texts = tuple(tuple("–" if np.isnan(value) else f"{value:.2f}" for value in line) for line in table.tolist())
        colours = type_colours(figures.all_types(finding), theme)
        self.heatmap.set_data(HeatmapData(_shades(table), texts, levels.types, _COLUMNS, "", "", colours))


def _shades(table: Floats) -> Floats:
    filled = np.nan_to_num(table)
    return np.asarray(filled / np.maximum(filled.max(axis=0, keepdims=True), 1e-12))
