"""Shared spaces from principal components: the reference's own, or each side's in turn."""

from __future__ import annotations

import numpy as np

from anchorscope.blocks import CellBlocks
from anchorscope.errors import InputError
from anchorscope.linalg import project
from anchorscope.preprocess.pca import pca
from anchorscope.preprocess.scale import GeneScale, gene_scale, scaled, select_genes
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Names, Pca, SharedSpace, Sides

FEWEST_GENES = 4


def pca_projection(reference: CellBlocks, query: CellBlocks, genes: Names, n_components: int, seed: int,  # noqa: ARG001
                   progress: Progress = SILENT) -> SharedSpace:
    """Place the query on the principal components of the reference.

    Parameters
    ----------
    reference, query
        Log-normalised expression (n1, p) and gene activity (n2, p) of the same genes.
    genes
        (p,) their symbols.
    n_components
        Axes wanted; lowered where genes or cells do not allow as many.
    seed
        Not used: nothing is drawn.
    progress
        Told as the passes over each data set go on.

    Returns
    -------
    SharedSpace
        The query is standardised with the reference's means and deviations. Genes constant in the reference are left
        out.

    Raises
    ------
    InputError
        If fewer than four genes vary in the reference.

    Notes
    -----
    Seurat's ``reduction = "pcaproject"`` (Stuart et al. 2019, doi 10.1016/j.cell.2019.05.031).
    """
    scale = gene_scale(reference, Part(progress, 0.0, 0.15))
    varying = np.flatnonzero(scale.sd > 0)
    _check(len(varying))
    scale = GeneScale(scale.mean[varying], scale.sd[varying])
    found = pca(scaled(select_genes(reference, varying), scale), n_components, Part(progress, 0.15, 0.8))
    placed = project(scaled(select_genes(query, varying), scale), found.loadings, Part(progress, 0.8, 1.0))
    return SharedSpace(found.embeddings, placed, _strength(found), genes[varying], found.loadings)


def reciprocal_pca(reference: CellBlocks, query: CellBlocks, genes: Names, n_components: int, seed: int,  # noqa: ARG001
                   progress: Progress = SILENT) -> SharedSpace:
    """Place each data set on the principal components of the other.

    Parameters
    ----------
    reference, query
        Log-normalised expression (n1, p) and gene activity (n2, p) of the same genes.
    genes
        (p,) their symbols.
    n_components
        Axes wanted on either side; lowered where genes or cells do not allow as many.
    seed
        Not used: nothing is drawn.
    progress
        Told as the passes over each data set go on.

    Returns
    -------
    SharedSpace
        Both on the reference's axes, and as `reciprocal` on the query's; each side standardised by itself, each axis
        divided by its standard deviation over all cells. Genes constant in either data set are left out.

    Raises
    ------
    InputError
        If fewer than four genes vary in both data sets.

    Notes
    -----
    Seurat's ``reduction = "rpca"`` (Hao et al. 2021, doi 10.1016/j.cell.2021.04.048).
    """
    first = gene_scale(reference, Part(progress, 0.0, 0.1))
    second = gene_scale(query, Part(progress, 0.1, 0.2))
    _check(int(((first.sd > 0) & (second.sd > 0)).sum()))
    # A gene that is constant on one side is 0 there after scaling, so it does not take part in any projection.
    left, right = scaled(reference, first), scaled(query, second)
    count = min(n_components, len(genes) - 1, reference.shape[0] - 1, query.shape[0] - 1)
    own, other = pca(left, count, Part(progress, 0.2, 0.5)), pca(right, count, Part(progress, 0.5, 0.8))
    placed = _even(Sides(own.embeddings, project(right, own.loadings, Part(progress, 0.8, 0.9))))
    reciprocal = _even(Sides(project(left, other.loadings, Part(progress, 0.9, 1.0)), other.embeddings))
    return SharedSpace(placed.reference, placed.query, _strength(own), genes, own.loadings, reciprocal)


def _check(n_varying: int) -> None:
    if n_varying < FEWEST_GENES:
        raise InputError("Reference and query share too few genes that vary", f"{n_varying}",
                         "check that both are of the same species and use gene symbols")


def _strength(found: Pca) -> Floats:
    return np.asarray(found.sdev * np.sqrt(max(len(found.embeddings) - 1, 1)))


def _even(sides: Sides) -> Sides:
    """Divide each axis by its standard deviation over the cells of both sides."""
    sd = np.vstack([sides.reference, sides.query]).std(axis=0, ddof=1)
    sd[sd == 0] = 1.0
    return Sides(sides.reference / sd, sides.query / sd)
