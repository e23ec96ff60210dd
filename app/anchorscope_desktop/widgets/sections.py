"""Facts in sections below each other in one table: each section has small titles of its own over its columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from anchorscope_desktop.plotting.literal import literal
from anchorscope_desktop.plotting.theme import SMALL
from anchorscope_desktop.widgets.basics import button
from anchorscope_desktop.widgets.rows_model import Column, chip_of

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_CHIP = 10
_AROUND = 8
"""Room to both sides of a text."""

_LINE, _TITLE_LINE, _LINK_LINE = 18, 22, 26
_LEAST_FIRST, _LEAST_OTHER = 96, 44


@dataclass(frozen=True)
class Section:
    """Titles, lines of values under them, and a remark below.

    `types` says by whose colour each line is marked; without it, by what stands first in the line. `title_types` says
    the same of the titles. Lines may be shorter than the titles. `link` is what a button below the remark says.
    """

    titles: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()
    remark: str = ""
    types: Sequence[str] = ()
    title_types: Sequence[str] = ()
    link: str = ""


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
    wraps: bool = False
    link: str = ""


class _SectionsModel(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: Sequence[_Line] = ()
        self.muted, self.font = QColor(), QFont()
        self.heading: _Line | None = None
        """The titles of the section at the upper edge."""
        self._chips: dict[str, QIcon] = {}

    def show(self, lines: Sequence[_Line], colours: Mapping[str, QColor]) -> None:
        self.beginResetModel()
        self.lines = lines
        wanted = {kind for line in lines for kind in line.types if kind} & set(colours)
        self._chips = {kind: chip_of(colours[kind]) for kind in wanted}
        self.endResetModel()

    def head(self, heading: _Line | None) -> None:
        if heading is not self.heading:
            self.heading = heading
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802 - Qt's name
        if orientation is not Qt.Orientation.Horizontal:
            return None
        line = self.heading or _Line((), ())
        return self._of(line, section, role)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else max((len(line.texts) for line in self.lines), default=0)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self._of(self.lines[index.row()], index.column(), role)

    def _of(self, line: _Line, place: int, role: int) -> Any:
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
    """Cuts names at their end, but barcodes, which often begin alike, in the middle; remarks go on in the next line."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 - Qt's name
        super().initStyleOption(option, index)
        if index.column() == 0 or index.data(Qt.ItemDataRole.ForegroundRole) is not None:
            option.textElideMode = Qt.TextElideMode.ElideRight
        model = index.model()
        if isinstance(model, _SectionsModel) and model.lines[index.row()].wraps:
            option.features |= QStyleOptionViewItem.ViewItemFeature.WrapText
            option.textElideMode = Qt.TextElideMode.ElideNone


class SectionsTable(QTableView):
    """A table of sections, in small text; what is cut where there is no room is told in full by its tooltip.

    The titles of the section at the upper edge stay in sight while its lines are scrolled.
    """

    link_clicked = Signal()

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
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFixedHeight(_TITLE_LINE)
        self.verticalScrollBar().valueChanged.connect(self._show_heading)

    @property
    def heading(self) -> tuple[str, ...]:
        """The titles that stay in sight at the upper edge."""
        return self._model.heading.texts if self._model.heading is not None else ()

    def show_sections(self, sections: Sequence[Section], colours: Mapping[str, QColor], muted: QColor) -> None:
        """Replace everything; titles and remarks are `muted`."""
        self.sections = tuple(sections)
        lines = [line for section in sections for line in _lines(section)]
        self._model.muted, self._model.font = muted, self._small()
        self.clearSpans()
        self._model.show(lines, colours)
        for place, line in enumerate(lines):
            if line.muted and len(line.texts) == 1 < self._model.columnCount():
                self.setSpan(place, 0, 1, self._model.columnCount())
            if line.link:
                link = button(line.link, self.link_clicked.emit, "link")
                # With the keyboard's focus Qt would scroll the line into sight under the mouse, away from the click.
                link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                self.setIndexWidget(self._model.index(place, 0), link)
            self.setRowHidden(place, place == 0)  # the heading says it
        self._share_width()
        self._show_heading()

    def _show_heading(self) -> None:
        """Show the titles of the first line in sight, unless that line is titles itself."""
        first, lines = max(self.rowAt(0), 1), self._model.lines
        if not lines or (first < len(lines) and lines[first].title):
            self._model.head(_Line((), ()) if lines else None)
        else:
            self._model.head(next(line for line in reversed(lines[:first]) if line.title))

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
        self._share_height(metrics, sum(widths))

    def _share_height(self, metrics: QFontMetrics, width: int) -> None:
        """Give remarks as many lines as they need."""
        for place, line in enumerate(self._model.lines):
            height = _TITLE_LINE if line.title else _LINK_LINE if line.link else _LINE
            if line.wraps:
                wrapped = Qt.TextFlag.TextWordWrap.value
                room = metrics.boundingRect(0, 0, width - _AROUND, 10_000, wrapped, line.texts[0])
                height = max(room.height() + _LINE - metrics.height(), _LINE)
            self.setRowHeight(place, height)

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
    if section.remark:
        lines.append(_Line((section.remark,), (section.remark,), muted=True, wraps=True))
    return [*lines, _Line(("",), ("",), muted=True, link=section.link)] if section.link else lines


def _text(value: Any, form: str) -> str:
    return "–" if value is None or (isinstance(value, float) and math.isnan(value)) else form.format(value)
