"""Anchors: pairs of cells that are among each other's nearest across the two data sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchorscope.errors import InputError
from anchorscope.neighbors import nearest
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints, Sides


@dataclass(frozen=True)
class Neighborhoods:
    """The k nearest cells within and across, nearest first; within a data set each cell is its own first."""

    within_reference: Ints
    """(n1, k) reference cells near each reference cell."""
    within_query: Ints
    """(n2, k) query cells near each query cell."""
    reference_to_query: Ints
    """(n1, k) query cells near each reference cell."""
    query_to_reference: Ints
    """(n2, k) reference cells near each query cell."""

    def first(self, k: int) -> Neighborhoods:
        """Return the neighbourhoods cut to the nearest k."""
        return Neighborhoods(self.within_reference[:, :k], self.within_query[:, :k], self.reference_to_query[:, :k],
                             self.query_to_reference[:, :k])


def neighborhoods(reference: Floats, query: Floats, k: int, progress: Progress = SILENT, *,
                  reciprocal: Sides | None = None) -> Neighborhoods:
    """Find the k nearest of each cell in both data sets.

    Parameters
    ----------
    reference, query
        L2-normalised coordinates in the shared space, (n1, d) and (n2, d).
    k
        Neighbours per cell and side.
    progress
        Told block by block.
    reciprocal
        Coordinates of both in which reference cells look for query cells; without it those of the other directions.

    Raises
    ------
    InputError
        If either data set has no more than k cells.
    """
    fewest = min(len(reference), len(query))
    if fewest <= k:
        raise InputError(
            f"Finding anchors looks at {k} neighbours of each cell",
            f"{len(reference)} reference and {len(query)} query cells",
            f"lower k.score and k.anchor below {fewest} or load more cells")
    back = reciprocal or Sides(reference, query)
    sides = ((reference, reference), (query, query), (back.query, back.reference), (reference, query))
    found = [nearest(points, cells, k, Part(progress, i / 4, (i + 1) / 4))[0]
             for i, (points, cells) in enumerate(sides)]
    return Neighborhoods(*found)


def mutual_pairs(near: Neighborhoods, k_anchor: int) -> tuple[Ints, Ints]:
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
    query_cell = forward.ravel()
    mutual = (backward[query_cell] == reference_cell[:, None]).any(axis=1)
    if not mutual.any():
        raise InputError("No anchor was found", "no pair of cells that are each other's neighbours",
                         "raise k.anchor, and check that reference and query are of the same tissue and species")
    return reference_cell[mutual], query_cell[mutual]
