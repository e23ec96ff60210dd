"""The refined transfer as one result, and the choice between it and the vote."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anchorscope.parameters import SEURAT, UNASSIGNED, TransferParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.refine.common_ground import common_ground
from anchorscope.refine.each_view import within
from anchorscope.refine.novelty import novelty, unlike
from anchorscope.refine.refine import Evidence, refined
from anchorscope.results import Ints, Labels, Prediction, Refinement
from anchorscope.transfer.groups import Groups


def refinement_of(evidence: Evidence, groups: Groups | None, seed: int, progress: Progress = SILENT) -> Refinement:
    """Return the refined labels with what can be said of their cells.

    Parameters
    ----------
    evidence
        Coordinates, anchors and the reference's labels.
    groups
        Groups within which labels may travel; ``None`` without restriction.
    seed
        Decides weights and folds.
    progress
        Told as repeats, novelty and the folds of the agreement go on.
    """
    found = refined(evidence, seed, Part(progress, 0.0, 0.7))
    strange = novelty(evidence, found, Part(progress, 0.7, 0.85))
    agreement = common_ground(evidence, seed, Part(progress, 0.85, 1.0))
    probabilities = found.probabilities
    if groups is not None:
        probabilities = within(probabilities, allowed(evidence.labels, groups))
    return Refinement(evidence.labels.types, probabilities, strange, unlike(strange), agreement, found.views)


def prediction_of(voted: Prediction, refinement: Refinement, settings: TransferParameters) -> Prediction:
    """Return the labels of the method that is set.

    Parameters
    ----------
    voted
        The vote of the anchors, as Seurat does it.
    refinement
        The refined labels.
    settings
        `TransferParameters.method`, and for the refined labels `TransferParameters.unlike`.
    """
    if settings.method == SEURAT:
        return voted
    best = refinement.probabilities.max(axis=1)
    nameless = refinement.unlike if settings.unlike == UNASSIGNED else np.zeros(len(best), dtype=np.bool_)
    codes = np.where(nameless | (best <= 0), -1, refinement.probabilities.argmax(axis=1))
    return Prediction(Labels(refinement.types, codes), refinement.probabilities, best, voted.weights)


def allowed(labels: Labels, groups: Groups, cells: slice | Ints = slice(None)) -> NDArray[np.bool_]:
    """Return whether the reference has a cell of the type in the query cell's group, (n2, n_types).

    Parameters
    ----------
    labels
        Types of the reference cells.
    groups
        The group of each cell of both sides.
    cells
        Query cells, where only some are asked for.
    """
    there = np.zeros((len(groups.names) + 1, len(labels.types)), dtype=np.bool_)
    typed = labels.codes >= 0
    there[groups.reference[typed], labels.codes[typed]] = True
    there[-1] = False
    return np.asarray(there[groups.query[cells]])
