"""The space in which anchors are sought, by name, and the weight of each gene in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from anchorscope.blocks import CellBlocks
from anchorscope.embedding.cca import cca, l2_normalised
from anchorscope.embedding.projection import pca_projection, reciprocal_pca
from anchorscope.linalg import project_back
from anchorscope.preprocess.scale import gene_scale, scaled
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Names, SharedSpace, Sides

REDUCTIONS: Mapping[str, Callable[[CellBlocks, CellBlocks, Names, int, int, Progress], SharedSpace]] = {
    "cca": cca, "rpca": reciprocal_pca, "pcaproject": pca_projection}
"""How each choice of `AnchorParameters.reduction` is computed."""


def directions(space: SharedSpace) -> tuple[Sides, Sides]:
    """Return the L2-normalised coordinates in which query cells look for reference cells, and those of the way back."""
    there = Sides(l2_normalised(space.reference), l2_normalised(space.query))
    if space.reciprocal is None:
        return there, there
    return there, Sides(l2_normalised(space.reciprocal.reference), l2_normalised(space.reciprocal.query))


def gene_loadings(reference: CellBlocks, query: CellBlocks, space: SharedSpace, progress: Progress = SILENT) -> Floats:
    """Return how much each gene weighs on each axis of the shared space.

    Parameters
    ----------
    reference, query
        Log-normalised values (n1, p) and (n2, p) of the genes of `space`.
    space
        The shared space.
    progress
        Told during the two passes over each data set that CCA needs.

    Returns
    -------
    numpy.ndarray
        (p, d). A PCA has its loadings; for CCA they are the sum, over the cells of both sides, of scaled value times
        coordinate.

    Notes
    -----
    Seurat's ``ProjectDim`` on the CCA, as ``FindTransferAnchors`` does before it filters anchors.
    """
    if space.loadings is not None:
        return space.loadings
    first = gene_scale(reference, Part(progress, 0.0, 0.2))
    second = gene_scale(query, Part(progress, 0.2, 0.4))
    left = scaled(reference, first)
    right = scaled(query, second)
    return (project_back(left, space.reference, Part(progress, 0.4, 0.7))
            + project_back(right, space.query, Part(progress, 0.7, 1.0)))
