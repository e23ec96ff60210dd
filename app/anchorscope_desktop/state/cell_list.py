"""The list of the selected cells: which stand first when all are sorted, and what is said of each."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from anchorscope.results import Floats, Ints, Labels
from anchorscope_desktop.state.session import Finding

BARCODE, LABEL, SCORE, RUNNER_UP, ITS_SCORE, TRUTH = range(6)
"""The columns."""

SORTED_BY = ("barcode", "label", "score", "runner-up", "score of the runner-up", "truth")
"""What the columns are called in a sentence."""

NONE = "–"
"""Stands where there is no runner-up."""

UNASSIGNED = "unassigned"
"""Stands behind the best guess of a cell without a label."""


@dataclass(frozen=True)
class CellRow:
    """What the list says of a query cell; one without a label has its best guess beside that."""

    barcode: str
    label: str
    score: float
    runner_up: str
    runner_up_score: float
    truth: str


def cell_rows(finding: Finding, rows: Ints) -> list[CellRow]:
    """Return label, score and runner-up of the query cells at `rows`."""
    from anchorscope.evaluation.listing import best_two

    prediction, grade = finding.outcome.prediction, finding.outcome.grade
    truth = [""] * len(rows) if grade is None else grade.truth.names_of(rows)
    _, second, scores = best_two(prediction.scores, rows)
    names, codes = _called(finding, rows)
    runners_up = _runners_up(finding, second, scores)
    found = zip(finding.job.query.cells.index[rows].astype(str), (names[code] for code in codes),
                prediction.best[rows].tolist(), (runners_up[0][code] for code in runners_up[1]), scores.tolist(),
                truth, strict=True)
    return [CellRow(*one) for one in found]


def listed(finding: Finding, rows: Ints, count: int, column: int = -1, *, descending: bool = False) -> Ints:
    """Return which of the query cells at `rows` stand first when all are sorted by a column; -1 leaves their order."""
    from anchorscope.evaluation.listing import first_places

    if column < 0 or len(rows) <= count:
        return rows[:count]
    if column == BARCODE:
        # Names are no numbers, and to rank a million of them is to sort them.
        named = zip(finding.job.query.cells.index[rows].astype(str), rows.tolist(), strict=True)
        first = (heapq.nlargest if descending else heapq.nsmallest)(count, named, key=itemgetter(0))
        return np.array([row for _, row in first], dtype=np.int64)
    return rows[first_places(_KEYS[column](finding, rows), count, descending=descending)]


def _called(finding: Finding, rows: Ints) -> tuple[list[str], Ints]:
    """Return what cells can be called, and which of it each is called."""
    from anchorscope.evaluation.listing import best_two

    prediction, types = finding.outcome.prediction, finding.outcome.prediction.labels.types
    codes = prediction.labels.codes[rows].astype(np.int64)
    left = np.flatnonzero(codes < 0)
    guess, _, _ = best_two(prediction.scores, rows[left])
    codes[left] = np.where(prediction.best[rows[left]] > 0, len(types) + guess, 2 * len(types))
    # The guess in front: it is still read where there is little room.
    return [*types, *(f"{name} ({UNASSIGNED})" for name in types), UNASSIGNED.capitalize()], codes


def _runners_up(finding: Finding, second: Ints, scores: Floats) -> tuple[list[str], Ints]:
    types = finding.outcome.prediction.labels.types
    return [*types, NONE], np.where(scores > 0, second, len(types))


def _ranked(names: list[str], codes: Ints) -> Ints:
    """Return the places of names in the order in which a table sorts them."""
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks[codes]


def _by_runner_up(finding: Finding, rows: Ints) -> Ints:
    from anchorscope.evaluation.listing import best_two

    _, second, scores = best_two(finding.outcome.prediction.scores, rows)
    return _ranked(*_runners_up(finding, second, scores))


def _by_its_score(finding: Finding, rows: Ints) -> Floats:
    from anchorscope.evaluation.listing import best_two

    return best_two(finding.outcome.prediction.scores, rows)[2]


def _by_truth(finding: Finding, rows: Ints) -> Ints:
    grade = finding.outcome.grade
    truth: Labels | None = None if grade is None else grade.truth
    if truth is None:
        return np.zeros(len(rows), dtype=np.int64)
    codes = truth.codes[rows]
    return _ranked([*truth.types, ""], np.where(codes < 0, len(truth.types), codes))


_KEYS: dict[int, Callable[[Finding, Ints], Ints | Floats]] = {
    LABEL: lambda finding, rows: _ranked(*_called(finding, rows)),
    SCORE: lambda finding, rows: finding.outcome.prediction.best[rows],
    RUNNER_UP: _by_runner_up, ITS_SCORE: _by_its_score, TRUTH: _by_truth}
