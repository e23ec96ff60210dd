"""Rows of plain values as a table that sorts by value, with numbers to the right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QKeyEvent, QKeySequence, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.widgets.basics import label
from anchorscope_desktop.widgets.sort_header import ABOVE, SortHeader

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_CHIP = 10
_LEAST_WIDTH = 96
_LEAST_TEXT = 72
_AROUND = 10
"""Room to both sides of a text."""

_MEASURED = 24
"""Rows whose texts say how wide a column is."""

HIDDEN = "No room for {titles}: make the view wider to see more; Ctrl+C copies all columns"
VALUE_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Column:
    """Title, number format and explanation of a column; one that can be spared gives way where texts would be cut.

    Of those that can be spared, the ones that least `stays` give way first, and of these the last; a mark beside the
    titles says which are hidden. The first click sorts a column from its smallest value, or its `largest_first`.
    Where texts are cut, those of the columns with the highest `yields` are cut first, and those that are `whole` never:
    what does not fit beside them is reached with the scroll bar. Texts are cut at their end, or in the `middle` where
    they begin alike.
    """

    title: str
    format: str = "{}"
    tip: str = ""
    spared: bool = False
    yields: int = 0
    whole: bool = False
    middle: bool = False
    stays: int = 0
    largest_first: bool = False


class RowsModel(QAbstractTableModel):
    """A read-only table; `colours` gives chips to the values of the first column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: Sequence[Column] = ()
        self.rows: Sequence[Sequence[Any]] = ()
        self.colours: Mapping[str, QColor] = {}

    def show(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]],
             colours: Mapping[str, QColor] | None = None) -> None:
        """Replace everything; other values in lines and columns that stay leave marks and places alone."""
        table = colours or {}
        alike = (tuple(columns) == tuple(self.columns) and table == self.colours
                 and [row[0] for row in rows] == [row[0] for row in self.rows])
        if not alike:
            self.beginResetModel()
        elif rows == self.rows:
            return
        self.columns, self.rows, self.colours = columns, rows, table
        if not alike:
            self.endResetModel()
        elif rows and columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(columns) - 1))

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
                return literal(self.columns[section].tip or self.columns[section].title)
            if role == Qt.ItemDataRole.InitialSortOrderRole:
                largest = self.columns[section].largest_first
                return Qt.SortOrder.DescendingOrder if largest else Qt.SortOrder.AscendingOrder
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _side(self.rows[0][section] if self.rows else "") | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, chip, alignment or sorting value of a cell."""
        value = self.rows[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            text = _text(value, self.columns[index.column()].format)
            return text if role == Qt.ItemDataRole.DisplayRole else literal(text)
        if role == VALUE_ROLE:
            return _sortable(value)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(value) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return self._chip(str(value))
        return None

    def _chip(self, name: str) -> QIcon | None:
        return chip_of(self.colours[name]) if name in self.colours else None


def chip_of(color: QColor) -> QIcon:
    """Return a square of that colour, which stays the same in a line that is marked."""
    chip, icon = QPixmap(_CHIP, _CHIP), QIcon()
    chip.fill(color)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(chip, mode)
    return icon


def _side(value: Any) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if isinstance(value, str) else Qt.AlignmentFlag.AlignRight


def _text(value: Any, form: str) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    return form.format(value)


def _plain(value: Any) -> str:
    """Return a value as a spreadsheet reads it: numbers in full, nothing for one that does not exist."""
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else " ".join(str(value).split())


def _sortable(value: Any) -> Any:
    return -1.0 if value is None or (isinstance(value, float) and math.isnan(value)) else value


class _Cut(QStyledItemDelegate):
    """Cuts texts where their column says."""

    def __init__(self, model: RowsModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 - Qt's name
        super().initStyleOption(option, index)
        if self._model.columns[index.column()].middle:
            option.textElideMode = Qt.TextElideMode.ElideMiddle


class RowsTable(QTableView):
    """A sortable table of rows, copied by its keys; `row_at` finds the original row behind what is shown."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.rows_model = RowsModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.rows_model)
        self._sorted.setSortRole(VALUE_ROLE)
        self.setModel(self._sorted)
        self.setHorizontalHeader(SortHeader(self))
        self.setItemDelegate(_Cut(self.rows_model, self))
        self._stretch = self._room = 0
        self._shared: tuple[object, ...] = ()
        self.setAccessibleName(name)
        self.setToolTip("Click a title to sort by it, again to turn the order; Ctrl+C copies the marked lines, or all")
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.more = label("", "muted", wraps=False)
        """Says how many columns are hidden, and in its tooltip which."""
        self.more.setParent(self)
        self.more.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.more.hide()
        self.horizontalHeader().sortIndicatorChanged.connect(self.scrollToTop)

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]],
                  colours: Mapping[str, QColor] | None = None, *, stretch: int = 0) -> None:
        """Replace everything; column `stretch` takes the room that is left, none if it is -1."""
        self.rows_model.show(columns, rows, colours)
        self._stretch = stretch
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width anew."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        header, sections = self.horizontalHeader(), range(len(self.rows_model.columns))
        texts = tuple(value for row in self.rows_model.rows[:_MEASURED] for value in row if isinstance(value, str))
        shape = (tuple(self.rows_model.columns), tuple(row[0] for row in self.rows_model.rows), texts,
                 self.viewport().width(), self._stretch)
        if shape == self._shared:
            return  # other numbers in the same lines: measuring them again costs more than drawing them
        self._shared = shape
        wanted = [self._wanted(section) for section in sections]
        if 0 <= self._stretch < len(wanted):
            wanted[self._stretch] = max(wanted[self._stretch], _LEAST_WIDTH)
        self._room = self.viewport().width()
        hidden = self._hidden(wanted)
        if hidden:
            self._room -= self._mark_width(len(wanted))
            fewer = self._hidden(wanted)
            beside = self._over([0 if section in fewer else wanted[section] for section in sections]) <= 0
            # No name is cut for the mark: it then stands over the titles, where there is room for the arrow.
            self._room, hidden = (self._room, fewer) if beside else (self.viewport().width(), hidden)
        self._tell_hidden(hidden)
        for section in sections:
            self.setColumnHidden(section, section in hidden)
        here = self.currentIndex()
        if here.column() in hidden:
            # The keys move from a column that can be seen.
            self.selectionModel().setCurrentIndex(here.siblingAtColumn(0), QItemSelectionModel.SelectionFlag.NoUpdate)
        widths = self._squeezed([0 if section in hidden else wanted[section] for section in sections])
        for section in set(sections) - hidden:
            if section != self._stretch:
                header.resizeSection(section, widths[section])
        if widths and self._stretch >= 0:
            left = self._room - sum(widths) + widths[self._stretch]
            least = wanted[self._stretch] if self.rows_model.columns[self._stretch].whole else _LEAST_WIDTH
            header.resizeSection(self._stretch, max(least, left))

    def _wanted(self, section: int) -> int:
        """Return how wide a column's title and its first texts are."""
        metrics, column = self.fontMetrics(), self.rows_model.columns[section]
        texts = {_text(row[section], column.format) for row in self.rows_model.rows[:_MEASURED]}
        chip = _CHIP + _AROUND // 2 if section == 0 and self.rows_model.colours else 0
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        return max(widest + chip, metrics.horizontalAdvance(column.title)) + _AROUND

    def _hidden(self, wanted: list[int]) -> set[int]:
        """Return which columns that can be spared are left out, the last ones first; never the one that sorts."""
        hidden: set[int] = set()
        sorting = self.horizontalHeader().sortIndicatorSection()
        over = self._over(wanted)
        for section in sorted(range(len(wanted)), key=lambda place: (self.rows_model.columns[place].stays, -place)):
            if over > 0 and self.rows_model.columns[section].spared and section != sorting:
                hidden.add(section)
                over -= wanted[section]
        return hidden

    def _over(self, widths: list[int]) -> int:
        """Return how much room columns lack, of which some are rather cut than another one hidden."""
        columns, over = self.rows_model.columns, sum(widths) - self._room
        if 0 <= self._stretch < len(widths):
            return over - (widths[self._stretch] - _LEAST_WIDTH if columns[self._stretch].yields else 0)
        cut = zip(widths, columns, strict=True)
        return over - sum(max(width - _LEAST_TEXT, 0) for width, one in cut if one.yields and self._stretch < 0)

    def _mark_width(self, n_hidden: int) -> int:
        return self.more.fontMetrics().horizontalAdvance(f"+{n_hidden}") + _AROUND

    def _tell_hidden(self, hidden: set[int]) -> None:
        """Say beside the titles how many columns are hidden."""
        titles = ", ".join(self.rows_model.columns[section].title for section in sorted(hidden))
        self.more.setText(f"+{len(hidden)}")
        self.more.setToolTip(HIDDEN.format(titles=titles) if hidden else "")
        self.more.setVisible(bool(hidden))
        width, header = self._mark_width(len(self.rows_model.columns)), self.horizontalHeader()
        right = self.viewport().geometry().right() + 1
        beside = self._room < self.viewport().width()
        self.more.setStyleSheet("" if beside else f"font-size: {ABOVE - 2}px; padding: 0")
        self.more.setGeometry(right - width, header.y(), width, header.height() if beside else ABOVE)

    def _squeezed(self, widths: list[int]) -> list[int]:
        """Take what does not fit from the widest of the texts that yield first; numbers keep their width."""
        texts = [place for place, value in enumerate(self.rows_model.rows[0] if self.rows_model.rows else ())
                 if isinstance(value, str) and place != self._stretch and not self.rows_model.columns[place].whole]
        gives = 0 <= self._stretch < len(widths) and not self.rows_model.columns[self._stretch].whole
        rest = widths[self._stretch] - _LEAST_WIDTH if gives else 0
        over = sum(widths) - max(rest, 0) - self._room
        ranks = {place: self.rows_model.columns[place].yields for place in texts}
        for rank in sorted(set(ranks.values()), reverse=True):
            some = [place for place in texts if ranks[place] == rank]
            while over > 0 and max(widths[place] for place in some) > _LEAST_TEXT:
                widest = max(some, key=lambda place: widths[place])
                widths[widest] -= 1
                over -= 1
        return widths

    def mark(self, row: int | None) -> None:
        """Mark one row, as it was given, and bring it into sight; or none."""
        if row is None:
            self.clearSelection()
        else:
            self.mark_all((row,))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the marks alone where the right button asks for a menu."""
        if event.button() is not Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy as in other programs."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        else:
            super().keyPressEvent(event)

    def copied(self) -> str:
        """Return the marked lines, or all where none is marked, under their titles; columns are parted by tabs."""
        marked = sorted(index.row() for index in self.selectionModel().selectedRows())
        places = [self.row_at(self._sorted.index(row, 0)) for row in marked or range(self._sorted.rowCount())]
        lines = [[column.title for column in self.rows_model.columns],
                 *([_plain(value) for value in self.rows_model.rows[place]] for place in places)]
        return "\n".join("\t".join(line) for line in lines) + "\n"

    def mark_all(self, rows: Sequence[int]) -> None:
        """Mark some rows, as they were given, and no other; if none of them was marked, bring the first into sight."""
        places = sorted((self._sorted.mapFromSource(self.rows_model.index(row, 0)) for row in rows),
                        key=QModelIndex.row)
        seen = any(self.selectionModel().isSelected(place) for place in places)
        marks = QItemSelection()
        for place in places:
            marks.select(place, place)
        self.selectionModel().select(marks, QItemSelectionModel.SelectionFlag.ClearAndSelect
                                     | QItemSelectionModel.SelectionFlag.Rows)
        if places and not seen:
            self.scrollTo(places[0])

    def line_of(self, row: int) -> int:
        """Return in which line, counted from the top, a row stands that was given; -1 where there is no such row."""
        return self._sorted.mapFromSource(self.rows_model.index(row, 0)).row()

    def row_at(self, index: QModelIndex) -> int:
        """Return the row, as it was given, that `index` shows."""
        return self._sorted.mapToSource(index).row()
