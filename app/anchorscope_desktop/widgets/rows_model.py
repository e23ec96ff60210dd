"""Rows of plain values as a table that sorts by value, with numbers to the right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
VALUE_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Column:
    """Title, number format and explanation of a column."""

    title: str
    format: str = "{}"
    tip: str = ""


class RowsModel(QAbstractTableModel):
    """A read-only table; `colours` gives chips to the values of the first column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: Sequence[Column] = ()
        self.rows: Sequence[Sequence[Any]] = ()
        self.colours: Mapping[str, QColor] = {}

    def show(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]],
             colours: Mapping[str, QColor] | None = None) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.columns, self.rows, self.colours = columns, rows, colours or {}
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802 - Qt's name
        """Return a column's title or explanation."""
        if orientation is Qt.Orientation.Horizontal and section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.ToolTipRole:
                return self.columns[section].tip or self.columns[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, chip, alignment or sorting value of a cell."""
        value = self.rows[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _text(value, self.columns[index.column()].format)
        if role == VALUE_ROLE:
            return _sortable(value)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if isinstance(value, str) else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return self.colours.get(str(value))
        return None


def _text(value: Any, form: str) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    return form.format(value)


def _sortable(value: Any) -> Any:
    return -1.0 if value is None or (isinstance(value, float) and math.isnan(value)) else value


class RowsTable(QTableView):
    """A sortable table of rows; `row_at` finds the original row behind what is shown."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.rows_model = RowsModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.rows_model)
        self._sorted.setSortRole(VALUE_ROLE)
        self.setModel(self._sorted)
        self.setAccessibleName(name)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]],
                  colours: Mapping[str, QColor] | None = None, *, stretch: int = 0) -> None:
        """Replace everything; column `stretch` takes the room that is left."""
        self.rows_model.show(columns, rows, colours)
        header = self.horizontalHeader()
        for section in range(len(columns)):
            mode = QHeaderView.ResizeMode.Stretch if section == stretch else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(section, mode)

    def row_at(self, index: QModelIndex) -> int:
        """Return the row, as it was given, that `index` shows."""
        return self._sorted.mapToSource(index).row()
