"""Nearly all nearest neighbours of very many points, from the lists nearest to each query's own."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np

from anchorscope.closest import Points, Singles
from anchorscope.engine import Threads
from anchorscope.progress import SILENT, Part, Progress, apart
from anchorscope.results.arrays import Ints

PROBES = 32
"""Lists searched for each query: more find more neighbours and take longer."""

PART = 20_000
"""Points that are put into lists at a time: a fraction of a second."""

SAMPLE = 64
"""Points for each list from which the centres of the lists are learnt."""


class Lists:
    """Points in lists by their nearest centre, of which each query searches those nearest to its own.

    An inverted file (Sivic and Zisserman 2003): points are split among some hundred centres, and each query looks only
    at the points of a few lists. All queries of one list look at the same ones, so that they are sought together, by
    matrix products. The split does not depend on the machine: its seed is fixed.

    Parameters
    ----------
    points
        (n, d) float32.
    progress
        Told when the lists are made.
    """

    def __init__(self, points: Singles, progress: Progress = SILENT) -> None:
        self._n_lists = int(np.clip(np.sqrt(len(points)), 1, 4096))
        centres = _centres(points, self._n_lists, progress)
        progress.update(0.5)
        self._centres = Points.of(centres)
        self._probes = self._centres.closest(centres, min(PROBES, self._n_lists))
        self._order, self._ends = self._by_list(points, Part(progress, 0.5, 0.9))
        progress.update(0.9)
        # Each list lies in one piece, so that a search reads memory in order.
        ordered = points[self._order]
        progress.update(0.95)
        self._sorted = Points.of(ordered)
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
            (m, count) int64, nearest first. Where the searched lists hold fewer, all lists are searched.
        """
        order, ends = self._by_list(queries, Part(progress, 0.0, 0.0))
        found = np.empty((len(queries), count), dtype=np.int64)

        def search(number: int) -> Ints:
            asked = queries[order[ends[number] : ends[number + 1]]]
            return self._search(number, asked, count) if len(asked) else found[:0]

        parts = Threads().map(search, self._n_lists, lambda: progress.update(0.0))
        for number, part in enumerate(parts):
            found[order[ends[number] : ends[number + 1]]] = part
            progress.update((number + 1) / self._n_lists)
        return found

    def _search(self, number: int, queries: Singles, count: int) -> Ints:
        near = np.sort(self._probes[number])
        places = np.concatenate([np.arange(self._ends[one], self._ends[one + 1]) for one in near])
        if len(places) < count:
            places = np.arange(len(self._order))
        return np.asarray(self._order[places[self._sorted.taking(places).closest(queries, count)]])

    def _by_list(self, points: Singles, progress: Progress) -> tuple[Ints, Ints]:
        """Return the points (n,) list by list, and where each list begins, and the end."""
        parts = np.array_split(points, max(len(points) // PART, 1))
        found: list[Ints] = []
        for one in Threads().map(lambda number: self._centres.closest(parts[number], 1), len(parts),
                                 lambda: progress.update(len(found) / len(parts))):
            found.append(one)
            progress.update(len(found) / len(parts))
        own = np.concatenate(found)
        ends = np.concatenate([[0], np.cumsum(np.bincount(own[:, 0], minlength=self._n_lists))])
        return np.argsort(own[:, 0], kind="stable"), ends


class _Heard(np.random.RandomState):
    """Random numbers that report each time some are drawn: the only thing that the library asks for in between."""

    def __init__(self, seed: int, progress: Progress) -> None:
        super().__init__(seed)
        self._progress = progress

    def uniform(self, *arguments: Any, **more: Any) -> Any:
        """Draw for the next of the first centres."""
        self._progress.update(0.0)
        return super().uniform(*arguments, **more)

    def choice(self, *arguments: Any, **more: Any) -> Any:
        """Draw the points of the next step."""
        self._progress.update(0.0)
        return super().choice(*arguments, **more)

    def randint(self, *arguments: Any, **more: Any) -> Any:
        """Draw the points of the next step, in earlier versions."""
        self._progress.update(0.0)
        return super().randint(*arguments, **more)


def _centres(points: Singles, n_lists: int, progress: Progress) -> Singles:
    apart(lambda: import_module("sklearn.cluster"), progress)
    from sklearn.cluster import MiniBatchKMeans

    random = np.random.default_rng(0)
    size = min(SAMPLE * n_lists, len(points))
    sample = points[np.sort(random.choice(len(points), size, replace=False))]
    method = MiniBatchKMeans(n_lists, batch_size=4096, n_init=1, max_iter=20,
                             random_state=_Heard(0, progress))
    with warnings.catch_warnings():
        # Fewer different points than lists leave lists empty, which is fine.
        warnings.simplefilter("ignore")
        return np.asarray(method.fit(sample).cluster_centers_, dtype=np.float32)
