"""Linear discriminants taught by uncertain labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from anchorscope.blocks import stretches
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats

LEAST = 1e-9
"""A type with a smaller share of all weight has taught nothing."""

FLAT = 1e-6
"""An axis whose spread within types is smaller, relative to the widest, is taken to be this wide."""


PART = 65_536
"""Cells worked on at a time, so that what is made on the way does not grow with their number."""


def parts(n_cells: int, progress: Progress = SILENT) -> Iterator[slice]:
    """Yield neighbouring cells, `PART` at a time; a cancel is heard before each."""
    for rows in stretches(n_cells, PART):
        progress.update(0.0)
        yield rows


class Coordinates(Protocol):
    """Points of cells, some of which can be asked for at a time."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Cells and coordinates."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | NDArray[np.bool_], /) -> Floats: ...


@dataclass(frozen=True)
class Discriminant:
    """What a cell's place says of its type.

    Parameters
    ----------
    means
        (n_types, d) centre of each type; zeros where nothing was taught.
    whitening
        (d, d) matrix after which the spread within types is the same in all directions.
    taught
        (n_types,) which types can be recognised.
    shares
        (n_types,) part of all weight that taught each type.
    """

    means: Floats
    whitening: Floats
    taught: NDArray[np.bool_]
    shares: Floats

    @property
    def log_shares(self) -> Floats:
        """(n_types,) logarithm of the shares, finite where a share is 0."""
        return np.asarray(np.log(np.maximum(self.shares, np.finfo(float).tiny)))

    def log_joint(self, points: Coordinates) -> Floats:
        """Return `log_likelihoods` under the shares of the types: what is largest names the type."""
        return self.log_likelihoods(points) + self.log_shares

    def log_likelihoods(self, points: Coordinates) -> Floats:
        """Return the log density of each type at each point, (n, n_types), up to a constant for each point.

        A type that was not taught has minus infinity.
        """
        centres = self.means @ self.whitening
        found = np.empty((len(points), len(centres)))
        for rows in parts(len(points)):
            found[rows] = (points[rows] @ self.whitening) @ centres.T - 0.5 * (centres**2).sum(axis=1)
        found[:, ~self.taught] = -np.inf
        return found


def discriminant(points: Coordinates, weights: Floats, progress: Progress = SILENT) -> Discriminant:
    """Learn where each type lies from cells whose types are known only in part.

    Parameters
    ----------
    points
        (n, d) coordinates.
    weights
        (n, n_types) how much each cell counts as each type, at least 0; their sum stands for the number of cells.
    progress
        Only a cancel is heard.

    Returns
    -------
    Discriminant
        With one spread for all types, shrunk towards equal spread along every (standardised) axis.

    Notes
    -----
    Linear discriminant analysis (Fisher 1936, doi 10.1111/j.1469-1809.1936.tb02137.x) with the shrinkage of Ledoit and
    Wolf (2004, J. Multivar. Anal. 88:365), both with weights. Cost n d (d + n_types).
    """
    of_type, of_cell = weights.sum(axis=0), weights.sum(axis=1)
    taught = of_type > LEAST * max(float(of_type.sum()), LEAST)
    means, within = np.zeros((weights.shape[1], points.shape[1])), np.zeros((points.shape[1],) * 2)
    for rows in parts(len(points), progress):
        here = points[rows]
        means += weights[rows].T @ here
        within += (here.T * of_cell[rows]) @ here
    means[taught] /= of_type[taught, None]
    means[~taught] = 0.0
    within -= (means.T * of_type) @ means
    within /= max(float(of_type.sum()), LEAST)
    spread = np.sqrt(np.maximum(np.diag(within), 0.0))
    spread = np.maximum(spread, max(FLAT * float(spread.max(initial=0.0)), np.finfo(float).tiny**0.5))
    fourth = 0.0
    for rows in parts(len(points), progress):
        centre = (weights[rows] @ means) / np.where(of_cell[rows] > 0, of_cell[rows], 1.0)[:, None]
        fourth += float(of_cell[rows] @ (((points[rows] - centre) / spread) ** 2).sum(axis=1) ** 2)
    total = max(float(of_cell.sum()), LEAST)
    shrunk = _shrunk(within / np.outer(spread, spread), fourth / total, total)
    values, vectors = np.linalg.eigh(shrunk)
    whitening = vectors / np.sqrt(np.maximum(values, FLAT)) / spread[:, None]
    return Discriminant(means, whitening, taught, of_type / max(float(of_type.sum()), LEAST))


def _shrunk(covariance: Floats, fourth: float, total: float) -> Floats:
    """Shrink by the mean fourth power of the cells' lengths, and the weight of all cells."""
    d = len(covariance)
    level = np.trace(covariance) / d
    apart = float(((covariance - level * np.eye(d)) ** 2).sum())
    noise = (fourth - float((covariance**2).sum())) / total
    share = min(max(noise, 0.0), apart) / apart if apart > 0 else 1.0
    return np.asarray((1.0 - share) * covariance + share * level * np.eye(d))
