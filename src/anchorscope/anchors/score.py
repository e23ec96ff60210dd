"""How well an anchor is supported by the cells around it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.anchors.mutual import Neighborhoods
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints

Some = NDArray[np.integer[Any]]

LOW_QUANTILE, HIGH_QUANTILE = 0.01, 0.9
BLOCK = 65_536


def anchor_scores(near: Neighborhoods, reference_cell: Ints, query_cell: Ints, progress: Progress = SILENT) -> Floats:
    """Score anchors by the neighbours their two cells share.

    Parameters
    ----------
    near
        Neighbourhoods; all that is in them counts, so they are of size k.score.
    reference_cell, query_cell
        The anchors, (n_anchors,) each, as rows of the neighbourhoods.
    progress
        Told block by block.

    Returns
    -------
    numpy.ndarray
        (n_anchors,) in 0..1: the number of shared neighbours (of both data sets together), stretched so that its 1 %
        quantile becomes 0 and its 90 % quantile 1. If all anchors share equally many, each scores 1.

    Notes
    -----
    Seurat's ``ScoreAnchors``.
    """
    n_reference = 1 + max(int(near.within_reference.max()), int(near.query_to_reference.max()))
    n_cells = n_reference + 1 + max(int(near.within_query.max()), int(near.reference_to_query.max()))
    around_reference = _sets(near.within_reference, near.reference_to_query + n_reference, n_cells)
    around_query = _sets(near.query_to_reference, near.within_query + n_reference, n_cells)
    shared = np.empty(len(reference_cell))
    for start in range(0, len(shared), BLOCK):
        rows = slice(start, start + BLOCK)
        both = around_reference[reference_cell[rows]].multiply(around_query[query_cell[rows]])
        shared[rows] = np.asarray(both.sum(axis=1)).ravel()
        progress.update(min(1.0, (start + BLOCK) / len(shared)))
    return stretched(shared)


def stretched(shared: Floats) -> Floats:
    """Map the 1 % and 90 % quantiles of `shared` (n_anchors,) to 0 and 1, clipping what lies beyond."""
    low, high = np.quantile(shared, [LOW_QUANTILE, HIGH_QUANTILE])
    if high <= low:
        return np.ones_like(shared)
    return np.asarray(np.clip((shared - low) / (high - low), 0.0, 1.0))


def _sets(first: Some, second: Some, n_cells: int) -> sparse.csr_matrix:
    members = np.hstack([first, second])
    # Places as small as possible: of hundreds of thousands of cells, larger ones are gigabytes.
    kind = np.int32 if max(members.size, n_cells) <= np.iinfo(np.int32).max else np.int64
    ends = (np.arange(len(members) + 1) * members.shape[1]).astype(kind)
    ones = np.ones(members.size, dtype=np.int8)
    return sparse.csr_matrix((ones, members.ravel().astype(kind, copy=False), ends), shape=(len(members), n_cells))
