"""Leading singular vectors of a tall, wide, sparse matrix from passes over its cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from anchorscope.blocks import CellBlocks
from anchorscope.linalg import fix_signs, project
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats

EXTRA = 14
"""Vectors carried beyond those asked for; they speed up the last ones."""

STEPS = 5
"""Blocks of a Krylov basis before a restart; with 64 vectors each, a basis is peaks x 320."""

TOLERANCE = 1e-5
"""Residual of each eigenpair of X'X, relative to its eigenvalue."""

MAX_RESTARTS = 20


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
        Triplets wanted; lowered to one less than the smaller side.
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
    Block Lanczos on X'X with full reorthogonalisation and restarts (Golub and Underwood 1977); every step is one pass
    over the cells, and memory is n_features x 320. Seurat and Signac use irlba on the same matrix.
    """
    n_cells, n_features = values.shape
    count = max(1, min(count, n_cells - 1, n_features - 1))
    width = min(count + EXTRA, n_cells, n_features)
    start = _starting_block(values, width, seed)
    worst, first = np.inf, None
    for _ in range(MAX_RESTARTS):
        done = _done(first, worst)
        basis, inner, coupling = _lanczos(values, start, Part(progress, done, done + 0.02))
        eigenvalues, vectors = linalg.eigh(inner)
        eigenvalues, vectors = eigenvalues[::-1][:width], vectors[:, ::-1][:, :width]
        residual = np.linalg.norm(coupling @ vectors[-coupling.shape[1] :], axis=0)[:count]
        worst = float((residual / np.maximum(eigenvalues[:count], 1e-300)).max())
        first = worst if first is None else first
        start = basis @ vectors
        if worst <= TOLERANCE:
            break
    right = start[:, :count] * fix_signs(start[:, :count])
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


def _lanczos(values: CellBlocks, start: Floats, progress: Progress) -> tuple[Floats, Floats, Floats]:
    """Return basis (p, m), its inner matrix basis' X'X basis (m, m), and the block that couples to the next one."""
    n_features, width = start.shape
    steps = max(1, min(STEPS, n_features // width))
    basis = np.empty((n_features, steps * width))
    inner = np.zeros((steps * width, steps * width))
    block = start
    for step in range(steps):
        here, so_far = slice(step * width, (step + 1) * width), slice(0, (step + 1) * width)
        basis[:, here] = block
        image = _normal_product(values, block, progress)
        inner[so_far, here] = basis[:, so_far].T @ image
        image -= basis[:, so_far] @ inner[so_far, here]
        image -= basis[:, so_far] @ (basis[:, so_far].T @ image)
        block, coupling = np.linalg.qr(image)
        progress.update((step + 1) / steps)
    upper = np.triu(inner)
    return basis, upper + np.triu(inner, 1).T, coupling


def _normal_product(values: CellBlocks, vectors: Floats, progress: Progress) -> Floats:
    total = np.zeros_like(vectors)
    for _, block in values:
        total += block.T @ (block @ vectors)
        progress.update(0.0)
    return total
