"""Anchors: pairs of cells that are among each other's nearest across the two data sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anchorscope.errors import InputError
from anchorscope.neighbors import Search
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints, Sides


@dataclass(frozen=True)
class Across:
    """The k nearest cells of the other data set, nearest first."""

    reference_to_query: NDArray[np.int32]
    """(n1, k) query cells near each reference cell."""
    query_to_reference: NDArray[np.int32]
    """(n2, k) reference cells near each query cell."""


@dataclass(frozen=True)
class Neighborhoods:
    """The k nearest cells of m1 reference and m2 query cells, within their own data set and in the other one."""

    within_reference: NDArray[np.int32]
    """(m1, k) reference cells near each of the reference cells, itself among them."""
    within_query: NDArray[np.int32]
    """(m2, k) query cells near each of the query cells, itself among them."""
    reference_to_query: NDArray[np.int32]
    """(m1, k) query cells near each of the reference cells."""
    query_to_reference: NDArray[np.int32]
    """(m2, k) reference cells near each of the query cells."""


def across(reference: Floats, query: Floats, k: int, progress: Progress = SILENT, *,
           reciprocal: Sides | None = None) -> Across:
    """Find the k nearest of each cell in the other data set.

    Parameters
    ----------
    reference, query
        L2-normalised coordinates in the shared space, (n1, d) and (n2, d).
    k
        Neighbours per cell, fewer than either data set has cells.
    progress
        Told block by block.
    reciprocal
        Coordinates of both in which reference cells look for query cells; without it the same.
    """
    back = reciprocal or Sides(reference, query)
    forth = Search(back.query, len(reference), exact=True).indices(back.reference, k, Part(progress, 0.0, 0.5))
    return Across(forth, Search(reference, len(query), exact=True).indices(query, k, Part(progress, 0.5, 1.0)))


def mutual_pairs(near: Across, k_anchor: int) -> tuple[Ints, Ints]:
    """Return the pairs in which each cell is among the other's first `k_anchor`, sorted by reference cell.

    Returns
    -------
    reference_cell, query_cell
        Both (n_anchors,).

    Raises
    ------
    InputError
        If there is no such pair.

    Notes
    -----
    Seurat's ``FindAnchorPairs``; Haghverdi et al. 2018 (doi 10.1038/nbt.4091).
    """
    forward = near.reference_to_query[:, :k_anchor]
    backward = near.query_to_reference[:, :k_anchor]
    reference_cell = np.repeat(np.arange(len(forward)), forward.shape[1])
    query_cell = forward.ravel().astype(np.int64)
    mutual = (backward[query_cell] == reference_cell[:, None]).any(axis=1)
    if not mutual.any():
        raise InputError("No anchor was found", "no pair of cells that are each other's neighbours",
                         "raise k.anchor, and check that reference and query are of the same tissue and species")
    return reference_cell[mutual], query_cell[mutual]


def neighborhoods(reference: Floats, query: Floats, cells: tuple[Ints, Ints], near: Across, k: int,
                  progress: Progress = SILENT) -> Neighborhoods:
    """Find the neighbourhoods of some cells.

    Parameters
    ----------
    reference, query
        L2-normalised coordinates in the shared space, (n1, d) and (n2, d).
    cells
        The reference cells (m1,) and the query cells (m2,), ascending; those without an anchor need no neighbours.
    near
        Neighbours in the other data set of all cells, k at least.
    k
        Neighbours per cell.
    progress
        Told block by block.
    """
    ones, others = cells
    within_reference = _within(reference, ones, k, Part(progress, 0.0, 0.5))
    within_query = _within(query, others, k, Part(progress, 0.5, 1.0))
    return Neighborhoods(within_reference, within_query, near.reference_to_query[ones, :k],
                         near.query_to_reference[others, :k])


def _within(cells: Floats, some: Ints, k: int, progress: Progress) -> NDArray[np.int32]:
    return Search(cells, len(some), exact=True).indices(cells[some], k, progress, own=some)
