"""Running the pipeline in the worker and keeping what it finds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.jobs.report import Ending, JobContext, JobEnd, JobReport
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.findings import same_labels
from anchorscope_desktop.state.notices import QUERY, REFERENCE, RUN, Notice, Notices
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.parameters import Recipe
    from anchorscope.pipeline import Job, Pipeline, RunReport
    from anchorscope.results import Outcome

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
        for signal in (session.recipe_changed, session.outcome_changed):
            signal.connect(self._withdraw_stopped)

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
            self._notices.error(RUN, end.sentence)
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


def told(report: RunReport) -> JobReport:
    """Return what the core reports in the words of a job."""
    return JobReport(report.title, report.fraction, report.number, report.total, report.seconds_left,
                     stage=report.stage, stage_fraction=report.stage_fraction)
