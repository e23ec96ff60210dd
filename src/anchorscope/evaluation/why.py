"""All that speaks for and against the label of one query cell: votes, near cells, markers, and why it may have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from anchorscope.blocks import stretches
from anchorscope.errors import InputError
from anchorscope.evaluation.by_view import TypeByView, types_by_view
from anchorscope.parameters import SEURAT, UNASSIGNED, TransferParameters
from anchorscope.results import Floats, Ints, Job, Labels, Outcome
from anchorscope.transfer.choices import chosen_space
from anchorscope.transfer.explain import Explanation, explain

NEIGHBOURS = 20
"""Near cells that are looked at."""

_BLOCK_CELLS = 16_384
"""Cells whose distances are computed at a time: their differences stay in the processor's cache."""


class Unassigned(StrEnum):
    """Why a query cell has no label."""

    NO_VOTE = "no type has a score"
    UNLIKE = "unlike the reference"
    DOUBTFUL = "score below the threshold"


@dataclass(frozen=True)
class Neighbourhood:
    """The query cells nearest to one of them.

    Parameters
    ----------
    cells
        (k,) int64 nearest first, the cell itself left out.
    distances
        (k,) float64 how far away each is, in units of the space.
    types
        Their labels and how many carry each, most frequent first; ``""`` for unassigned cells.
    """

    cells: Ints
    distances: Floats
    types: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class MarkerLevel:
    """One marker in one query cell.

    Parameters
    ----------
    type
        The type that it marks; of several that were asked for, the first.
    gene
        The gene, as the query spells it.
    here
        Its log-normalised activity in the cell.
    means
        Its mean over all cells that carry the label, for each type that was asked for; NaN where no cell does.
    """

    type: str
    gene: str
    here: float
    means: tuple[float, ...]


@dataclass(frozen=True)
class MarkerLevels:
    """Activity of a panel's markers in every query cell, and its mean by label.

    Parameters
    ----------
    markers
        Pairs of type and gene, the genes being some of `genes`.
    genes
        (n_genes,) names of the columns.
    values
        (n2, n_genes) csc float64 log-normalised activity.
    types
        (n_types,) the labels' types.
    means
        (n_types, n_genes) mean over the cells of each type; NaN for a type without cells.
    """

    markers: tuple[tuple[str, str], ...]
    genes: tuple[str, ...]
    values: sparse.csc_matrix
    types: tuple[str, ...]
    means: Floats

    def of_cell(self, cell: int, types: Sequence[str]) -> tuple[MarkerLevel, ...]:
        """Return the markers of some types in one cell, in the order of `types`; a gene that marks two comes once."""
        order = [(kind, gene) for kind in types for one, gene in self.markers if one == kind]
        first = {gene: kind for kind, gene in reversed(order)}
        return tuple(self._level(cell, first[gene], gene, types) for gene in dict.fromkeys(gene for _, gene in order))

    def _level(self, cell: int, kind: str, gene: str, types: Sequence[str]) -> MarkerLevel:
        place = self.genes.index(gene)
        column = slice(*self.values.indptr[place : place + 2])
        # One column after the other: to take a row of a csc matrix is to look at all of it.
        here = float(self.values.data[column][self.values.indices[column] == cell].sum())
        code = {name: number for number, name in enumerate(self.types)}
        means = tuple(float(self.means[code[one], place]) if one in code else float("nan") for one in types)
        return MarkerLevel(kind, gene, here, means)


@dataclass(frozen=True)
class Why:
    """Why a query cell has its label, or none.

    Parameters
    ----------
    votes
        Scores, runner-up, the vote by type, and the anchors with the largest votes.
    unassigned
        Why it has no label; ``None`` if it has one.
    min_score
        The least score with which a cell keeps its label, 0 to 1.
    novelty
        How unlike the reference it is, in robust standard deviations: about 0 for most cells.
    near
        The query cells around it; ``None`` where the coordinates in which anchors were weighed are not at hand.
    markers
        The markers of its best and of its second-best type, whose means come in this order; empty without any.
    views
        What its genes and its accessibility say alone, see `anchorscope.evaluation.by_view.types_by_view`; empty for
        labels of the vote.
    """

    votes: Explanation
    unassigned: Unassigned | None
    min_score: float
    novelty: float
    near: Neighbourhood | None
    markers: tuple[MarkerLevel, ...]
    views: tuple[TypeByView, ...] = ()


