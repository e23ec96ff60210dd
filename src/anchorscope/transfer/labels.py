"""The vote: labels travel along the anchors."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from anchorscope.parameters import TransferParameters
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Anchors, Floats, Labels, Prediction
from anchorscope.transfer.weights import Rows, anchor_weights


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
    return _elected(reference, np.asarray((weights @ _ballot(anchors, reference)).todense()), weights)


def voted(anchors: Anchors, space: Floats, reference: Labels, parameters: TransferParameters,
          progress: Progress = SILENT) -> Prediction:
    """Weigh the anchors and let them vote, some query cells after the others.

    Parameters
    ----------
    anchors, space, parameters, progress
        As `anchor_weights`.
    reference
        Types of the reference cells.

    Returns
    -------
    Prediction
        What `transfer_labels` makes of `anchor_weights`; the weights of very many cells stay in files.

    Raises
    ------
    InputError
        If fewer than k.weight query cells carry anchors.
    """
    ballot, scores = _ballot(anchors, reference), np.empty((len(space), len(reference.types)))
    rows = Rows(len(space), parameters.k_weight)
    for cells, weights in anchor_weights(anchors, space, parameters, progress):
        scores[cells] = (weights @ ballot).toarray()
        rows.append(weights)
    return _elected(reference, scores, rows.finished(len(anchors)))


def _ballot(anchors: Anchors, reference: Labels) -> sparse.csr_matrix:
    """(n_anchors, n_types) 1 at the type of each anchor's reference cell."""
    codes = reference.codes[anchors.reference_cell]
    votes = codes >= 0
    return sparse.csr_matrix(
        (np.ones(votes.sum()), (np.flatnonzero(votes), codes[votes])), shape=(len(codes), len(reference.types)))


def _elected(reference: Labels, scores: Floats, weights: sparse.csr_matrix) -> Prediction:
    best = scores.max(axis=1)
    return Prediction(Labels(reference.types, np.where(best > 0, scores.argmax(axis=1), -1)), scores, best, weights)
