"""A combo that offers what a map can be coloured by, and finds a gene or a column by any part of its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.map_values import Meaning
from anchorscope_desktop.widgets.combo import Combo

TIP = "What the colours mean. Pick from the list, or type a part of a gene's or a column's name"


class ColourBox(Combo):
    """Announces a meaning that was picked or typed."""

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFixedWidth(21 * GRID)
        self.setAccessibleName(name)
        self.setToolTip(TIP)
        self._meanings: list[Meaning] = []
        self._texts = QStringListModel(self)
        self.setModel(self._texts)
        completer = QCompleter(self._texts, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.textActivated.connect(self._take)
        self._line = self.lineEdit()
        assert self._line is not None
        self._line.editingFinished.connect(self._show_current)

    @property
    def meanings(self) -> list[Meaning]:
        """All that is offered, in order."""
        return self._meanings

    def offer(self, entries: Sequence[tuple[str, Meaning]], current: Meaning) -> None:
        """List pairs of text and meaning, and show the current one, or the first if it is not among them."""
        self._meanings = [meaning for _, meaning in entries]
        self._current = current if current in self._meanings else self._meanings[0]
        self._texts.setStringList([text for text, _ in entries])
        self._show_current()

    def show_meaning(self, meaning: Meaning) -> None:
        """Show another meaning, without saying that it was chosen."""
        if meaning in self._meanings:
            self._current = meaning
            self._show_current()

    def pick(self, meaning: Meaning) -> None:
        """Choose a meaning as if it had been clicked."""
        self._take(self.itemText(self._meanings.index(meaning)))

    def _take(self, text: str) -> None:
        place = self.findText(text, Qt.MatchFlag.MatchExactly)
        if place >= 0:
            self._current = self._meanings[place]
            self.chosen.emit(self._current)

    def _show_current(self) -> None:
        if self._meanings:
            self.setCurrentIndex(self._meanings.index(self._current))
            self.setEditText(self.itemText(self.currentIndex()))
            if self._line is not None:
                self._line.setCursorPosition(0)
