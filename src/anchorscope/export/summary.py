"""A run in numbers, as JSON."""

from __future__ import annotations

import json
import math
import platform
from pathlib import Path
from typing import Any

from anchorscope.evaluation.abstain import abstaining
from anchorscope.evaluation.threshold import reliability
from anchorscope.export.destination import refuse_inputs, result_path
from anchorscope.export.report_warnings import warnings_of
from anchorscope.io.recipe import Plan, write_recipe
from anchorscope.machine import version_of
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Grade, Job, Outcome, Prediction

LIBRARIES = ("anchorscope", "numpy", "scipy", "scikit-learn", "scikit-misc", "numba", "anndata")


def summary(job: Job, outcome: Outcome) -> dict[str, Any]:
    """Return the run's sizes, grades, times and versions.

    Returns
    -------
    dict
        `reference_cells`, `query_cells`, `features` (genes compared), `anchors`, `unassigned` (query cells without
        a label, with those below `TransferParameters.min_score`, which grading counts as wrong), `query_clusters`
        (how many own clusters the query has, ``None`` where they were not computed), `accuracy`,
        `balanced_accuracy`, `recall` (by type), `ece` (expected calibration error of the labels that are left),
        `agreement` (`Refinement.agreement`), `warnings` (sentences), `seconds` (by stage), `peak_memory_mib`,
        `versions`, `seed`. The graded ones are ``None`` without an answer key, the memory where the system does not
        tell.
    """
    said = warnings_of(job, outcome)
    outcome = abstaining(outcome, job.recipe.transfer.min_score)
    return {
        "reference_cells": job.reference.counts.shape[0],
        "query_cells": job.query.counts.shape[0],
        "features": len(outcome.shared.genes),
        "anchors": len(outcome.anchors),
        "unassigned": int((outcome.prediction.labels.codes < 0).sum()),
        "query_clusters": None if outcome.query_clusters is None else len(outcome.query_clusters.labels.types),
        **_graded(outcome.grade, outcome.prediction),
        "agreement": outcome.refinement.agreement,
        "warnings": said,
        "seconds": {name: round(seconds, 3) for name, seconds in outcome.seconds.items()},
        "peak_memory_mib": round(outcome.peak_memory_mib, 1) or None,
        "versions": versions(),
        "seed": job.recipe.seed,
    }


def write_summary(path: Path, job: Job, outcome: Outcome, progress: Progress = SILENT) -> None:
    """Write `summary` to a JSON file; `progress` is told once it is complete.

    Raises
    ------
    OutputError
        If the file cannot be written, or is one that was read; nothing is left behind.
    """
    with result_path(path, job, progress) as temporary:
        temporary.write_text(json.dumps(summary(job, outcome), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_plan(path: Path, plan: Plan, progress: Progress = SILENT) -> None:
    """Write a recipe that repeats a run: its files, all settings and where the results go.

    `progress` is told once it is complete.

    Raises
    ------
    OutputError
        If the file cannot be written, or is one that was read; nothing is left behind.
    """
    refuse_inputs(path, plan.inputs.paths())
    write_recipe(path, plan, version_of("anchorscope"), progress)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that shape the numbers."""
    return {"python": platform.python_version()} | {name: version_of(name) for name in LIBRARIES}


def _graded(grade: Grade | None, prediction: Prediction) -> dict[str, Any]:
    if grade is None:
        return {"accuracy": None, "balanced_accuracy": None, "recall": None, "ece": None}
    recall = {name: float(value) for name, value in zip(grade.types, grade.recall, strict=True)
              if not math.isnan(value)}
    named = grade.graded & (prediction.labels.codes >= 0)
    ece = reliability(prediction.best[named], grade.right[named]).ece if named.any() else None
    return {"accuracy": grade.accuracy, "balanced_accuracy": grade.balanced_accuracy, "recall": recall, "ece": ece}
