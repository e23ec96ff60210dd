"""The vote: labels travel along the anchors."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.results import Anchors, Labels, Prediction


def transfer_labels(anchors: Anchors, weights: sparse.csr_matrix, reference: Labels) -> Prediction:
    """Let the anchors vote on each query cell.

    Parameters
    ----------
    anchors
        The anchors whose reference cells hold the labels.
    weights
        (n2, n_anchors) vote of each anchor, rows summing to 1 (or 0).
    reference
        Types of the reference cells; one without a type votes for nobody.

    Returns
    -------
    Prediction
        The type with the largest share, ties going to the type that appears first in the reference. A cell that no
        vote reaches is unassigned (code -1).

    Notes
    -----
    Seurat's ``TransferData``. The scores are shares of a vote, not probabilities.
    """
    codes = reference.codes[anchors.reference_cell]
    votes = codes >= 0
    ballot = sparse.csr_matrix(
        (np.ones(votes.sum()), (np.flatnonzero(votes), codes[votes])), shape=(len(codes), len(reference.types)))
    scores = np.asarray((weights @ ballot).todense())
    best = scores.max(axis=1)
    return Prediction(Labels(reference.types, np.where(best > 0, scores.argmax(axis=1), -1)), scores, best, weights)
