"""The least score with which a cell keeps its label, and what is shown under it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from anchorscope.evaluation.abstain import abstaining
from anchorscope_desktop.state.session import Finding, Session

if TYPE_CHECKING:
    from anchorscope.results import Job


class Threshold(QObject):
    """Moves with the slider at once; the recipe is told when the slider rests.

    Of moves that come faster than the window draws, only the last is announced.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._value = session.recipe.transfer.min_score
        self._seen: tuple[Finding, float, Finding] | None = None
        self._waiting = False
        session.recipe_changed.connect(self._follow)

    @property
    def value(self) -> float:
        """The least score, 0 to 1; 0 keeps every label."""
        return self._value

    @property
    def finding(self) -> Finding | None:
        """The finding that is shown, as it is with the doubtful cells unassigned."""
        shown = self._session.shown
        if shown is None:
            return None
        if self._seen is None or self._seen[0] is not shown or self._seen[1] != self._value:
            outcome = abstaining(shown.outcome, self._value)
            self._seen = (shown, self._value, replace(shown, outcome=outcome, min_score=self._value))
        return self._seen[2]

    def move(self, value: float) -> None:
        """Show what another threshold does."""
        if value != self._value:
            self._value = value
            if not self._waiting:
                self._waiting = True
                QTimer.singleShot(0, self, self._announce)

    def settle(self) -> None:
        """Take the threshold into the recipe."""
        transfer = self._session.recipe.transfer
        if transfer.min_score != self._value:
            self._session.change("transfer", transfer.replaced(min_score=self._value))

    def applied(self, job: Job) -> Job:
        """Return a job whose recipe has the threshold and the colours as they are now, for whatever is written."""
        transfer, colours = job.recipe.transfer.replaced(min_score=self._value), self._session.recipe.colours
        return replace(job, recipe=replace(job.recipe, transfer=transfer, colours=colours))

    def _announce(self) -> None:
        self._waiting = False
        self.changed.emit()

    def _follow(self) -> None:
        self.move(self._session.recipe.transfer.min_score)
