"""From a shared space to scored anchors."""

from __future__ import annotations

from anchorscope.anchors.mutual import mutual_pairs, neighborhoods
from anchorscope.anchors.score import anchor_scores
from anchorscope.parameters import AnchorParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Anchors, Floats


def find_anchors(
    reference: Floats, query: Floats, parameters: AnchorParameters, progress: Progress = SILENT
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
    Seurat's ``FindTransferAnchors`` with k.filter off (its default from version 5 on).
    """
    k = max(parameters.k_anchor, parameters.k_score)
    near = neighborhoods(reference, query, k, Part(progress, 0.0, 0.9))
    reference_cell, query_cell = mutual_pairs(near, parameters.k_anchor)
    scores = anchor_scores(near.first(parameters.k_score), reference_cell, query_cell, Part(progress, 0.9, 1.0))
    return Anchors(reference_cell, query_cell, scores)
