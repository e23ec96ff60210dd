"""The one selection: a description and a mask per data set, replaced as a whole with one signal, undone and redone."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.plotting.gesture import Combine

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

_SIGNS = {Combine.ADD: " + ", Combine.SUBTRACT: " − ", Combine.INTERSECT: " ∩ "}
STEPS_KEPT = 100
"""How many steps can be undone, at most."""

BYTES_KEPT = 64 * 2**20
"""Memory that these steps may take: of a million cells on each side some thirty are kept."""


@dataclass(frozen=True)
class Labelling:
    """By what cells had their labels, or their scores, when they were chosen.

    `method` is what the window calls the method, `left` how many cells were unassigned (nothing where only the scores
    matter), `least` the score below which they were. Labels with as many cells unassigned by one method are the same.
    """

    method: str
    left: int | None = None
    least: float = field(default=0.0, compare=False)

    def beside(self, now: Labelling) -> str:
        """Return what to add to words that were true by these labels, when those of `now` are shown; often nothing."""
        by = f" by {self.method}" if self.method != now.method else ""
        if self.left is None or self.left == now.left:
            return by
        if not by and self.least == now.least:
            return " before the labels changed"
        return by if by and not self.least else f"{by} when “Unassigned below” was {self.least:.2f}"


Parts = tuple[tuple[str, Labelling | None], ...]
"""Words, each with the labels it speaks of."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Chosen cells: what they are in words, and which rows of the reference and of the query they are.

    A mask that is missing means no cell, and leaves a map of that side as it is. A mask without a cell dims it all: in
    full colour its cells would look selected. `by` says which labels the words speak of, if they do; `parts` are the
    words of a selection that was put together, each with the labels it speaks of.
    """

    description: str = ""
    reference: Mask | None = None
    query: Mask | None = None
    by: Labelling | None = None
    parts: Parts = ()

    def told(self, now: Labelling) -> str:
        """Return the description, with by what cells were labelled where the labels of `now` are others."""
        return "".join(text + (by.beside(now) if by is not None else "") for text, by in self.in_parts)

    @property
    def in_parts(self) -> Parts:
        """The words, each with the labels it speaks of."""
        return self.parts or ((self.description, self.by),)

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return self.reference is None and self.query is None

    @cached_property
    def reference_rows(self) -> Rows | None:
        """(m,) the chosen rows of the reference; sought once, because every view asks."""
        return None if self.reference is None else np.flatnonzero(self.reference)

    @cached_property
    def query_rows(self) -> Rows | None:
        """(m,) the chosen rows of the query."""
        return None if self.query is None else np.flatnonzero(self.query)

    def forget_rows(self) -> None:
        """Let go of the rows until they are asked for again: of a step that is only kept, the masks are enough."""
        for name in ("reference_rows", "query_rows"):
            self.__dict__.pop(name, None)

    def combined(self, other: Selection, how: Combine) -> Selection:
        """Return this selection with `other` added, taken away, or cut with it; both are left as they are."""
        if how is Combine.REPLACE or (self.empty and how is Combine.ADD):
            return other
        if self.empty or (other.empty and how is not Combine.INTERSECT):
            return self
        parts = _joined(self.in_parts, other.in_parts, how)
        return Selection("".join(text for text, _ in parts), _masked(self.reference, other.reference, how),
                         _masked(self.query, other.query, how), parts=parts)

    def same_cells(self, other: Selection) -> bool:
        """Return whether `other` has the same cells, whatever they are called."""
        return all(one is same or (one is not None and same is not None and np.array_equal(one, same))
                   for one, same in ((self.reference, other.reference), (self.query, other.query)))


def _joined(one: Parts, other: Parts, how: Combine) -> Parts:
    mixed = any(sign in text for text, _ in one for kind, sign in _SIGNS.items() if kind is not how)
    return (*((("(", None), *one, (")", None)) if mixed else one), (_SIGNS[how], None), *other)


def _masked(one: Mask | None, other: Mask | None, how: Combine) -> Mask | None:
    if one is None:
        return other if how is Combine.ADD else None
    if other is None:
        return np.zeros_like(one) if how is Combine.INTERSECT else one
    if how is Combine.ADD:
        return one | other
    return one & ~other if how is Combine.SUBTRACT else one & other


def _recent(steps: list[Selection]) -> list[Selection]:
    """Return the last steps that may be kept, one at least."""
    sizes = np.cumsum([sum(mask.nbytes for mask in (one.reference, one.query) if mask is not None)
                       for one in reversed(steps)])
    return steps[-max(min(int((sizes <= BYTES_KEPT).sum()), STEPS_KEPT), 1):]


NOTHING = Selection()
"""The empty selection."""


class SelectionModel(QObject):
    """Holds the selection that every view shows, and the steps that led to it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current = NOTHING
        self._before: list[Selection] = []
        self._after: list[Selection] = []

    @property
    def current(self) -> Selection:
        """The selection as it is now."""
        return self._current

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step."""
        return bool(self._after)

    def choose(self, selection: Selection, how: int = Combine.REPLACE) -> None:
        """Replace the selection, or combine it with a new one; what leaves it as it is makes no step."""
        found = self._current.combined(selection, Combine(how))
        renamed = how == Combine.REPLACE and found.in_parts != self._current.in_parts
        if renamed or not found.same_cells(self._current):
            self._step(found)

    def clear(self) -> None:
        """Select nothing."""
        if not self._current.empty:
            self._step(NOTHING)

    def undo(self) -> None:
        """Go back one step."""
        if self._before:
            self._after.append(self._current)
            self._show(self._before.pop())

    def redo(self) -> None:
        """Take back the last undo."""
        if self._after:
            self._before.append(self._current)
            self._show(self._after.pop())

    def forget(self) -> None:
        """Select nothing and forget all steps: the cells are others now."""
        self._before, self._after = [], []
        if not self._current.empty:
            self._show(NOTHING)

    def _step(self, selection: Selection) -> None:
        self._before = _recent([*self._before, self._current])
        self._after = []
        self._show(selection)

    def _show(self, selection: Selection) -> None:
        self._current.forget_rows()
        self._current = selection
        self.changed.emit()
