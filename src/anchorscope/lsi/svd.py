"""Leading singular vectors of a tall, wide, sparse matrix from passes over its cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchorscope.blocks import Scaled, ScaledBlocks, Shifted, TwoWay, in_threads
from anchorscope.krylov import leading_eigenpairs, orthonormal
from anchorscope.linalg import fix_signs, project, project_back
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats

TOLERANCE = 1e-5
"""Residual of each triplet, relative to the largest singular value: irlba's rule."""


@dataclass(frozen=True)
class Svd:
    """Left vectors (n_cells, d), singular values (d,), right vectors (n_features, d)."""

    left: Floats
    values: Floats
    right: Floats


def truncated_svd(values: ScaledBlocks, count: int, seed: int, progress: Progress = SILENT) -> Svd:
    """Return the `count` leading singular triplets without ever forming a dense matrix.

    Parameters
    ----------
    values
        (n_cells, n_features), not centred.
    count
        Triplets wanted; lowered to one less than the smaller side, and to the rank.
    seed
        Seed of the starting vectors; the result depends on it only within the tolerance.
    progress
        Told after every pass over the cells; the fraction follows the shrinking residual.

    Returns
    -------
    Svd
        Values descending; the largest entry of each right vector is positive.

    Notes
    -----
    The eigenvectors of X'X, or of XX' where there are fewer cells than features, by `leading_eigenpairs`. Seurat and
    Signac use irlba on the same matrix.
    """
    n_cells, n_features = values.shape
    count = max(1, min(count, n_cells - 1, n_features - 1))
    by_cells = n_cells < n_features
    found = leading_eigenpairs(
        (lambda vectors, heard: _cells_product(values, vectors, heard)) if by_cells
        else (lambda vectors, heard: _features_product(values, vectors, heard)),
        lambda width: _mixture(values, width, seed, by_cells=by_cells),
        count, min(n_cells, n_features), TOLERANCE, Part(progress, 0.0, 0.95))
    right = orthonormal(project_back(values, found.vectors)) if by_cells else found.vectors
    right = right * fix_signs(right)
    left = project(values, right, Part(progress, 0.95, 1.0))
    size = np.linalg.norm(left, axis=0)
    return Svd(left / np.where(size > 0, size, 1.0), size, right)


def _mixture(values: ScaledBlocks, width: int, seed: int, *, by_cells: bool) -> Floats:
    # A random mixture of cells lies in the row space, where all the answers are.
    random = np.random.default_rng(seed)
    mixture = project_back(values, random.standard_normal((values.shape[0], width)))
    return project(values, mixture) if by_cells else mixture


def _features_product(values: ScaledBlocks, vectors: Floats, progress: Progress) -> Floats:
    """X'X times (n_features, b): one pass over the cells."""
    total = np.zeros_like(vectors)
    def both(_: slice, block: Scaled) -> Floats:
        seen = block @ vectors
        return block.transposed(seen) if isinstance(block, Shifted | TwoWay) else np.asarray(block.T @ seen)

    for _, product in in_threads(values, both):
        total += product
        progress.update(0.0)
    return total


def _cells_product(values: ScaledBlocks, vectors: Floats, progress: Progress) -> Floats:
    """XX' times (n_cells, b): two passes, but vectors as short as there are cells."""
    middle = project_back(values, vectors)
    progress.update(0.0)
    return project(values, middle)