def why(job: Job, outcome: Outcome, cell: int, markers: MarkerLevels | None = None, top: int = 10,
        neighbours: int = NEIGHBOURS) -> Why:
    """Say all that is known of the label of one query cell.

    Parameters
    ----------
    job, outcome
        The data with their settings, and what the run found; after `anchorscope.evaluation.abstain.abstaining`, with
        the least score in the recipe's `TransferParameters.min_score`.
    cell
        The query cell, counted from zero.
    markers
        Activity of the panel's markers, see `marker_levels`; without it nothing is said of them.
    top
        How many anchors to show, at most.
    neighbours
        How many near cells to look at, at most.

    Returns
    -------
    Why
        Nothing is computed anew but the distances to all query cells, in the space in which anchors were weighed.

    Raises
    ------
    IndexError
        If there is no such cell.
    """
    votes = explain(outcome.prediction, outcome.anchors, outcome.reference_labels.labels, cell, top)
    settings, asked = job.recipe.transfer, [one for one in (votes.guess, votes.runner_up) if one]
    return Why(
        votes, unassigned_because(outcome, settings, cell), settings.min_score,
        float(outcome.refinement.novelty[cell]), _near(job, outcome, cell, neighbours),
        () if markers is None else markers.of_cell(cell, asked), types_by_view(job, outcome, cell))


def unassigned_because(outcome: Outcome, settings: TransferParameters, cell: int) -> Unassigned | None:
    """Return why a query cell has no label; ``None`` if it has one.

    Parameters
    ----------
    outcome
        What the run found, doubtful cells left unassigned or not.
    settings
        The method, and what becomes of cells unlike the reference.
    cell
        The query cell, counted from zero.
    """
    if outcome.prediction.labels.codes[cell] >= 0:
        return None
    if outcome.prediction.best[cell] <= 0:
        return Unassigned.NO_VOTE
    nameless = settings.method != SEURAT and settings.unlike == UNASSIGNED and outcome.refinement.unlike[cell]
    return Unassigned.UNLIKE if nameless else Unassigned.DOUBTFUL


def neighbourhood(space: Floats, labels: Labels, cell: int, count: int = NEIGHBOURS) -> Neighbourhood:
    """Return the cells nearest to one of them, and what they are called.

    Parameters
    ----------
    space
        (n2, d) coordinates of the query cells.
    labels
        Their labels.
    cell
        One of them, counted from zero.
    count
        How many are wanted; all others where there are fewer.

    Returns
    -------
    Neighbourhood
        Exact, by Euclidean distance; of cells equally far the first ones. Memory for one distance a cell is needed.

    Raises
    ------
    IndexError
        If there is no such cell.
    """
    if not 0 <= cell < len(space):
        raise IndexError(f"query cell {cell} of {len(space)}")
    squared = np.empty(len(space))
    for rows in stretches(len(space), _BLOCK_CELLS):
        apart = space[rows] - space[cell]
        np.einsum("ij,ij->i", apart, apart, out=squared[rows])
    squared[cell] = np.inf
    count = min(count, len(space) - 1)
    limit = np.partition(squared, count - 1)[count - 1] if count > 0 else -np.inf
    within = np.flatnonzero(squared <= limit)
    cells = within[np.argsort(squared[within], kind="stable")][:count]
    return Neighbourhood(cells, np.sqrt(squared[cells]), tuple(Counter(labels.names_of(cells).tolist()).most_common()))


def marker_levels(values: sparse.csc_matrix, genes: tuple[str, ...], markers: Sequence[tuple[str, str]],
                  labels: Labels) -> MarkerLevels:
    """Return a panel's markers cell by cell and on average, from activity that is at hand.

    Parameters
    ----------
    values, genes
        (n2, n_genes) csc float64 log-normalised activity and the names of its columns, as in
        `anchorscope.evaluation.bridge.Bridge`.
    markers
        Pairs of type and gene, as of `anchorscope.evaluation.bridge.panel_of_run`; those without a column are left out.
    labels
        The label of each query cell.

    Returns
    -------
    MarkerLevels
        In one pass over `values`, which are kept and not copied.
    """
    there, n_types = set(genes), len(labels.types)
    sizes = np.bincount(labels.codes + 1, minlength=n_types + 1)[1:]
    sums = np.zeros((n_types, len(genes)))
    for place in range(len(genes)):
        column = slice(*values.indptr[place : place + 2])
        of_type = labels.codes[values.indices[column]] + 1
        sums[:, place] = np.bincount(of_type, values.data[column], n_types + 1)[1:]
    means = np.divide(sums, sizes[:, None], out=np.full(sums.shape, np.nan), where=sizes[:, None] > 0)
    return MarkerLevels(tuple((kind, gene) for kind, gene in markers if gene in there), genes, values,
                        labels.types, means)


def _near(job: Job, outcome: Outcome, cell: int, count: int) -> Neighbourhood | None:
    try:
        space = chosen_space(job)
    except InputError:
        return None  # a session that was opened has no coordinates but its own until the files are read
    return neighbourhood(outcome.lsi.space if space is None else space, outcome.prediction.labels, cell, count)
