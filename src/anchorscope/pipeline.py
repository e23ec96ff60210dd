"""Running the stages in order, and only those that are stale."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from anchorscope.embedding import umap
from anchorscope.forecast import check_fit, forecast, sizes_of
from anchorscope.machine import peak_memory_mib
from anchorscope.parameters import CLUSTER_AND_NAME, Recipe, TransferParameters
from anchorscope.preprocess import cluster
from anchorscope.progress import CancelToken, Reporting
from anchorscope.refine.methods import prediction_of
from anchorscope.results import Job, Outcome, Query, Reference
from anchorscope.stages import STAGES, Stage, check_settings

__all__ = ["STAGES", "Job", "Pipeline", "RunReport", "Stage", "StageStatus", "run", "silent_listener"]


LEAST_SHARE = 0.01
"""Seconds that every stage counts for on the progress bar, however little it is foreseen to take."""

PREPARING = "Preparing the program (longer the first time)"
"""What is told while libraries are loaded and, once on a machine, loops are compiled."""

_PREPARED: dict[str, Callable[[], None]] = {"labels": cluster.prepare, "maps": umap.prepare}
"""What stages need before they can be timed and cancelled."""


_PLACES = {
    "variable_genes": "variable_genes", "pca": "pca", "labels": "reference_labels", "gene_activity": "gene_activity",
    "lsi": "lsi", "shared_space": "shared", "anchors": "anchors", "transfer": "voted",
    "refine": "refinement", "grade": "grade", "maps": "maps"}
"""Where the outcome holds the result of each stage."""


class StageStatus(StrEnum):
    """Where a stage stands."""

    EMPTY = "empty"
    """Its data are not loaded."""
    READY = "ready"
    """It can be computed and never was."""
    DONE = "done"
    """Its result fits the data and the settings."""
    STALE = "stale"
    """Its result is of other data or settings."""


@dataclass(frozen=True)
class RunReport:
    """Progress of a run: which stage, how far it is, how far the whole is, and the seconds left (if known)."""

    stage: str
    title: str
    number: int
    total: int
    stage_fraction: float
    fraction: float
    seconds_left: float | None


Listener = Callable[[RunReport], None]


def silent_listener(_: RunReport) -> None:
    """Ignore the report."""


@dataclass
class _Stored:
    key: tuple[Any, ...]
    result: Any
    seconds: float


def run(job: Job, listener: Listener = silent_listener, token: CancelToken | None = None) -> Outcome:
    """Run all stages once; see `Pipeline.run`, which keeps results for the next run."""
    return Pipeline().run(job, listener, token)


@dataclass
class Pipeline:
    """Keeps every stage's last result and recomputes only what changed.

    Not thread-safe: one run at a time; `status` and `result` may be asked at any time.
    """

    _stored: dict[str, _Stored] = field(default_factory=dict)

    def status(self, reference: Reference | None, query: Query | None, recipe: Recipe) -> dict[str, StageStatus]:
        """Say of each stage, by name, whether its result is there and still fits."""
        keys = _keys(reference, query, recipe)
        return {stage.name: self._status(stage.name, keys[stage.name]) for stage in STAGES}

    def result(self, name: str) -> Any | None:
        """Return the last result of a stage, stale or not; ``None`` if it was never computed."""
        return self._stored[name].result if name in self._stored else None

    def run(self, job: Job, listener: Listener = silent_listener, token: CancelToken | None = None) -> Outcome:
        """Compute all that is stale and return the complete outcome.

        Parameters
        ----------
        job
            The data and the settings.
        listener
            Told the progress, from the thread that runs.
        token
            Raised by another thread to stop the run; finished stages are kept.

        Raises
        ------
        AnchorscopeError
            If the data or the settings do not allow the run.
        Cancelled
            If the token was raised.
        """
        return self._outcome(self._run(STAGES, job, listener, token), job.recipe.transfer)

    def compute(
        self, job: Job, name: str, listener: Listener = silent_listener, token: CancelToken | None = None
    ) -> Any:
        """Compute one stage's result and what it needs, as far as stale, and nothing else.

        Parameters
        ----------
        job, listener, token
            As for `run`.
        name
            The stage; ``grade`` for all of a run but its maps.

        Raises
        ------
        AnchorscopeError, Cancelled
            As for `run`.
        """
        self._run(_needed(name, job.recipe), job, listener, token)
        return self._stored[name].result

    def finished(self, job: Job) -> dict[str, Any]:
        """Return the results at hand that fit the data and the settings of a job, by stage."""
        return {name: self._stored[name].result
                for name, status in self.status(job.reference, job.query, job.recipe).items()
                if status is StageStatus.DONE}

    def adopt(self, job: Job, outcome: Outcome) -> None:
        """Take over what an earlier run of the same job found, so that nothing of it is computed again."""
        self.take(job, {name: getattr(outcome, field) for name, field in _PLACES.items()}, outcome.seconds)

    def take(self, job: Job, results: Mapping[str, Any], seconds: Mapping[str, float] = MappingProxyType({})) -> None:
        """Take over results of some stages of the same job, by name, and the wall seconds that they took."""
        keys = _keys(job.reference, job.query, job.recipe)
        for name, result in results.items():
            self._stored[name] = _Stored(keys[name] or (), result, seconds.get(name, 0.0))

    def branched(self) -> Pipeline:
        """Return a second pipeline that starts with this one's results and goes its own way from there."""
        return Pipeline(dict(self._stored))

    def seconds(self, name: str) -> float:
        """Return the wall time that a stage's last result took, in seconds; 0 if it was never computed."""
        return self._stored[name].seconds if name in self._stored else 0.0

    def _run(
        self, stages: tuple[Stage, ...], job: Job, listener: Listener, token: CancelToken | None
    ) -> set[str]:
        check_settings(job, stages)
        keys = _keys(job.reference, job.query, job.recipe)
        todo = [stage for stage in stages if self._status(stage.name, keys[stage.name]) is not StageStatus.DONE]
        foreseen = forecast(sizes_of(job), job.recipe, 1.0)
        check_fit(job, foreseen)
        clock = _Clock(todo, listener, foreseen.seconds)
        preparations = _preparations(todo, job.recipe)
        if preparations:
            clock.preparing()
        for prepare in preparations:
            prepare()
        for stage in todo:
            self._compute(stage, job, keys[stage.name] or (), clock, token or CancelToken())
        return {stage.name for stage in todo}

    def _status(self, name: str, key: tuple[Any, ...] | None) -> StageStatus:
        if key is None:
            return StageStatus.EMPTY
        if name not in self._stored:
            return StageStatus.READY
        return StageStatus.DONE if self._stored[name].key == key else StageStatus.STALE

    def _compute(self, stage: Stage, job: Job, key: tuple[Any, ...], clock: _Clock, token: CancelToken) -> None:
        started = time.perf_counter()
        progress = Reporting(clock.entering(stage), token)
        progress.update(0.0)
        done = {name: self._stored[name].result for name in stage.needed(job.recipe)}
        result = stage.compute(job, done, progress)
        progress.update(1.0)
        self._stored[stage.name] = _Stored(key, result, time.perf_counter() - started)

    def _outcome(self, computed: set[str], transfer: TransferParameters) -> Outcome:
        of = {field: self._stored[name].result for name, field in _PLACES.items()}
        return Outcome(
            **of, prediction=prediction_of(of["voted"], of["refinement"], transfer),
            seconds={stage.name: self._stored[stage.name].seconds for stage in STAGES if stage.name in computed},
            peak_memory_mib=peak_memory_mib())


