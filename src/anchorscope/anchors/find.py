"""From a shared space to scored anchors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from anchorscope.anchors.mutual import across, mutual_pairs, neighborhoods
from anchorscope.anchors.score import anchor_scores
from anchorscope.errors import InputError
from anchorscope.parameters import AnchorParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Anchors, Floats, Ints, Sides

Keep = Callable[[tuple[Ints, Ints], Progress], NDArray[np.bool_]]
"""Says of each pair whether it may be an anchor."""


def check_enough(n_cells: int, parameters: AnchorParameters, side: str) -> None:
    """Refuse a side with too few cells for the neighbours that are looked at.

    Parameters
    ----------
    n_cells
        Its cells.
    parameters
        k.anchor and k.score.
    side
        ``reference`` or ``query``, for the message.

    Raises
    ------
    InputError
        If there are no more cells than neighbours.
    """
    k = _neighbours(parameters)
    if n_cells <= k:
        raise InputError(
            f"The {side} has too few cells: finding anchors looks at {k} neighbours of each", f"{n_cells}",
            f"open a {side} with more than {k} cells, or lower k.score and k.anchor below {n_cells}")


def _neighbours(parameters: AnchorParameters) -> int:
    return max(parameters.k_anchor, parameters.k_score)


def find_anchors(
    reference: Floats, query: Floats, parameters: AnchorParameters, progress: Progress = SILENT, *,
    reciprocal: Sides | None = None, keep: Keep | None = None,
) -> Anchors:
    """Find and score anchors.

    Parameters
    ----------
    reference, query
        L2-normalised coordinates in the shared space, (n1, d) and (n2, d).
    parameters
        k.anchor and k.score.
    progress
        Told block by block.
    reciprocal
        L2-normalised coordinates in which reference cells look for query cells, where these differ.
    keep
        Drops pairs before the others are scored; without it all stay.

    Returns
    -------
    Anchors
        Sorted by reference cell.

    Raises
    ------
    InputError
        If there are too few cells, or no anchor.

    Notes
    -----
    Seurat's ``FindTransferAnchors``; k.filter is off in it from version 5 on.
    """
    for side, cells in (("reference", reference), ("query", query)):
        check_enough(len(cells), parameters, side)
    near = across(reference, query, _neighbours(parameters), Part(progress, 0.0, 0.5), reciprocal=reciprocal)
    reference_cell, query_cell = mutual_pairs(near, parameters.k_anchor)
    if keep is not None:
        kept = keep((reference_cell, query_cell), Part(progress, 0.5, 0.6))
        reference_cell, query_cell = reference_cell[kept], query_cell[kept]
    (ones, one), (others, other) = (np.unique(cell, return_inverse=True) for cell in (reference_cell, query_cell))
    around = neighborhoods(reference, query, (ones, others), near, parameters.k_score, Part(progress, 0.6, 0.95))
    return Anchors(reference_cell, query_cell, anchor_scores(around, one, other, Part(progress, 0.95, 1.0)))
