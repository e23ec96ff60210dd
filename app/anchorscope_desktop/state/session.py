"""The job being edited and what has been found so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from anchorscope.declared import Parameters
from anchorscope.parameters import WITH_RUN, Recipe, ReferenceParameters, TransferParameters
from anchorscope.results import Floats, Ints, colours_of
from anchorscope_desktop.state.findings import (
    begun_stages,
    clustered,
    same_before_grading,
    same_labels,
    switched,
    with_panel,
)
from anchorscope_desktop.state.fitting import another, carried, fitting_types
from anchorscope_desktop.state.least_scores import LeastScores

if TYPE_CHECKING:
    from anchorscope.io.session import SavedStages
    from anchorscope.pipeline import Job, Pipeline, StageStatus
    from anchorscope.results import AnyJob, GeneActivity, Outcome, Query, Reference

AJob = TypeVar("AJob", bound="AnyJob")

ACTIVITY = "gene_activity"
"""The stage whose result is joined with the query's counts again."""


@dataclass(frozen=True, eq=False)
class Finding:
    """One finished run: the job and its outcome, numbered in the order of the session."""

    number: int
    job: Job
    outcome: Outcome
    seconds: float
    strange_markers: tuple[str, ...] = ()
    """Genes that tell the cells unlike the reference from all others."""
    levels: dict[tuple[str, str], Floats] = field(default_factory=dict)
    """Levels of genes, and totals of cells (no gene), of ``query`` and ``reference``, once they have been read."""
    min_score: float = 0.0
    """The score below which cells are shown as unassigned."""

    @property
    def whole(self) -> bool:
        """Whether the counts of both sides are at hand; a session that was opened shows its results before they are."""
        return counted(self.job.reference) and counted(self.job.query)


def same_cells(one: Reference | Query, other: Reference | Query | None) -> bool:
    """Whether two sides are the same data: un-pairing makes another query of the same counts."""
    return other is not None and one.counts is other.counts


def same_query(one: Query, other: Query | None) -> bool:
    """Whether two queries are the same data with the same answer key in the reference's cells."""
    if other is None:
        return False
    # Remarks may differ: un-pairing adds one.
    found = (replace(side.recognised, notes=()) for side in (one, other))
    return (all(getattr(one, part) is getattr(other, part) for part in ("counts", "peaks", "cells", "annotation"))
            and one.fragments == other.fragments and one.obsm is other.obsm and next(found) == next(found)
            and _same_rows(one.pairing, other.pairing))


def _same_rows(one: Ints | None, other: Ints | None) -> bool:
    return one is other if one is None or other is None else np.array_equal(one, other)


def counted(side: Reference | Query | None) -> bool:
    """Whether a side is loaded with its counts."""
    return side is not None and side.counts.shape[1] > 0


