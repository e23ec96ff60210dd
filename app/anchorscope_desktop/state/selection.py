"""The one selection: a description and a mask per data set, replaced as a whole with one signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Selection:
    """Chosen cells: what they are in words, and which rows of the reference and of the query they are."""

    description: str = ""
    reference: Mask | None = None
    query: Mask | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return self.reference is None and self.query is None

    def joined(self, other: Selection) -> Selection:
        """Return the union of both, described by both."""
        if self.empty or other.empty:
            return other if self.empty else self
        return Selection(
            f"{self.description} + {other.description}",
            _either(self.reference, other.reference),
            _either(self.query, other.query),
        )


def _either(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return other if one is None else one
    return one | other


NOTHING = Selection()
"""The empty selection."""


class SelectionModel(QObject):
    """Holds the selection that every view shows."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current = NOTHING

    @property
    def current(self) -> Selection:
        """The selection as it is now."""
        return self._current

    def choose(self, selection: Selection, *, adding: bool = False) -> None:
        """Replace the selection, or add to it."""
        self._current = self._current.joined(selection) if adding else selection
        self.changed.emit()

    def clear(self) -> None:
        """Select nothing."""
        if not self._current.empty:
            self.choose(NOTHING)
