"""Leaving doubtful cells unassigned: what a threshold costs and what it buys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anchorscope.results import Floats, Ints, Labels, Prediction


@dataclass(frozen=True)
class CoverageAccuracy:
    """What remains at each threshold of the score: all arrays (n_thresholds,).

    Parameters
    ----------
    thresholds
        Ascending; a cell at or above keeps its label, the others are unassigned.
    coverage
        Fraction of the cells that keep their label.
    accuracy
        Fraction of those that are right; NaN where none is left.
    """

    thresholds: Floats
    coverage: Floats
    accuracy: Floats


def with_threshold(prediction: Prediction, threshold: float) -> Labels:
    """Return the transferred labels without those whose best score lies below the threshold.

    Parameters
    ----------
    prediction
        The transferred labels and their scores.
    threshold
        Least score, usually 0 to 1; a cell at the threshold keeps its label.

    Returns
    -------
    Labels
        The same types; code -1 for unassigned cells.
    """
    labels = prediction.labels
    return Labels(labels.types, np.where(prediction.best >= threshold, labels.codes, -1))


def coverage_accuracy(
    best: Floats, right: NDArray[np.bool_], thresholds: Floats | None = None
) -> CoverageAccuracy:
    """Say for each threshold how many cells keep their label and how many of those are right.

    Parameters
    ----------
    best
        (n_cells,) score of each cell's label.
    right
        (n_cells,) whether the label is the true one. Only cells with an answer belong here (`Grade.graded`).
    thresholds
        (n_thresholds,) where to look; hundredths from 0 to 1 by default.

    Notes
    -----
    The curve of a selective classifier (El-Yaniv and Wiener 2010, J. Mach. Learn. Res. 11:1605), as accuracy.
    """
    at = np.linspace(0.0, 1.0, 101) if thresholds is None else np.sort(np.asarray(thresholds, dtype=np.float64))
    # Thresholds are few and cells may be many: count between which two of them each cell lies.
    passed = np.searchsorted(at, best, side="right")
    kept, of_right = _from_above(passed, len(at)), _from_above(passed[right], len(at))
    return CoverageAccuracy(at, kept / max(len(best), 1), _ratio(of_right, kept))


def scores_to_keep(prediction: Prediction) -> Floats:
    """Return the (n2,) score by which each cell keeps its label under a threshold; -1 for one that has no label."""
    return np.where(prediction.labels.codes >= 0, prediction.best, -1.0)


@dataclass(frozen=True)
class Reliability:
    """Whether scores are what they promise to be, by bins of equal width.

    Parameters
    ----------
    edges
        (n_bins + 1,) from 0 to 1; a bin holds its upper edge, the first also its lower.
    mean_score, accuracy
        (n_bins,) of the cells in each bin; NaN where there is none.
    n
        (n_bins,) int64 cells in each bin.
    ece
        Expected calibration error: mean distance of accuracy and mean score, each bin counting by its cells.
    """

    edges: Floats
    mean_score: Floats
    accuracy: Floats
    n: Ints
    ece: float


def reliability(best: Floats, right: NDArray[np.bool_], n_bins: int = 10) -> Reliability:
    """Hold scores against the fraction of labels that are right.

    Parameters
    ----------
    best
        (n_cells,) score of each cell's label; below 0 counts as 0, above 1 as 1.
    right
        (n_cells,) whether the label is the true one. Only cells with an answer belong here (`Grade.graded`).
    n_bins
        Number of bins of equal width.

    Raises
    ------
    ValueError
        If there is no cell or no bin.

    Notes
    -----
    Guo et al. 2017, On Calibration of Modern Neural Networks, ICML (PMLR 70:1321), equations 2, 3 and 5.
    """
    if n_bins < 1 or not len(best):
        raise ValueError("reliability needs cells and at least one bin")
    scores, edges = np.clip(best, 0.0, 1.0), np.linspace(0.0, 1.0, n_bins + 1)
    place = np.maximum(np.searchsorted(edges, scores, side="left") - 1, 0)
    n = np.bincount(place, minlength=n_bins)
    of_right = np.bincount(place, right.astype(np.float64), n_bins)
    of_scores = np.bincount(place, scores, n_bins)
    ece = float(np.abs(of_right - of_scores).sum() / len(scores))
    return Reliability(edges, _ratio(of_scores, n), _ratio(of_right, n), n, ece)


def _from_above(passed: Ints, n: int) -> Ints:
    """Return how many cells reach each of `n` thresholds, from how many thresholds each cell reaches."""
    return np.bincount(passed, minlength=n + 1)[::-1].cumsum()[::-1][1:]


def _ratio(part: Floats | Ints, whole: Ints) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))
