"""The marker panel as a table: a line for each marker, typed in place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from anchorscope.parameters import MarkerPanel

EDITED = "Edited panel"
_TITLES = ("Cell type", "Marker gene")


class PanelTable(QTableWidget):
    """Shows a panel; emits the new one after every complete edit. Half-filled lines wait."""

    panel_changed = Signal(object)

    def __init__(self, panel: MarkerPanel, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_TITLES), parent)
        self.setAccessibleName("Marker panel")
        self.setToolTip("Double-click, or press F2, to change a type or a gene that does not fit your tissue")
        self.setHorizontalHeaderLabels(_TITLES)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().hide()
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(26)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._panel = panel
        self.show_panel(panel)
        self.cellChanged.connect(self._take)

    def show_panel(self, panel: MarkerPanel) -> None:
        """Show `panel`, unless these are the lines already there."""
        if self.entries() == panel.entries and self._panel.name == panel.name:
            return
        self._panel = panel
        self.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.setRowCount(0)
        for kind, gene in panel.entries:
            self._append(kind, gene)
        self.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Return the complete lines."""
        lines = [(self._text(line, 0), self._text(line, 1)) for line in range(self.rowCount())]
        return tuple(dict.fromkeys(line for line in lines if all(line)))

    def add_line(self) -> None:
        """Begin a new marker."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self._append("", "")
        self.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self.setCurrentCell(self.rowCount() - 1, 0)
        self.edit(self.currentIndex())

    def remove_lines(self) -> None:
        """Remove the selected markers."""
        for line in sorted({index.row() for index in self.selectedIndexes()}, reverse=True):
            self.removeRow(line)
        self._take()

    def _append(self, kind: str, gene: str) -> None:
        line = self.rowCount()
        self.insertRow(line)
        for place, text in enumerate((kind, gene)):
            self.setItem(line, place, QTableWidgetItem(text))

    def _text(self, line: int, place: int) -> str:
        item = self.item(line, place)
        return item.text().strip() if item is not None else ""

    def _take(self, *_: int) -> None:
        entries = self.entries()
        if entries and entries != self._panel.entries:
            self._panel = MarkerPanel(EDITED, entries)
            self.panel_changed.emit(self._panel)
