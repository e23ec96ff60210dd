"""A combo that offers what a map can be coloured by, and finds a gene or a column by any part of its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.widgets.combo import TypedCombo

TIP = "What the colours mean. Pick from the list, or type a part of a gene's or a column's name"


class ColourBox(TypedCombo):
    """Announces a meaning that was picked or typed, or a text that was entered and means nothing on offer."""

    chosen = Signal(object)
    missed = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
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
        self._line.returnPressed.connect(self._take_typed)
        self._line.editingFinished.connect(self._finish)

    @property
    def meanings(self) -> list[Meaning]:
        """All that is offered, in order."""
        return self._meanings

    def offer(self, entries: Sequence[tuple[str, Meaning]], current: Meaning) -> None:
        """List pairs of text and meaning, and show the current one, or the first if it is not among them."""
        self._meanings = [meaning for _, meaning in entries]
        self._current = current if current in self._meanings else self._meanings[0]
        self._texts.setStringList([text for text, _ in entries])
        self.go_back()

    def show_meaning(self, meaning: Meaning) -> None:
        """Show another meaning, without saying that it was chosen."""
        if meaning in self._meanings:
            self._current = meaning
            self.go_back()

    def pick(self, meaning: Meaning) -> None:
        """Choose a meaning as if it had been clicked."""
        self._take(self.itemText(self._meanings.index(meaning)))

    def _take(self, text: str) -> None:
        place = self.findText(text, Qt.MatchFlag.MatchExactly)
        if place >= 0:
            self._current = self._meanings[place]
            self.chosen.emit(self._current)

    def _take_typed(self) -> None:
        """Take what was entered: of a gene or a column the name is enough, in any case."""
        assert self._line is not None
        typed = self._line.text().strip()
        if self._pointing or not typed or typed == self.itemText(self._meanings.index(self._current)):
            return
        found = [meaning for text, meaning in zip(self._texts.stringList(), self._meanings, strict=True)
                 if typed.casefold() in (text.casefold(), meaning.name.casefold())]
        if found:
            self._current = min(found, key=lambda one: (one.by is not ColourBy.GENE, one.name != typed))
            self.chosen.emit(self._current)
        else:
            self.missed.emit(typed)

    @property
    def _pointing(self) -> bool:
        """Whether an entry below the line is highlighted: Qt announces it, but only after the line has finished."""
        completer = self.completer()
        popup = completer.popup() if completer is not None else None
        return popup is not None and popup.isVisible() and popup.currentIndex().isValid()

    def _finish(self) -> None:
        if not self._pointing:
            self.go_back()

    def go_back(self) -> None:
        """Show the meaning that the colours have."""
        if self._meanings:
            self.setCurrentIndex(self._meanings.index(self._current))
            self.setEditText(self.itemText(self.currentIndex()))
            if self._line is not None:
                self._line.setCursorPosition(0)
