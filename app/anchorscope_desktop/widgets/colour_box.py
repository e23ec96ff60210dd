"""A combo that offers what a map can be coloured by, and finds a gene or a column by any part of its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.state.map_values import ColourBy, Meaning
from anchorscope_desktop.widgets.combo import TypedCombo

TIP = ("<p>What the colours mean. Click here and type a gene's name, or a part of it or of a column's name; or pick "
       "from the list, where genes stand in alphabetical order.</p>")
ASK = "type a gene's name…"
HINT = "gene or column"
_SHOWN = 14


class ColourBox(TypedCombo):
    """Announces a meaning that was picked or typed, or a text that was entered and means nothing on offer.

    An entry of the list says that one can type; it empties the box to be typed into. Enter takes the meaning that is
    named by what is typed, or else the first of those found below the line.
    """

    chosen = Signal(object)
    missed = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedWidth(22 * GRID)
        self.setAccessibleName(name)
        self.setToolTip(TIP)
        self._meanings: list[Meaning] = []
        self._words: list[str] = []
        self._listed = QStringListModel(self)
        self.setModel(self._listed)
        self.setMaxVisibleItems(_SHOWN)
        self._texts = QStringListModel(self)
        self._complete()
        self.textActivated.connect(self._take)
        self.line.setPlaceholderText(HINT)
        self.line.textEdited.connect(self._look_for)
        self.line.returnPressed.connect(self._take_typed)
        self.line.editingFinished.connect(self._finish)

    def _complete(self) -> None:
        """Find what is typed anywhere in the texts."""
        completer = QCompleter(self._texts, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(_SHOWN)
        self.setCompleter(completer)

    @property
    def meanings(self) -> list[Meaning]:
        """All that is offered, in order."""
        return self._meanings

    def offer(self, entries: Sequence[tuple[str, Meaning]], current: Meaning) -> None:
        """List pairs of text and meaning, and show the current one, or the first if it is not among them."""
        self._meanings = [meaning for _, meaning in entries]
        self._current = current if current in self._meanings else self._meanings[0]
        texts = self._words = [text for text, _ in entries]
        genes = any(meaning.by is ColourBy.GENE for meaning in self._meanings)
        # Behind what there is but once, and before the columns and the genes, of which there may be thousands.
        place = sum(meaning.by not in (ColourBy.GENE, ColourBy.COLUMN) for meaning in self._meanings)
        self._texts.setStringList(texts)
        self._listed.setStringList([*texts[:place], *[ASK] * genes, *texts[place:]])
        self.go_back()

    def show_meaning(self, meaning: Meaning) -> None:
        """Show another meaning, without saying that it was chosen."""
        if meaning in self._meanings:
            self._current = meaning
            self.go_back()

    def pick(self, meaning: Meaning) -> None:
        """Choose a meaning as if it had been clicked."""
        self._take(self._text(meaning))

    def ask(self) -> None:
        """Empty the box, to be typed into."""
        self.line.setFocus()
        self.line.clear()

    def _text(self, meaning: Meaning) -> str:
        return self._words[self._meanings.index(meaning)]

    def _take(self, text: str) -> None:
        if text in self._words:
            self._current = self._meanings[self._words.index(text)]
            self.chosen.emit(self._current)
        elif text == ASK:
            # The list, while it closes, still gives the keyboard back to the box and shows the entry in it.
            QTimer.singleShot(0, self, self.ask)

    def _take_typed(self) -> None:
        """Take what was entered: of a gene or a column the name is enough, in any case, or what the list has first."""
        typed = self.line.text().strip()
        if self.pointing or not typed or typed in (ASK, self._text(self._current)):
            return
        found = [meaning for text, meaning in zip(self._words, self._meanings, strict=True)
                 if typed.casefold() in (text.casefold(), meaning.name.casefold())]
        if found:
            self._current = min(found, key=lambda one: (one.by is not ColourBy.GENE, one.name != typed))
            self.chosen.emit(self._current)
            return
        first = next((text for text in self._in_order(typed) if typed.casefold() in text.casefold()), "")
        if first:
            self._take(first)
        else:
            self.missed.emit(typed)

    def _look_for(self, typed: str) -> None:
        """Have the list below the line begin with the names that begin with what is typed, the shortest first."""
        order = self._in_order(typed.strip())
        if order != self._texts.stringList():
            self._texts.setStringList(order)

    def _in_order(self, typed: str) -> list[str]:
        wanted = typed.casefold()
        return sorted(self._words, key=lambda text: _rank(text.casefold().removeprefix("by "), wanted))

    def _finish(self) -> None:
        if not self.pointing:
            self.go_back()

    def go_back(self) -> None:
        """Show the meaning that the colours have."""
        if self._meanings:
            self.show_text(self._text(self._current))

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Open the list at what there is besides genes, and not somewhere among these: a gene is sooner typed."""
        super().showPopup()
        if self._meanings and self._current.by is ColourBy.GENE:
            self.view().scrollToTop()


def _rank(text: str, wanted: str) -> tuple[bool, bool, int]:
    """Return what entries are sorted by: CD8A has to do with what is meant by CD8, CD83 is another gene."""
    if not wanted or not text.startswith(wanted):
        return True, False, 0
    rest = text[len(wanted):]
    return False, wanted[-1].isdigit() and rest[:1].isdigit(), len(rest)
