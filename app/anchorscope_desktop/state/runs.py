"""Running the pipeline in the worker and keeping what it finds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope.errors import AnchorscopeError
from anchorscope.parameters import NO_TRUTH
from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd, JobReport
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.findings import same_labels
from anchorscope_desktop.state.notices import QUERY, REFERENCE, RUN, Action, Notice, Notices, Weight
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.parameters import Recipe
    from anchorscope.pipeline import Job, Pipeline, RunReport
    from anchorscope.results import AnyJob, Outcome

UNGRADED = "Run without grading"
STOPPED = Notice("Cancelled. What was finished before is kept; Run goes on from there.")


@dataclass(frozen=True)
class _Found:
    job: Job
    outcome: Outcome
    seconds: float
    strange_markers: tuple[str, ...]


class Runs(QObject):
    """Starts runs of the job being edited; `running` tells whether one is under way."""

    running_changed = Signal()
    """A run, or what it would have to wait for, has begun or ended."""

    succeeded = Signal()
    failed = Signal()

    def __init__(self, session: Session, runner: JobRunner, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runner, self._notices = session, runner, notices
        self._under_way = 0
        self._stage = ""
        self._stopped: Recipe | None = None
        """The settings of the run that was cancelled last."""
        runner.progressed.connect(self._hear)
        runner.started.connect(self.running_changed)
        runner.finished.connect(self.running_changed)
        session.inputs_changed.connect(self._forget)
        self._refused: tuple[Notice, str] | None = None
        """What was said of a run that could not begin, and why."""
        for signal in (session.recipe_changed, session.outcome_changed):
            signal.connect(self._withdraw_stopped)
        session.recipe_changed.connect(self._withdraw_refusal)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._under_way > 0

    @property
    def possible(self) -> bool:
        """Whether a run can start now and would bring something new."""
        return self._wanted and self._session.complete and not self._runner.busy

    @property
    def _wanted(self) -> bool:
        session = self._session
        return session.shown is None or session.outdated or session.lacks_clusters

    def start(self) -> None:
        """Run what is stale; does nothing where no run is possible."""
        from anchorscope.pipeline import Job

        session = self._session
        if not self.possible or session.reference is None or session.query is None:
            return
        job = Job(session.reference, session.query, session.recipe)
        pipeline = session.pipeline
        for topic in (RUN, REFERENCE, QUERY):
            # What was refused before has been overcome, or there would be nothing to run.
            self._notices.clear(topic)
        self._under_way += 1
        self._runner.start("Starting", lambda context: _run(pipeline, job, context), partial(self._take, job))
        self.running_changed.emit()

    def _forget(self) -> None:
        """Take back what was said of other files."""
        self._notices.clear(RUN)

    def _withdraw_stopped(self) -> None:
        """Take back that a run goes on from where it was cancelled, once another one would be run, or none."""
        if self._stopped is not None and not (self._wanted and same_labels(self._stopped, self._session.recipe)):
            self._notices.withdraw(RUN, STOPPED)
            self._stopped = None

    def _refuse(self, job: Job, sentence: str) -> None:
        """Say why there is no result; where only the answer key stands in the way, offer to do without."""
        action = Action(UNGRADED, self._run_ungraded) if sentence == refusal(job, of_key=True) else None
        notice = Notice(sentence, Weight.ERROR, action)
        self._refused = (notice, sentence) if sentence == refusal(job) else None
        self._notices.post(RUN, notice)
        self._withdraw_refusal()

    def _run_ungraded(self) -> None:
        """Run without an answer key, which is a setting like others, to be undone."""
        session = self._session
        session.change("grade", session.recipe.grade.replaced(truth=NO_TRUTH))
        self.start()

    def _withdraw_refusal(self) -> None:
        """Take back why a run could not begin, once its settings are others and it could."""
        job = self._session.job_at_hand
        if self._refused is not None and (job is None or refusal(job) != self._refused[1]):
            notice, self._refused = self._refused[0], None
            self._notices.withdraw(RUN, notice)

    def _hear(self, report: JobReport) -> None:
        if self.running and report.stage != self._stage:
            self._stage = report.stage
            self._session.stage_finished.emit()

    def _take(self, job: Job, end: JobEnd) -> None:
        self._under_way -= 1
        if end.succeeded:
            found: _Found = end.value
            self._session.add_finding(found.job, found.outcome, found.seconds, found.strange_markers)
        elif end.ending is Ending.CANCELLED:
            self._stopped = job.recipe
            self._notices.post(RUN, STOPPED)
            self._withdraw_stopped()
        else:
            self._refuse(job, end.sentence)
        self.running_changed.emit()
        if end.succeeded:
            self.succeeded.emit()
        elif end.ending is not Ending.CANCELLED:
            self.failed.emit()


def _run(pipeline: Pipeline, job: Job, context: JobContext) -> _Found:
    from anchorscope.evaluation.doubts import markers_of_strangers

    started = time.perf_counter()
    outcome = pipeline.run(job, listener=lambda report: context.report(told(report)), token=context.token)
    return _Found(job, outcome, time.perf_counter() - started, markers_of_strangers(job, outcome))


def refusal(job: AnyJob, *, of_key: bool = False) -> str:
    """Return in which words a run of the job is refused before it begins, for its answer key alone if asked for."""
    from anchorscope.checks import check_key
    from anchorscope.results import Job
    from anchorscope.stages import check_settings

    if not isinstance(job, Job):
        return ""
    try:
        check_key(job) if of_key else check_settings(job)
    except AnchorscopeError as error:
        return str(error)
    return ""


def told(report: RunReport) -> JobReport:
    """Return what the core reports in the words of a job."""
    return JobReport(report.title, report.fraction, report.number, report.total, report.seconds_left,
                     stage=report.stage, stage_fraction=report.stage_fraction)
