"""Nearest neighbours, block by block: exact, but for very large data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anchorscope.errors import InputError
from anchorscope.inverted_lists import Singles, candidates
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints

BLOCK_DISTANCES = 50_000_000
"""Distances computed between two reports: a fraction of a second."""

MOST_DISTANCES = 20_000_000_000
"""Pairs of points up to which the search is exact: 140,000 x 140,000 cells, a minute."""

CHOSEN_ROWS = 1024
"""Queries whose candidates' coordinates are held at a time: some megabytes."""

SPARE = 3
"""Candidates beyond those wanted: more than rounding to single precision can push out of order."""


def prepare() -> None:
    """Import the library that searches, so that no stage's time holds it."""
    import sklearn.neighbors  # noqa: F401 - for its side effect only


def nearest(points: Floats, queries: Floats, count: int, progress: Progress = SILENT) -> tuple[Ints, Floats]:
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
    Exact, by scikit-learn's blocked matrix products; beyond `MOST_DISTANCES` pairs by inverted lists, which miss about
    one neighbour in a hundred. Seurat's default is approximate at every size (annoy, 50 trees).
    """
    if len(points) < count:
        raise InputError(
            f"{count} neighbours were asked for", f"only {len(points)} cells to choose from",
            "lower the neighbour settings or load more cells")
    # Single precision finds a few more than wanted; double precision chooses among them.
    centre = points.mean(axis=0)
    near, sought = ((side - centre).astype(np.float32) for side in (points, queries))
    some = min(count + SPARE, len(points))
    indices = np.empty((len(queries), count), dtype=np.int64)
    distances = np.empty((len(queries), count))
    for rows, found in _candidates(near, sought, some, progress):
        for start in range(0, len(found), CHOSEN_ROWS):
            part = slice(rows.start + start, rows.start + min(start + CHOSEN_ROWS, len(found)))
            indices[part], distances[part] = _chosen(points, queries[part], found[start : start + CHOSEN_ROWS], count)
    return (_itself_first(indices, distances) if queries is points else indices), distances


def _candidates(points: Singles, queries: Singles, count: int, progress: Progress) -> Iterator[tuple[slice, Ints]]:
    """Yield some nearest points for one block of queries after the other."""
    from sklearn.neighbors import NearestNeighbors

    step = max(BLOCK_DISTANCES // len(points), 1)
    if len(points) * len(queries) > MOST_DISTANCES:
        found = candidates(points, queries, count, progress)
        for start in range(0, len(queries), step):
            yield slice(start, start + step), found[start : start + step]
        return
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(points)
    for start in range(0, len(queries), step):
        yield slice(start, start + step), search.kneighbors(queries[start : start + step], return_distance=False)
        progress.update(min(1.0, (start + step) / len(queries)))


def _chosen(points: Floats, queries: Floats, found: Ints, count: int) -> tuple[Ints, Floats]:
    """Return the nearest `count` of the candidates (m, more) and their distances, nearest first."""
    apart = points[found] - queries[:, None]
    squared = np.einsum("ijk,ijk->ij", apart, apart)
    order = np.argsort(squared, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(found, order, axis=1), np.sqrt(np.take_along_axis(squared, order, axis=1))


def _itself_first(indices: Ints, distances: Floats) -> Ints:
    """Put each point first in its own list, where rounding or an exact twin has put another before it."""
    own = np.arange(len(indices))
    for row in np.flatnonzero(indices[:, 0] != own):
        place = np.flatnonzero(indices[row] == row)
        last = int(place[0]) if len(place) else indices.shape[1] - 1
        indices[row, 1 : last + 1] = indices[row, :last]
        indices[row, 0] = row
        distances[row, 1 : last + 1] = distances[row, :last]
        distances[row, 0] = 0.0
    return indices
