"""The steps of the rail and the state each one is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anchorscope_desktop.jobs.report import JobReport
from anchorscope_desktop.jobs.runner import JobRunner
from anchorscope_desktop.state.comparing import Comparer
from anchorscope_desktop.state.exporting import Exporter
from anchorscope_desktop.state.runs import Runs
from anchorscope_desktop.state.session import Session

if TYPE_CHECKING:
    from anchorscope.pipeline import StageStatus


class StepState(Enum):
    """What the rail shows of a step."""

    EMPTY = "empty"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    STALE = "stale"


@dataclass(frozen=True)
class Step:
    """One page of the rail and the stages it is about."""

    key: str
    title: str
    stages: tuple[str, ...]


REFERENCE_STEP = Step("reference", "Reference", ("variable_genes", "pca", "labels"))
QUERY_STEP = Step("query", "Query", ("lsi",))
ACTIVITY_STEP = Step("gene_activity", "Gene activity", ("gene_activity",))
TRANSFER_STEP = Step("transfer", "Transfer", ("shared_space", "anchors", "transfer", "refine"))
EXPLORE_STEP = Step("explore", "Explore", ("grade", "maps"))
COMPARE_STEP = Step("compare", "Compare", ())
EXPORT_STEP = Step("export", "Export", ())
STEPS = (REFERENCE_STEP, QUERY_STEP, ACTIVITY_STEP, TRANSFER_STEP, EXPLORE_STEP, COMPARE_STEP, EXPORT_STEP)


class StepModel(QObject):
    """The state of every stage and step, kept up to date from the session and the reports of a run."""

    changed = Signal()

    def __init__(self, session: Session, runs: Runs, runner: JobRunner, comparer: Comparer, exporter: Exporter,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._comparer, self._exporter = session, comparer, exporter
        self._stages: dict[str, StepState] = {}
        self._stage_now = ""
        session.inputs_changed.connect(self._look)
        session.recipe_changed.connect(self._look)
        session.outcome_changed.connect(self._look)
        runs.running_changed.connect(self._look)
        comparer.changed.connect(self.changed)
        exporter.written_changed.connect(self.changed)
        runner.progressed.connect(self._follow)
        runner.finished.connect(lambda _: self._end())
        self._look()

    def stage(self, name: str) -> StepState:
        """Return the state of a stage of the pipeline."""
        return self._stages.get(name, StepState.EMPTY)

    def step(self, step: Step) -> StepState:
        """Return the state of a step: that of its stages, of the comparison, or of what was saved."""
        if step is COMPARE_STEP:
            return self._of_comparison()
        if step is EXPORT_STEP:
            return self._of_files()
        states = [self.stage(name) for name in step.stages]
        order = (StepState.RUNNING, StepState.STALE, StepState.EMPTY, StepState.READY)
        found = next((state for state in order if state in states), StepState.DONE)
        # There is nothing to explore before a result, however ready its stages are.
        return StepState.EMPTY if step is EXPLORE_STEP and found is StepState.READY else found

    def _of_comparison(self) -> StepState:
        comparer = self._comparer
        if comparer.running:
            return StepState.RUNNING
        if comparer.comparison is None:
            return StepState.READY if self._session.complete else StepState.EMPTY
        return StepState.STALE if comparer.outdated else StepState.DONE

    def _of_files(self) -> StepState:
        if self._session.shown is None:
            return StepState.EMPTY
        if self._session.old_labels:
            return StepState.STALE
        return StepState.DONE if self._exporter.written is self._session.shown else StepState.READY

    def _look(self) -> None:
        self._stages = _translated(self._session.statuses())
        if set(self._stages.values()) == {StepState.DONE}:  # what is shown is of other settings: an earlier run, say
            self._stages |= dict.fromkeys(self._session.unlike_shown(), StepState.STALE)
        self._mark(self._stage_now)
        self.changed.emit()

    def _end(self) -> None:
        self._stage_now = ""
        self._look()

    def _follow(self, report: JobReport) -> None:
        if report.stage and report.stage != self._stage_now:
            self._stage_now = report.stage
            self._look()

    def _mark(self, name: str) -> None:
        if name:
            self._stages[name] = StepState.RUNNING


def _translated(statuses: Mapping[str, StageStatus]) -> dict[str, StepState]:
    return {name: StepState[status.name] for name, status in statuses.items()}
