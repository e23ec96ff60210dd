"""The one cell that is explained, and the votes that are drawn as lines between the maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope.transfer.explain import explain, links
from anchorscope_desktop.state.selection import SelectionModel
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.transfer.explain import Explanation, Links

MOST_LINES = 200
VOTERS = 10
"""How many anchors are told of a cell."""


class CellFocus(QObject):
    """The cell in focus: the one that was picked in the table, else the first that is selected."""

    changed = Signal()

    def __init__(self, session: Session, selection: SelectionModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._selection = session, selection
        self._picked: int | None = None
        self._lines = False
        selection.changed.connect(self._drop)
        session.outcome_changed.connect(self._drop)

    @property
    def picked(self) -> int | None:
        """The query cell that was picked, if one was."""
        return self._picked

    @property
    def cell(self) -> int | None:
        """The query cell to explain, if any cell is selected."""
        mask = self._selection.current.query
        if self._session.shown is None or mask is None or not mask.any():
            return None
        return self._picked if self._picked is not None else int(mask.argmax())

    @property
    def lines(self) -> bool:
        """Whether the votes on all selected cells are drawn."""
        return self._lines

    @property
    def draws(self) -> bool:
        """Whether there are votes to draw between the maps."""
        mask = self._selection.current.query
        return self._session.shown is not None and mask is not None and (self._picked is not None or self._lines)

    def pick(self, cell: int) -> None:
        """Look at one of the selected cells."""
        if cell != self._picked:
            self._picked = cell
            self.changed.emit()

    def show_lines(self, *, wanted: bool) -> None:
        """Draw the votes on all selected cells, or only those on the one that was picked."""
        self._lines = wanted
        self.changed.emit()

    def explanation(self) -> Explanation | None:
        """Return the votes on the cell in focus."""
        finding, cell = self._session.shown, self.cell
        if finding is None or cell is None:
            return None
        outcome = finding.outcome
        return explain(outcome.prediction, outcome.anchors, outcome.reference_labels.labels, cell, VOTERS)

    def links(self) -> Links | None:
        """Return the lines to draw between the maps: the picked cell's, or those of all selected cells."""
        finding, mask = self._session.shown, self._selection.current.query
        if finding is None or mask is None or not self.draws:
            return None
        cells = np.flatnonzero(mask) if self._lines else np.array([self._picked])
        return links(finding.outcome.prediction, finding.outcome.anchors, cells, MOST_LINES)

    def _drop(self) -> None:
        self._picked = None
        self.changed.emit()
