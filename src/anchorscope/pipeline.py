"""Running the stages in order, and only those that are stale."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from anchorscope.embedding import umap
from anchorscope.forecast import check_fit, forecast, sizes_of
from anchorscope.forecast_alone import seconds_alone
from anchorscope.machine import peak_memory_mib
from anchorscope.parameters import CLUSTER_AND_NAME, Recipe
from anchorscope.preprocess import cluster
from anchorscope.progress import CancelToken, Reporting, apart
from anchorscope.refine.methods import prediction_of
from anchorscope.results import AnyJob, Job, Maps, Outcome, Query, Reference
from anchorscope.stages import (
    EVERY_STAGE,
    QUERY_CLUSTERS,
    STAGES,
    Stage,
    check_settings,
    check_sides,
    needed_stages,
    stages_of_run,
)

__all__ = ["STAGES", "Job", "Pipeline", "RunReport", "Stage", "StageStatus", "run", "silent_listener"]


LEAST_SHARE = 0.01
"""Seconds that every stage counts for on the progress bar, however little it is foreseen to take."""

PREPARING = "Preparing the program (longer the first time)"
"""What is told while libraries are loaded and, once on a machine, loops are compiled."""

_PREPARED: dict[str, Callable[[], None]] = {
    "labels": cluster.prepare, "maps": umap.prepare, "reference_map": umap.prepare, "query_map": umap.prepare,
    QUERY_CLUSTERS: cluster.prepare}
"""What stages need before they can be timed and cancelled."""


_PLACES = {
    "variable_genes": "variable_genes", "pca": "pca", "labels": "reference_labels", "gene_activity": "gene_activity",
    "lsi": "lsi", "shared_space": "shared", "anchors": "anchors", "transfer": "voted",
    "refine": "refinement", "grade": "grade", "maps": "maps"}
"""Where the outcome holds the result of each stage."""

_PARTS = {stage.name: stage.parts for stage in STAGES}


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

_Keys: TypeAlias = dict[str, tuple[Any, ...] | None]


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

    def status_of(
        self, reference: Reference | None, query: Query | None, recipe: Recipe, name: str
    ) -> StageStatus:
        """Say the same of one stage, which may be one side's own map."""
        return self._status(name, _keys(reference, query, recipe)[name])

    def fresh(self, job: AnyJob, name: str) -> Any | None:
        """Return the result of a stage if it fits the data and the settings of a job, otherwise ``None``."""
        key = _keys_of(job)[name]
        return self._stored[name].result if self._status(name, key) is StageStatus.DONE else None

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
        return self._outcome(self._run(stages_of_run(job.recipe), job, listener, token), job)

    def compute(
        self, job: AnyJob, name: str, listener: Listener = silent_listener, token: CancelToken | None = None
    ) -> Any:
        """Compute one stage's result and what it needs, as far as stale, and nothing else.

        Parameters
        ----------
        job
            The data and the settings; one side is enough for stages that read no other.
        name
            The stage; ``grade`` for all of a run but its maps.
        listener, token
            As for `run`.

        Raises
        ------
        AnchorscopeError, Cancelled
            As for `run`; `InputError` also if a side is not there that the stage needs.
        """
        return self.compute_some(job, (name,), listener, token)[name]

    def compute_some(
        self, job: AnyJob, names: Sequence[str], listener: Listener = silent_listener, token: CancelToken | None = None
    ) -> dict[str, Any]:
        """Compute the results of several stages, by name; see `compute`."""
        check_sides(job, names)
        self._run(needed_stages(names, job.recipe), job, listener, token)
        return {name: self._stored[name].result for name in names}

    def finished(self, job: AnyJob) -> dict[str, Any]:
        """Return the results at hand that fit the data and the settings of a job, by stage.

        One side's own map is among them only until both are drawn.
        """
        keys = _keys_of(job)
        done = {stage.name: self._stored[stage.name].result for stage in EVERY_STAGE
                if self._status(stage.name, keys[stage.name]) is StageStatus.DONE}
        parts = [part for stage in STAGES if stage.name in done for part in stage.parts]
        return {name: result for name, result in done.items() if name not in parts}

    def adopt(self, job: Job, outcome: Outcome) -> None:
        """Take over what an earlier run of the same job found, so that nothing of it is computed again."""
        found = {name: getattr(outcome, field) for name, field in _PLACES.items()}
        if outcome.query_clusters is not None:
            found[QUERY_CLUSTERS] = outcome.query_clusters
        self.take(job, found, outcome.seconds)

    def take(
        self, job: AnyJob, results: Mapping[str, Any], seconds: Mapping[str, float] = MappingProxyType({})
    ) -> None:
        """Take over results of some stages of the same job, by name, and the wall seconds that they took."""
        keys = _keys_of(job)
        for name, result in results.items():
            self._store(name, keys, result, seconds.get(name, 0.0))

    def branched(self) -> Pipeline:
        """Return a second pipeline that starts with this one's results and goes its own way from there."""
        return Pipeline(dict(self._stored))

    def seconds(self, name: str) -> float:
        """Return the wall time that a stage's last result took, in seconds; 0 if it was never computed."""
        return self._stored[name].seconds if name in self._stored else 0.0

    def _run(
        self, stages: tuple[Stage, ...], job: AnyJob, listener: Listener, token: CancelToken | None
    ) -> set[str]:
        check_settings(job, stages)
        keys = _keys_of(job)
        todo = [stage for stage in stages if self._status(stage.name, keys[stage.name]) is not StageStatus.DONE]
        foreseen = forecast(sizes_of(job), job.recipe, 1.0)
        check_fit(job, foreseen)
        at_work = [stage for stage in todo if not stage.idle(job.recipe)]
        clock = _Clock(at_work, listener, seconds_alone(sizes_of(job), job.recipe, 1.0))
        preparations = _preparations(todo, job.recipe)
        if preparations:
            clock.preparing()
        token = token or CancelToken()
        for prepare in preparations:
            apart(prepare, Reporting(lambda _: None, token))
        for stage in todo:
            self._compute(stage, job, keys, clock, token)
        return {stage.name for stage in todo}

    def _status(self, name: str, key: tuple[Any, ...] | None) -> StageStatus:
        if key is None:
            return StageStatus.EMPTY
        if name not in self._stored:
            return StageStatus.READY
        return StageStatus.DONE if self._stored[name].key == key else StageStatus.STALE

    def _compute(self, stage: Stage, job: AnyJob, keys: _Keys, clock: _Clock, token: CancelToken) -> None:
        started = time.perf_counter()
        told = (lambda _: None) if stage.idle(job.recipe) else clock.entering(stage)
        progress = Reporting(told, token)
        progress.update(0.0)
        at_hand = [part for part in stage.parts if self._status(part, keys[part]) is StageStatus.DONE]
        done = {name: self._stored[name].result for name in (*stage.needed(job.recipe), *at_hand)}
        result = stage.compute(job, done, progress)
        progress.update(1.0)
        self._store(stage.name, keys, result, time.perf_counter() - started)

    def _store(self, name: str, keys: _Keys, result: Any, seconds: float) -> None:
        self._stored[name] = _Stored(keys[name] or (), result, seconds)
        if isinstance(result, Maps):
            for part, side in zip(_PARTS[name], result.sides, strict=True):
                self._stored[part] = _Stored(keys[part] or (), side, seconds)

    def _outcome(self, computed: set[str], job: Job) -> Outcome:
        of = {field: self._stored[name].result for name, field in _PLACES.items()}
        return Outcome(
            **of, prediction=prediction_of(of["voted"], of["refinement"], job.recipe.transfer),
            seconds={stage.name: self._stored[stage.name].seconds for stage in EVERY_STAGE if stage.name in computed},
            peak_memory_mib=peak_memory_mib(), query_clusters=self.fresh(job, QUERY_CLUSTERS))


