"""Nearly all nearest neighbours of very many points, from the lists nearest to each query."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from anchorscope.progress import SILENT, Progress
from anchorscope.results import Ints

Singles = NDArray[np.float32]

PROBES = 24
"""Lists searched for each query: more find more neighbours and take longer."""

SAMPLE = 64
"""Points for each list from which the centres of the lists are learnt."""

BLOCK_PAIRS = 2_000_000
"""Queries x candidates merged at a time."""


class Lists:
    """Points in lists by their nearest centre, of which each query searches the nearest.

    An inverted file (Sivic and Zisserman 2003): points are split among some hundred centres, and each query looks only
    at the points of its nearest centres. The split does not depend on the machine: its seed is fixed.

    Parameters
    ----------
    points
        (n, d) float32.
    progress
        Told when the lists are made.
    """

    def __init__(self, points: Singles, progress: Progress = SILENT) -> None:
        n_lists = int(np.clip(np.sqrt(len(points)), 1, 4096))
        self._centres = _centres(points, n_lists)
        progress.update(0.5)
        own = _nearest(self._centres, points, 1)[0][:, 0]
        self._order = np.argsort(own, kind="stable")
        self._ends = np.concatenate([[0], np.cumsum(np.bincount(own, minlength=n_lists))])
        # Each list lies in one piece, so that a search reads memory in order.
        self._sorted = points[self._order]
        progress.update(1.0)

    def nearest(self, queries: Singles, count: int, progress: Progress = SILENT) -> Ints:
        """Return nearly the nearest points of each query.

        Parameters
        ----------
        queries
            (m, d) float32.
        count
            Candidates per query.
        progress
            Told after each list.

        Returns
        -------
        numpy.ndarray
            (m, count) int64, in no particular order. Where the searched lists hold fewer, points of the first list
            fill up.
        """
        n_lists = len(self._centres)
        probes, _ = _nearest(self._centres, queries, min(PROBES, n_lists))
        by_list = np.argsort(probes.ravel(), kind="stable")
        first = np.searchsorted(probes.ravel()[by_list], np.arange(n_lists + 1))
        best = _Best(len(queries), count)
        for number in range(n_lists):
            askers = by_list[first[number] : first[number + 1]] // probes.shape[1]
            self._search(number, queries, askers, best, progress)
            progress.update((number + 1) / n_lists)
        return best.filled(self._order[:count])

    def _search(self, number: int, queries: Singles, askers: Ints, best: _Best, progress: Progress) -> None:
        start, end = self._ends[number], self._ends[number + 1]
        if start == end:
            return
        step = max(BLOCK_PAIRS // max(best.count, 1), 1)
        for first in range(0, len(askers), step):
            rows = askers[first : first + step]
            found, distance = _nearest(self._sorted[start:end], queries[rows], min(best.count, end - start))
            best.merge(rows, self._order[start + found], distance)
            progress.update(number / len(self._centres))


class _Best:
    """The best candidates of each query so far."""

    def __init__(self, n_queries: int, count: int) -> None:
        self.count = count
        self._index = np.full((n_queries, count), -1, dtype=np.int64)
        self._distance = np.full((n_queries, count), np.inf, dtype=np.float32)

    def merge(self, rows: Ints, index: Ints, distance: Singles) -> None:
        """Take in what one list offers to some queries."""
        both = np.hstack([self._distance[rows], distance])
        keep = np.argpartition(both, self.count - 1, axis=1)[:, : self.count]
        self._distance[rows] = np.take_along_axis(both, keep, axis=1)
        self._index[rows] = np.take_along_axis(np.hstack([self._index[rows], index]), keep, axis=1)

    def filled(self, spare: Ints) -> Ints:
        """Return all candidates; where the lists held too few, others stand in that are not among them."""
        for row in np.flatnonzero((self._index < 0).any(axis=1)):
            missing = self._index[row] < 0
            others = np.setdiff1d(spare, self._index[row])
            self._index[row, missing] = np.resize(others, missing.sum())
        return self._index


def _centres(points: Singles, n_lists: int) -> Singles:
    from sklearn.cluster import MiniBatchKMeans

    random = np.random.default_rng(0)
    size = min(SAMPLE * n_lists, len(points))
    sample = points[np.sort(random.choice(len(points), size, replace=False))]
    method = MiniBatchKMeans(n_lists, batch_size=4096, n_init=1, max_iter=20, random_state=0)
    with warnings.catch_warnings():
        # Fewer different points than lists leave lists empty, which is fine.
        warnings.simplefilter("ignore")
        return np.asarray(method.fit(sample).cluster_centers_, dtype=np.float32)


def _nearest(points: Singles, queries: Singles, count: int) -> tuple[Ints, Singles]:
    from sklearn.neighbors import NearestNeighbors

    distance, index = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(points).kneighbors(queries)
    return index, distance
