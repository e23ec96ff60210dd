"""A combo in which a gene can be picked or typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.combo import TypedCombo


class GeneBox(TypedCombo):
    """Offers genes, completing what is typed; announces a gene only if it is one of them.

    What is no gene gives way to the gene that is shown, when Enter is pressed or the box is left; Esc does so at once.
    """

    chosen = Signal(str)
    missed = Signal(str)
    """Enter was pressed on what is no gene that is offered."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(20 * GRID)
        self.setAccessibleName("Gene")
        self.setToolTip("Pick a gene, or type the beginning of its symbol")
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchStartsWith)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self._shown = ""
        self.textActivated.connect(self._take)
        line = self.lineEdit()
        assert line is not None
        line.returnPressed.connect(self._miss)
        line.editingFinished.connect(self.go_back)

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

    def _miss(self) -> None:
        typed = self.currentText().strip()
        if typed and self.findText(typed, Qt.MatchFlag.MatchFixedString) < 0:
            self.missed.emit(typed)

    def go_back(self) -> None:
        """Show the gene that is shown elsewhere."""
        self.setCurrentIndex(self.findText(self._shown, Qt.MatchFlag.MatchExactly))
        self.setEditText(self._shown)
