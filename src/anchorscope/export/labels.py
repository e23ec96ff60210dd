"""The labels as a table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from anchorscope.evaluation.abstain import abstaining
from anchorscope.export.destination import result_path
from anchorscope.io.atomic import atomic_path
from anchorscope.palette import UNASSIGNED
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Job, Names, Outcome, Prediction, Query, Reference

ROWS = 1 << 13
"""Of a table that are written from one report to the next."""


def write_labels_csv(path: Path, job: Job, outcome: Outcome, progress: Progress = SILENT) -> None:
    """Write one row per query cell, with tabs if the name ends in .tsv.

    Its columns: ``barcode``, ``predicted.id``, ``prediction.score.max``, ``runner_up``, ``runner_up_score``,
    ``novelty``, ``predicted.unassigned`` (true or false), ``best_guess`` and ``best_guess_score`` (of unassigned cells
    only: the type that scores highest), where there is an answer key ``truth``, by the names it was graded by, and
    where the query's own clusters were computed ``query.cluster``.

    A cell whose score lies below `TransferParameters.min_score` is called “Unassigned”. `progress` hears the fraction
    done.

    Raises
    ------
    OutputError
        If the file cannot be written, or is one that was read; nothing is left behind.
    """
    prediction = abstaining(outcome, job.recipe.transfer.min_score).prediction
    columns = _columns(prediction, outcome)
    with result_path(path, job, progress) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="\t" if Path(path).suffix.lower() == ".tsv" else ",")
        writer.writerow(["barcode", *columns])
        n = len(prediction.best)
        for start in range(0, n, ROWS):
            progress.update(start / n)
            rows = slice(start, start + ROWS)
            written = ([say(value) for value in values[rows]] for values, say in columns.values())
            writer.writerows(zip(job.query.cells.index[rows], *written, strict=True))


def _columns(prediction: Prediction, outcome: Outcome) -> dict[str, tuple[Any, Callable[[Any], str]]]:
    """Return the values of each column, and how one is written."""
    second, second_score = runner_up(prediction)
    unassigned = prediction.labels.codes < 0
    guess = best_guess(prediction)
    columns: dict[str, tuple[Any, Callable[[Any], str]]] = {
        "predicted.id": (predicted_names(prediction), str), "prediction.score.max": (prediction.best, _finely),
        "runner_up": (second, str), "runner_up_score": (second_score, _finely),
        "novelty": (outcome.refinement.novelty, "{:.3f}".format),
        "predicted.unassigned": (unassigned, lambda one: "true" if one else "false"),
        "best_guess": (guess, str), "best_guess_score": (np.where(guess != "", prediction.best, np.nan), _finely)}
    if outcome.grade is not None:
        columns["truth"] = (outcome.grade.truth.names, str)
    if outcome.query_clusters is not None:
        columns["query.cluster"] = (outcome.query_clusters.labels.names, str)
    return columns


def _finely(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6f}"


def write_key(path: Path, reference: Reference, query: Query, progress: Progress = SILENT) -> None:
    """Write which cells are the same: barcode in the query, barcode in the reference.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    pairing = np.full(len(query.cells), -1) if query.pairing is None else query.pairing
    with atomic_path(path, progress) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["query", "reference"])
        writer.writerows((query.cells.index[cell], reference.cells.index[row])
                         for cell, row in enumerate(pairing) if row >= 0)


def predicted_names(prediction: Prediction) -> Names:
    """Return the label of each query cell, (n2,); a cell without one is called ``Unassigned``."""
    names = prediction.labels.names
    names[prediction.labels.codes < 0] = UNASSIGNED
    return names


def best_guess(prediction: Prediction) -> Names:
    """Return what each unassigned query cell would be called, (n2,); ``""`` for others and where nothing scores."""
    types = np.array([*prediction.labels.types, ""], dtype=object)
    place = np.where((prediction.labels.codes < 0) & (prediction.best > 0), prediction.scores.argmax(axis=1), -1)
    return types[place]


def runner_up(prediction: Prediction) -> tuple[Names, Floats]:
    """Return the type with the second-largest score of each query cell, ``""`` where nothing else scores."""
    scores = prediction.scores
    if scores.shape[1] < 2:
        return np.full(len(scores), "", dtype=object), np.zeros(len(scores))
    place = np.argsort(-scores, axis=1, kind="stable")[:, 1]
    value = scores[np.arange(len(scores)), place]
    return np.where(value > 0, np.array(prediction.labels.types, dtype=object)[place], ""), value
