"""How much each anchor counts for each query cell, judged in the query's own space."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from anchorscope.blocks import stretches
from anchorscope.errors import InputError
from anchorscope.neighbors import Search
from anchorscope.parameters import TransferParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Anchors, Floats, Ints
from anchorscope.scratch import shelf

CELLS = 50_000
"""Query cells whose neighbours are held at a time."""


def anchor_weights(anchors: Anchors, space: Floats, parameters: TransferParameters,
                   progress: Progress = SILENT) -> Iterator[tuple[slice, sparse.csr_matrix]]:
    """Yield the vote of each anchor for each query cell, for some neighbouring cells after the others.

    A query cell looks at its k.weight nearest query cells that carry anchors, takes their anchors from near to far
    until it has k.weight of them, and weighs each by closeness and score.

    Parameters
    ----------
    anchors
        The scored anchors.
    space
        (n2, d) coordinates of the query cells, usually LSI without its first component.
    parameters
        k.weight and sd.weight.
    progress
        Told block by block.

    Yields
    ------
    slice, scipy.sparse.csr_matrix
        Which cells, and (cells, n_anchors) float64; each row sums to 1, or is empty where every anchor in reach has
        score 0.

    Raises
    ------
    InputError
        If fewer than k.weight query cells carry anchors.

    Notes
    -----
    Seurat's ``FindWeights``: w = 1 - exp(-(1 - distance / furthest distance) * score / (2 / sd.weight)^2).
    """
    carriers = check_carriers(anchors.query_cell, parameters.k_weight)
    owner = np.searchsorted(carriers, anchors.query_cell)
    search = Search(space[carriers], len(space), Part(progress, 0.0, 0.1))
    for cells in stretches(len(space), CELLS):
        part = Part(progress, 0.1 + 0.9 * cells.start / len(space), 0.1 + 0.9 * cells.stop / len(space))
        near, distances = search.nearest(space[cells], parameters.k_weight, part)
        yield cells, _weighed(anchors, owner, near, distances, parameters)


class Rows:
    """A csr matrix that is filled from the top, with so many entries a row at most; a large one is kept in files.

    Putting finished parts together would hold the whole twice.
    """

    def __init__(self, n_rows: int, most: int) -> None:
        self._data, self._indices = shelf(np.float64, n_rows * most), shelf(np.int32, n_rows * most)
        self._ends = np.zeros(n_rows + 1, dtype=np.int64)
        self._filled = 0

    def append(self, part: sparse.csr_matrix) -> None:
        """Add further rows."""
        self._data.append(part.data)
        self._indices.append(part.indices)
        rows = slice(self._filled + 1, self._filled + 1 + part.shape[0])
        self._ends[rows] = self._ends[self._filled] + part.indptr[1:].astype(np.int64)
        self._filled += part.shape[0]

    def finished(self, n_columns: int) -> sparse.csr_matrix:
        """Return the matrix, all rows of which have been added."""
        ends = self._ends.astype(np.int32) if self._ends[-1] <= np.iinfo(np.int32).max else self._ends
        return sparse.csr_matrix((self._data.finished(), self._indices.finished(), ends),
                                 shape=(len(ends) - 1, n_columns))


def check_carriers(query_cell: Ints, k_weight: int) -> Ints:
    """Return the distinct query cells that carry anchors.

    Raises
    ------
    InputError
        If they are fewer than k.weight.
    """
    carriers = np.unique(query_cell)
    if len(carriers) < k_weight:
        raise InputError(
            f"k.weight asks for {k_weight} query cells with anchors", f"{len(carriers)}",
            f"lower k.weight to {max(len(carriers), 2)} or less, or raise k.anchor for more anchors")
    return carriers


def check_voters(n_cells: int, k_weight: int) -> None:
    """Refuse a query of so few cells that k.weight of them could not carry anchors, whatever these are.

    Raises
    ------
    InputError
        If there are fewer than k.weight.
    """
    if n_cells < k_weight:
        raise InputError(f"The query has too few cells: each label is voted on by {k_weight} (k.weight)", f"{n_cells}",
                         f"open a query with more cells, or lower k.weight to {max(n_cells, 2)} or less")


def weights_among(anchors: Anchors, near: Ints, distances: Floats, parameters: TransferParameters) -> sparse.csr_matrix:
    """Return the same weights from neighbours that are already known.

    Parameters
    ----------
    anchors
        The scored anchors.
    near, distances
        (n2, k) the k.weight nearest query cells that carry anchors, nearest first, and how far away they are.
    parameters
        k.weight and sd.weight.
    """
    carriers, owner = np.unique(anchors.query_cell, return_inverse=True)
    return _weighed(anchors, owner, np.searchsorted(carriers, near), distances, parameters)


def _weighed(anchors: Anchors, owner: Ints, near: Ints, distances: Floats,
             parameters: TransferParameters) -> sparse.csr_matrix:
    """Return the same where neighbours are places among the carriers, as `owner`, the carrier of each anchor, is."""
    cell, anchor, place = _first_anchors(near, owner, parameters.k_weight)
    closeness = _closeness(distances)[cell, place]
    weight = 1.0 - np.exp(-closeness * anchors.score[anchor] / (2.0 / parameters.sd_weight) ** 2)
    return _rows_to_one(sparse.csr_matrix((weight, (cell, anchor)), shape=(len(near), len(anchors))))


def _closeness(distances: Floats) -> Floats:
    furthest = distances[:, -1:]
    return 1.0 - np.divide(distances, furthest, out=np.zeros_like(distances), where=furthest > 0)


def _first_anchors(near: Ints, owner: Ints, k: int) -> tuple[Ints, Ints, Ints]:
    """Return query cell, anchor and neighbour rank of the first k anchors met by each query cell."""
    by_carrier = np.argsort(owner, kind="stable")
    count = np.bincount(owner)
    first = np.cumsum(count) - count
    met = count[near]
    before = np.cumsum(met, axis=1) - met
    taken = np.clip(k - before, 0, met)
    rows, ranks = np.indices(near.shape)
    cell, place = np.repeat(rows.ravel(), taken.ravel()), np.repeat(ranks.ravel(), taken.ravel())
    within = np.arange(len(cell)) - np.repeat(np.cumsum(taken.ravel()) - taken.ravel(), taken.ravel())
    return cell, by_carrier[first[near[cell, place]] + within], place


def _rows_to_one(weights: sparse.csr_matrix) -> sparse.csr_matrix:
    weights.eliminate_zeros()
    total = np.asarray(weights.sum(axis=1)).ravel()
    weights.data /= np.repeat(total, np.diff(weights.indptr))
    return weights
