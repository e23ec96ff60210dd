"""Facts in sections below each other in one table: each section has small titles of its own over its columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.plotting.theme import SMALL
from anchorscope_desktop.widgets.rows_model import Column, chip_of

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_CHIP = 10
_AROUND = 8
"""Room to both sides of a text."""

_LINE, _TITLE_LINE = 18, 22
_LEAST_FIRST, _LEAST_OTHER = 96, 44


@dataclass(frozen=True)
class Section:
    """Titles, lines of values under them, and a remark below.

    `types` says by whose colour each line is marked; without it, by what stands first in the line. `title_types` says
    the same of the titles. Lines may be shorter than the titles.
    """

    titles: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()
    remark: str = ""
    types: Sequence[str] = ()
    title_types: Sequence[str] = ()


@dataclass(frozen=True)
class _Line:
    """One line as it is drawn."""

    texts: tuple[str, ...]
    tips: tuple[str, ...]
    muted: bool = False
    title: bool = False
    types: tuple[str, ...] = ()
    """By whose colours the texts are marked; nothing for none."""
    names: tuple[int, ...] = ()
    """Places of the texts that may be cut: no titles and no numbers."""


class _SectionsModel(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: Sequence[_Line] = ()
        self.muted, self.font = QColor(), QFont()
        self._chips: dict[str, QIcon] = {}

    def show(self, lines: Sequence[_Line], colours: Mapping[str, QColor]) -> None:
        self.beginResetModel()
        self.lines = lines
        wanted = {kind for line in lines for kind in line.types if kind} & set(colours)
        self._chips = {kind: chip_of(colours[kind]) for kind in wanted}
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else max((len(line.texts) for line in self.lines), default=0)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, place = self.lines[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            texts = line.texts if role == Qt.ItemDataRole.DisplayRole else tuple(map(literal, line.tips))
            return texts[place] if place < len(texts) else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if place else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return self._dress(line, place, role)

    def _dress(self, line: _Line, place: int, role: int) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole and line.muted:
            return self.muted
        if role == Qt.ItemDataRole.FontRole:
            return self.font
        if role == Qt.ItemDataRole.DecorationRole and place < len(line.types):
            return self._chips.get(line.types[place])
        return None


class _Ends(QStyledItemDelegate):
    """Cuts names at their end, but barcodes, which often begin alike, in the middle."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 - Qt's name
        super().initStyleOption(option, index)
        if index.column() == 0 or index.data(Qt.ItemDataRole.ForegroundRole) is not None:
            option.textElideMode = Qt.TextElideMode.ElideRight


class SectionsTable(QTableView):
    """A table of sections, in small text; what is cut where there is no room is told in full by its tooltip."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _SectionsModel(self)
        self.sections: tuple[Section, ...] = ()
        """What is shown."""
        self.setModel(self._model)
        self.setAccessibleName(name)
        self.setToolTip("Rest on a title to read what stands below it")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegate(_Ends(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()

    def show_sections(self, sections: Sequence[Section], colours: Mapping[str, QColor], muted: QColor) -> None:
        """Replace everything; titles and remarks are `muted`."""
        self.sections = tuple(sections)
        lines = [line for section in sections for line in _lines(section)]
        self._model.muted, self._model.font = muted, self._small()
        self.clearSpans()
        self._model.show(lines, colours)
        for place, line in enumerate(lines):
            self.setRowHeight(place, _TITLE_LINE if line.title else _LINE)
            if line.muted and len(line.texts) == 1 < self._model.columnCount():
                self.setSpan(place, 0, 1, self._model.columnCount())
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width anew."""
        super().resizeEvent(event)
        self._share_width()

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        return font

    def _share_width(self) -> None:
        """Give numbers and titles their width, the names in front theirs, and other texts what is left."""
        columns = range(self._model.columnCount())
        if not columns:
            return
        metrics = QFontMetrics(self._small())
        widths = [self._wanted(metrics, place, names=False) for place in columns]
        beside = self.viewport().width() - sum(widths[1:])
        widths[0] = max(min(self._wanted(metrics, 0, names=True), beside), _LEAST_FIRST)
        left = self.viewport().width() - sum(widths)
        while left < 0 and max(widths[1:], default=0) > _LEAST_OTHER:
            widths[1 + widths[1:].index(max(widths[1:]))] -= 1
            left += 1
        takers = [place for place in columns[1:] if self._wanted(metrics, place, names=True) > widths[place]] or [0]
        for place in takers:
            widths[place] += max(left, 0) // len(takers)
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width)

    def _wanted(self, metrics: QFontMetrics, place: int, *, names: bool) -> int:
        """Return how wide the texts of a column are: the names, or the others."""
        lines = [line for line in self._model.lines
                 if place < len(line.texts) > 1 and (place in line.names) == names]
        chips = [_CHIP + _AROUND if any(line.types[place : place + 1]) else 0 for line in lines]
        widths = [metrics.horizontalAdvance(line.texts[place]) + chip for line, chip in zip(lines, chips, strict=True)]
        return max(max(widths, default=0) + _AROUND, _LEAST_OTHER)


def _lines(section: Section) -> list[_Line]:
    titles = tuple(one.title for one in section.titles)
    tips = tuple(one.tip or one.title for one in section.titles)
    lines = [_Line(titles, tips, muted=True, title=True, types=tuple(section.title_types))]
    types = section.types or [str(row[0]) for row in section.rows]
    for row, kind in zip(section.rows, types, strict=True):
        texts = tuple(_text(value, one.format) for value, one in zip(row, section.titles, strict=False))
        names = tuple(place for place, value in enumerate(row) if isinstance(value, str))
        lines.append(_Line(texts, texts, types=(kind,), names=names))
    return [*lines, _Line((section.remark,), (section.remark,), muted=True)] if section.remark else lines


def _text(value: Any, form: str) -> str:
    return "–" if value is None or (isinstance(value, float) and math.isnan(value)) else form.format(value)
