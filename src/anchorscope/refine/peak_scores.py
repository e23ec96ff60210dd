"""What every single peak says of a cell's type: a second space of the query, made of types instead of components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar

from anchorscope.block_forms import Matrix
from anchorscope.blocks import CellBlocks
from anchorscope.engine import each_block, sum_over
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.refine.folds import FOLDS, folds
from anchorscope.results import Floats, Ints

ENOUGH = 20_000
"""Of more peaks than this, every second, third ... is asked how far the profiles can be trusted."""

EXACT = 0.05
"""How exactly the logarithm of the prior's counts is found; scores hardly depend on it."""


def peak_scores(counts: CellBlocks, probabilities: Floats, seed: int, progress: Progress = SILENT) -> Floats:
    """Score each cell by how much its open peaks are those of each type.

    Parameters
    ----------
    counts
        Peak counts of the query, (n2, n_peaks).
    probabilities
        (n2, n_types) what is thought of each cell so far: how much it teaches each type's profile.
    seed
        Decides which cells share a fold.
    progress
        Told during two passes over the counts.

    Returns
    -------
    numpy.ndarray
        (n2, n_types) log likelihood ratio of each type's profile over that of all cells, divided by the square root
        of the cell's counts, so that its noise is the same for deep and for shallow cells. 0 for cells without counts.

    Notes
    -----
    The multinomial model of naive Bayes (Maron 1961, doi 10.1145/321075.321084), its profiles drawn towards that of all
    cells by a Dirichlet prior. How strongly is what best foretells the counts of the cells that were left out
    (empirical Bayes; Robbins 1956). No cell is scored by a profile that it taught: among many thousand peaks a profile
    remembers its cells. LSI keeps the directions in which cells differ most; peaks of a rare type are not among them.
    """
    fold = folds(counts.shape[0], seed)
    profiles = _Profiles.of(_taught(counts, probabilities, fold, Part(progress, 0.0, 0.5)))
    meanwhile = Part(progress, 0.5, 0.5)
    prior, ratios = _prior_counts(profiles, meanwhile), []
    for number in range(FOLDS):
        meanwhile.update(0.0)
        ratios.append(profiles.log_ratios(number, prior))

    def scored(rows: slice, block: Matrix) -> Floats:
        entries, scores = sparse.csr_matrix(block), np.zeros((block.shape[0], probabilities.shape[1]))
        for number in range(FOLDS):
            asked = fold[rows] == number
            scores[asked] = entries[asked] @ ratios[number].T
        depth = np.asarray(entries.sum(axis=1)).ravel()
        return np.asarray(scores / np.sqrt(np.where(depth > 0, depth, 1.0))[:, None])

    found = np.empty(probabilities.shape)
    for rows, scores in each_block(counts, scored, Part(progress, 0.5, 1.0)):
        found[rows] = scores
    return found


def _taught(counts: CellBlocks, probabilities: Floats, fold: Ints, progress: Progress) -> Floats:
    """(n_folds, n_types, n_peaks) counts of the cells of each fold, shared among the types."""
    def shared(rows: slice, block: Matrix) -> Floats:
        entries = sparse.csr_matrix(block)
        total = np.empty((FOLDS, probabilities.shape[1], block.shape[1]))
        for number in range(FOLDS):
            teaching = fold[rows] == number
            total[number] = (entries[teaching].T @ probabilities[rows][teaching]).T
        return total

    found: Floats = sum_over(counts, shared, progress)
    return found


@dataclass(frozen=True)
class _Profiles:
    """What the cells outside of each fold say of every type.

    Parameters
    ----------
    left_out
        (n_folds, n_types, n_peaks) counts of the cells in each fold.
    total
        (n_types, n_peaks) those of all cells.
    weight
        (n_folds, n_types, 1) counts of the cells outside of each fold, of all peaks together.
    overall
        (n_peaks,) share of each peak in all counts.
    """

    left_out: Floats
    total: Floats
    weight: Floats
    overall: Floats

    @classmethod
    def of(cls, by_fold: Floats) -> _Profiles:
        """Take the sums of each fold."""
        total = by_fold.sum(axis=0)
        of_peak = total.sum(axis=0)
        # Here and below, sums may fall a rounding below zero where a fold holds all.
        weight = np.maximum(total.sum(axis=1) - by_fold.sum(axis=2), 0.0)[:, :, None]
        return cls(by_fold, total, weight, of_peak / max(float(of_peak.sum()), 1.0))

    def log_ratios(self, fold: int, prior: float, peaks: slice = slice(None)) -> Floats:
        """(n_types, n_peaks) logarithm of each type's share of a peak, without a fold, over the share among all cells.

        The prior counts as so many counts spread as those of all cells are.
        """
        weight = self.weight[fold]
        taught = np.maximum(self.total[:, peaks] - self.left_out[fold][:, peaks], 0.0)
        excess = taught / np.maximum(self.overall[peaks], np.finfo(float).tiny) - weight
        return np.asarray(np.log1p(excess / (weight + prior)))


def _prior_counts(profiles: _Profiles, progress: Progress) -> float:
    """Return the prior with which the profiles foretell best the counts of the cells that did not teach them."""
    most = float(profiles.left_out.sum())
    some = slice(None, None, 1 + len(profiles.overall) // ENOUGH)

    def surprise(logarithm: float) -> float:
        progress.update(0.0)
        prior = float(np.exp(logarithm))
        return -sum(float(np.vdot(profiles.left_out[fold][:, some], profiles.log_ratios(fold, prior, some)))
                    for fold in range(FOLDS))

    if most <= 1.0:
        return 1.0
    # A prior of more than all counts changes the scale of the scores only.
    found = minimize_scalar(surprise, bounds=(0.0, float(np.log(most))), method="bounded", options={"xatol": EXACT})
    return float(np.exp(found.x))
