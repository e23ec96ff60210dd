"""Stages computed before the rest of a run: the depth plot, the names of clusters, one side's own map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from anchorscope.parameters import Recipe
from anchorscope.results import AnyJob, ClusterNaming, Lsi, Query, Reference, ReferenceLabels
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.notices import Notices
from anchorscope_desktop.state.runs import told
from anchorscope_desktop.state.session import Finding, Session, counted, same_cells

if TYPE_CHECKING:
    from anchorscope.pipeline import Pipeline

NEEDS_A_FILE = "Open a file first"
NEEDS_BOTH = "Open a reference and a query first"
NEEDS_ONE = {"reference": "Open a reference first", "query": "Open a query first"}
NO_COUNTS = "The counts of the file are not there yet"
BUSY = "Wait until the job under way has ended"
UP_TO_DATE = "It is up to date"

CLUSTERS = "query_clusters"
"""The stage of the query's own clusters."""

SIDE_OF = {"labels": "reference", "reference_map": "reference", "lsi": "query", "gene_activity": "query",
           "query_map": "query", CLUSTERS: "query"}
"""The stages that are looked at by themselves, and whose they are."""


@dataclass(frozen=True, eq=False)
class Own:
    """The latest result about one side: of which data, and under which settings."""

    data: Reference | Query
    recipe: Recipe
    result: Any


@dataclass(frozen=True, eq=False)
class Named:
    """Clusters with their names: of which cells, under which settings, and every type there is a colour for."""

    reference: Reference
    recipe: Recipe
    naming: ClusterNaming
    types: tuple[str, ...]


class Previews(QObject):
    """The latest results about either side, of a run or of stages computed alone; `changed` when there is another."""

    changed = Signal()

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices
        self._own: dict[str, Own] = {}
        self.named: Named | None = None
        session.outcome_changed.connect(self._take_outcome)
        session.inputs_changed.connect(self._drop_old)
        session.stage_finished.connect(self._take_finished)

    def own(self, stage: str) -> Own | None:
        """Return the latest result of a stage of one side; `Own.data` tells of which cells."""
        return self._own.get(stage)

    @property
    def lsi(self) -> Lsi | None:
        """The latest LSI of the query."""
        own = self.own("lsi")
        return own.result if own is not None else None

    @property
    def lsi_outdated(self) -> bool:
        """Whether the latest LSI is of other cells or settings; which components are used does not change it."""
        own = self.own("lsi")
        if own is None:
            return False
        if not same_cells(own.data, self._session.query):
            return True
        now, before = self._session.recipe, own.recipe
        used = {"first_component": now.lsi.first_component, "last_component": now.lsi.last_component}
        return (now.lsi, now.seed) != (before.lsi.replaced(**used), before.seed)

    def fresh(self, stage: str) -> bool:
        """Whether the result of a stage fits the files and settings as they are."""
        status = self._session.status_of(stage)
        return status is not None and status.value == "done"

    def obstacle(self, *stages: str) -> str:
        """Return why stages cannot be computed at present, or nothing."""
        session = self._session
        if session.reference is None and session.query is None:
            return NEEDS_A_FILE
        from anchorscope.stages import sides_needed

        needed = sides_needed(stages, session.recipe)
        sides = {side: getattr(session, side) for side in needed}
        missing = [side for side, data in sides.items() if data is None]
        if missing:
            return NEEDS_ONE[missing[0]] if len(needed) == 1 else NEEDS_BOTH
        if not all(counted(data) for data in sides.values()):
            return NO_COUNTS
        if self._runner.busy:
            return BUSY
        return UP_TO_DATE if all(self.fresh(stage) for stage in stages) else ""

    def compute(self, stages: Sequence[str], topic: str) -> None:
        """Compute stages and what they need, in the worker; what goes wrong is said on the page of `topic`."""
        job, pipeline = self._session.job_at_hand, self._session.pipeline
        if job is None or self.obstacle(*stages):
            return
        self._notices.clear(topic)
        self._runner.start("Starting", lambda context: _compute(pipeline, job, stages, context),
                           lambda end: self._take(pipeline, job, topic, end))

    def _take(self, pipeline: Pipeline, job: AnyJob, topic: str, end: JobEnd) -> None:
        if end.ending is Ending.FAILED:
            self._notices.error(topic, end.sentence)
        # What was finished before a cancel or an error is of use, too.
        for name in SIDE_OF:
            self._keep(job, name, pipeline.fresh(job, name))
        self._drop_others()
        self._session.note_clusters()
        self._session.stage_finished.emit()
        self.changed.emit()

    def _keep(self, job: AnyJob, name: str, result: Any) -> None:
        data = getattr(job, SIDE_OF[name], None)
        known = self._own.get(name)
        if result is None or data is None or (known is not None and known.result is result):
            return
        self._own[name] = Own(data, job.recipe, result)
        if (isinstance(result, ReferenceLabels) and result.naming is not None
                and (self.named is None or self.named.naming is not result.naming)):
            self.named = Named(data, job.recipe, result.naming, result.labels.types)

    def _take_finished(self) -> None:
        begun, before, named = self._session.begun, dict(self._own), self.named
        if begun is None:
            return
        for name, result in begun.results.items():
            if name in SIDE_OF:
                self._keep(begun.job, name, result)
        if self._own != before or self.named is not named:
            self.changed.emit()

    def _take_outcome(self) -> None:
        finding = self._session.shown
        if finding is not None:
            found = _results(finding)
            # What no run needs stays: the query's own clusters, as long as the cells are the same.
            earlier = {name: own for one in self._session.findings for name, own in _clusters(one).items()}
            kept = {name: own for name, own in (earlier | self._own).items() if name not in found
                    and same_cells(own.data, getattr(finding.job, SIDE_OF[name]))}
            self._own = kept | found
            labels = finding.outcome.reference_labels
            self.named = (None if labels.naming is None else
                          Named(finding.job.reference, finding.job.recipe, labels.naming, labels.labels.types))
        self.changed.emit()

    def _drop_old(self) -> None:
        self._drop_others()
        self.changed.emit()

    def _drop_others(self) -> None:
        """Forget what is of other cells than those that are loaded."""
        sides = {"reference": self._session.reference, "query": self._session.query}
        self._own = {name: own for name, own in self._own.items() if same_cells(own.data, sides[SIDE_OF[name]])}
        if self.named is not None and not same_cells(self.named.reference, sides["reference"]):
            self.named = None


def _results(finding: Finding) -> dict[str, Own]:
    outcome = finding.outcome
    reference, query = outcome.maps.sides
    results = {"labels": outcome.reference_labels, "lsi": outcome.lsi, "gene_activity": outcome.gene_activity,
               "reference_map": reference, "query_map": query}
    return _clusters(finding) | {name: Own(getattr(finding.job, SIDE_OF[name]), finding.job.recipe, result)
                                 for name, result in results.items()}


def _clusters(finding: Finding) -> dict[str, Own]:
    """Return the query's own clusters of a run, where there are any."""
    clusters = finding.outcome.query_clusters
    return {} if clusters is None else {CLUSTERS: Own(finding.job.query, finding.job.recipe, clusters)}


def _compute(pipeline: Pipeline, job: AnyJob, stages: Sequence[str], context: JobContext) -> None:
    pipeline.compute_some(job, stages, lambda report: context.report(told(report)), context.token)
