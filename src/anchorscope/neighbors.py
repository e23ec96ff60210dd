"""Nearest neighbours, block by block: exact, but for very large data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anchorscope.blocks import stretches
from anchorscope.closest import Points
from anchorscope.engine import Threads, engine
from anchorscope.errors import InputError
from anchorscope.inverted_lists import Lists
from anchorscope.machine import one_blas_thread
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints

EXACT_QUERIES = 1000
"""Queries between two reports of an exact search: a fraction of a second."""

MOST_DISTANCES = 2_500_000_000
"""Pairs of points up to which the search is exact: 50,000 x 50,000 cells, some fifteen seconds."""

LISTED_QUERIES = 100_000
"""Queries that are sought in the lists at a time, and held with their candidates: some ten megabytes."""

CHOSEN_ROWS = 1024
"""Queries whose candidates' coordinates are held at a time: some megabytes."""

SPARE = 3
"""Candidates beyond those wanted: more than rounding to single precision can push out of order."""


class Search:
    """Points among which the nearest are sought, for one block of queries after the other.

    Exact, by matrix products; beyond `MOST_DISTANCES` pairs by inverted lists, which miss a few
    neighbours in a thousand of an LSI space. Seurat's default is approximate at every size (annoy, 50 trees).

    Parameters
    ----------
    points
        (n, d).
    n_queries
        Queries there will be in all; they decide how the points are searched.
    progress
        Told while the points are put into lists.
    exact
        Never to miss a neighbour, however long it takes: in the shared space lists would miss a quarter of them.
    """

    def __init__(self, points: Floats, n_queries: int, progress: Progress = SILENT, *, exact: bool = False) -> None:
        self._points, self._centre = points, points.mean(axis=0, dtype=np.float64)
        # Single precision finds a few more than wanted; double precision chooses among them.
        near = self._near(points)
        with one_blas_thread():
            listed = len(points) * n_queries > MOST_DISTANCES and not exact
            self._searched = Lists(near, progress) if listed else Points.of(near)

    def _near(self, places: Floats) -> NDArray[np.float32]:
        """Return places relative to the centre, without a copy of all of them in double precision."""
        near = np.empty(places.shape, dtype=np.float32)
        np.subtract(places, self._centre, out=near, casting="same_kind")
        return near

    @property
    def by_lists(self) -> bool:
        """Whether the search is not exact."""
        return isinstance(self._searched, Lists)

    def nearest(self, queries: Floats, count: int, progress: Progress = SILENT, *,
                own: Ints | None = None) -> tuple[Ints, Floats]:
        """Find the nearest points of each query; see `nearest`."""
        self._check(count)
        indices = np.empty((len(queries), count), dtype=np.int64)
        distances = np.empty((len(queries), count))
        with one_blas_thread():
            for rows, found, apart in self._parts(queries, count, progress):
                indices[rows], distances[rows] = found, apart
        return (indices if own is None else _itself_first(indices, distances, own)), distances

    def indices(self, queries: Floats, count: int, progress: Progress = SILENT, *,
                own: Ints | None = None) -> NDArray[np.int32]:
        """Find the nearest points of each query as `nearest` does, in a quarter of the memory.

        Returns
        -------
        numpy.ndarray
            (m, count) int32, nearest first.

        Raises
        ------
        InputError
            If there are fewer points than neighbours asked for.
        """
        self._check(count)
        indices = np.empty((len(queries), count), dtype=np.int32)
        with one_blas_thread():
            for rows, found, apart in self._parts(queries, count, progress):
                indices[rows] = found if own is None else _itself_first(found, apart, own[rows])
        return indices

    def _check(self, count: int) -> None:
        if len(self._points) < count:
            raise InputError(
                f"{count} neighbours were asked for", f"only {len(self._points)} cells to choose from",
                "lower the neighbour settings or load more cells")

    def _parts(self, queries: Floats, count: int, progress: Progress) -> Iterator[tuple[slice, Ints, Floats]]:
        """Yield the nearest points, and how far they are, for one block of queries after the other."""
        step = LISTED_QUERIES if self.by_lists else EXACT_QUERIES
        parts = stretches(len(queries), step)

        def task(number: int, heard: Progress = SILENT) -> tuple[Ints, Floats]:
            return self._found(queries[parts[number]], count, heard)

        # A search of lists uses all threads of this process by itself.
        found = None if self.by_lists and not engine().elsewhere else engine().map(task, len(parts))
        for number, rows in enumerate(parts):
            part = Part(progress, rows.start / len(queries), rows.stop / len(queries))
            yield rows, *(task(number, part) if found is None else next(found))
            part.update(1.0)

    def _found(self, queries: Floats, count: int, progress: Progress) -> tuple[Ints, Floats]:
        sought, some = self._near(queries), min(count + SPARE, len(self._points))
        if isinstance(self._searched, Points):
            return _chosen(self._points, queries, self._searched.closest(sought, some), count)
        candidates = self._searched.nearest(sought, some, progress)
        some_rows = stretches(len(queries), CHOSEN_ROWS)

        def choose(number: int) -> tuple[Ints, Floats]:
            rows = some_rows[number]
            return _chosen(self._points, queries[rows], candidates[rows], count)

        chosen = Threads().map(choose, len(some_rows), lambda: progress.update(1.0))
        indices, distances = zip(*chosen, strict=True)
        return np.concatenate(indices), np.concatenate(distances)


def nearest(points: Floats, queries: Floats, count: int, progress: Progress = SILENT, *,
            own: Ints | None = None, exact: bool = False) -> tuple[Ints, Floats]:
    """Find the nearest `points` of each query by Euclidean distance.

    Parameters
    ----------
    points
        (n, d) the points to search.
    queries
        (m, d) the points to search for; where they are `points` themselves, each finds itself first.
    count
        Neighbours per query.
    progress
        Told after each block of queries.
    own
        (m,) where in `points` each query stands, if the queries are some of them: each finds itself first.
    exact
        Never to miss a neighbour, see `Search`.

    Returns
    -------
    indices, distances
        Both (m, count), nearest first.

    Raises
    ------
    InputError
        If there are fewer points than neighbours asked for.

    Notes
    -----
    Exact or nearly so, see `Search`.
    """
    own = np.arange(len(points)) if own is None and queries is points else own
    search = Search(points, len(queries), Part(progress, 0.0, 0.1), exact=exact)
    return search.nearest(queries, count, Part(progress, 0.1 if search.by_lists else 0.0, 1.0), own=own)


def _chosen(points: Floats, queries: Floats, found: Ints, count: int) -> tuple[Ints, Floats]:
    """Return the nearest `count` of the candidates (m, more) and their distances, nearest first."""
    # `take` gathers rows three times as fast as an index does.
    apart = points.take(found, axis=0)
    apart -= queries[:, None]
    squared = np.einsum("ijk,ijk->ij", apart, apart)
    order = np.argsort(squared, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(found, order, axis=1), np.sqrt(np.take_along_axis(squared, order, axis=1))


def _itself_first(indices: Ints, distances: Floats, own: Ints) -> Ints:
    """Put each point first in its own list, where rounding or an exact twin has put another before it."""
    for row in np.flatnonzero(indices[:, 0] != own):
        place = np.flatnonzero(indices[row] == own[row])
        last = int(place[0]) if len(place) else indices.shape[1] - 1
        indices[row, 1 : last + 1] = indices[row, :last]
        indices[row, 0] = own[row]
        distances[row, 1 : last + 1] = distances[row, :last]
        distances[row, 0] = 0.0
    return indices
