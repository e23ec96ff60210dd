"""Sums over cells and what is read off them: the only linear algebra that touches every cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from anchorscope.block_forms import Scaled, Shifted
from anchorscope.blocks import CellBlocks, ScaledBlocks
from anchorscope.engine import each_block, sum_over
from anchorscope.krylov import leading_eigenpairs
from anchorscope.machine import one_blas_thread
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats

SMALL = 500
"""Up to this size all eigenvectors at once are as fast as a few."""

TOLERANCE = 1e-7
"""Residual of each eigenvector of a sum, see `leading_eigenpairs`."""


def gram(values: ScaledBlocks, progress: Progress = SILENT) -> Floats:
    """Return the p x p sum over cells of x x', where x are the rows of `values` (n_cells, p), in one pass."""
    # Several blocks are worked on at once, each on its own thread.
    with one_blas_thread():
        found: GramSum = sum_over(values, lambda _, block: GramSum.of(block), progress)
    return found.total()


@dataclass
class GramSum:
    """The sum of products of blocks; what their shifts add is kept apart as long as they share their right side.

    Parameters
    ----------
    squares
        (p, p) sum of products of the entries.
    right
        (p, r) right side of the shifts; r = 0 without any.
    across, inner
        (p, r) and (r, r) sums of products of entries and left sides, and of left sides.
    """

    squares: Floats
    right: Floats
    across: Floats
    inner: Floats

    @classmethod
    def of(cls, block: Scaled) -> GramSum:
        """Return the sum of one block."""
        if isinstance(block, Shifted):
            return cls(block.squares(), block.right, np.asarray(block.entries.T @ block.left),
                       block.left.T @ block.left)
        squares = block.T @ block
        p = block.shape[1]
        return cls(squares.toarray() if sparse.issparse(squares) else np.asarray(squares), np.zeros((p, 0)),
                   np.zeros((p, 0)), np.zeros((0, 0)))

    def __iadd__(self, other: GramSum) -> GramSum:
        """Add the sum of other blocks."""
        if np.array_equal(self.right, other.right):
            self.squares += other.squares
            self.across += other.across
            self.inner += other.inner
            return self
        none = np.zeros((len(self.squares), 0))
        return GramSum(self.total() + other.total(), none, none, np.zeros((0, 0)))

    def total(self) -> Floats:
        """Return the sum of products, (p, p)."""
        if not self.right.size:
            return self.squares
        # x x' of entries plus shift, but for that of the entries.
        left = np.hstack([self.across, self.right])
        return np.asarray(self.squares + left @ np.hstack([self.right, self.across + self.right @ self.inner]).T)


def project(values: ScaledBlocks, axes: NDArray[Any], progress: Progress = SILENT, *,
            dtype: type[np.floating[Any]] = np.float64) -> NDArray[Any]:
    """Return ``values @ axes``: (n_cells, p) times (p, d), in one pass; worked in single precision if both are."""
    result = np.empty((values.shape[0], axes.shape[1]), dtype=dtype)
    for rows, product in each_block(values, lambda _, block: block @ axes, progress):
        result[rows] = product
    return result


def project_back(values: ScaledBlocks, coordinates: NDArray[Any], progress: Progress = SILENT) -> Floats:
    """Return ``values.T @ coordinates``: (p, n_cells) times (n_cells, d), in one pass; in the blocks' precision."""
    return np.asarray(sum_over(values, lambda rows, block: transposed(block, coordinates[rows]), progress),
                      dtype=np.float64)


def squared_product(values: ScaledBlocks, vectors: Floats, progress: Progress = SILENT) -> Floats:
    """Return ``values.T @ values @ vectors`` for (p, d) vectors, in one pass; in the precision of the blocks."""
    def squared(_: slice, block: Scaled) -> Floats:
        alike = vectors if isinstance(block, Shifted) else vectors.astype(block.dtype, copy=False)
        return transposed(block, block @ alike)

    return np.asarray(sum_over(values, squared, progress), dtype=np.float64)


def transposed(block: Scaled, coordinates: NDArray[Any]) -> Floats:
    """Return ``block.T @ coordinates`` for (n_cells, d) coordinates."""
    return block.transposed(coordinates) if isinstance(block, Shifted) else np.asarray(block.T @ coordinates)


def gathered(values: CellBlocks, progress: Progress = SILENT) -> sparse.csr_matrix:
    """Return all blocks as one csr matrix (n_cells, p), for few or mostly empty columns."""
    blocks = [part for _, part in each_block(values, lambda _, block: sparse.csr_matrix(block), progress)]
    return sparse.csr_matrix(sparse.vstack(blocks))


def leading_eigenvectors(symmetric: Floats, count: int, progress: Progress = SILENT) -> tuple[Floats, Floats]:
    """Return the `count` largest eigenvalues (descending) and their eigenvectors (p, count) of a sum x x'."""
    p = len(symmetric)
    if p <= SMALL:
        values, vectors = linalg.eigh(symmetric, subset_by_index=(p - count, p - 1))
        return values[::-1], np.ascontiguousarray(vectors[:, ::-1])
    found = leading_eigenpairs(
        lambda block, _: symmetric @ block,
        lambda width: symmetric @ np.random.default_rng(p).standard_normal((p, width)), count, p,
        np.full(count, TOLERANCE), progress)
    return found.values, found.vectors


def fix_signs(axes: Floats) -> Floats:
    """Return +1 or -1 per column so that its entry of largest size is positive: signs are otherwise arbitrary."""
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)
