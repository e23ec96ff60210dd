"""What the refined transfer measured and a reader should know: strangers in the query, data that cannot answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anchorscope.block_forms import Matrix
from anchorscope.blocks import CellBlocks
from anchorscope.counts import blocks_of
from anchorscope.parameters import SEURAT, UNASSIGNED, TransferParameters
from anchorscope.preprocess.normalize import log_normalize
from anchorscope.results import Floats, Job, Names, Outcome

NO_ANSWER, WEAK_ANSWER = 0.15, 0.3
"""Agreement of the views below which labels mean next to nothing, and below which they are to be doubted.

Queries of another tissue, of another species and with shuffled genes reached 0.02 to 0.12; usable data 0.29 to 0.85.
"""

TRANSFERRED = ("predicted.id", "predicted.celltype", "predicted.unassigned")
"""Columns in which Anchorscope and Seurat write labels that were transferred."""

MARKERS = 5
"""Genes named for a population."""


def doubts_of(outcome: Outcome, settings: TransferParameters, markers: Sequence[str]) -> list[str]:
    """Return what the measured signals say against the labels, one plain sentence each; empty if nothing.

    Parameters
    ----------
    outcome
        What the run found; the signals are the same for every method.
    settings
        The method, and what becomes of cells unlike the reference.
    markers
        Genes that tell those cells from all others, see `markers_of_strangers`.
    """
    return [*_no_answer(outcome.refinement.agreement), *_no_key(outcome), *_strangers(outcome, settings, markers),
            *_without_votes(outcome, settings)]


def markers_of_strangers(job: Job, outcome: Outcome) -> tuple[str, ...]:
    """Return the genes that tell the cells unlike the reference from all others; none where there are no such cells."""
    strange = outcome.refinement.unlike
    if not strange.any():
        return ()
    activity = log_normalize(blocks_of(outcome.gene_activity.counts), job.recipe.gene_activity.scale_factor)
    return markers_of(activity, outcome.gene_activity.regions.symbols, strange)


def markers_of(values: CellBlocks, genes: Names, chosen: NDArray[np.bool_], count: int = MARKERS) -> tuple[str, ...]:
    """Return the genes that tell some cells from all others best, the best first.

    Parameters
    ----------
    values
        (n_cells, n_genes) log-normalised gene activity or expression.
    genes
        (n_genes,) their names.
    chosen
        (n_cells,) the cells in question.
    count
        Genes wanted; fewer where fewer are higher in these cells.

    Notes
    -----
    Ranked by Welch's t (1947, doi 10.1093/biomet/34.1-2.28), in one pass over the cells.
    """
    sums = np.zeros((2, 2, values.shape[1]))
    for rows, block in values:
        for side, cells in enumerate((~chosen[rows], chosen[rows])):
            sums[side] += _sums(block[np.flatnonzero(cells)])
    strength = _welch(sums, np.array([(~chosen).sum(), chosen.sum()], dtype=np.float64))
    best = np.argsort(-strength, kind="stable")[:count]
    return tuple(str(genes[gene]) for gene in best if strength[gene] > 0)


def _sums(block: Matrix) -> Floats:
    """Sum and sum of squares of each gene, (2, n_genes)."""
    squared = block**2 if isinstance(block, np.ndarray) else block.multiply(block)
    return np.vstack([np.asarray(part.sum(axis=0), dtype=np.float64).ravel() for part in (block, squared)])


def _welch(sums: Floats, cells: Floats) -> Floats:
    """Welch's t of each gene from sums and sums of squares, (2 sides, 2, n_genes); 0 where nothing varies."""
    if cells.min() < 1:
        return np.zeros(sums.shape[2])
    mean = sums[:, 0] / cells[:, None]
    error = np.sqrt(np.maximum(sums[:, 1] / cells[:, None] - mean**2, 0.0) / cells[:, None]).T
    width = np.hypot(error[:, 0], error[:, 1])
    return np.asarray(np.divide(mean[1] - mean[0], width, out=np.zeros_like(width), where=width > 0))


def _no_answer(agreement: float) -> list[str]:
    if agreement >= WEAK_ANSWER:
        return []
    measured = (f"genes and accessibility of the query's cells name the same type hardly more often than by chance "
                f"(agreement {agreement:.2f}, where 1 is always and 0 is chance)")
    if agreement >= NO_ANSWER:
        return [f"Doubt these labels: {measured}. The query may be too sparse, or not quite what the reference is of."]
    return [f"These labels mean next to nothing: {measured}. Check that both files are of the same tissue and species, "
            "and that the peaks lie on the chosen assembly."]


def _no_key(outcome: Outcome) -> list[str]:
    if outcome.grade is None or outcome.grade.source not in TRANSFERRED:
        return []
    return [f"The answer key “{outcome.grade.source}” holds labels that were transferred before: the grade tells how "
            "alike two transfers are, not how right."]


def _strangers(outcome: Outcome, settings: TransferParameters, markers: Sequence[str]) -> list[str]:
    strange = outcome.refinement.unlike
    if not strange.any():
        return []
    told = f"; their top markers are {', '.join(markers)}" if markers else ""
    return [f"{int(strange.sum()):,} cells look like nothing in the reference{told}. "
            + _fate(strange & (outcome.prediction.best <= 0), strange, settings)]


def _fate(without: NDArray[np.bool_], strange: NDArray[np.bool_], settings: TransferParameters) -> str:
    """Say what became of cells unlike the reference, of which some are `without` a vote."""
    if settings.method != SEURAT and settings.unlike == UNASSIGNED:
        return "They are left unassigned."
    if not without.any():
        return "They carry a label all the same."
    if without.sum() == strange.sum():
        return "They have no votes, so they are unassigned."
    return f"{int(without.sum()):,} of them have no votes and are unassigned, the others carry a label all the same."


def _without_votes(outcome: Outcome, settings: TransferParameters) -> list[str]:
    without = outcome.prediction.best <= 0
    if settings.method != SEURAT or not without.any():
        return []
    count, one = int(without.sum()), without.sum() == 1
    return [f"{count:,} cell{' has' if one else 's have'} no votes ({without.mean():.1%} of the query), which leaves "
            f"{'it' if one else 'them'} unassigned at any threshold: all anchors near by are of reference cells that "
            "have no type or one that is left out, or of another group."]
