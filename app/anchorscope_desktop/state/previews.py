"""One stage computed before the rest of a run: the depth plot, the names of clusters, the links of co-accessibility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope.parameters import Recipe
from anchorscope.results import ClusterNaming, Lsi, Query, Reference, ReferenceLabels
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd, JobReport
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state import figures
from anchorscope_desktop.state.notices import Notices
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.pipeline import Pipeline, RunReport
    from anchorscope.results import Job

NEEDS_BOTH = "Open both files first"
BUSY = "Wait until the job under way has ended"
UP_TO_DATE = "It is up to date"


@dataclass(frozen=True, eq=False)
class Named:
    """Clusters with their names: of which cells, under which settings, and every type there is a colour for."""

    reference: Reference
    recipe: Recipe
    naming: ClusterNaming
    types: tuple[str, ...]


class Previews(QObject):
    """The latest LSI and naming, of a run or of a stage computed alone; `changed` when there is another."""

    changed = Signal()

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices
        self._lsi_of: Query | None = None
        self.lsi: Lsi | None = None
        self.named: Named | None = None
        session.outcome_changed.connect(self._take_outcome)
        session.inputs_changed.connect(self._drop_old)
        session.stage_finished.connect(self._take_finished)

    def obstacle(self, stage: str) -> str:
        """Return why a stage cannot be computed at present, or nothing."""
        if not self._session.complete:
            return NEEDS_BOTH
        if self._runner.busy:
            return BUSY
        return UP_TO_DATE if self._session.statuses()[stage].value == "done" else ""

    def compute(self, stage: str, topic: str) -> None:
        """Compute a stage and what it needs, in the worker; what goes wrong is said on the page of `topic`."""
        from anchorscope.pipeline import Job

        session = self._session
        if self.obstacle(stage) or session.reference is None or session.query is None:
            return
        job, pipeline = Job(session.reference, session.query, session.recipe), session.pipeline
        self._notices.clear(topic)
        self._runner.start("Starting", lambda context: _compute(pipeline, job, stage, context),
                           lambda end: self._take(job, topic, end))

    def _take(self, job: Job, topic: str, end: JobEnd) -> None:
        if end.ending is Ending.FAILED:
            self._notices.error(topic, end.sentence)
        elif end.succeeded:
            self._keep(job, end.value)
            self._session.stage_finished.emit()
        self.changed.emit()

    def _keep(self, job: Job, result: object) -> None:
        if isinstance(result, Lsi):
            self.lsi, self._lsi_of = result, job.query
        elif (isinstance(result, ReferenceLabels) and result.naming is not None
              and (self.named is None or self.named.naming is not result.naming)):
            self.named = Named(job.reference, job.recipe, result.naming, result.labels.types)

    def _take_finished(self) -> None:
        begun, lsi, named = self._session.begun, self.lsi, self.named
        if begun is None:
            return
        for result in begun.results.values():
            self._keep(begun.job, result)
        if self.lsi is not lsi or self.named is not named:
            self.changed.emit()

    def _take_outcome(self) -> None:
        finding = self._session.shown
        if finding is not None:
            self.lsi, self._lsi_of = finding.outcome.lsi, finding.job.query
            naming = finding.outcome.reference_labels.naming
            self.named = (None if naming is None else
                          Named(finding.job.reference, finding.job.recipe, naming, figures.all_types(finding)))
        self.changed.emit()

    def _drop_old(self) -> None:
        if self._lsi_of is not self._session.query:
            self.lsi = None
        if self.named is not None and self.named.reference is not self._session.reference:
            self.named = None
        self.changed.emit()


def _compute(pipeline: Pipeline, job: Job, stage: str, context: JobContext) -> object:
    def listener(report: RunReport) -> None:
        context.report(JobReport(report.title, report.fraction, report.number, report.total, report.seconds_left,
                                 stage=report.stage, stage_fraction=report.stage_fraction))

    result: object = pipeline.compute(job, stage, listener, context.token)
    return result
