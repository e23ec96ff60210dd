"""Settings as they were before, to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.parameters import Recipe
    from anchorscope.results import Query, Reference

STEPS_KEPT = 100


class RecipeHistory(QObject):
    """The recipes before and after the one being edited; other files begin another history."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._now = session.recipe
        self._sides: tuple[Reference | None, Query | None] = (None, None)
        self._before: list[Recipe] = []
        self._after: list[Recipe] = []
        session.inputs_changed.connect(self._begin)
        session.recipe_changed.connect(self._note)

    @property
    def can_undo(self) -> bool:
        """Whether there is a setting to undo."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a setting was undone."""
        return bool(self._after)

    def undo(self) -> None:
        """Go back to the settings before the last change."""
        self._move(self._before, self._after)

    def redo(self) -> None:
        """Take back the last undo."""
        self._move(self._after, self._before)

    def _move(self, source: list[Recipe], target: list[Recipe]) -> None:
        if source:
            target.append(self._now)
            self._now = source.pop()
            self._session.set_recipe(self._now)
            self.changed.emit()

    def _note(self) -> None:
        recipe = self._session.recipe
        if recipe != self._now:
            self._before = [*self._before, self._now][-STEPS_KEPT:]
            self._after, self._now = [], recipe
            self.changed.emit()

    def _begin(self) -> None:
        before, self._sides = self._sides, (self._session.reference, self._session.query)
        if all(now is one for now, one in zip(self._sides, before, strict=True)):
            return  # a file was refused
        self._before, self._after, self._now = [], [], self._session.recipe
        self.changed.emit()
