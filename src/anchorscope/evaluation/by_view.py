"""How probable the types of one query cell are by its genes, its components and its peaks alone, and by all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchorscope.errors import InputError
from anchorscope.parameters import SEURAT
from anchorscope.refine.each_view import by_accessibility, by_genes, within
from anchorscope.refine.methods import allowed
from anchorscope.results import Floats, Job, Outcome
from anchorscope.transfer.choices import chosen_groups, chosen_space


@dataclass(frozen=True)
class TypeByView:
    """The probability of one type of one query cell, 0 to 1.

    Parameters
    ----------
    type
        Its name.
    genes
        By the gene view alone, after its temperature.
    components
        By its place in the query's own space alone; ``None`` where the cell's coordinates are not at hand.
    peaks
        By what every single one of its peaks says alone.
    together
        By all, the refined probability.
    """

    type: str
    genes: float
    components: float | None
    peaks: float
    together: float


def types_by_view(job: Job, outcome: Outcome, cell: int) -> tuple[TypeByView, ...]:
    """Return what each view says of one query cell.

    Parameters
    ----------
    job, outcome
        The data with their settings, and what the run found.
    cell
        The query cell, counted from zero.

    Returns
    -------
    tuple
        The label or best guess, the runner-up, and the type that a view alone puts first, each once. Within the
        cell's group, where labels are kept within groups. Empty for labels of the vote, which ask no view, for a
        cell of which no type is probable, and for a session that does not hold what the views have learnt.
    """
    refinement = outcome.refinement
    together, views, by_peaks = refinement.probabilities[cell], refinement.views, refinement.by_peaks
    if job.recipe.transfer.method == SEURAT or views is None or by_peaks is None or together.max() <= 0:
        return ()
    at, space = slice(cell, cell + 1), _own_space(job, outcome)
    genes, peaks = by_genes(views, outcome.shared.query[at]), by_peaks[at].astype(np.float64)
    own = None if space is None else by_accessibility(views, space[at])
    groups = chosen_groups(job)
    if groups is not None:
        there = allowed(outcome.reference_labels.labels, groups, at)
        genes, peaks = within(genes, there), within(peaks, there)
        own = None if own is None else within(own, there)
    first = [*np.argsort(-together, kind="stable")[:2].tolist(), int(genes.argmax()), int(peaks.argmax()),
             *([] if own is None else [int(own.argmax())])]
    return tuple(TypeByView(refinement.types[code], float(genes[0, code]),
                            None if own is None else float(own[0, code]), float(peaks[0, code]), float(together[code]))
                 for code in dict.fromkeys(first))


def _own_space(job: Job, outcome: Outcome) -> Floats | None:
    try:
        space = chosen_space(job)
    except InputError:
        return None  # a session that was opened has no coordinates but its own until the files are read
    return outcome.lsi.space if space is None else space