class Session(QObject):
    """Both inputs, the recipe, the pipeline and the findings; every change is announced by one signal.

    `shown` is the finding that the pictures show; it may be older than the recipe that is being edited.
    """

    inputs_changed = Signal()
    recipe_changed = Signal()
    outcome_changed = Signal()
    cells_changed = Signal()
    """Other cells are shown; `outcome_changed` alone tells that the same ones are seen by another method."""
    stage_finished = Signal()
    """A stage was computed, or came back from a file, that belongs to no finding yet."""

    def __init__(self, pipeline: Pipeline | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pipeline = pipeline
        self.reference: Reference | None = None
        self.query: Query | None = None
        self.recipe = Recipe()
        self.least_scores = LeastScores()
        self.findings: tuple[Finding, ...] = ()
        self.shown: Finding | None = None
        self._rewritten: dict[str, str] = {}
        self._begun: SavedStages | None = None
        """What the session that was opened had begun, until its sides have their counts."""

    @property
    def begun(self) -> SavedStages | None:
        """The stages that are finished for the job being edited and belong to no finding; nothing where there is none.

        Cheap: nothing is copied.
        """
        if self._begun is not None:
            return self._begun
        if self._pipeline is None or (self.reference is None and self.query is None):
            return None
        job = self.job_at_hand
        return begun_stages(self._pipeline, job, self.findings) if job is not None and self.at_hand else None

    @property
    def pipeline(self) -> Pipeline:
        """What computes and remembers; made when it is first needed, since it brings in all of the core."""
        if self._pipeline is None:
            from anchorscope.pipeline import Pipeline

            self._pipeline = Pipeline()
        return self._pipeline

    @pipeline.setter
    def pipeline(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def set_inputs(self, *, reference: Reference | None = None, query: Query | None = None,
                   recipe: Recipe | None = None) -> None:
        """Replace one side or both, and with them the recipe if one is given.

        Settings that name a column of the old file fall back to what fits the new one.
        """
        before, query = self.query, self._known(query)
        if another(before, query):
            self.least_scores.forget()
        self.reference = reference or self.reference
        self.query = query or self.query
        if query is None and self.query is not None and self.query.pairing is not None:
            # The pairing counts rows of the reference that has just been replaced.
            self.query = replace(self.query, pairing=None)
        # What a session had begun was of its own files; those were not found, and others take their place.
        if self._begun is not None and not self._of_open_sides(self._begun.job):
            self._begun = None
        self.recipe = carried(recipe or self.recipe, self.reference, self.query, before)
        self.least_scores.note(self.recipe.transfer)
        if self.shown is None:  # otherwise the selection is of what is shown, whatever file is open
            self.cells_changed.emit()
        self.inputs_changed.emit()
        self.recipe_changed.emit()

    def _known(self, query: Query | None) -> Query | None:
        """Return the query that a result is of where this one is the same: one that was un-paired and is no longer."""
        held = [self.query, *(one.job.query for one in reversed(self.findings))]
        return next((one for one in held if query is not None and same_query(query, one)), query)

    def note_rewritten(self, was: str, now: str) -> None:
        """Take note that a file with one checksum has another since labels were written into it."""
        # Every checksum leads to the present one at once: labels written anew can bring an earlier one back.
        self._rewritten = {read: now if found == was else found for read, found in self._rewritten.items()} | {was: now}

    def checksum(self, side: Reference | Query) -> str:
        """Return the checksum that the file of a side has, as far as this program changed it."""
        read = side.recognised.sha256
        return self._rewritten.get(read, read)

    def change(self, group: str, parameters: Parameters) -> None:
        """Replace one group of the recipe, for example ``anchors``; each method has a least score of its own."""
        if isinstance(parameters, TransferParameters):
            parameters = self.least_scores.fitting(self.recipe.transfer, parameters)
        if isinstance(parameters, ReferenceParameters):
            parameters = fitting_types(parameters, self.recipe, self.reference)
        self.set_recipe(replace(self.recipe, **{group: cast("Any", parameters)}))

    def set_recipe(self, recipe: Recipe) -> None:
        """Replace the recipe; nothing happens if it is the same."""
        if recipe == self.recipe:
            return
        self.recipe = recipe
        self.least_scores.note(recipe.transfer)
        switched = self._switched()
        if switched is not None:
            self.findings = tuple(switched if one is self.shown else one for one in self.findings)
            self.shown = switched
            self._adopt()
        self.recipe_changed.emit()
        if switched is not None:
            self.outcome_changed.emit()

    def reset(self, method: str) -> None:
        """Set all as usual for a method; the least scores that were chosen go as well, that of the other method too."""
        self.least_scores.forget()
        self.set_recipe(self.recipe.reset(method))

    def _switched(self) -> Finding | None:
        """Return what is shown by the method and the panel of the recipe, where nothing else differs."""
        shown = self.shown
        return switched(shown, self.recipe) if shown is not None and self._of_open_sides(shown.job) else None

    def _of_open_sides(self, job: AnyJob) -> bool:
        """Whether a job of one side or both is of those that are open."""
        return all(getattr(job, side, mine) is mine
                   for side, mine in (("reference", self.reference), ("query", self.query)))

    def add_finding(self, job: Job, outcome: Outcome, seconds: float, strange_markers: tuple[str, ...] = ()) -> None:
        """Keep a finished run and show it."""
        finding = Finding(len(self.findings) + 1, job, outcome, seconds, strange_markers)
        self.findings = (*self.findings, finding)
        self.show(finding)

    def show(self, finding: Finding) -> None:
        """Let the pictures show `finding`, with the panel of the recipe where its own named no clusters."""
        self.shown = with_panel(finding, self.recipe) if self._of_open_sides(finding.job) else finding
        self.findings = tuple(self.shown if one is finding else one for one in self.findings)
        self.cells_changed.emit()
        self.outcome_changed.emit()

    def note_clusters(self) -> None:
        """Let all findings have their query's own clusters, where they were computed since."""
        before, wanted = self.findings, self.recipe.clusters.replaced(when=WITH_RUN)
        self.findings = tuple(clustered(one, self.pipeline, wanted) for one in before)
        if self.shown is not None:
            self.shown = self.findings[before.index(self.shown)]
        if any(one is not other for one, other in zip(self.findings, before, strict=True)):
            self.outcome_changed.emit()

    def restore(self, pipeline: Pipeline, reference: Reference | None, query: Query | None, recipe: Recipe,
                findings: tuple[Finding, ...], shown: Finding | None, begun: SavedStages | None = None) -> None:
        """Replace everything by what a session file holds; its sides may have no counts yet."""
        self._begun = begun
        self.pipeline, self.recipe = pipeline, recipe
        self.least_scores.show({}, recipe.transfer)
        self.reference, self.query = reference, query
        self.findings, self.shown = findings, shown
        self._adopt()
        self._begin_again(at_hand=self.at_hand)  # a session that was in the window before still has its counts

    def attach(self, reference: Reference | None, query: Query | None, *, same: bool) -> None:
        """Take the sides with their counts; where they are the `same` data, the findings are of them."""
        if same:
            now = {id(self.reference): reference or self.reference, id(self.query): query or self.query}
            place = self.findings.index(self.shown) if self.shown is not None else None
            self.findings = tuple(_with_sides(one, now) for one in self.findings)
            self.shown = self.findings[place] if place is not None else None
            self._begun = _begun_with_sides(self._begun, now)
        self.reference, self.query = reference or self.reference, query or self.query
        if same:
            self._adopt()
        else:
            self._begun = None
        self._begin_again(at_hand=True)

    def _begin_again(self, *, at_hand: bool) -> None:
        """Go on with the stages that had been begun, once the counts are there, and announce everything."""
        begun = self._begun if at_hand else None
        if begun is not None:
            self._begun = None
            self.pipeline.take(begun.job, begun.results)
        self._announce()
        if begun is not None:
            self.stage_finished.emit()

    def _adopt(self) -> None:
        """Let the pipeline know what is shown or else the latest, so that nothing of it is computed again."""
        if self.findings:
            one = self.findings[-1] if self.shown is None or self.outdated else self.shown
            self.pipeline.adopt(one.job, one.outcome)

    def _announce(self) -> None:
        self.inputs_changed.emit()
        self.recipe_changed.emit()
        self.cells_changed.emit()
        self.outcome_changed.emit()

    def statuses(self) -> Mapping[str, StageStatus]:
        """Return what the pipeline says of every stage for the job being edited; nothing before it is needed."""
        if self._pipeline is None and self.reference is None and self.query is None:
            return {}
        return self.pipeline.status(self.reference, self.query, self.recipe)

    def unlike_shown(self) -> tuple[str, ...]:
        """Return the stages of which what is shown has another result than the pipeline, by other settings or files."""
        if self.shown is None or not self.outdated:
            return ()
        job = self.shown.job
        found = self.pipeline.status(job.reference, job.query, job.recipe)
        return tuple(name for name, status in found.items() if status.value != "done")

    def status_of(self, stage: str) -> StageStatus | None:
        """Return the same of one stage, also of those that are no part of a run; nothing before a file is open."""
        if self.reference is None and self.query is None:
            return None
        return self.pipeline.status_of(self.reference, self.query, self.recipe, stage)

    @property
    def job_at_hand(self) -> AnyJob | None:
        """What can be worked on with the sides that are loaded with their counts: both, or one alone."""
        from anchorscope.results import Job, QueryJob, ReferenceJob

        reference = self.reference if counted(self.reference) else None
        query = self.query if counted(self.query) else None
        if reference is not None and query is not None:
            return Job(reference, query, self.recipe)
        if reference is not None:
            return ReferenceJob(reference, self.recipe)
        return QueryJob(query, self.recipe) if query is not None else None

    @property
    def outdated(self) -> bool:
        """Whether what is shown, if anything is, belongs to other files or settings than those being edited."""
        if self.shown is None:
            return False
        return not (self._of_open_sides(self.shown.job) and same_labels(self.shown.job.recipe, self.recipe))

    @property
    def old_labels(self) -> bool:
        """Whether the labels and maps that are shown are of other files or settings; grading alone changes neither."""
        if self.shown is None:
            return False
        return not (self._of_open_sides(self.shown.job) and same_before_grading(self.shown.job.recipe, self.recipe))

    @property
    def old_figures(self) -> bool:
        """Whether the same is true of what stands beside them, which is graded where there was an answer key."""
        return self.old_labels or (self.outdated and self.shown is not None and self.shown.outcome.grade is not None)

    @property
    def lacks_clusters(self) -> bool:
        """Whether runs are to cluster the query, and what is shown was not."""
        status = self.status_of("query_clusters") if self.recipe.clusters.when == WITH_RUN else None
        return status is not None and status.value != "done"

    @property
    def at_hand(self) -> bool:
        """Whether the counts are there of all sides that are open."""
        return all(counted(side) for side in (self.reference, self.query) if side is not None)

    @property
    def complete(self) -> bool:
        """Whether both sides are loaded, with their counts."""
        return counted(self.reference) and counted(self.query)

    @property
    def colours(self) -> tuple[tuple[str, str], ...]:
        """Colours of types that are not left to the program: the file's, and the user's own."""
        return colours_of(self.reference, self.recipe)

    @property
    def lacking(self) -> str:
        """What to open before a run is possible, in words; nothing where both sides are there."""
        if self.reference is None and self.query is None:
            return "Open a reference and a query first"
        missing = "reference" if self.reference is None else "query" if self.query is None else ""
        return f"Open a {missing} as well" if missing else ""


def _with_sides(finding: Finding, now: Mapping[int, Any]) -> Finding:
    job, outcome = _job_with_sides(finding.job, now), finding.outcome
    return replace(finding, job=job, outcome=replace(outcome, gene_activity=_joined(outcome.gene_activity, job.query)))


def _begun_with_sides(begun: SavedStages | None, now: Mapping[int, Any]) -> SavedStages | None:
    if begun is None:
        return None
    job, results = _job_with_sides(begun.job, now), dict(begun.results)
    if ACTIVITY in results:
        results[ACTIVITY] = _joined(results[ACTIVITY], getattr(job, "query", None))
    return replace(begun, job=job, results=results)


def _job_with_sides(job: AJob, now: Mapping[int, Any]) -> AJob:
    sides: dict[str, Any] = {name: side for name, side in vars(job).items() if name != "recipe"}
    return replace(job, **{name: now.get(id(side), side) for name, side in sides.items()})


def _joined(activity: GeneActivity, query: Query | None) -> GeneActivity:
    """Return the activity with its counts, where they are made of the query's and these are there."""
    from anchorscope.gene_activity.activity import rejoined

    return rejoined(activity, query.counts) if query is not None and counted(query) else activity
