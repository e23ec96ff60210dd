"""How clusters got their names: marker levels by type and cluster, the winner framed."""

from __future__ import annotations

import numpy as np

from anchorscope.results import ClusterNaming, Floats
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.heatmap import Heatmap, HeatmapData
from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, column, label

EMPTY = "After a run: the level of every type's markers in every cluster. The highest of a column names the cluster."
MISSING = "{gene} ({kind}) is not among the genes of the reference."
UNUSED = "{kind} names no cluster: other types score higher in every one."


class NamingHeatmap(ViewFrame):
    """Types in rows, clusters in columns."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.heatmap = Heatmap(workspace.appearance.theme, "Marker level by type and cluster")
        self.remarks = label("", "muted")
        layout = column(self.heatmap, self.remarks, spacing=GRID)
        layout.setStretch(0, 1)
        super().__init__("Names of the clusters", boxed(layout))
        self._connect()
        self._show_naming()

    def _connect(self) -> None:
        self._workspace.session.outcome_changed.connect(self._show_naming)
        self._workspace.appearance.changed.connect(self._show_naming)

    def _show_naming(self) -> None:
        finding, theme = self._workspace.session.shown, self._workspace.appearance.theme
        naming = finding.outcome.reference_labels.naming if finding is not None else None
        self.heatmap.set_theme(theme)
        if finding is None or naming is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.heatmap.set_data(heatmap_of(naming, figures.all_types(finding), theme))
        self.remarks.setText("\n".join(remarks_on(naming)))
        self.remarks.setVisible(bool(self.remarks.text()))


def heatmap_of(naming: ClusterNaming, types: tuple[str, ...], theme: Theme) -> HeatmapData:
    """Return the table of scores, each column from its lowest to its highest."""
    colours = type_colours(types, theme)
    texts = tuple(tuple(f"{value:.1f}" for value in line) for line in naming.scores.tolist())
    columns = tuple(f"{n + 1} {name} ({size:,})" for n, (name, size) in
                    enumerate(zip(naming.names, naming.sizes.tolist(), strict=True)))
    winners = frozenset((naming.types.index(name), n) for n, name in enumerate(naming.names) if name in naming.types)
    return HeatmapData(_shades(naming.scores), texts, naming.types, columns, "Markers", "Cluster", colours, winners)


def remarks_on(naming: ClusterNaming) -> list[str]:
    """Return one sentence for every panel entry that could not be used or named nothing."""
    missing = [MISSING.format(kind=kind, gene=gene) for kind, gene in naming.missing]
    return missing + [UNUSED.format(kind=kind) for kind in naming.unused]


def _shades(scores: Floats) -> Floats:
    low, high = scores.min(axis=0, keepdims=True), scores.max(axis=0, keepdims=True)
    return np.asarray((scores - low) / np.maximum(high - low, 1e-12))
