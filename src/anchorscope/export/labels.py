"""The labels as a table."""

from __future__ import annotations

import csv
from pathlib import Path

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
    """Write one row per query cell, with tabs if the name ends in .tsv: barcode, label, score, runner-up, novelty.

    A cell whose score lies below `TransferParameters.min_score` is called “Unassigned”. `progress` hears the fraction
    done.

    Raises
    ------
    OutputError
        If the file cannot be written, or is one that was read; nothing is left behind.
    """
    prediction = abstaining(outcome, job.recipe.transfer.min_score).prediction
    second, second_score = runner_up(prediction)
    with result_path(path, job, progress) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="\t" if Path(path).suffix.lower() == ".tsv" else ",")
        writer.writerow(["barcode", "predicted.id", "prediction.score.max", "runner_up", "runner_up_score",
                         "novelty"])
        rows = zip(job.query.cells.index, predicted_names(prediction), prediction.best, second, second_score,
                   outcome.refinement.novelty, strict=True)
        for place, row in enumerate(rows):
            if place % ROWS == 0:
                progress.update(place / len(second))
            writer.writerow([row[0], row[1], f"{row[2]:.6f}", row[3], f"{row[4]:.6f}", f"{row[5]:.3f}"])


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


def runner_up(prediction: Prediction) -> tuple[Names, Floats]:
    """Return the type with the second-largest score of each query cell, ``""`` where nothing else scores."""
    scores = prediction.scores
    if scores.shape[1] < 2:
        return np.full(len(scores), "", dtype=object), np.zeros(len(scores))
    place = np.argsort(-scores, axis=1, kind="stable")[:, 1]
    value = scores[np.arange(len(scores)), place]
    return np.where(value > 0, np.array(prediction.labels.types, dtype=object)[place], ""), value
