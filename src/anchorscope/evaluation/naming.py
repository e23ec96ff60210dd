"""How many cells got the right name from the marker panel, and whether the panel fits the cells at all."""

from __future__ import annotations

import numpy as np

from anchorscope.evaluation.grade import grade
from anchorscope.evaluation.vocabulary import Mapping
from anchorscope.parameters import MarkerPanel
from anchorscope.preprocess.panel import labels_of
from anchorscope.results import ClusterNaming, Labels

FEW_MARKERS = 0.5
"""A panel with a smaller share of its markers among the genes of the reference is doubted."""

CLEAR_LEVEL = 0.25
"""How far a type's markers lie, in log-normalised mean, above the other clusters where they clearly name one."""

FEW_THERE = "{n:,} of {total:,} markers of the panel are among the genes of the reference"
HARDLY_HIGHER = "The markers of {n:,} of the {total:,} types that name clusters are hardly higher there than elsewhere"


def naming_quality(naming: ClusterNaming, truth: Labels, mapping: Mapping = ()) -> float:
    """Return the fraction of the cells with an answer that carry the right name.

    Parameters
    ----------
    naming
        The named clusters; names given by hand count.
    truth
        (n_cells,) true type of each cell.
    mapping
        Pairs (from, to) that bring the panel's and the truth's names together; see `vocabulary.mapped`.

    Raises
    ------
    InputError
        If no cell has an answer, or panel and truth share no name after mapping.
    """
    return grade(labels_of(naming), truth, "true types of the reference", mapping).accuracy


def panel_doubt(naming: ClusterNaming, panel: MarkerPanel) -> str:
    """Return in one sentence why a panel may not be of this tissue, or ``""``.

    Each cluster gets the name of some type, however little of its markers there is. A panel is doubted where fewer than
    half of its markers are among the genes (`FEW_MARKERS`), or else where the markers of at least half of the types
    that name clusters are not clearly higher in these than in the others: by less than `CLEAR_LEVEL`.

    Parameters
    ----------
    naming
        The named clusters. Where all names were given by hand, there is nothing to doubt.
    panel
        The panel that named them.
    """
    if len(naming.overridden) == len(naming.names):
        return ""
    total = len(panel.entries)
    there = total - len(naming.missing)
    said, rises = "", _rises(naming)
    if there < FEW_MARKERS * total:
        said = FEW_THERE.format(n=there, total=total)
    elif rises and 2 * (faint := sum(one < CLEAR_LEVEL for one in rises)) >= len(rises):
        said = HARDLY_HIGHER.format(n=faint, total=len(rises))
    return f"{said}; the panel may not fit this tissue." if said else ""


def _rises(naming: ClusterNaming) -> list[float]:
    """Return how far the markers of each type that names clusters are higher in these than in all other cells."""
    winners, found = naming.scores.argmax(axis=0), []
    for kind in np.unique(winners):
        own, sizes = winners == kind, naming.sizes
        if not own.all():
            inside, outside = (np.average(naming.means[kind, part], weights=sizes[part]) for part in (own, ~own))
            found.append(float(inside - outside))
    return found
