"""Sums over cells and what is read off them: the only linear algebra that touches every cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from anchorscope.blocks import CellBlocks, Scaled, ScaledBlocks, Shifted, TwoWay, in_threads
from anchorscope.krylov import leading_eigenpairs
from anchorscope.progress import SILENT, Progress, tracked
from anchorscope.results import Floats

SMALL = 500
"""Up to this size all eigenvectors at once are as fast as a few."""

TOLERANCE = 1e-7
"""Residual of each eigenvector of a sum, see `leading_eigenpairs`."""


def gram(values: ScaledBlocks, progress: Progress = SILENT) -> Floats:
    """Return the p x p sum over cells of x x', where x are the rows of `values` (n_cells, p), in one pass."""
    n_features = values.shape[1]
    total = np.zeros((n_features, n_features))
    shifts: list[ShiftSum] = []
    for _, block in tracked(values, progress):
        if isinstance(block, Shifted):
            total += block.squares()
            _added(shifts, block)
        else:
            plain = block.entries if isinstance(block, TwoWay) else block
            total += np.asarray(plain.T @ plain)
    for shift in shifts:
        total += shift.total()
    return total


@dataclass
class ShiftSum:
    """What the shift of blocks adds to their sum of products, gathered as long as they share their right side."""

    right: Floats
    across: Floats
    inner: Floats

    def total(self) -> Floats:
        """Return the (p, p) addition."""
        across = self.across @ self.right.T
        return across + across.T + self.right @ self.inner @ self.right.T


def _added(shifts: list[ShiftSum], block: Shifted) -> None:
    if not shifts or not np.array_equal(shifts[-1].right, block.right):
        shifts.append(ShiftSum(block.right, np.zeros_like(block.right), np.zeros((block.right.shape[1],) * 2)))
    shifts[-1].across += block.entries.T @ block.left
    shifts[-1].inner += block.left.T @ block.left


def project(values: ScaledBlocks, axes: Floats, progress: Progress = SILENT) -> Floats:
    """Return ``values @ axes``: (n_cells, p) times (p, d), in one pass."""
    result = np.empty((values.shape[0], axes.shape[1]))
    for rows, product in in_threads(values, lambda _, block: block @ axes, progress):
        result[rows] = product
    return result


def project_back(values: ScaledBlocks, coordinates: Floats, progress: Progress = SILENT) -> Floats:
    """Return ``values.T @ coordinates``: (p, n_cells) times (n_cells, d), in one pass."""
    result = np.zeros((values.shape[1], coordinates.shape[1]))

    def back(rows: slice, block: Scaled) -> Floats:
        if isinstance(block, Shifted | TwoWay):
            return block.transposed(coordinates[rows])
        return np.asarray(block.T @ coordinates[rows])

    for _, product in in_threads(values, back, progress):
        result += product
    return result


def gathered(values: CellBlocks, progress: Progress = SILENT) -> sparse.csr_matrix:
    """Return all blocks as one csr matrix (n_cells, p), for few or mostly empty columns."""
    blocks = [sparse.csr_matrix(block) for _, block in tracked(values, progress)]
    return sparse.csr_matrix(sparse.vstack(blocks))


def leading_eigenvectors(symmetric: Floats, count: int) -> tuple[Floats, Floats]:
    """Return the `count` largest eigenvalues (descending) and their eigenvectors (p, count) of a sum x x'."""
    p = len(symmetric)
    if p <= SMALL:
        values, vectors = linalg.eigh(symmetric, subset_by_index=(p - count, p - 1))
        return values[::-1], np.ascontiguousarray(vectors[:, ::-1])
    found = leading_eigenpairs(
        lambda block, _: symmetric @ block,
        lambda width: symmetric @ np.random.default_rng(p).standard_normal((p, width)), count, p, TOLERANCE)
    return found.values, found.vectors


def fix_signs(axes: Floats) -> Floats:
    """Return +1 or -1 per column so that its entry of largest size is positive: signs are otherwise arbitrary."""
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)
