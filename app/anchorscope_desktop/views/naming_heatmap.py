"""How clusters got their names: marker levels by type and cluster, the winner framed; and the names, to be changed."""

from __future__ import annotations

import numpy as np

from anchorscope.results import ClusterNaming, Floats
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.heatmap import Heatmap, HeatmapData
from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.state.naming import by_panel, named, naming_outdated, present_naming
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, column, label, row
from anchorscope_desktop.widgets.cluster_table import ClusterLine, ClusterTable
from anchorscope_desktop.widgets.combo import Combo

EMPTY = ("After a run, or a click on “Name the clusters”: the level of every type's markers in every cluster. The "
         "highest of a column names the cluster, and each name can be changed.")
MISSING = ("{} is not among the genes of the reference.", "{n} markers are not among the genes of the reference: {}.")
UNUSED = ("{} names no cluster: other types score higher in every one.",
          "{n} types name no cluster, because others score higher in every one: {}.")
MATCHED = ("{} in the reference.", "{n} markers are written otherwise in the reference: {}.")
_MOST = 4


class NamingHeatmap(ViewFrame):
    """Types in rows, clusters in columns; below, a line for each cluster."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.heatmap = Heatmap(workspace.appearance.theme, "Marker level by type and cluster")
        self.table = ClusterTable()
        self.remarks, self.quality = label("", "muted"), label("", "muted")
        self.against = Combo()
        self.against.setFixedWidth(20 * GRID)
        self.against.setAccessibleName("Column that names are held against")
        self.against.setToolTip("Hold the names of the clusters against a column of the reference")
        line = row(self.quality, self.against)
        line.setStretch(0, 1)
        self._quality_line = boxed(line)
        layout = column(self.heatmap, self.table, self._quality_line, self.remarks, spacing=GRID)
        layout.setStretch(0, 3)
        layout.setStretch(1, 2)
        super().__init__("Names of the clusters", boxed(layout))
        self._connect()
        self._show_naming()

    def _connect(self) -> None:
        self._workspace.previews.changed.connect(self._show_naming)
        self._workspace.session.recipe_changed.connect(self._show_naming)
        self._workspace.appearance.changed.connect(self._show_naming)
        self._workspace.naming.changed.connect(self._show_quality)
        self.table.renamed.connect(self._rename)
        self.against.currentTextChanged.connect(self._workspace.naming.choose)

    def _show_naming(self) -> None:
        found, theme = self._workspace.previews.named, self._workspace.appearance.theme
        naming = present_naming(found, self._workspace.session.recipe)
        self.heatmap.set_theme(theme)
        if found is None or naming is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.heatmap.set_data(heatmap_of(naming, found.types, theme))
        self.table.show_lines(lines_of(naming))
        self.mark_older(older=naming_outdated(found, self._workspace.session.recipe))
        self._remark(naming)
        self._show_quality()

    def _remark(self, naming: ClusterNaming) -> None:
        self.remarks.setText("\n".join(remarks_on(naming, _MOST)))
        self.remarks.setToolTip("\n".join(remarks_on(naming)))
        self.remarks.setVisible(bool(self.remarks.text()))

    def _show_quality(self) -> None:
        state = self._workspace.naming
        self._quality_line.setVisible(bool(state.columns and state.sentence))
        self.quality.setText(state.sentence)
        self.against.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.against.clear()
        self.against.addItems(list(state.columns))
        self.against.setCurrentText(state.column)
        self.against.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def _rename(self, cluster: int, name: str) -> None:
        session = self._workspace.session
        naming = present_naming(self._workspace.previews.named, session.recipe)
        if naming is not None:
            session.set_recipe(named(session.recipe, naming, cluster, name))
            self._show_naming()


def heatmap_of(naming: ClusterNaming, types: tuple[str, ...], theme: Theme) -> HeatmapData:
    """Return the table of scores, each column from its lowest to its highest."""
    colours = type_colours(types, theme)
    texts = tuple(tuple(f"{value:z.1f}" for value in line) for line in naming.scores.tolist())
    columns = tuple(f"{n} {name}" for n, name in enumerate(naming.names))
    winners = frozenset((naming.types.index(name), n) for n, name in enumerate(naming.names) if name in naming.types)
    return HeatmapData(_shades(naming.scores), texts, naming.types, columns, "Markers", "Cluster", colours, winners)


def lines_of(naming: ClusterNaming) -> list[ClusterLine]:
    """Return a line for each cluster."""
    columns = (naming.names, by_panel(naming), naming.sizes.tolist(), naming.margin.tolist(), naming.runner_up)
    return [ClusterLine(*values) for values in zip(*columns, strict=True)]


def remarks_on(naming: ClusterNaming, most: int | None = None) -> list[str]:
    """Return what could not be used and why: panel entries not in the data, types that name nothing, other spellings.

    At most `most` of each are listed by name.
    """
    kinds = ((MISSING, [f"{gene} ({kind})" for kind, gene in naming.missing]), (UNUSED, list(naming.unused)),
             (MATCHED, [f"{gene} is written {own}" for gene, own in naming.matched]))
    return [_sentence(words, names, most) for words, names in kinds if names]


def _sentence(words: tuple[str, str], names: list[str], most: int | None) -> str:
    if len(names) == 1:
        return words[0].format(names[0])
    more = len(names) - len(names[:most])
    return words[1].format(", ".join(names[:most]) + (f" and {more} more" if more else ""), n=len(names))


def _shades(scores: Floats) -> Floats:
    low, high = scores.min(axis=0, keepdims=True), scores.max(axis=0, keepdims=True)
    return np.asarray((scores - low) / np.maximum(high - low, 1e-12))
