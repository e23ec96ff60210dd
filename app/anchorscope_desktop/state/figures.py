"""Small figures that views show, read off the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

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
    recall: float
    precision: float


def type_rows(finding: Finding) -> list[TypeRow]:
    """Return the figures of every type, sorted by name."""
    outcome = finding.outcome
    reference, query = _sizes(outcome.reference_labels.labels), _sizes(outcome.prediction.labels)
    recall, precision = _graded(finding)
    nan = float("nan")
    return [TypeRow(name, reference.get(name, 0), query.get(name, 0), recall.get(name, nan), precision.get(name, nan))
            for name in sorted(all_types(finding), key=str.casefold)]


def _sizes(labels: Labels) -> dict[str, int]:
    counts = np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.types))
    return dict(zip(labels.types, counts.tolist(), strict=True))


def _graded(finding: Finding) -> tuple[dict[str, float], dict[str, float]]:
    grade = finding.outcome.grade
    if grade is None:
        return {}, {}
    return (dict(zip(grade.types, grade.recall.tolist(), strict=True)),
            dict(zip(grade.types, grade.precision.tolist(), strict=True)))


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


def gene_by_type(finding: Finding, gene: str) -> GeneByType:
    """Return how a gene is expressed in the reference and how active it is in the query, by type."""
    outcome, recipe = finding.outcome, finding.job.recipe
    types = tuple(sorted(outcome.reference_labels.labels.types, key=str.casefold))
    activity = _level(outcome.gene_activity.counts, _place(outcome.gene_activity.regions.symbols, gene),
                      recipe.gene_activity.scale_factor)
    reference: Reference = finding.job.reference
    expression = _level(reference.counts, _place(reference.genes, gene), recipe.reference.scale_factor)
    return GeneByType(types, _means(expression, outcome.reference_labels.labels, types),
                      _means(activity, outcome.prediction.labels, types))


def _place(names: Names, gene: str) -> int | None:
    found = np.flatnonzero(names == gene)
    return int(found[0]) if len(found) else None


def _level(counts: Any, place: int | None, scale_factor: float) -> Floats | None:
    if place is None:
        return None
    totals = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    column = np.asarray(counts[:, [place]].toarray(), dtype=np.float64).ravel()
    return np.log1p(column / np.maximum(totals, 1e-12) * scale_factor)


def _means(level: Floats | None, labels: Labels, types: tuple[str, ...]) -> Floats:
    means = np.full(len(types), np.nan)
    if level is not None:
        for place, name in enumerate(types):
            members = labels.names == name
            means[place] = level[members].mean() if members.any() else np.nan
    return means


def mean_accessibility(query: Query) -> Floats:
    """Return the mean count of every peak, over all cells."""
    return np.asarray(query.counts.mean(axis=0), dtype=np.float64).ravel()
