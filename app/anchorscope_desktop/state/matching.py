"""The names of the answer key beside those of the reference, and which are made equal for grading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope.parameters import CLUSTER_AND_NAME, NO_TRUTH, PAIRED_TRUTH
from anchorscope.results import ClusterNaming, Query, Reference
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.naming import present_naming
from anchorscope_desktop.state.previews import Previews
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.evaluation.vocabulary import NameUse

NO_KEY = "Choose an answer key on the left: its names and those of the reference are then held beside each other here."
NOT_NAMED = "The clusters of the reference have no names yet: “Name the clusters” on the Reference page gives them."


@dataclass(frozen=True, eq=False)
class _Question:
    """All that the names depend on but the mapping."""

    reference: Reference
    query: Query
    labels: str
    naming: ClusterNaming | None
    truth: str

    def same(self, other: _Question | None) -> bool:
        return (other is not None and self.reference is other.reference and self.query is other.query
                and (self.labels, self.truth) == (other.labels, other.truth) and self._names == other._names)

    @property
    def _names(self) -> tuple[str, ...]:
        return self.naming.names if self.naming is not None else ()


class NameMatching(QObject):
    """Looks up, in a worker of its own, which names each side uses; `obstacle` says why there is nothing to see."""

    changed = Signal()

    def __init__(self, session: Session, previews: Previews, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._previews = session, previews
        self.runner = JobRunner(self)
        self._asked: _Question | None = None
        self._uses: tuple[NameUse, ...] = ()
        self.obstacle = NO_KEY
        for signal in (session.inputs_changed, session.recipe_changed, previews.changed):
            signal.connect(self.refresh)

    @property
    def uses(self) -> tuple[NameUse, ...]:
        """Every name of either side and of the recipe's mapping, with what it is graded as."""
        from anchorscope.evaluation.vocabulary import with_targets

        return with_targets(self._uses, self._session.recipe.mapping)

    def refresh(self) -> None:
        """Ask again if labels or answer key changed."""
        question = self._question()
        if question is None:
            self._asked, self._uses = None, ()
            self.changed.emit()
        elif not question.same(self._asked):
            self._asked = question
            self.runner.start("Holding names beside each other", lambda context: _uses(question, context), self._take)
        else:
            self.changed.emit()

    def change(self, targets: Mapping[str, str]) -> None:
        """Make names equal to others for grading; ``""`` leaves a name as it is."""
        recipe = self._session.recipe
        kept = {name: target for name, target in recipe.mapping if name not in targets}
        new = {name: target for name, target in targets.items() if target and target != name}
        self._session.set_recipe(replace(recipe, mapping=tuple((kept | new).items())))

    def _question(self) -> _Question | None:
        session, recipe = self._session, self._session.recipe
        truth, labels = recipe.grade.truth, recipe.reference.labels
        naming = present_naming(self._previews.named, recipe) if labels == CLUSTER_AND_NAME else None
        unnamed = labels == CLUSTER_AND_NAME and naming is None
        self.obstacle = NO_KEY if truth == NO_TRUTH else NOT_NAMED if unnamed else ""
        if self.obstacle or session.reference is None or session.query is None:
            self.obstacle = self.obstacle or NO_KEY
            return None
        return _Question(session.reference, session.query, labels, naming, truth)

    def _take(self, end: JobEnd) -> None:
        if end.ending is not Ending.CANCELLED:
            self._uses, self.obstacle = (end.value, "") if end.succeeded else ((), end.sentence)
            self.changed.emit()


def _uses(question: _Question, context: JobContext) -> tuple[NameUse, ...]:
    from anchorscope.checks import paired_truth
    from anchorscope.evaluation.vocabulary import names_used
    from anchorscope.io.labels import labels_from_column
    from anchorscope.preprocess.panel import labels_of

    context.token.raise_if_cancelled()
    reference = (labels_of(question.naming) if question.naming is not None
                 else labels_from_column(question.reference.cells, question.labels, "reference"))
    truth = (paired_truth(question.query, reference) if question.truth == PAIRED_TRUTH
             else labels_from_column(question.query.cells, question.truth, "query"))
    return names_used(reference, truth)
