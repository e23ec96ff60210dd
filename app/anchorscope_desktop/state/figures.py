"""Small figures that views show, read off the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from anchorscope.results import Floats, Ints, Labels, Names, Query, Reference
from anchorscope_desktop.state.session import Finding

if TYPE_CHECKING:
    from anchorscope.counts import Counts


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
    counts = np.bincount(labels.codes + 1, minlength=len(labels.types) + 1)[1:]
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
    labels = prediction.labels.names_of(rows)
    truth = [""] * len(rows) if grade is None else grade.truth.names_of(rows)
    second, scores = _runners_up(prediction.scores[rows])
    types = prediction.labels.types
    runners_up = [types[code] if score > 0 else "" for code, score in zip(second, scores, strict=True)]
    found = zip(finding.job.query.cells.index[rows].astype(str), labels, prediction.best[rows].tolist(), runners_up,
                scores, truth, strict=True)
    return [CellRow(barcode, label or "Unassigned", *rest) for barcode, label, *rest in found]


def _runners_up(scores: Floats) -> tuple[list[int], list[float]]:
    """Return the second-best type of each row, and its score: 0 where there is only one type."""
    if scores.shape[1] < 2:
        return [0] * len(scores), [0.0] * len(scores)
    second = np.argsort(-scores, axis=1, kind="stable")[:, 1]
    return second.tolist(), scores[np.arange(len(scores)), second].tolist()


def has_activity(finding: Finding) -> bool:
    """Whether the activity of genes is at hand; where it is made from counts on disk, a session opens without it."""
    counts = finding.outcome.gene_activity.counts
    return finding.whole or bool(getattr(counts, "nnz", 0))


def activity_of(finding: Finding, gene: str) -> Floats:
    """Return the log-normalised activity of a gene in every query cell; NaN if it has none."""
    outcome = finding.outcome
    place = _place(outcome.gene_activity.regions.symbols, gene) if has_activity(finding) else None
    if place is None:
        return np.full(len(finding.job.query.cells), np.nan)
    return _level(outcome.gene_activity.counts, finding.activity_totals, place,
                  finding.job.recipe.gene_activity.scale_factor)


def expression_of(finding: Finding, gene: str) -> Floats:
    """Return the log-normalised expression of a gene in every reference cell; NaN if it has none."""
    reference: Reference = finding.job.reference
    place = _place(reference.genes, gene)
    if place is None:
        return np.full(len(reference.cells), np.nan)
    return _level(reference.counts, finding.expression_totals, place, finding.job.recipe.reference.scale_factor)


def _place(names: Names, gene: str) -> int | None:
    found = np.flatnonzero(names == gene)
    return int(found[0]) if len(found) else None


def _level(counts: Counts, totals: Floats, place: int, scale_factor: float) -> Floats:
    from anchorscope.counts import column

    return np.log1p(column(counts, place) / np.maximum(totals, 1e-12) * scale_factor)


def mean_accessibility(query: Query) -> Floats:
    """Return the mean count of every peak, over all cells."""
    from anchorscope.counts import blocks_of
    from anchorscope.lsi.tfidf import peak_totals

    return peak_totals(blocks_of(query.counts)) / max(len(query.cells), 1)
