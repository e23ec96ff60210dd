"""The nearest points of some queries among all points, by matrix products in single precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anchorscope.results.arrays import Ints

Singles = NDArray[np.float32]

BLOCK_DISTANCES = 1_000_000
"""Distances that are held at a time: four megabytes, which the processor's cache holds."""

GROUP = 64
"""Points whose least distance is looked at instead of all of theirs, at most."""


@dataclass(frozen=True)
class Points:
    """Points to search.

    Parameters
    ----------
    places
        (n, d) float32.
    halves
        (n,) float32 half of their squared lengths.
    """

    places: Singles
    halves: Singles

    @classmethod
    def of(cls, places: Singles) -> Points:
        """Prepare (n, d) float32 points."""
        return cls(places, np.einsum("ij,ij->i", places, places) / 2)

    def taking(self, index: Ints) -> Points:
        """Return some of them."""
        return Points(self.places[index], self.halves[index])

    def closest(self, queries: Singles, count: int) -> Ints:
        """Return the nearest points of each query.

        Parameters
        ----------
        queries
            (m, d) float32.
        count
            Points wanted, n at most.

        Returns
        -------
        numpy.ndarray
            (m, count) int64, nearest first but for rounding; of points equally far the first ones.

        Notes
        -----
        A distance is small enough to matter if it is at most the `count`-th smallest among the minima of groups of
        points. So all distances are passed over twice and only a few more than wanted are sorted, where a heap for each
        query, as in scikit-learn, takes twice as long.
        """
        n = len(self.places)
        size = int(np.clip(n // (4 * count), 1, GROUP))
        groups = -(-n // size)
        step = max(BLOCK_DISTANCES // (groups * size), 1)
        distances = np.full((min(step, len(queries)), groups * size), np.inf, dtype=np.float32)
        near = np.empty(distances.shape, dtype=bool)
        found = np.empty((len(queries), count), dtype=np.int64)
        for start in range(0, len(queries), step):
            some = queries[start : start + step]
            # Half the squared distance, but for the query's own length.
            inner = np.matmul(some, self.places.T, out=distances[: len(some), :n])
            np.subtract(self.halves, inner, out=inner)
            here = distances[: len(some)]
            least = here.reshape(len(some), size, groups).min(axis=1)
            limit = np.partition(least, count - 1, axis=1)[:, count - 1 : count]
            found[start : start + step] = _sorted(here, np.less_equal(here, limit, out=near[: len(some)]), count)
        return found


def _sorted(distances: Singles, near: NDArray[np.bool_], count: int) -> Ints:
    """Return the columns of the `count` smallest of each row's entries that are marked, `count` of them at least."""
    entries = np.flatnonzero(near)
    row, column = np.divmod(entries, near.shape[1])
    marked = np.bincount(row, minlength=len(near))
    place = np.arange(len(entries)) - np.repeat(np.cumsum(marked) - marked, marked)
    table = np.full((len(near), marked.max()), np.inf, dtype=np.float32)
    columns = np.zeros(table.shape, dtype=np.int64)
    table[row, place], columns[row, place] = distances.ravel()[entries], column
    return np.take_along_axis(columns, np.argsort(table, axis=1, kind="stable")[:, :count], axis=1)
