"""Both assays in one picture: expression lent to the query along the anchors, then one PCA and one map of all cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.block_forms import Matrix
from anchorscope.blocks import CellBlocks, InMemory, Mapped
from anchorscope.counts import blocks_of
from anchorscope.embedding.shared_genes import places
from anchorscope.embedding.umap import umaps
from anchorscope.errors import InputError
from anchorscope.linalg import gathered
from anchorscope.preprocess.normalize import log_normalize
from anchorscope.preprocess.pca import pca
from anchorscope.preprocess.scale import gene_scale, select_genes
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Anchors, CoEmbedding, Floats, Job, Names, Outcome, Pca

ROWS = 1024
"""Cells in a block: of imputed expression a block is dense, and a cancel waits for the one in work."""


@dataclass(frozen=True)
class Stacked:
    """The cells of `first`, then those of `second`, over the same features."""

    first: CellBlocks
    second: CellBlocks

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        return self.first.shape[0] + self.second.shape[0], self.first.shape[1]

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self.first) + len(self.second)

    def rows(self, number: int) -> slice:
        """Return the cells that a block covers."""
        if number < len(self.first):
            return self.first.rows(number)
        rows, before = self.second.rows(number - len(self.first)), self.first.shape[0]
        return slice(rows.start + before, rows.stop + before)

    def block(self, number: int) -> Matrix:
        """Return one block."""
        beyond = number - len(self.first)
        return self.first.block(number) if beyond < 0 else self.second.block(beyond)

    def __iter__(self) -> Iterator[tuple[slice, Matrix]]:
        """Yield each block with the rows it covers, in order."""
        return ((self.rows(number), self.block(number)) for number in range(len(self)))


def coembed(job: Job, outcome: Outcome, progress: Progress = SILENT) -> CoEmbedding:
    """Impute expression for the query's cells and embed both data sets together.

    Parameters
    ----------
    job
        The data and settings of the run.
    outcome
        What it found; its anchors carry the expression, over the genes that reference and query share.
    progress
        Told as the passes over the cells and the map go on; a cancel is obeyed within a block.

    Returns
    -------
    CoEmbedding
        As many components as the reference's own PCA was asked for.

    Raises
    ------
    InputError
        If the outcome is of other data, or no query cell has an anchor.

    Notes
    -----
    The co-embedding of the label-transfer vignettes of Seurat and Signac: imputation by ``TransferData``, genes centred
    over all cells but not scaled, PCA, UMAP (Stuart et al. 2019, doi 10.1016/j.cell.2019.05.031).
    """
    weights, n_reference = outcome.prediction.weights, len(job.reference.cells)
    if weights.shape[0] != len(job.query.cells) or len(outcome.pca.embeddings) != n_reference:
        raise InputError("The run to be embedded is of other data", f"{weights.shape[0]} labelled query cells",
                         "run the transfer on these files first")
    names = outcome.shared.genes
    expression = expression_of(job, names, Part(progress, 0.0, 0.05))
    reached = np.diff(weights.indptr) > 0
    if not reached.any():
        raise InputError("Nothing can be imputed", "no query cell that an anchor reaches", "raise k.anchor or k.weight")
    lent = imputed(weights[reached], outcome.anchors, expression)
    joint = joint_pca(expression, lent, job.recipe.reference.n_components, Part(progress, 0.05, 0.4)).embeddings
    picture, = umaps([joint], job.recipe.umap, job.recipe.seed, Part(progress, 0.4, 1.0))
    placed = np.concatenate([np.ones(n_reference, dtype=bool), reached])
    return CoEmbedding(_spread(joint, placed), _spread(picture, placed), n_reference, names, placed)


def expression_of(job: Job, names: Names, progress: Progress = SILENT) -> sparse.csr_matrix:
    """Return the reference's log-normalised expression of the genes `names`: (n1, p) csr float64."""
    values = log_normalize(blocks_of(job.reference.counts), job.recipe.reference.scale_factor)
    return gathered(select_genes(values, places(job.reference.genes, names)), progress)


def imputed(weights: sparse.csr_matrix, anchors: Anchors, expression: sparse.csr_matrix) -> CellBlocks:
    """Return, as blocks, the expression that each query cell borrows from the reference cells of its anchors.

    Parameters
    ----------
    weights
        (n2, n_anchors) share of each anchor; rows sum to 1.
    anchors
        The anchors.
    expression
        (n1, p) log-normalised expression of the reference.

    Returns
    -------
    CellBlocks
        (n2, p) the mean of the reference cells' expression under the weights; one block is formed at a time.

    Notes
    -----
    Seurat's ``TransferData`` for a matrix instead of labels.
    """
    pick = sparse.csr_matrix((np.ones(len(anchors)), (np.arange(len(anchors)), anchors.reference_cell)),
                             shape=(len(anchors), expression.shape[0]))
    shares = InMemory(sparse.csr_matrix(weights @ pick), ROWS)
    return Mapped(shares, lambda _, block: sparse.csr_matrix(block @ expression), expression.shape[1])


def joint_pca(reference: sparse.csr_matrix, lent: CellBlocks, n_components: int, progress: Progress = SILENT) -> Pca:
    """Return the principal components of both data sets together, genes centred over all cells and not scaled.

    Parameters
    ----------
    reference
        (n1, p) log-normalised expression.
    lent
        (n2, p) imputed expression.
    n_components
        Components wanted; lowered where cells or genes do not allow as many.
    progress
        Told as the three passes over all cells go on.

    Returns
    -------
    Pca
        embeddings (n1 + n2, d), reference first.
    """
    both = Stacked(InMemory(reference, ROWS), lent)
    mean = gene_scale(both, Part(progress, 0.0, 0.2)).mean
    centred = Mapped(both, lambda _, block: sparse.csr_matrix(block).toarray() - mean, both.shape[1])
    return pca(centred, n_components, Part(progress, 0.2, 1.0))


def _spread(values: Floats, placed: NDArray[np.bool_]) -> Floats:
    whole = np.full((len(placed), values.shape[1]), np.nan)
    whole[placed] = values
    return whole
