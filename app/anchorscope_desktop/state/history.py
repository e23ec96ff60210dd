"""Settings as they were before, to go back to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.state.fitting import carried
from anchorscope_desktop.state.session import Session, same_cells

if TYPE_CHECKING:
    from anchorscope.parameters import Recipe
    from anchorscope.results import Query

STEPS_KEPT = 100


@dataclass(frozen=True, eq=False)
class _Step:
    """Settings, and the query with or without the RNA of the same cells as its answer key; its counts are shared."""

    recipe: Recipe
    query: Query | None

    def same(self, other: _Step) -> bool:
        return self.query is other.query and self.recipe == other.recipe


class RecipeHistory(QObject):
    """The settings before and after those being edited; un-pairing is one of them.

    Opening a file is no step: it cannot be undone, and the settings before it are kept as far as they fit the files
    that are open now. A session that is opened begins another history.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._moving = False
        session.inputs_changed.connect(self._follow)
        session.recipe_changed.connect(self._note)
        self.begin()

    @property
    def can_undo(self) -> bool:
        """Whether there is a setting to undo."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a setting was undone."""
        return bool(self._after)

    @property
    def unpaired_last(self) -> bool:
        """Whether the last step was that the RNA of the same cells became the answer key."""
        last = self._before[-1].query if self._before else None
        return _paired(self._now.query) and last is not None and not _paired(last)

    def undo(self) -> None:
        """Go back to the settings before the last change."""
        self._move(self._before, self._after)

    def redo(self) -> None:
        """Take back the last undo."""
        self._move(self._after, self._before)

    def begin(self) -> None:
        """Begin with the settings as they are: those before belong to other work."""
        self._before: list[_Step] = []
        self._after: list[_Step] = []
        self._reference, self._now = self._session.reference, self._present()
        self.changed.emit()

    def _present(self) -> _Step:
        return _Step(self._session.recipe, self._session.query)

    def _move(self, source: list[_Step], target: list[_Step]) -> None:
        if not source:
            return
        target.append(self._now)
        self._now = source.pop()
        self._moving = True
        try:
            if self._now.query is not self._session.query:
                self._session.set_inputs(query=self._now.query, recipe=self._now.recipe)
            self._session.set_recipe(self._now.recipe)
        finally:
            self._moving, self._now = False, self._present()
        self.changed.emit()

    def _note(self) -> None:
        if not self._moving and not self._now.same(self._present()):
            self._before = [*self._before, self._now][-STEPS_KEPT:]
            self._after, self._now = [], self._present()
            self.changed.emit()

    def _follow(self) -> None:
        """Take note of other sides: un-pairing is a step, other files are none."""
        session, reference, query = self._session, self._reference, self._now.query
        if self._moving or (session.reference is reference and session.query is query):
            return  # a file was refused
        self._reference = session.reference
        if session.reference is reference and query is not None and same_cells(query, session.query):
            self._note()
        else:
            self._carry()

    def _carry(self) -> None:
        """Keep the settings that still say something of the files that are open now."""
        before, self._now = self._now, self._present()
        self._before, self._after = (self._fitted(steps, before.query) for steps in (self._before, self._after))
        self.changed.emit()

    def _fitted(self, steps: list[_Step], query: Query | None) -> list[_Step]:
        """Return steps that were made for another `query`, the next one last, without those that change nothing now."""
        session, kept, following = self._session, list[_Step](), self._now
        # The query was read with the assembly as it is now: going back to another would say what is not so.
        assembly = following.recipe.gene_activity.assembly
        for step in reversed(steps):
            recipe = replace(step.recipe, gene_activity=step.recipe.gene_activity.replaced(assembly=assembly))
            fitted = replace(following, recipe=carried(recipe, session.reference, session.query, query))
            if not fitted.same(following):
                kept.append(fitted)
                following = fitted
        return kept[::-1]


def _paired(query: Query | None) -> bool:
    return query is not None and query.pairing is not None
