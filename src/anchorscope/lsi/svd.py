"""Leading singular vectors of a tall, wide, sparse matrix, held in memory or passed over block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchorscope.blocks import ScaledBlocks
from anchorscope.krylov import leading_eigenpairs
from anchorscope.linalg import fix_signs, project, project_back, squared_product
from anchorscope.lsi.held import Held
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats

TOLERANCE = 1e-5
"""Residual of each triplet, relative to the largest singular value: irlba's rule."""

SHOWN_TOLERANCE = 1e-3
"""The same of triplets that are shown but not used: they are those of noise, and may be mixed among each other."""

PASSES_TOLERANCE = 1e-3
"""The same where every step is a pass over cells on disk: with it, 0.996 of the labels of a hard pair are those of the
exact axes."""

PASSES_SHOWN_TOLERANCE = 1e-2
"""Of those that are only shown."""

PASSES_WIDTH = 32
"""Vectors that one pass over the cells is used for: wider ones need fewer passes and more vectors in all."""


@dataclass(frozen=True)
class Svd:
    """Left vectors (n_cells, d) and singular values (d,)."""

    left: Floats
    values: Floats


def truncated_svd(values: Held | ScaledBlocks, count: int, seed: int, progress: Progress = SILENT, *,
                  used: int | None = None) -> Svd:
    """Return the `count` leading singular triplets, without the right vectors and without ever forming a dense matrix.

    Parameters
    ----------
    values
        (n_cells, n_features), not centred; held in memory, or blocks that are passed over about sixteen times.
    count
        Triplets wanted; lowered to one less than the smaller side, and to the rank.
    seed
        Seed of the starting vectors; the result depends on it only within the tolerance.
    progress
        Told after every product with the matrix; the fraction follows the shrinking residual.
    used
        Leading triplets that have to be exact to the tolerance of those used; all without it.

    Returns
    -------
    Svd
        Values descending; the largest entry of each left vector is positive.

    Notes
    -----
    The eigenvectors of X'X, or of XX' where there are fewer cells than features, by `leading_eigenpairs`. Seurat and
    Signac use irlba on the same matrix.
    """
    count = max(1, min(count, values.shape[0] - 1, values.shape[1] - 1))
    shown = np.arange(count) >= (count if used is None else used)
    if isinstance(values, Held):
        return _of_held(values, count, np.where(shown, SHOWN_TOLERANCE, TOLERANCE), seed, progress)
    found = leading_eigenpairs(
        lambda vectors, heard: squared_product(values, vectors, heard), lambda width: _mixture(values, width, seed),
        count, min(values.shape), np.where(shown, PASSES_SHOWN_TOLERANCE, PASSES_TOLERANCE),
        Part(progress, 0.0, 0.9), width=PASSES_WIDTH)
    # Single precision is exact enough for such a residual, and the largest table of a run of very many cells.
    left = project(values, found.vectors.astype(np.float32), Part(progress, 0.9, 1.0), dtype=np.float32)
    return _pairs(left)


def _of_held(values: Held, count: int, tolerance: Floats, seed: int, progress: Progress) -> Svd:
    n_cells, n_features = values.shape
    by_cells, beginning = n_cells < n_features, Part(progress, 0.0, 0.0)

    def squared(vectors: Floats, heard: Progress) -> Floats:
        if by_cells:
            return values.back_and_forth(vectors, heard)
        return values.back(values.forth(vectors, heard), heard)

    def start(width: int) -> Floats:
        # A random mixture of cells lies in the row space, where all the answers are.
        mixture = np.random.default_rng(seed).standard_normal((n_cells, width))
        return values.back_and_forth(mixture, beginning) if by_cells else values.back(mixture, beginning)

    found = leading_eigenpairs(squared, start, count, min(n_cells, n_features), tolerance, Part(progress, 0.0, 0.95))
    if by_cells:
        return _pairs(found.vectors * np.sqrt(np.maximum(found.values, 0.0)))
    return _pairs(values.forth(found.vectors, Part(progress, 0.95, 1.0)))


def _mixture(values: ScaledBlocks, width: int, seed: int) -> Floats:
    return project_back(values, np.random.default_rng(seed).standard_normal((values.shape[0], width), np.float32))


def _pairs(scores: Floats) -> Svd:
    """Return the lengths of the columns of X V, and their directions in the memory of the columns."""
    size = np.sqrt(np.einsum("ij,ij->j", scores, scores, dtype=np.float64))
    scores *= fix_signs(scores) / np.where(size > 0, size, 1.0)
    return Svd(scores, size)
