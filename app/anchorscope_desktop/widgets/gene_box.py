"""A combo in which a gene can be picked or typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.combo import TypedCombo


class GeneBox(TypedCombo):
    """Offers genes, completing what is typed; announces a gene only if it is one of them.

    Enter takes the first gene that begins with what is typed. What is no gene gives way to the gene that is shown, when
    Enter is pressed or the box is left; Esc does so at once.
    """

    chosen = Signal(str)
    missed = Signal(str)
    """Enter was pressed on what is no gene that is offered."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(22 * GRID)
        self.setAccessibleName("Gene")
        self.setToolTip("Pick a gene, or type the beginning of its symbol")
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchStartsWith)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self._shown = ""
        self.textActivated.connect(self._take)
        self.line.returnPressed.connect(self._take_typed)
        self.line.editingFinished.connect(self._finish)

    def offer(self, genes: Sequence[str], gene: str) -> None:
        """List `genes` and show `gene`."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.clear()
        self.addItems(list(genes))
        self.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self.show_gene(gene)

    def show_gene(self, gene: str) -> None:
        """Show another gene, without saying that it was chosen."""
        self._shown = gene
        self.go_back()

    def _take(self, text: str) -> None:
        if self.findText(text, Qt.MatchFlag.MatchExactly) >= 0:
            self._shown = text
            self.chosen.emit(text)

    def _take_typed(self) -> None:
        """Take the first gene that begins with what was entered; Qt takes what is a gene itself."""
        typed = self.currentText().strip()
        if self.pointing or not typed or self.findText(typed, Qt.MatchFlag.MatchFixedString) >= 0:
            return
        first = self.findText(typed, Qt.MatchFlag.MatchStartsWith)
        if first < 0:
            self.missed.emit(typed)
            return
        self.setCurrentIndex(first)
        self._take(self.itemText(first))

    def _finish(self) -> None:
        if not self.pointing:
            self.go_back()

    def go_back(self) -> None:
        """Show the gene that is shown elsewhere."""
        self.show_text(self._shown)
