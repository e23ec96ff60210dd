"""The refined transfer as one result, and the choice between it and the vote."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anchorscope.blocks import CellBlocks
from anchorscope.parameters import SEURAT, UNASSIGNED, TransferParameters
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.refine.common_ground import common_ground
from anchorscope.refine.each_view import within
from anchorscope.refine.novelty import novelty, unlike
from anchorscope.refine.peak_scores import peak_scores
from anchorscope.refine.refine import Evidence, refined
from anchorscope.results import Ints, Labels, Prediction, Refinement
from anchorscope.transfer.groups import Groups


def refinement_of(
    evidence: Evidence, counts: CellBlocks, groups: Groups | None, seed: int, progress: Progress = SILENT
) -> Refinement:
    """Return the refined labels with what can be said of their cells.

    Parameters
    ----------
    evidence
        Coordinates, anchors and the reference's labels.
    counts
        Peak counts of the query, (n2, n_peaks).
    groups
        Groups within which labels may travel; ``None`` without restriction.
    seed
        Decides weights and folds.
    progress
        Told as repeats, novelty, the folds of the agreement, and the passes over the peaks go on.

    Notes
    -----
    Accessibility is looked at twice: as the components of LSI, and then as the scores of the types that the labels
    found so far give every single peak. The result is the mean of both, since neither is better everywhere: components
    are few and well measured, and among the many peaks are those of types too rare to have a component. Novelty and
    agreement come from the components, which no label has shaped.
    """
    found = refined(evidence, seed, Part(progress, 0.0, 0.35))
    strange = novelty(evidence, found, Part(progress, 0.35, 0.43))
    agreement = common_ground(evidence, seed, Part(progress, 0.43, 0.5))
    probabilities, views = found.probabilities, found.views
    # What components say alone is asked of single cells only: for all cells it takes memory.
    del found
    scores = peak_scores(counts, probabilities, seed, Part(progress, 0.5, 0.65))
    # Other weights than before: what chance did to the components, it does not do to the scores as well.
    again = refined(replace(evidence, space=scores), (seed, 1), Part(progress, 0.65, 1.0))
    probabilities += again.probabilities
    probabilities /= 2.0
    if groups is not None:
        probabilities = within(probabilities, allowed(evidence.labels, groups))
    return Refinement(evidence.labels.types, probabilities, strange, unlike(strange), agreement, views, again.by_space)


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
