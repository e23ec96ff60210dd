"""The nearest points of some queries among all points, by matrix products in single precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anchorscope.results.arrays import Ints

Singles = NDArray[np.float32]

BLOCK_DISTANCES = 1_000_000
"""Distances that are held at a time: four megabytes, which the processor's cache holds."""

TILE = 16_384
"""Points looked at together, at most: two megabytes. A million would be read from memory anew for every query or
two, ten times as slow."""

GROUP = 64
"""Points whose least distance is looked at instead of all of theirs, at most."""


Part = tuple[Ints, Ints, Singles]
"""Rows, ascending, points and nearness of some entries; those of a later part are later points."""


@dataclass(frozen=True)
class Points:
    """Points to search.

    Parameters
    ----------
    table
        (n, d + 1) float32 coordinates, and minus half of their squared length: the product with a query and a one is
        larger, the nearer the point.
    """

    table: Singles

    @classmethod
    def of(cls, places: Singles) -> Points:
        """Prepare (n, d) float32 points."""
        return cls(np.column_stack([places, -np.einsum("ij,ij->i", places, places) / 2]))

    def taking(self, index: Ints) -> Points:
        """Return some of them."""
        return Points(self.table[index])

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
        A point matters only if it is at least as near as the `count`-th of the nearest points of groups. So all
        distances are looked at twice and only a few more than wanted are sorted, where a heap for each query, as in
        scikit-learn, takes twice as long.
        """
        tile = max(-(-len(self.table) // -(-len(self.table) // TILE)), count)
        step = max(BLOCK_DISTANCES // tile, 1)
        sought = np.column_stack([queries, np.ones(len(queries), dtype=np.float32)])
        look = _Look(self.table, min(step, len(queries)), tile, count)
        found = np.empty((len(queries), count), dtype=np.int64)
        for start in range(0, len(queries), step):
            found[start : start + step] = look.nearest(sought[start : start + step])
        return found


class _Look:
    """Memory for the nearness of a few queries to one tile of the points, used for one tile after the other."""

    def __init__(self, table: Singles, n_queries: int, tile: int, count: int) -> None:
        self._table, self._tile, self._count = table, tile, count
        self._size = int(np.clip(tile // (4 * count), 1, GROUP))
        self._groups = -(-tile // self._size)
        self._most = 4 * (tile + n_queries * count)
        self._nearness = np.empty((n_queries, self._groups * self._size), dtype=np.float32)
        self._marked = np.empty(self._nearness.shape, dtype=bool)

    def nearest(self, queries: Singles) -> Ints:
        """Return (m, count) the nearest points, nearest first."""
        best = np.full((len(queries), self._count), -np.inf, dtype=np.float32)
        parts: list[Part] = []
        for first in range(0, len(self._table), self._tile):
            here = self._of_tile(queries, first)
            most = here.reshape(len(queries), self._size, self._groups).max(axis=1)
            best = np.partition(np.concatenate([best, most], axis=1), -self._count, axis=1)[:, -self._count :]
            marked = np.greater_equal(here, best.min(axis=1, keepdims=True), out=self._marked[: len(queries)])
            entries = np.flatnonzero(marked)
            row, column = np.divmod(entries, here.shape[1])
            parts.append((row, column + first, here.ravel()[entries]))
            if sum(len(part[0]) for part in parts) > self._most:
                # Only where very many points are equally far.
                points, nearness = _sorted(parts, len(queries), self._count)
                rows = np.repeat(np.arange(len(queries)), self._count)
                parts = [(rows, points.ravel(), nearness.ravel())]
        return _sorted(parts, len(queries), self._count)[0]

    def _of_tile(self, queries: Singles, first: int) -> Singles:
        points, here = self._table[first : first + self._tile], self._nearness[: len(queries)]
        np.matmul(queries, points.T, out=here[:, : len(points)])
        here[:, len(points) :] = -np.inf
        return here


def _sorted(parts: list[Part], n_rows: int, count: int) -> tuple[Ints, Singles]:
    """Return points and nearness of the `count` nearest entries of each row, of which there are as many at least."""
    marked = np.array([np.bincount(row, minlength=n_rows) for row, _, _ in parts])
    begins = np.cumsum(marked, axis=0) - marked
    table = np.full((n_rows, int(marked.sum(axis=0).max())), np.inf, dtype=np.float32)
    points = np.zeros(table.shape, dtype=np.int64)
    for (row, point, nearness), size, begin in zip(parts, marked, begins, strict=True):
        place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size - begin, size)
        table[row, place], points[row, place] = -nearness, point
    order = np.argsort(table, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(points, order, axis=1), -np.take_along_axis(table, order, axis=1)
