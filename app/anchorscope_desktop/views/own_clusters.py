"""The query's own clusters: how large, what most of their cells were labelled, and how sure that is."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex

from anchorscope.results import QueryClusters
from anchorscope_desktop.plotting.colours import type_colours
from anchorscope_desktop.plotting.gesture import KEYS_HELP, combining_now
from anchorscope_desktop.state import choosing
from anchorscope_desktop.state.previews import CLUSTERS
from anchorscope_desktop.state.session import Finding, same_cells
from anchorscope_desktop.state.workspace import Workspace
from anchorscope_desktop.views.frame import ViewFrame
from anchorscope_desktop.widgets.rows_model import Column, RowsTable

EMPTY = ("Press “Cluster the cells”: the cells in clusters of their own and, after a run, what most cells "
         "of each were labelled. A cluster with a low share was named mixed.")
_ALONE = (Column("Cluster", tip="Numbered from 0, the largest first"), Column("Cells", "{:,}", "Cells in the cluster"))
_NAMED = (Column("Label", tip="What most of its cells were labelled", whole=True),
          Column("Share", "{:.0%}", "Share of its cells with that label; a low one means that it was named mixed"),
          Column("Score", "{:.2f}", "Mean score of its cells"))
_TRUE = (Column("Truth", tip="What most of its cells truly are", whole=True),
         Column("Share true", "{:.0%}", "Share of its graded cells that truly are that"))


class OwnClusters(ViewFrame):
    """One line a cluster, sortable by every column; a click selects its cells."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table = RowsTable("Own clusters of the query")
        self.table.setToolTip(f"Click a cluster to select its cells; {KEYS_HELP}")
        super().__init__("Own clusters of the query", self.table)
        self._connect()
        self._show_clusters()

    @property
    def found(self) -> QueryClusters | None:
        """The clusters that are shown."""
        own, query = self._workspace.previews.own(CLUSTERS), self._workspace.session.query
        return own.result if own is not None and same_cells(own.data, query) else None

    @property
    def finding(self) -> Finding | None:
        """The run of the same cells, with the threshold applied, if there is one."""
        finding, query = self._workspace.threshold.finding, self._workspace.session.query
        return finding if finding is not None and same_cells(finding.job.query, query) else None

    @property
    def choosable(self) -> bool:
        """Whether the one selection can hold these cells."""
        return choosing.choosable(self._workspace.session, self.finding)

    def _connect(self) -> None:
        work = self._workspace
        for signal in (work.previews.changed, work.threshold.changed, work.appearance.changed,
                       work.session.outcome_changed):
            signal.connect(self._follow)
        for signal in (work.session.recipe_changed, work.session.inputs_changed):
            signal.connect(self._show_age)
        work.selection.changed.connect(self._follow_selection)
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)

    def _follow(self) -> None:
        self.when_seen(self._show_clusters)

    def _follow_selection(self) -> None:
        # Hidden, the lines may still be those of other clusters.
        self.when_seen(self._mark_rows if self.isVisible() else self._show_clusters)

    def _show_clusters(self) -> None:
        found = self.found
        if found is None:
            self.show_empty(EMPTY)
            return
        self.show_content()
        finding, names = self.finding, found.labels.types
        colours = type_colours(names, self._workspace.appearance.theme)
        more = () if finding is None else _NAMED if finding.outcome.grade is None else (*_NAMED, *_TRUE)
        columns = (*_ALONE, *more)
        rows = [line[: len(columns)] for line in _rows(found, finding)]
        self.table.show_rows(columns, rows, colours, stretch=min(2, len(columns) - 1))
        self._mark_rows()
        self._show_age()

    def _show_age(self) -> None:
        old_labels = self.finding is not None and self._workspace.session.old_labels
        older = old_labels or not self._workspace.previews.fresh(CLUSTERS)
        self.mark_older(older=self.found is not None and older)

    def _mark_rows(self) -> None:
        """Mark the lines of the clusters that are selected as a whole, wherever that was done."""
        found = self.found
        if found is not None and self.table.rows_model.rows and self.choosable:
            self.table.mark_all(choosing.whole_groups(found.clusters, self._workspace.selection.current.query))

    def _choose(self, index: QModelIndex) -> None:
        found, finding = self.found, self.finding
        if found is None or not self.choosable:
            return
        name = str(self.table.rows_model.rows[self.table.row_at(index)][0])
        self._workspace.selection.choose(choosing.of_own_cluster(finding, found, name), combining_now())


def _rows(found: QueryClusters, finding: Finding | None) -> list[tuple[Any, ...]]:
    """Return the lines of the table; without a run only numbers and sizes are known."""
    if finding is None:
        return list(enumerate(np.bincount(found.clusters).tolist()))
    from anchorscope.evaluation.clusters import cluster_lines

    outcome = finding.outcome
    truth = outcome.grade.truth if outcome.grade is not None else None
    return [(int(line.name), line.n_cells, line.label, line.share, line.mean_score, line.truth, line.true_share)
            for line in cluster_lines(found, outcome.prediction, truth)]