def _preparations(todo: list[Stage], recipe: Recipe) -> list[Callable[[], None]]:
    """Return what has to be prepared; labels that are read from a column need nothing."""
    clustering = recipe.reference.labels == CLUSTER_AND_NAME
    return [_PREPARED[stage.name] for stage in todo
            if stage.name in _PREPARED and (clustering or stage.name != "labels")]


def _needed(name: str, recipe: Recipe) -> tuple[Stage, ...]:
    """Return the stage and all it builds on, in order."""
    wanted = {name}
    for stage in reversed(STAGES):
        wanted |= set(stage.needed(recipe)) if stage.name in wanted else set()
    return tuple(stage for stage in STAGES if stage.name in wanted)


class _Clock:
    """Turns a stage's fraction into the whole's, and elapsed time into time left."""

    def __init__(self, stages: list[Stage], listener: Listener, shares: Mapping[str, float]) -> None:
        self._stages, self._listener = stages, listener
        self._shares = {stage.name: shares.get(stage.name, 0.0) + LEAST_SHARE for stage in stages}
        self._total = sum(self._shares.values())
        self._started = time.perf_counter()

    def preparing(self) -> None:
        """Tell that work has not begun yet."""
        self._listener(RunReport("prepare", PREPARING, 1, len(self._stages), 0.0, 0.0, None))

    def entering(self, stage: Stage) -> Callable[[float], None]:
        number = self._stages.index(stage)
        before = sum(self._shares[earlier.name] for earlier in self._stages[:number])

        furthest = 0.0

        def report(fraction: float) -> None:
            # Some work measures how far it is by what is left to converge, and that may grow.
            nonlocal furthest
            furthest = max(furthest, fraction)
            whole = (before + self._shares[stage.name] * furthest) / self._total
            self._listener(RunReport(
                stage.name, stage.title, number + 1, len(self._stages), furthest, whole, self._left(whole)))

        return report

    def _left(self, fraction: float) -> float | None:
        # Before a twentieth is done, an estimate would only mislead.
        if fraction < 0.05:
            return None
        return (time.perf_counter() - self._started) * (1.0 - fraction) / fraction


def _keys(reference: Reference | None, query: Query | None, recipe: Recipe) -> dict[str, tuple[Any, ...] | None]:
    """Return per stage all that its result depends on, or ``None`` where data are missing."""
    data = {"reference": reference, "query": query}
    keys: dict[str, tuple[Any, ...] | None] = {}
    for stage in STAGES:
        own = [data[name] for name in stage.inputs]
        before = [keys[name] for name in stage.needed(recipe)]
        missing = any(value is None for value in (*own, *before))
        keys[stage.name] = None if missing else (*map(_Identity, own), *before, stage.settings(recipe))
    return keys


class _Identity:
    """Equal only to itself; holds the object, so that no later one can take its place in memory."""

    def __init__(self, what: object) -> None:
        self._what = what

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self._what is other._what

    def __hash__(self) -> int:
        return id(self._what)
