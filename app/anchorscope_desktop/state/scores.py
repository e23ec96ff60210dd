"""What the scores of a finding say, counted once for each finding so that a moving threshold only looks it up."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anchorscope.evaluation.threshold import (
    CoverageAccuracy,
    Reliability,
    coverage_accuracy,
    reliability,
    scores_to_keep,
)
from anchorscope.results import Ints
from anchorscope_desktop.state.session import Finding

BINS = np.linspace(0.0, 1.0, 26)
"""Edges of the histogram's bars; a bar holds its lower edge, the last also its upper."""


class Scores:
    """The scores of all query cells, and of those with an answer whether they are right."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        grade, self._best = finding.outcome.grade, finding.outcome.prediction.best
        self._bars = np.clip(np.searchsorted(BINS, self._best, side="right") - 1, -1, len(BINS) - 2).astype(np.int8)
        self._bars[self._best > BINS[-1]] = -1
        self._kept = scores_to_keep(finding.outcome.prediction)
        self._graded = None if grade is None else (self._kept[grade.graded], grade.right[grade.graded])

    def heights(self, cells: NDArray[np.bool_] | Ints | None = None) -> Ints:
        """Return how many cells lie in each bar: all, or those of a mask or at some rows."""
        bars = self._bars if cells is None else self._bars[cells]
        return np.bincount(bars[bars >= 0], minlength=len(BINS) - 1)

    @cached_property
    def curve(self) -> CoverageAccuracy | None:
        """Coverage and accuracy at every hundredth; nothing without an answer key."""
        return None if self._graded is None else coverage_accuracy(*self._graded)

    @cached_property
    def reliability(self) -> Reliability | None:
        """How scores and accuracy of the labels go together; nothing without an answer key."""
        if self._graded is None:
            return None
        scores, right = self._graded
        labelled = scores >= 0
        return reliability(scores[labelled], right[labelled]) if labelled.any() else None

    def at(self, threshold: float) -> tuple[float, float]:
        """Return coverage and accuracy of the graded cells at a threshold; without an answer key coverage of all."""
        if self._graded is None:
            return float(np.mean(self._kept >= threshold)), float("nan")
        best, right = self._graded
        kept = best >= threshold
        n_kept = np.count_nonzero(kept)
        return n_kept / len(best), np.count_nonzero(kept & right) / n_kept if n_kept else float("nan")
