"""Small figures that views show, read off the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from anchorscope.counts import Counts, blocks_of, column
from anchorscope.lsi.tfidf import peak_totals
from anchorscope.preprocess.normalize import cell_totals
from anchorscope.results import Floats, Ints, Labels, Names, Query, Reference
from anchorscope_desktop.state.session import Finding


def all_types(finding: Finding) -> tuple[str, ...]:
    """Return every type that any picture of `finding` may show."""
    grade = finding.outcome.grade
    more = grade.types if grade is not None else ()
    return tuple(dict.fromkeys((*finding.outcome.reference_labels.labels.types, *more)))


@dataclass(frozen=True)
class TypeRow:
    """One line of the type table; a figure that does not exist is NaN."""

    name: str
    n_reference: int
    n_query: int
    n_true: int | None
    recall: float
    precision: float
    f1: float


def type_rows(finding: Finding) -> list[TypeRow]:
    """Return the figures of every type, sorted by name."""
    outcome = finding.outcome
    reference, query = _sizes(outcome.reference_labels.labels), _sizes(outcome.prediction.labels)
    n_true, recall, precision, f1 = (_graded(finding, field) for field in ("n", "recall", "precision", "f1"))
    nan = float("nan")
    return [TypeRow(name, reference.get(name, 0), query.get(name, 0), n_true.get(name), recall.get(name, nan),
                    precision.get(name, nan), f1.get(name, nan))
            for name in sorted(all_types(finding), key=str.casefold)]


def _sizes(labels: Labels) -> dict[str, int]:
    counts = np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.types))
    return dict(zip(labels.types, counts.tolist(), strict=True))


def _graded(finding: Finding, field: str) -> dict[str, Any]:
    grade = finding.outcome.grade
    return {} if grade is None else dict(zip(grade.types, getattr(grade, field).tolist(), strict=True))


@dataclass(frozen=True)
class CellRow:
    """What the selection table says of a query cell."""

    barcode: str
    label: str
    score: float
    runner_up: str
    runner_up_score: float
    truth: str


def cell_rows(finding: Finding, rows: Ints) -> list[CellRow]:
    """Return label, score and runner-up of the query cells at `rows`."""
    prediction, grade = finding.outcome.prediction, finding.outcome.grade
    types, names = prediction.labels.types, prediction.labels.names
    truth = grade.truth.names if grade is not None else None
    barcodes = finding.job.query.cells.index
    found = []
    for row in rows:
        second, score = _runner_up(prediction.scores[row])
        found.append(CellRow(str(barcodes[row]), names[row] or "Unassigned", float(prediction.best[row]),
                             types[second] if score > 0 else "", score, "" if truth is None else str(truth[row])))
    return found


def _runner_up(scores: Floats) -> tuple[int, float]:
    if len(scores) < 2:
        return 0, 0.0
    second = int(np.argsort(-scores, kind="stable")[1])
    return second, float(scores[second])


@dataclass(frozen=True, eq=False)
class GeneByType:
    """Mean log-normalised level of one gene in each type: expression (reference) and activity (query)."""

    types: tuple[str, ...]
    expression: Floats
    activity: Floats


def has_activity(finding: Finding) -> bool:
    """Whether the activity of genes is at hand; where it is made from counts on disk, a session opens without it."""
    counts = finding.outcome.gene_activity.counts
    return finding.whole or bool(getattr(counts, "nnz", 0))


def activity_of(finding: Finding, gene: str) -> Floats:
    """Return the log-normalised activity of a gene in every query cell; NaN if it has none."""
    outcome = finding.outcome
    place = _place(outcome.gene_activity.regions.symbols, gene) if has_activity(finding) else None
    level = _level(outcome.gene_activity.counts, place, finding.job.recipe.gene_activity.scale_factor)
    return level if level is not None else np.full(len(finding.job.query.cells), np.nan)


def expression_of(finding: Finding, gene: str) -> Floats:
    """Return the log-normalised expression of a gene in every reference cell; NaN if it has none."""
    reference: Reference = finding.job.reference
    level = _level(reference.counts, _place(reference.genes, gene), finding.job.recipe.reference.scale_factor)
    return level if level is not None else np.full(len(reference.cells), np.nan)


def gene_by_type(finding: Finding, gene: str) -> GeneByType:
    """Return how a gene is expressed in the reference and how active it is in the query, by type."""
    outcome = finding.outcome
    types = tuple(sorted(outcome.reference_labels.labels.types, key=str.casefold))
    return GeneByType(types, _means(expression_of(finding, gene), outcome.reference_labels.labels, types),
                      _means(activity_of(finding, gene), outcome.prediction.labels, types))


def _place(names: Names, gene: str) -> int | None:
    found = np.flatnonzero(names == gene)
    return int(found[0]) if len(found) else None


def _level(counts: Counts, place: int | None, scale_factor: float) -> Floats | None:
    if place is None:
        return None
    return np.log1p(column(counts, place) / np.maximum(cell_totals(blocks_of(counts)), 1e-12) * scale_factor)


def _means(level: Floats, labels: Labels, types: tuple[str, ...]) -> Floats:
    members = [labels.names == name for name in types]
    return np.array([level[chosen].mean() if chosen.any() else np.nan for chosen in members])


def mean_accessibility(query: Query) -> Floats:
    """Return the mean count of every peak, over all cells."""
    return peak_totals(blocks_of(query.counts)) / max(len(query.cells), 1)
