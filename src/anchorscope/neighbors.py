"""Exact nearest neighbours, block by block."""

from __future__ import annotations

import numpy as np

from anchorscope.errors import InputError
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints

QUERY_BLOCK = 2048


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
    Exact, by scikit-learn's blocked matrix products; Seurat's default is approximate (annoy, 50 trees).
    """
    from sklearn.neighbors import NearestNeighbors

    if len(points) < count:
        raise InputError(
            f"{count} neighbours were asked for", f"only {len(points)} cells to choose from",
            "lower the neighbour settings or load more cells")
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(points)
    indices = np.empty((len(queries), count), dtype=np.int64)
    distances = np.empty((len(queries), count))
    for start in range(0, len(queries), QUERY_BLOCK):
        rows = slice(start, start + QUERY_BLOCK)
        distances[rows], indices[rows] = search.kneighbors(queries[rows])
        progress.update(min(1.0, (start + QUERY_BLOCK) / len(queries)))
    return (_itself_first(indices, distances) if queries is points else indices), distances


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
