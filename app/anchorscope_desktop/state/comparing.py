"""Gene-activity models x reductions on the user's data, in the worker."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope.parameters import FRAGMENTS, AnchorParameters, GeneActivityParameters
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.findings import same_labels
from anchorscope_desktop.state.notices import COMPARE, Notice, Notices, Weight
from anchorscope_desktop.state.runs import told
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.evaluation.comparison import Comparison, ComparisonRow
    from anchorscope.parameters import Recipe
    from anchorscope.results import Job, Query, Reference

MODELS = GeneActivityParameters.choices_of("model")
USUAL_MODELS = tuple(model for model in MODELS if model != FRAGMENTS)
"""Those that need nothing but peaks."""

REDUCTIONS = AnchorParameters.choices_of("reduction")
SAVED = Notice("Saved to {path}.", Weight.SUCCESS)
STOPPED = Notice("Cancelled before the first line was finished. Runs and results on the other pages are as they were.")
STOPPED_WITHIN = Notice("Cancelled; the lines that were finished are kept.")
STOPPED_BEFORE = Notice("Cancelled; the comparison from before is shown again, which has more lines and still holds.")


class Comparer(QObject):
    """The models and reductions to compare, and the last comparison."""

    changed = Signal()
    compared = Signal()
    """Another comparison is shown, or none."""
    marked_changed = Signal()
    """Another line of it is looked at."""

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices
        self.fragments = False
        """Whether the query has the fragments that one of the models counts."""
        self.models: tuple[str, ...] = USUAL_MODELS
        self.reductions: tuple[str, ...] = REDUCTIONS
        self._found: tuple[Job, Comparison] | None = None
        self.marked = -1
        """The line that is looked at, by its place in the comparison; -1 if none is."""
        self._running = self._grown = False
        self._before: tuple[Job, Comparison] | None = None
        runner.started.connect(self.changed)
        runner.finished.connect(self.changed)
        session.inputs_changed.connect(self._look_for_fragments)
        session.recipe_changed.connect(self.changed)

    @property
    def running(self) -> bool:
        """Whether a comparison is under way."""
        return self._running

    @property
    def possible(self) -> bool:
        """Whether there is something to compare."""
        return self._session.complete and not self._runner.busy and bool(self.models and self.reductions)

    @property
    def comparison(self) -> Comparison | None:
        """The last comparison."""
        return self._found[1] if self._found is not None else None

    @property
    def outdated(self) -> bool:
        """Whether the last comparison is of other files or settings."""
        if self._found is None:
            return False
        job, session = self._found[0], self._session
        before = job.recipe
        if self._found[1].graded:  # without an answer key lines are held against the settings' own model and reduction
            before = _with_choice(before, session.recipe.gene_activity.model, session.recipe.anchors.reduction)
        return (job.reference is not session.reference or job.query is not session.query
                or not same_labels(before, session.recipe))

    @property
    def shows_all(self) -> bool:
        """Whether the last comparison has a line for each of the models and reductions that are chosen."""
        lines = {(row.model, row.reduction) for row in self._found[1].rows} if self._found is not None else set()
        return lines >= set(product(self.models, self.reductions))

    @property
    def job(self) -> Job | None:
        """What the last comparison is of."""
        return self._found[0] if self._found is not None else None

    def restore(self, found: tuple[Job, Comparison] | None) -> None:
        """Show the comparison of a session that was opened, or none."""
        self._found = found
        self.compared.emit()
        self.changed.emit()

    def follow(self, reference: Reference | None, query: Query | None) -> None:
        """Take the session's sides in place of these, which were the same without their counts."""
        if self._found is None:
            return
        job, session = self._found[0], self._session
        if job.reference is reference and job.query is query and session.reference and session.query:
            self.restore((replace(job, reference=session.reference, query=session.query), self._found[1]))

    def mark(self, place: int) -> None:
        """Look at one line of the comparison; at none if `place` is -1."""
        if place != self.marked:
            self.marked = place
            self.marked_changed.emit()

    def choose(self, models: tuple[str, ...], reductions: tuple[str, ...]) -> None:
        """Compare these the next time."""
        self.models, self.reductions = models, reductions
        self.changed.emit()

    def _look_for_fragments(self) -> None:
        """Choose the model that needs fragments when there are some, and leave it out when they are gone."""
        query = self._session.query
        there = query is not None and query.fragments is not None
        if there != self.fragments:
            self.fragments = there
            self.models = tuple(model for model in MODELS if (there if model == FRAGMENTS else model in self.models))
        self.changed.emit()

    def start(self) -> None:
        """Compare; does nothing where there is nothing to compare."""
        from anchorscope.results import Job

        session = self._session
        if not self.possible or session.reference is None or session.query is None:
            return
        job = Job(session.reference, session.query, session.recipe)
        models, reductions, pipeline = self.models, self.reductions, session.pipeline

        def work(context: JobContext) -> tuple[Job, Comparison]:
            from anchorscope.compare import compare

            listener = lambda report: context.report(told(report))  # noqa: E731
            return job, compare(job, models, reductions, listener, context.token, pipeline,
                                grown=lambda table: context.hand((job, table)))

        self._before = None if self.outdated else self._found
        self._running = True
        self._notices.clear(COMPARE)
        self._grown = False
        self._runner.start("Comparing", work, self._take, self._grow)
        self.changed.emit()

    def adopt(self, row: ComparisonRow) -> None:
        """Take the model and the reduction of a line into the settings, in one step."""
        self._session.set_recipe(_with_choice(self._session.recipe, row.model, row.reduction))

    def adopted(self, row: ComparisonRow) -> bool:
        """Return whether the settings have the model and the reduction of a line."""
        recipe = self._session.recipe
        return (recipe.gene_activity.model, recipe.anchors.reduction) == (row.model, row.reduction)

    def save(self, path: Path) -> None:
        """Write the last comparison as CSV."""
        from anchorscope.errors import AnchorscopeError
        from anchorscope.io.atomic import atomic_path

        if self.comparison is None:
            return
        try:
            with atomic_path(path) as temporary:
                temporary.write_text(self.comparison.as_csv(), encoding="utf-8")
        except AnchorscopeError as error:
            self._notices.error(COMPARE, str(error))
        else:
            self._notices.post(COMPARE, SAVED.filled(path=path))

    def _grow(self, found: tuple[Job, Comparison]) -> None:
        self._grown = True
        self.restore(found)

    def _take(self, end: JobEnd) -> None:
        self._running = False
        if end.succeeded:
            self._found = end.value
            self.compared.emit()
        elif end.ending is Ending.CANCELLED:
            self._notices.post(COMPARE, self._left())
        else:
            self._notices.error(COMPARE, end.sentence)
        self.changed.emit()

    def _left(self) -> Notice:
        """Say what a cancel leaves: the lines found, or those of before where these are more and still hold."""
        before, now = self._before, self._found
        if self._grown and before is not None and now is not None and len(before[1].rows) > len(now[1].rows):
            self.restore(before)
            return STOPPED_BEFORE
        return STOPPED_WITHIN if self._grown else STOPPED


def _with_choice(recipe: Recipe, model: str, reduction: str) -> Recipe:
    return replace(recipe, gene_activity=recipe.gene_activity.replaced(model=model),
                   anchors=recipe.anchors.replaced(reduction=reduction))
