"""From a click to the cells that are meant: pure functions that make selections."""

from __future__ import annotations

import numpy as np

from anchorscope.results import Labels
from anchorscope_desktop.state.selection import Mask, Selection
from anchorscope_desktop.state.session import Finding


def of_confusion(finding: Finding, truth: int | None, predicted: int | None) -> Selection:
    """Return the cells of one cell, row (`predicted` is nothing) or column of the confusion matrix."""
    grade = finding.outcome.grade
    if grade is None or (truth is None and predicted is None):
        return Selection()
    query = grade.cells(truth, predicted)
    shown = predicted if predicted is not None else truth
    assert shown is not None
    name = grade.types[shown]
    return Selection(_words(grade.types, truth, predicted), _partners(finding, query, name), query)


def of_type(finding: Finding, name: str) -> Selection:
    """Return all reference cells of a type and all query cells that were given it."""
    prediction = finding.outcome.prediction.labels
    return Selection(f"Labelled {name or 'Unassigned'}", _of(finding.outcome.reference_labels.labels, name),
                     _of(prediction, name))


def of_true_type(finding: Finding, name: str) -> Selection:
    """Return all query cells that truly are of a type, whatever they were called, with their reference cells."""
    grade = finding.outcome.grade
    if grade is None:
        return Selection()
    query = _of(grade.truth, name)
    return Selection(f"Truly {name or 'unknown'}", _partners(finding, query, name), query)


def of_score(finding: Finding, low: float, high: float) -> Selection:
    """Return the query cells whose best score lies from `low` up to `high` (included only at 1)."""
    best = finding.outcome.prediction.best
    query = (best >= low) & ((best < high) | (high >= 1.0))
    return Selection(f"Score {low:.2f} to {high:.2f}", np.zeros(len(finding.job.reference.cells), dtype=bool), query)


def _words(types: tuple[str, ...], truth: int | None, predicted: int | None) -> str:
    if predicted is None and truth is not None:
        return f"Truly {types[truth]}"
    if truth is None and predicted is not None:
        return f"Called {types[predicted]}"
    assert truth is not None and predicted is not None  # noqa: PT018 - narrows the types
    return f"{types[truth]} called {types[predicted]}"


def _of(labels: Labels, name: str) -> Mask:
    if name not in labels.types:
        return labels.codes < 0 if not name else np.zeros(len(labels.codes), dtype=bool)
    return np.asarray(labels.codes == labels.types.index(name))


def _partners(finding: Finding, query: Mask, name: str) -> Mask:
    """Return the same nuclei's reference cells where they are known, else the reference cells of type `name`."""
    pairing = finding.job.query.pairing
    if pairing is None:
        return _of(finding.outcome.reference_labels.labels, name)
    mask = np.zeros(len(finding.job.reference.cells), dtype=bool)
    rows = pairing[query]
    mask[rows[rows >= 0]] = True
    return mask
