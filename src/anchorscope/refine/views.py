"""The two views of a query cell, and what holds them together: probabilities, agreement, openness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from anchorscope.embedding.cca import l2_normalised
from anchorscope.results import Alignment, Anchors, Floats, Ints, Sides

ENOUGH = 20_000
"""Of more cells than this, every second, third ... is asked how sure it is."""

EXACT = 1e-4
"""How exactly the logarithm of a temperature is found."""

COLDEST, HOTTEST = -7.0, 3.0
"""Ends of that interval, as natural logarithms."""


def alignment(sides: Sides, anchors: Anchors) -> Alignment | None:
    """Return how to move and stretch the query so that both ends of the anchors have the same mean and spread.

    Parameters
    ----------
    sides
        L2-normalised coordinates of both data sets on their shared axes.
    anchors
        The anchors, which count by their score.

    Returns
    -------
    Alignment or None
        On every axis, for `moved`; ``None``, which leaves the query as it was, where no anchor has a score.

    Notes
    -----
    Where CCA found the axes this changes little; an axis of the reference's own PCA may need much. Anchors join the
    same types on both sides, so a query with other shares of types is not moved by that.
    """
    total = float(anchors.score.sum())
    if total <= 0:
        return None
    weight = anchors.score / total
    here, there = sides.query[anchors.query_cell], sides.reference[anchors.reference_cell]
    mean, wanted = weight @ here, weight @ there
    spread, wanted_spread = np.sqrt(weight @ (here - mean) ** 2), np.sqrt(weight @ (there - wanted) ** 2)
    stretch = np.divide(wanted_spread, spread, out=np.ones_like(spread), where=spread > 0)
    return Alignment(mean, stretch, wanted)


def moved(points: Floats, found: Alignment | None, out: Floats | None = None) -> Floats:
    """Return L2-normalised coordinates of query cells, (n, d), where an alignment puts them; without one, as they are.

    In `out` if given, which may be `points`.
    """
    if found is None:
        return points
    there = np.subtract(points, found.mean, out=out)
    there *= found.stretch
    there += found.wanted
    return l2_normalised(there, out=there)


@dataclass(frozen=True)
class Shortened:
    """Coordinates divided by the length of their cell to a power, made for the rows that are asked for.

    In accessibility space the length of a cell follows how well it was sequenced, and partly what it is.

    Parameters
    ----------
    space
        (n, d) the coordinates.
    divisor
        (n,) what each cell's are divided by.
    """

    space: Floats
    divisor: Floats

    @classmethod
    def of(cls, space: Floats, power: float, usual: float | None = None) -> Shortened:
        """Take a power of the lengths out: 0 leaves the coordinates, 1 leaves their direction alone.

        The lengths are relative to the `usual_length` of `space`, or to another that is given.
        """
        length = _lengths(space)
        usual = float(np.median(length)) if usual is None else usual
        relative = length / usual if usual > 0 else np.ones_like(length)
        return cls(space, np.where(relative > 0, relative, 1.0) ** power)

    @property
    def shape(self) -> tuple[int, int]:
        """Cells and coordinates."""
        return self.space.shape[0], self.space.shape[1]

    def __len__(self) -> int:
        return len(self.space)

    def __getitem__(self, rows: slice | NDArray[np.bool_]) -> Floats:
        return np.asarray(self.space[rows] / self.divisor[rows, None])


def usual_length(space: Floats) -> float:
    """Return the median length of the cells' coordinates, (n, d)."""
    return float(np.median(_lengths(space)))


def _lengths(space: Floats) -> Floats:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", space, space)))


def shares_of_anchors(anchors: Anchors, codes: Ints, weights: Floats, shape: tuple[int, int]) -> Floats:
    """Return how much the anchors say that each query cell is of each type.

    Parameters
    ----------
    anchors
        The anchors; their scores count.
    codes
        (n1,) type of each reference cell, -1 where it has none.
    weights
        (n1,) weight of each reference cell.
    shape
        Query cells and types.
    """
    said = np.zeros(shape)
    of_anchor = codes[anchors.reference_cell]
    known = of_anchor >= 0
    counts = anchors.score * weights[anchors.reference_cell]
    np.add.at(said, (anchors.query_cell[known], of_anchor[known]), counts[known])
    return said


def log_posterior(evidence: Floats) -> Floats:
    """Return log probabilities, rows of `evidence` (n, n_types) shifted so that their exponentials sum to 1."""
    shifted = evidence - evidence.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def agreement(one: Floats, other: Floats) -> float:
    """Return the fraction of cells, rows of both, whose largest entries name the same type."""
    return float(np.mean(one.argmax(axis=1) == other.argmax(axis=1)))


def temperature(log_probabilities: Floats, wanted: float) -> float:
    """Return the exponent after which the largest probability of a cell is, on average, what is wanted.

    Parameters
    ----------
    log_probabilities
        (n, n_types).
    wanted
        Mean largest probability, 0 to 1.

    Notes
    -----
    Temperature scaling (Guo et al. 2017, PMLR 70:1321), with the rate at which another view agrees in place of labels
    that nobody has.
    """
    some = log_probabilities[:: 1 + len(log_probabilities) // ENOUGH]
    shifted = some - some.max(axis=1, keepdims=True)

    def too_sure(logarithm: float) -> float:
        # The largest probability is one over the sum, because the largest entry is zero.
        return float((1.0 / np.exp(np.exp(logarithm) * shifted).sum(axis=1)).mean()) - wanted

    if too_sure(COLDEST) >= 0:
        return float(np.exp(COLDEST))
    if too_sure(HOTTEST) <= 0:
        return float(np.exp(HOTTEST))
    return float(np.exp(brentq(too_sure, COLDEST, HOTTEST, xtol=EXACT)))


def openness(log_probabilities: Floats, shares: Floats) -> Floats:
    """Return the part of the question that is still open for each cell: its entropy relative to that of the shares.

    Parameters
    ----------
    log_probabilities
        (n, n_types) of each cell.
    shares
        (n_types,) of all cells.

    Returns
    -------
    numpy.ndarray
        (n,) 0 where the type is certain, about 1 where nothing is known beyond the shares; 0 with a single type.
    """
    all_open = -float((shares * np.log(np.maximum(shares, np.finfo(float).tiny))).sum())
    if all_open <= 0:
        return np.zeros(len(log_probabilities))
    finite = np.where(np.isfinite(log_probabilities), log_probabilities, 0.0)
    return np.asarray(-(np.exp(log_probabilities) * finite).sum(axis=1) / all_open)