def _preparations(todo: list[Stage], recipe: Recipe) -> list[Callable[[], None]]:
    """Return what has to be prepared; labels that are read from a column need nothing."""
    clustering = recipe.reference.labels == CLUSTER_AND_NAME
    return [_PREPARED[stage.name] for stage in todo
            if stage.name in _PREPARED and (clustering or stage.name != "labels")]


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


def _keys_of(job: AnyJob) -> _Keys:
    return _keys(getattr(job, "reference", None), getattr(job, "query", None), job.recipe)


def _keys(reference: Reference | None, query: Query | None, recipe: Recipe) -> _Keys:
    """Return per stage all that its result depends on, or ``None`` where data are missing."""
    # Which reference cells are the same nuclei matters to grading alone: un-pairing, which adds a remark to what was
    # recognised, makes nothing else stale.
    assembly = () if query is None else (query.recognised.assembly,)
    cells = _parts(query, "pairing", "recognised")
    data = {"reference": _parts(reference), "query": None if cells is None else (*cells, *assembly),
            "pairing": None if query is None else (_Identity(query.pairing),)}
    keys: _Keys = {}
    for stage in EVERY_STAGE:
        own = [data[name] for name in stage.inputs]
        before = [keys[name] for name in stage.needed(recipe)]
        missing = any(value is None for value in (*own, *before))
        keys[stage.name] = None if missing else (*own, *before, stage.settings(recipe))
    return keys


def _parts(side: Reference | Query | None, *without: str) -> tuple[_Identity, ...] | None:
    if side is None:
        return None
    return tuple(_Identity(getattr(side, item.name)) for item in fields(side) if item.name not in without)


class _Identity:
    """Equal only to itself; holds the object, so that no later one can take its place in memory."""

    def __init__(self, what: object) -> None:
        self._what = what

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self._what is other._what

    def __hash__(self) -> int:
        return id(self._what)
