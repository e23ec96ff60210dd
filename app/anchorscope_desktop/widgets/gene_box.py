"""A combo in which a gene can be picked or typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter

from anchorscope_desktop.plotting.theme import GRID
from anchorscope_desktop.widgets.combo import Combo


class GeneBox(Combo):
    """Offers genes, completing what is typed; announces a gene only if it is one of them."""

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
        self.textActivated.connect(self._take)

    def offer(self, genes: Sequence[str], gene: str) -> None:
        """List `genes` and show `gene`."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.clear()
        self.addItems(list(genes))
        self.setCurrentText(gene)
        self.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def _take(self, text: str) -> None:
        if self.findText(text, Qt.MatchFlag.MatchExactly) >= 0:
            self.chosen.emit(text)
