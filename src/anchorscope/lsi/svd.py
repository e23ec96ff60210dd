"""Leading singular vectors of a tall, wide, sparse matrix, held in memory or passed over block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchorscope.blocks import CellBlocks
from anchorscope.krylov import leading_eigenpairs, orthonormal
from anchorscope.linalg import fix_signs, project, project_back, squared_product
from anchorscope.lsi.held import Held
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats

TOLERANCE = 1e-5
"""Residual of each triplet, relative to the largest singular value: irlba's rule."""

PASSES_TOLERANCE = 3e-3
"""The same where every step is a pass over cells on disk. Axes that mean something have converged long before; those of
noise, whose singular values hardly differ, are then mixed among each other."""

PASSES_WIDTH = 64
"""Vectors that one pass over the cells is used for."""


@dataclass(frozen=True)
class Svd:
    """Left vectors (n_cells, d), singular values (d,), right vectors (n_features, d)."""

    left: Floats
    values: Floats
    right: Floats


def truncated_svd(values: Held | CellBlocks, count: int, seed: int, progress: Progress = SILENT) -> Svd:
    """Return the `count` leading singular triplets without ever forming a dense matrix.

    Parameters
    ----------
    values
        (n_cells, n_features), not centred; held in memory, or blocks that are passed over about ten times.
    count
        Triplets wanted; lowered to one less than the smaller side, and to the rank.
    seed
        Seed of the starting vectors; the result depends on it only within the tolerance.
    progress
        Told after every product with the matrix; the fraction follows the shrinking residual.

    Returns
    -------
    Svd
        Values descending; the largest entry of each right vector is positive.

    Notes
    -----
    The eigenvectors of X'X, or of XX' where there are fewer cells than features, by `leading_eigenpairs`. Seurat and
    Signac use irlba on the same matrix.
    """
    count = max(1, min(count, values.shape[0] - 1, values.shape[1] - 1))
    if isinstance(values, Held):
        return _of_held(values, count, seed, progress)
    found = leading_eigenpairs(
        lambda vectors, heard: squared_product(values, vectors, heard), lambda width: _mixture(values, width, seed),
        count, min(values.shape), PASSES_TOLERANCE, Part(progress, 0.0, 0.9), width=PASSES_WIDTH)
    right = found.vectors * fix_signs(found.vectors)
    return _triplets(project(values, right, Part(progress, 0.9, 1.0)), right)


def _of_held(values: Held, count: int, seed: int, progress: Progress) -> Svd:
    n_cells, n_features = values.shape
    by_cells = n_cells < n_features

    def squared(vectors: Floats, heard: Progress) -> Floats:
        middle = values.back(vectors) if by_cells else values.forth(vectors)
        heard.update(0.5)
        return values.forth(middle) if by_cells else values.back(middle)

    def start(width: int) -> Floats:
        # A random mixture of cells lies in the row space, where all the answers are.
        mixture = values.back(np.random.default_rng(seed).standard_normal((n_cells, width)))
        return values.forth(mixture) if by_cells else mixture

    found = leading_eigenpairs(squared, start, count, min(n_cells, n_features), TOLERANCE, Part(progress, 0.0, 0.95))
    right = orthonormal(values.back(found.vectors)) if by_cells else found.vectors
    right = right * fix_signs(right)
    return _triplets(values.forth(right), right)


def _mixture(values: CellBlocks, width: int, seed: int) -> Floats:
    return project_back(values, np.random.default_rng(seed).standard_normal((values.shape[0], width)))


def _triplets(left: Floats, right: Floats) -> Svd:
    size = np.linalg.norm(left, axis=0)
    return Svd(left / np.where(size > 0, size, 1.0), size, right)
