"""Several ways to the same labels in one table, and what going unpaired costs."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from anchorscope.results import Grade

METRICS = ("accuracy", "balanced_accuracy", "kappa", "macro_f1")
"""Fields of `Scores`, which are those of `Grade`."""

_HEAD = ("model", "reduction")
_GRADED = ("accuracy", "balanced accuracy", "kappa", "macro-F1")
_UNGRADED = ("mean score", "agreement")
_TAIL = ("anchors", "seconds", "remark")


@dataclass(frozen=True)
class Scores:
    """Grades of one way, each 1 at best."""

    accuracy: float
    balanced_accuracy: float
    kappa: float
    macro_f1: float

    @classmethod
    def of(cls, grade: Grade) -> Scores:
        """Take the four numbers out of a grade."""
        return cls(*(getattr(grade, metric) for metric in METRICS))


@dataclass(frozen=True)
class ComparisonRow:
    """What one combination of gene-activity model and reduction gave.

    Parameters
    ----------
    model, reduction
        The settings `GeneActivityParameters.model` and `AnchorParameters.reduction`.
    scores
        Grades against the answer key; ``None`` without one, or where the combination could not be run.
    n_anchors
        Number of anchors.
    mean_score
        Mean over the cells of each label's score.
    agreement
        Fraction of the cells that get the same label as with the job's own settings; NaN where those cannot be run.
    seconds
        Wall time from gene activity to labels; what does not depend on model and reduction is left out.
    reason
        Why it could not be run, in one sentence; ``""`` if it was.
    """

    model: str
    reduction: str
    scores: Scores | None = None
    n_anchors: int = 0
    mean_score: float = float("nan")
    agreement: float = float("nan")
    seconds: float = float("nan")
    reason: str = ""


@dataclass(frozen=True)
class Lost:
    """What the best way loses against the ceiling in one grade.

    Parameters
    ----------
    best
        The highest value of all rows.
    ceiling
        That of the classifier taught the query's own true labels.
    """

    best: float
    ceiling: float

    @property
    def points(self) -> float:
        """Ceiling minus best; negative where the transfer does better than the classifier."""
        return self.ceiling - self.best

    @property
    def share(self) -> float:
        """The part of the ceiling that is lost, ``1 - best / ceiling``; NaN where the ceiling is not positive."""
        return 1.0 - self.best / self.ceiling if self.ceiling > 0 else float("nan")


@dataclass(frozen=True)
class Comparison:
    """All combinations that were asked for, in order.

    Parameters
    ----------
    rows
        One for each model and reduction.
    source
        The answer key; ``""`` without one.
    ceiling
        Grades of a classifier trained on the query's own labels (see `evaluation.ceiling`); ``None`` without an answer
        key, or where it could not be trained.
    ceiling_reason
        Why there is no ceiling although there is an answer key, in one sentence.
    """

    rows: tuple[ComparisonRow, ...]
    source: str = ""
    ceiling: Scores | None = None
    ceiling_reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it in plain values; `from_dict` is the way back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Comparison:
        """Return what `as_dict` was called on.

        Raises
        ------
        KeyError, TypeError
            If the values are of something else.
        """
        rows = tuple(ComparisonRow(**{**row, "scores": _scores(row["scores"])}) for row in plain["rows"])
        return cls(**{**plain, "rows": rows, "ceiling": _scores(plain["ceiling"])})

    @property
    def graded(self) -> bool:
        """Whether there is an answer key."""
        return bool(self.source)

    def lost(self, metric: str = "accuracy") -> Lost | None:
        """Information lost by going unpaired, in one of `METRICS`; ``None`` without ceiling or graded rows."""
        found = [getattr(row.scores, metric) for row in self.rows if row.scores is not None]
        return Lost(max(found), getattr(self.ceiling, metric)) if found and self.ceiling is not None else None

    @property
    def header(self) -> tuple[str, ...]:
        """Titles of the columns."""
        return (*_HEAD, *(_GRADED if self.graded else _UNGRADED), *_TAIL)

    def as_rows(self) -> list[tuple[str, ...]]:
        """Return the table as text: a line for each combination, then ceiling and information lost if known."""
        return [*map(self._line, self.rows), *self._ceiling_lines()]

    def as_text(self) -> str:
        """Return the table aligned for a terminal, numbers to the right."""
        table = [self.header, *self.as_rows()]
        width = [max(map(len, column)) for column in zip(*table, strict=True)]
        last = len(width) - 1
        padded = [[cell.ljust(width[n]) if n in (0, 1, last) else cell.rjust(width[n]) for n, cell in enumerate(line)]
                  for line in table]
        return "\n".join("  ".join(line).rstrip() for line in padded) + "\n"

    def as_csv(self) -> str:
        """Return the table as CSV."""
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows([self.header, *self.as_rows()])
        return file.getvalue()

    def as_markdown(self) -> str:
        """Return the table in Markdown, numbers to the right."""
        numbers = len(self.header) - 3
        rule = ("---", "---", *["---:"] * numbers, "---")
        lines = [self.header, rule, *([cell.replace("|", r"\|") for cell in line] for line in self.as_rows())]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)

    def _line(self, row: ComparisonRow) -> tuple[str, ...]:
        head = (row.model, row.reduction)
        if row.reason:
            return (*head, *[""] * (len(self.header) - 3), row.reason)
        values = _values(row.scores) if row.scores is not None else (row.mean_score, row.agreement)
        return (*head, *map(_number, values), str(row.n_anchors), _number(row.seconds, 1), "")

    def _ceiling_lines(self) -> list[tuple[str, ...]]:
        if self.ceiling is None:
            return [("ceiling", "", *[""] * (len(self.header) - 3), self.ceiling_reason)] if self.graded else []
        lost = [found for found in map(self.lost, METRICS) if found is not None]
        lines = [("ceiling", "own labels", *map(_number, _values(self.ceiling)), "", "", "")]
        if lost:
            lines += [("lost", "ceiling - best", *(_number(one.points) for one in lost), "", "", ""),
                      ("lost", "1 - best / ceiling", *(_number(one.share) for one in lost), "", "", "")]
        return lines


def _scores(plain: Mapping[str, float] | None) -> Scores | None:
    return None if plain is None else Scores(**plain)


def _values(scores: Scores) -> tuple[float, ...]:
    return tuple(getattr(scores, metric) for metric in METRICS)


def _number(value: float, digits: int = 4) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"
