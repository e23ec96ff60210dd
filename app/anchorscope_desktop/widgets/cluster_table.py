"""The clusters and their names, which can be typed over; a click chooses a cluster."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from anchorscope_desktop.plotting.gesture import KEYS_HELP, combining, combining_now
from anchorscope_desktop.plotting.literal import literal

_TITLES = ("Cluster", "Name", "Cells", "Margin", "Runner-up")
_TIPS = ("Clusters are numbered from 0, the largest first", "Type another name to replace the panel's; empty the cell "
         "to take it back", "Cells in the cluster", "How far the best type lies above the second; the nearer to 0, the "
         "less sure the name", "The type with the second highest score")
_NAME, _LINE = 1, 26
_TEXTS = (_NAME, len(_TITLES) - 1)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class ClusterLine:
    """One cluster; `by_panel` is what the panel calls it."""

    name: str
    by_panel: str
    n_cells: int
    margin: float
    runner_up: str


class ClusterTable(QTableWidget):
    """Emits the cluster, counted from 0, and the name that was typed; or how it joins the selection (`Combine`)."""

    renamed = Signal(int, str)
    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_TITLES), parent)
        self.setAccessibleName("Names of the clusters")
        self.setToolTip("Type over a name where you know better than the panel; empty takes the panel's name back. "
                        f"Click a cluster to select its cells; {KEYS_HELP}")
        for place, (title, tip) in enumerate(zip(_TITLES, _TIPS, strict=True)):
            heading = QTableWidgetItem(title)
            heading.setToolTip(tip)
            heading.setTextAlignment(_LEFT if place in _TEXTS else _RIGHT)
            self.setHorizontalHeaderItem(place, heading)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().hide()
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(_LINE)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.cellChanged.connect(self._take)
        self.cellClicked.connect(lambda cluster: self.chosen.emit(cluster, combining_now()))

    def show_lines(self, lines: Sequence[ClusterLine]) -> None:
        """Replace everything, without saying that something changed."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            margin = "–" if math.isnan(line.margin) else f"{line.margin:.2f}"
            for place, text in enumerate((str(row), line.name, f"{line.n_cells:,}", margin, line.runner_up)):
                self.setItem(row, place, _item(text, line, place))
        self.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def mark(self, clusters: Sequence[int]) -> None:
        """Mark the lines of the clusters whose cells are selected, and no others."""
        lines = QItemSelection()
        for cluster in clusters:
            lines.select(self.model().index(cluster, 0), self.model().index(cluster, len(_TITLES) - 1))
        self.selectionModel().select(lines, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose with Enter."""
        # Not by `cellActivated`: a double click, which begins to type a name, would choose a second time.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.chosen.emit(self.currentRow(), combining(event.modifiers()))
        else:
            super().keyPressEvent(event)

    def name(self, cluster: int) -> str:
        """Return the name that is shown for a cluster."""
        item = self.item(cluster, _NAME)
        return item.text().strip() if item is not None else ""

    def _take(self, row: int, place: int) -> None:
        if place == _NAME:
            self.renamed.emit(row, self.name(row))


def _item(text: str, line: ClusterLine, place: int) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    by_hand = place == _NAME and line.name != line.by_panel
    item.setToolTip(literal(f"Given by hand; the panel calls it {line.by_panel}") if by_hand else _TIPS[place])
    if by_hand:
        font = item.font()
        font.setBold(True)
        item.setFont(font)
    if place != _NAME:
        item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
    if place not in _TEXTS:
        item.setTextAlignment(_RIGHT)
    return item
