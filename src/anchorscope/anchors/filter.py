"""Anchors that the genes themselves bear out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anchorscope.blocks import CellBlocks
from anchorscope.embedding.cca import l2_normalised
from anchorscope.errors import InputError
from anchorscope.linalg import gathered
from anchorscope.neighbors import nearest
from anchorscope.preprocess.scale import select_genes
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats, Ints

MOST_PER_AXIS = 100
MOST_GENES = 200
BLOCK = 2048


def anchors_to_keep(reference: CellBlocks, query: CellBlocks, loadings: Floats, pairs: tuple[Ints, Ints],
                    k_filter: int, progress: Progress = SILENT) -> NDArray[np.bool_]:
    """Say which anchors join cells that are near each other in the expression of the genes that matter most.

    Parameters
    ----------
    reference, query
        Log-normalised values (n1, p) and (n2, p) of the same genes.
    loadings
        (p, d) weight of each gene on each axis of the shared space.
    pairs
        Reference and query cell of each anchor, (n_anchors,) each.
    k_filter
        An anchor stays if its query cell is among this many nearest to its reference cell, by the cosine over the
        genes of `leading_genes`.
    progress
        Told block by block.

    Returns
    -------
    numpy.ndarray
        (n_anchors,) whether the anchor stays; all do where either data set has fewer cells than `k_filter`.

    Raises
    ------
    InputError
        If none stays.

    Notes
    -----
    Seurat's ``FilterAnchors``, with exact neighbours.
    """
    if k_filter > min(reference.shape[0], query.shape[0]):
        return np.ones(len(pairs[0]), dtype=bool)
    genes = leading_genes(loadings)
    left = _unit_rows(select_genes(reference, genes), Part(progress, 0.0, 0.1))
    right = _unit_rows(select_genes(query, genes), Part(progress, 0.1, 0.2))
    kept = _among_nearest(left, right, pairs, k_filter, Part(progress, 0.2, 1.0))
    if not kept.any():
        raise InputError("k.filter leaves no anchor", f"k.filter {k_filter} and {len(kept)} anchors before it",
                         "raise k.filter, or set it to 0 to keep all")
    return kept


def leading_genes(loadings: Floats) -> Ints:
    """Return the genes that weigh most on any axis, at most `MOST_GENES` or two per axis.

    Parameters
    ----------
    loadings
        (p, d) weight of each gene on each axis.

    Returns
    -------
    numpy.ndarray
        (n,) rows of `loadings`, ascending: the union of each axis' largest and smallest weights, as many of each as
        keep the union below the limit.

    Notes
    -----
    Seurat's ``TopDimFeatures``.
    """
    order, limit = np.argsort(loadings, axis=0, kind="stable"), max(2 * loadings.shape[1], MOST_GENES)
    best = np.unique(np.abs(loadings).argmax(axis=0))
    for half in range(1, min(MOST_PER_AXIS // 2, len(loadings)) + 1):
        union = np.unique(np.concatenate([order[:half], order[-half:]]))
        if len(best) < len(union) < limit:
            best = union
    return best


def _unit_rows(values: CellBlocks, progress: Progress) -> Floats:
    return l2_normalised(gathered(values, progress).toarray())


def _among_nearest(reference: Floats, query: Floats, pairs: tuple[Ints, Ints], count: int,
                   progress: Progress) -> NDArray[np.bool_]:
    """Search for the cells that carry anchors only, and hold no more neighbours than one block's."""
    cells, place = np.unique(pairs[0], return_inverse=True)
    kept = np.zeros(len(place), dtype=bool)
    for start in range(0, len(cells), BLOCK):
        near, _ = nearest(query, reference[cells[start : start + BLOCK]], count)
        here = np.flatnonzero((place >= start) & (place < start + BLOCK))
        kept[here] = (near[place[here] - start] == pairs[1][here, None]).any(axis=1)
        progress.update(min(1.0, (start + BLOCK) / len(cells)))
    return kept
