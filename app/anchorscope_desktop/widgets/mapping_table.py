"""Names of types in lines, with the name that each is graded as typed beside it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from anchorscope.evaluation.vocabulary import NameUse
from anchorscope_desktop.plotting.literal import literal

_TITLES = ("Name", "In reference", "In answer key", "Graded as")
_TARGET = 3
_TIP = ("<p>Double-click, or press F2, and type the name under which this one is graded. Do so where both sides call "
        "the same cells differently, or where one side is finer. Empty: the name stays as it is.</p>")


class MappingTable(QTableWidget):
    """Shows names and targets; emits the changed line as {name: target}."""

    target_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_TITLES), parent)
        self.setAccessibleName("Names of types and what each is graded as")
        self.setToolTip(_TIP)
        self.setHorizontalHeaderLabels(_TITLES)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for place in (1, 2):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place in (1, 2):
            self.setHorizontalHeaderItem(place, _item(_TITLES[place], editable=False, right=True, color=None))
        header.setHighlightSections(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self._names = _Completing(self)
        self.setItemDelegateForColumn(_TARGET, self._names)
        self.cellChanged.connect(self._take)

    def show_uses(self, uses: Sequence[NameUse], lone: Container[NameUse], muted: QColor, problem: QColor) -> None:
        """Show a line for each name; those that need no partner are `muted`, targets without one a `problem`."""
        self._names.names = sorted({use.graded for use in uses} | {use.name for use in uses}, key=str.casefold)
        self.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.setRowCount(len(uses))
        for line, use in enumerate(uses):
            texts = (use.name, f"{use.n_reference:,}" if use.n_reference else "–",
                     f"{use.n_truth:,}" if use.n_truth else "–", use.target)
            color = muted if use.shared or not use.present else None
            for place, text in enumerate(texts):
                item = _item(text, editable=place == _TARGET, right=place in (1, 2), color=color)
                if place == _TARGET and text and use in lone:
                    item.setForeground(problem)
                    item.setToolTip(literal(problem_of(use)))
                self.setItem(line, place, item)
        self.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def _take(self, line: int, place: int) -> None:
        name, target = self.item(line, 0), self.item(line, place)
        if place == _TARGET and name is not None and target is not None:
            self.target_changed.emit({name.text(): target.text().strip()})


class _Completing(QStyledItemDelegate):
    """Completes what is typed from the names there are."""

    names: Sequence[str] = ()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem,  # noqa: N802 - Qt's name
                     index: QModelIndex | QPersistentModelIndex) -> QWidget:
        """Return a line to type in."""
        editor = super().createEditor(parent, option, index)
        if isinstance(editor, QLineEdit):
            completer = QCompleter(list(self.names), editor)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            editor.setCompleter(completer)
            editor.returnPressed.connect(partial(self._commit, editor))
            editor.setAccessibleName("Graded as")
        return editor


    def _commit(self, editor: QLineEdit) -> None:
        # The open list of names keeps Enter from the delegate, which would end the editing by itself.
        completer = editor.completer()
        popup = completer.popup() if completer is not None else None
        if popup is not None and popup.isVisible():
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)


def problem_of(use: NameUse) -> str:
    """Return that what a name is graded as leads to no name of the other side."""
    other = "answer key" if use.n_reference else "reference"
    return f"“{use.target}” is no name of the {other}."


def _item(text: str, *, editable: bool, right: bool, color: QColor | None) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(_TIP if editable else literal(text))
    if not editable:
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
    if right:
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if color is not None:
        item.setForeground(color)
    return item
