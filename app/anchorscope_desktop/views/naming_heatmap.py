"""How clusters got their names: marker levels by type and cluster, the winner framed, and a line to rename each."""

from __future__ import annotations

import numpy as np

from anchorscope.declared import names_in
from anchorscope.results import ClusterNaming, Floats
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.gesture import KEYS_HELP
from anchorscope_desktop.plotting.heatmap import Heatmap
from anchorscope_desktop.plotting.heatmap_data import HeatmapData
from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.plotting.scale_bar import ScaleBar
from anchorscope_desktop.plotting.theme import GRID, Theme
from anchorscope_desktop.state import choosing, figures
from anchorscope_desktop.state.naming import by_panel, named, naming_outdated, present_naming
from anchorscope_desktop.state.session import Finding
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.basics import boxed, column, label
from anchorscope_desktop.widgets.cluster_table import ClusterLine, ClusterTable
from anchorscope_desktop.widgets.combo import Combo

EMPTY = ("After a run, or a click on “Name the clusters”: the level of every type's markers in every cluster. The "
         "highest of a column names the cluster, and each name can be changed.")
MISSING = ("{} is not among the genes of the reference.", "{n} markers are not among the genes of the reference: {}.")
UNUSED = ("{} names no cluster: other types score higher in every one.",
          "{n} types name no cluster, because others score higher in every one: {}.")
MATCHED = ("{} in the reference.", "{n} markers are written otherwise in the reference: {}.")
UNITS = {"zscore": "z-score", "raw": "log-normalised mean"}
_MOST = 4


class NamingHeatmap(ViewFrame):
    """Types in rows, clusters in columns; below, a line for each cluster."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.heatmap = Heatmap(workspace.appearance.theme, "Marker level by type and cluster")
        self.heatmap.setToolTip("Each column runs from its lowest level to its highest, which names the cluster. "
                                f"Click a cluster to select its cells after a run; {KEYS_HELP}")
        self.scale = ScaleBar(workspace.appearance.theme)
        self.table = ClusterTable()
        self.remarks, self.quality = label("", "muted"), label("", "muted")
        self.against = Combo()
        self.against.setFixedWidth(20 * GRID)
        self.against.setAccessibleName("Column that names are held against")
        self.against.setToolTip("Hold the names of the clusters against a column of the reference")
        self._quality_line = boxed(column(self.quality, self.against, spacing=GRID // 2))
        layout = column(self.heatmap, self.scale, self.table, self._quality_line, self.remarks, spacing=GRID)
        layout.setStretch(0, 3)
        layout.setStretch(2, 2)
        super().__init__("Names of the clusters", boxed(layout))
        self._connect()
        self._show_naming()

    def for_paper(self) -> None:
        """Leave out what is selected too, and all but the heatmap: a list that scrolls is none on paper."""
        super().for_paper()
        for part in (self.table, self._quality_line, self.remarks):
            part.hide()
        self.heatmap.set_chosen(frozenset())

    def _connect(self) -> None:
        self._workspace.previews.changed.connect(self._show_naming)
        self._workspace.session.recipe_changed.connect(self._show_naming)
        self._workspace.appearance.changed.connect(self._show_naming)
        self._workspace.naming.changed.connect(self._show_quality)
        self._workspace.selection.changed.connect(self._follow_selection)
        self.table.renamed.connect(self._rename)
        self.table.chosen.connect(self._choose)
        self.heatmap.clicked.connect(lambda _, cluster, how: self._choose(cluster, how))
        self.heatmap.doubled.connect(self.take_back)
        self.against.currentTextChanged.connect(self._workspace.naming.choose)

    def _show_naming(self) -> None:
        found, naming, theme = self._workspace.previews.named, self._naming, self._workspace.appearance.theme
        self.heatmap.set_theme(theme)
        self.scale.set_theme(theme)
        if found is None or naming is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        self.heatmap.set_data(heatmap_of(naming, (*found.types, *names_in(found.recipe.reference.left_out)), theme))
        self.scale.set_texts(*scale_of(naming, found.recipe.reference.naming))
        self.table.show_lines(lines_of(naming))
        self.mark_older(older=naming_outdated(found, self._workspace.session.recipe))
        self._remark(naming)
        self._show_quality()
        self._show_selection()

    def _remark(self, naming: ClusterNaming) -> None:
        self.remarks.setText("\n".join(remarks_on(naming, _MOST)))
        self.remarks.setToolTip(literal("\n".join(remarks_on(naming))))
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

    def _choose(self, cluster: int | None, how: int) -> None:
        naming, finding = self._naming, self._workspace.session.shown
        if cluster is not None and naming is not None and finding is not None and self._of_cells_shown(finding):
            self.select(choosing.of_cluster(finding, naming, cluster), how)

    def _follow_selection(self) -> None:
        self.when_seen(self._show_selection)

    def _show_selection(self) -> None:
        naming, finding = self._naming, self._workspace.session.shown
        if naming is None or finding is None or not self._of_cells_shown(finding):
            return
        clusters = choosing.whole_groups(naming.clusters, self._workspace.selection.current.reference)
        self.heatmap.set_chosen(frozenset((None, cluster) for cluster in clusters))
        self.table.mark(clusters)

    @property
    def _naming(self) -> ClusterNaming | None:
        return present_naming(self._workspace.previews.named, self._workspace.session.recipe)

    def _of_cells_shown(self, finding: Finding) -> bool:
        """Say whether the clusters are of the cells that can be selected: those of the finding that is shown."""
        named = self._workspace.previews.named
        return named is not None and named.reference is finding.job.reference

    def _rename(self, cluster: int, name: str) -> None:
        session, naming = self._workspace.session, self._naming
        if naming is not None:
            session.set_recipe(named(session.recipe, naming, cluster, name))
            self._show_naming()


def heatmap_of(naming: ClusterNaming, types: tuple[str, ...], theme: Theme) -> HeatmapData:
    """Return the table of scores, each column from its lowest to its highest."""
    colours = type_colours(types, theme)
    texts = tuple(tuple(f"{value:z.1f}" for value in line) for line in naming.scores.tolist())
    columns = figures.cluster_names(naming)
    winners = frozenset((naming.types.index(name), n) for n, name in enumerate(naming.names) if name in naming.types)
    return HeatmapData(_shades(naming.scores), texts, naming.types, columns, "Markers", "Cluster", colours, winners)


def scale_of(naming: ClusterNaming, rule: str) -> tuple[str, str, str]:
    """Return what the table measures, and between which numbers the ends of the shades lie, which each cluster has."""
    low, high = naming.scores.min(axis=0), naming.scores.max(axis=0)
    return (f"Shades: each cluster's lowest to highest {UNITS[rule]}", f"lowest: {_between(low)}",
            f"highest: {_between(high)}")


def _between(values: Floats) -> str:
    ends = [f"{value:z.1f}".replace("-", "−") for value in (values.min(), values.max())]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


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
