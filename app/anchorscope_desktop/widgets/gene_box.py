"""A combo in which a gene can be picked or typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.combo import Combo


class GeneBox(Combo):
    """Offers genes, completing what is typed; announces a gene only if it is one of them.

    What is no gene gives way to the gene that is shown, when Enter is pressed or the box is left; Esc does so at once.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
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
        line.editingFinished.connect(self._go_back)

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
        self._go_back()

    def event(self, event: QEvent) -> bool:
        """Keep Esc for the box: the window's shortcut would clear the selection of cells."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Undo the typing on Esc."""
        if _is_escape(event):
            self._go_back()
        else:
            super().keyPressEvent(event)

    def _take(self, text: str) -> None:
        if self.findText(text, Qt.MatchFlag.MatchExactly) >= 0:
            self._shown = text
            self.chosen.emit(text)

    def _go_back(self) -> None:
        self.setCurrentIndex(self.findText(self._shown, Qt.MatchFlag.MatchExactly))
        self.setEditText(self._shown)


def _is_escape(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Escape
