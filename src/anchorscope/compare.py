"""Gene-activity models x reductions on the user's own data, and the information lost by going unpaired."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from anchorscope.counts import blocks_of
from anchorscope.errors import AnchorscopeError, InputError
from anchorscope.evaluation.ceiling import Seen, ceiling
from anchorscope.evaluation.comparison import Comparison, ComparisonRow, Scores
from anchorscope.evaluation.grade import grade
from anchorscope.parameters import NO_TRUTH, AnchorParameters, GeneActivityParameters
from anchorscope.pipeline import Listener, Pipeline, RunReport, silent_listener
from anchorscope.progress import CancelToken, Reporting
from anchorscope.refine.methods import prediction_of
from anchorscope.results import Grade, Job, Names, Prediction
from anchorscope.stages import check_settings

__all__ = ["MODELS", "REDUCTIONS", "Comparison", "ComparisonRow", "compare"]


MODELS = GeneActivityParameters.choices_of("model")
"""All gene-activity models."""

REDUCTIONS = AnchorParameters.choices_of("reduction")
"""All shared spaces."""

UNMEASURED = "The ceiling is measured after the last combination."
"""Why a table whose rows are not all there has no ceiling."""

Grown = Callable[[Comparison], None]
"""Takes a table that has grown by a row."""

_DIFFERENT = ("gene_activity", "shared_space", "anchors", "transfer", "refine")
"""Stages whose work depends on model and reduction."""


def compare(
    job: Job, models: Sequence[str] = MODELS, reductions: Sequence[str] = REDUCTIONS,
    listener: Listener = silent_listener, token: CancelToken | None = None, start: Pipeline | None = None,
    grown: Grown = lambda _: None,
) -> Comparison:
    """Run every combination of gene-activity model and reduction and put what came out into one table.

    Parameters
    ----------
    job
        The data and all other settings. With an answer key (`GradeParameters.truth`) the rows are graded and a ceiling
        is measured; without one they tell anchors, mean score and agreement with the job's own settings.
    models, reductions
        Values of `GeneActivityParameters.model` and `AnchorParameters.reduction`; a combination that these data do not
        allow becomes a row that says why.
    listener
        Told the progress of the whole, from the thread that runs.
    token
        Raised by another thread to stop.
    start
        A pipeline whose results are used where they fit; it is left as it was.
    grown
        Handed the table with the rows there are after each new one, from the thread that runs.

    Returns
    -------
    Comparison
        One row for each combination, models outermost.

    Raises
    ------
    InputError
        If the job names a column that is not there.
    ParameterError
        If there is no such model or reduction.
    Cancelled
        If the token was raised.

    Notes
    -----
    No map is drawn. A stage that a change of model or reduction does not touch is computed once. The ceiling is
    `evaluation.ceiling` in the LSI components that are used, on the query's shared axes of the job's own settings, and
    of its peaks.
    """
    check_settings(job)
    jobs = {(model, reduction): _with(job, model, reduction) for model in models for reduction in reductions}
    bench = _Bench(start.branched() if start is not None else Pipeline(), listener, token or CancelToken(),
                   len(jobs) + 2)
    own = _own_labels(bench, job)
    truth = job.recipe.grade.truth
    source, unmeasured = ("", "") if truth == NO_TRUTH else (truth, UNMEASURED)
    found = Comparison((), source, ceiling_reason=unmeasured)
    for one in jobs.values():
        found = dataclasses.replace(found, rows=(*found.rows, _row(bench, one, own)))
        grown(found)
    if not source:
        return found
    best, reason = _ceiling(bench, job.recipe.seed)
    return dataclasses.replace(found, ceiling=best, ceiling_reason=reason)


@dataclasses.dataclass
class _Bench:
    """The pipeline that all combinations share, and how far the whole is."""

    pipeline: Pipeline
    listener: Listener
    token: CancelToken
    total: int
    done: int = 0
    seen: Seen | None = None
    """The query in its LSI, in the first shared space that was found, and by its peaks."""
    grade: Grade | None = None
    """The grade that came with them."""
    started: float = dataclasses.field(default_factory=time.perf_counter)

    def labelled(self, job: Job, title: str) -> tuple[Prediction, Grade | None]:
        """Run one job up to its grade."""
        self.report("compare", title, 0.0, 0.0)
        try:
            grade = self.pipeline.compute(job, "grade", self._relay(title), self.token)
        finally:
            self.done += 1
        if self.seen is None:
            space, shared = self.result("lsi").space, self.result("shared_space").query
            self.seen, self.grade = Seen(space, shared, blocks_of(job.query.counts)), grade
        return prediction_of(self.result("transfer"), self.result("refine"), job.recipe.transfer), grade

    def result(self, name: str) -> Any:
        """Return what a stage of the job that was last run found."""
        return self.pipeline.result(name)

    def report(self, stage: str, title: str, of_stage: float, of_job: float) -> None:
        """Tell the listener how far the stage and the whole are, or obey the token."""
        self.token.raise_if_cancelled()
        whole = min((self.done + of_job) / self.total, 1.0)
        # Before a twentieth is done, an estimate would only mislead.
        left = (time.perf_counter() - self.started) * (1.0 - whole) / whole if whole >= 0.05 else None
        number = min(self.done + 1, self.total)
        self.listener(RunReport(stage, title, number, self.total, of_stage, whole, left))

    def _relay(self, title: str) -> Callable[[RunReport], None]:
        return lambda report: self.report(report.stage, f"{title}: {report.title}", report.stage_fraction,
                                          report.fraction)


def _with(job: Job, model: str, reduction: str) -> Job:
    recipe = job.recipe
    return dataclasses.replace(job, recipe=dataclasses.replace(
        recipe, gene_activity=recipe.gene_activity.replaced(model=model),
        anchors=recipe.anchors.replaced(reduction=reduction)))


def _own_labels(bench: _Bench, job: Job) -> Names | None:
    """Labels under the job's own settings, if these can be run."""
    try:
        return bench.labelled(job, "Own settings")[0].labels.names
    except (AnchorscopeError, MemoryError):
        return None


def _row(bench: _Bench, job: Job, own: Names | None) -> ComparisonRow:
    model, reduction = job.recipe.gene_activity.model, job.recipe.anchors.reduction
    try:
        prediction, grade = bench.labelled(job, f"{model}, {reduction}")
    except AnchorscopeError as error:
        return ComparisonRow(model, reduction, reason=str(error))
    except MemoryError:
        return ComparisonRow(model, reduction, reason="It needs more memory than there is.")
    return ComparisonRow(
        model, reduction, Scores.of(grade) if grade is not None else None, len(bench.result("anchors")),
        float(prediction.best.mean()),
        float(np.mean(prediction.labels.names == own)) if own is not None else float("nan"),
        sum(bench.pipeline.seconds(name) for name in _DIFFERENT))


def _ceiling(bench: _Bench, seed: int) -> tuple[Scores | None, str]:
    if bench.seen is None or bench.grade is None:
        return None, "No combination could be run."
    progress = Reporting(lambda fraction: bench.report("ceiling", "Ceiling", fraction, fraction), bench.token)
    truth, source = bench.grade.truth, bench.grade.source
    try:
        return Scores.of(grade(ceiling(bench.seen, truth, seed, progress), truth, source)), ""
    except InputError as error:
        return None, str(error)
