"""Leading singular vectors of a tall, wide, sparse matrix from passes over its cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from anchorscope.blocks import CellBlocks
from anchorscope.linalg import fix_signs, project
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats

WIDTH = 16
"""Vectors multiplied in one pass: more would cost fewer passes over the cells and more arithmetic."""

ROOM = 6
"""Size of the basis before a restart, in multiples of the triplets asked for; memory is features x 6 count."""

EXTRA = 14
"""Vectors kept at a restart beyond those asked for; they speed up the last ones."""

TOLERANCE = 1e-5
"""Residual of each eigenpair of X'X, relative to its eigenvalue."""

FLOOR = 1e-8
"""Eigenvalues of X'X below this part of the largest are rounding: the matrix has no such rank."""

MAX_RESTARTS = 50


@dataclass(frozen=True)
class Svd:
    """Left vectors (n_cells, d), singular values (d,), right vectors (n_features, d)."""

    left: Floats
    values: Floats
    right: Floats


def truncated_svd(values: CellBlocks, count: int, seed: int, progress: Progress = SILENT) -> Svd:
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
    Block Lanczos on X'X with full reorthogonalisation and thick restarts (Golub and Underwood 1977; Wu and Simon 2000):
    every step is one pass over the cells. Seurat and Signac use irlba on the same matrix.
    """
    n_cells, n_features = values.shape
    count = max(1, min(count, n_cells - 1, n_features - 1))
    rank = min(n_cells, n_features)
    room = min(max(ROOM * count, 4 * WIDTH), rank)
    # A basis that may span everything there is takes one step, as wide as that: exact, and nothing left to restart.
    space = _Space(values, _starting_block(values, rank if room == rank else WIDTH, seed), room)
    worst, first = np.inf, None
    for _ in range(MAX_RESTARTS):
        done = _done(first, worst)
        space.extend(Part(progress, done, done + 0.02))
        eigenvalues, residuals = space.restart(count + EXTRA)
        there = eigenvalues[:count] > FLOOR * eigenvalues[0]
        worst = float((residuals[:count][there] / eigenvalues[:count][there]).max(initial=0.0))
        first = worst if first is None else first
        if worst <= TOLERANCE or space.complete:
            break
    right = space.leading(max(1, int(there.sum())))
    right *= fix_signs(right)
    left = project(values, right, Part(progress, 0.95, 1.0))
    size = np.linalg.norm(left, axis=0)
    return Svd(left / np.where(size > 0, size, 1.0), size, right)


def _done(first: float | None, worst: float) -> float:
    """Fraction of the decades between the first residual and the tolerance that lie behind."""
    if first is None or first <= TOLERANCE:
        return 0.0
    return 0.9 * float(np.clip(np.log(first / max(worst, TOLERANCE)) / np.log(first / TOLERANCE), 0.0, 1.0))


def _starting_block(values: CellBlocks, width: int, seed: int) -> Floats:
    # A random mixture of cells lies in the row space, where all the answers are.
    random = np.random.default_rng(seed)
    mixture = np.zeros((values.shape[1], width))
    for rows, block in values:
        mixture += block.T @ random.standard_normal((rows.stop - rows.start, width))
    return np.linalg.qr(mixture)[0]


class _Space:
    """A growing orthonormal basis (p, m), the matrix X'X seen in it, and the block that would come next."""

    def __init__(self, values: CellBlocks, start: Floats, room: int) -> None:
        self._values, self._next, self._filled = values, start, 0
        size = max(room // start.shape[1], 1) * start.shape[1]
        self._basis = np.empty((values.shape[1], size))
        self._inner = np.zeros((size, size))
        self._rank = min(values.shape)

    @property
    def complete(self) -> bool:
        """Whether the basis spans everything there is."""
        return bool(self._basis.shape[1] >= self._rank)

    def extend(self, progress: Progress) -> None:
        """Fill the basis, one pass over the cells a block."""
        width = self._next.shape[1]
        while self._filled + width <= self._basis.shape[1]:
            here, so_far = slice(self._filled, self._filled + width), slice(0, self._filled + width)
            self._basis[:, here] = self._next
            image = _normal_product(self._values, self._next, progress)
            seen = self._basis[:, so_far].T @ image
            self._inner[so_far, here], self._inner[here, so_far] = seen, seen.T
            self._next, self._coupling = _beyond(self._basis[:, so_far], image - self._basis[:, so_far] @ seen)
            self._filled += width
            progress.update(self._filled / self._basis.shape[1])

    def restart(self, keep: int) -> tuple[Floats, Floats]:
        """Shrink the basis to its `keep` leading eigenvectors; return their eigenvalues and residual norms."""
        width, m = self._next.shape[1], self._filled
        values, vectors = linalg.eigh(self._inner[:m, :m])
        keep = min(keep, m if self.complete else m - width)
        values, vectors = values[::-1][:keep], vectors[:, ::-1][:, :keep]
        self._basis[:, :keep] = self._basis[:, :m] @ vectors
        self._inner[:] = 0.0
        self._inner[range(keep), range(keep)] = values
        self._filled = keep
        return values, np.linalg.norm(self._coupling @ vectors[m - width :], axis=0)

    def leading(self, count: int) -> Floats:
        """Return the first `count` basis vectors: after a restart, the leading eigenvectors."""
        return self._basis[:, :count].copy()


def _beyond(basis: Floats, block: Floats) -> tuple[Floats, Floats]:
    """Split `block` into orthonormal columns at right angles to `basis`, and the factor that leads back to it."""
    block, factor = np.linalg.qr(block)
    chance = np.random.default_rng(block.shape)
    # Once is enough as a rule. Where the rank is used up, the block is rounding and leans on the basis: a pinch of
    # chance then leads out of it.
    for _ in range(4):
        overlap = basis.T @ block
        leaning = np.abs(overlap).max() > 1e-8
        pinch = 1e-10 * chance.standard_normal(block.shape) if leaning else 0.0
        block, inner = np.linalg.qr(block - basis @ overlap + pinch)
        factor = inner @ factor
        if not leaning:
            break
    return block, factor


def _normal_product(values: CellBlocks, vectors: Floats, progress: Progress) -> Floats:
    total = np.zeros_like(vectors)
    for _, block in values:
        total += block.T @ (block @ vectors)
        progress.update(0.0)
    return total
