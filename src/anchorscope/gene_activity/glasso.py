"""The graphical lasso with a penalty of its own for every pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints

TOLERANCE = 1e-4
"""Largest change of a covariance in one round, relative to the mean size of those given, at which to stop."""

ROUNDS = 100
"""Rounds after which to stop in any case."""

_SWEEPS = 200


@dataclass(frozen=True)
class SparseInverse:
    """Covariance (p, p) and its sparse inverse, the precision (p, p), exactly zero where no link is left."""

    covariance: Floats
    precision: Floats


def graphical_lasso(
    covariance: Floats, penalty: Floats, progress: Progress = SILENT, tolerance: float = TOLERANCE
) -> SparseInverse:
    """Estimate a sparse inverse covariance.

    Maximises ``log det T - tr(S T) - sum(penalty * |T|)`` over positive definite T.

    Parameters
    ----------
    covariance
        S, (p, p) symmetric with a positive diagonal.
    penalty
        (p, p) symmetric, not negative.
    progress
        Asked between columns whether to stop; hears no fractions, as nobody knows the rounds in advance.
    tolerance
        See `TOLERANCE`.

    Returns
    -------
    SparseInverse
        Both sides of the estimate.

    Notes
    -----
    Block coordinate descent of Friedman, Hastie and Tibshirani 2008 (doi 10.1093/biostatistics/kxm045), with a lasso by
    coordinate descent for each column, as in R's ``glasso``. Variables that no covariance larger than its penalty
    connects are solved apart, which is exact (Witten et al. 2011, doi 10.1198/jcgs.2011.11051a).
    """
    from scipy.sparse.csgraph import connected_components

    linked = np.abs(covariance) > penalty
    diagonal = np.diag(covariance) + np.diag(penalty)
    found = SparseInverse(np.diag(diagonal), np.diag(1.0 / diagonal))
    count, group = connected_components(linked, directed=False)
    for number in range(count):
        mine = np.flatnonzero(group == number)
        if len(mine) > 1:
            block = np.ix_(mine, mine)
            part = _connected(covariance[block], penalty[block], tolerance, progress)
            found.covariance[block], found.precision[block] = part.covariance, part.precision
    return found


def _connected(given: Floats, penalty: Floats, tolerance: float, progress: Progress) -> SparseInverse:
    p = len(given)
    estimate = given + np.diag(np.diag(penalty))
    beta = np.zeros((p, p))
    off = ~np.eye(p, dtype=bool)
    enough = tolerance * float(np.abs(given[off]).mean())
    others = [np.flatnonzero(np.arange(p) != j) for j in range(p)]
    for _ in range(ROUNDS):
        before = estimate.copy()
        for j in range(p):
            progress.update(0.0)
            rest = others[j]
            part = estimate[np.ix_(rest, rest)]
            beta[j, rest] = _lasso(part, given[rest, j], penalty[rest, j], beta[j, rest], enough)
            estimate[rest, j] = estimate[j, rest] = part @ beta[j, rest]
        if float(np.abs(estimate - before)[off].mean()) < enough:
            break
    return SparseInverse(estimate, _precision(estimate, beta))


def _lasso(quadratic: Floats, linear: Floats, penalty: Floats, start: Floats, enough: float) -> Floats:
    """Minimise ``b' Q b / 2 - l' b + sum(penalty * |b|)`` by going over the coordinates until none moves."""
    beta = start.copy()
    gap = linear - quadratic @ beta
    diagonal = np.diag(quadratic)
    active: NDArray[np.intp] | None = None
    for _ in range(_SWEEPS):
        moved = _sweep(quadratic, diagonal, penalty, beta, gap, active)
        if moved < enough:
            if active is None:
                break
            active = None
        else:
            active = np.flatnonzero(beta)
    return beta


def _sweep(
    quadratic: Floats, diagonal: Floats, penalty: Floats, beta: Floats, gap: Floats, active: Ints | None
) -> float:
    """Move each coordinate to its best place in turn; return the largest change it made to the covariances."""
    moved = 0.0
    for k in _worth_a_visit(gap, diagonal, penalty, beta) if active is None else active:
        old = beta[k]
        pull = gap[k] + diagonal[k] * old
        size = abs(pull) - penalty[k]
        new = 0.0 if size <= 0 else (size if pull > 0 else -size) / diagonal[k]
        if new != old:
            gap -= quadratic[k] * (new - old)
            beta[k] = new
            moved = max(moved, abs(new - old) * diagonal[k])
    return moved


def _worth_a_visit(gap: Floats, diagonal: Floats, penalty: Floats, beta: Floats) -> Ints:
    return np.flatnonzero((np.abs(gap + diagonal * beta) > penalty) | (beta != 0))


def _precision(estimate: Floats, beta: Floats) -> Floats:
    """Invert by the regressions, so that zeros stay exact; both directions of a pair are averaged."""
    scale = 1.0 / (np.diag(estimate) - np.einsum("ij,ij->i", estimate, beta))
    precision = -beta * scale[:, None]
    np.fill_diagonal(precision, scale)
    one_sided = (precision == 0) | (precision.T == 0)
    return np.where(one_sided, 0.0, (precision + precision.T) / 2)
