"""The leading singular triplets of a matrix by restarted Lanczos bidiagonalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats

TOLERANCE = 1e-5
"""A triplet has converged when its residual is below this part of the largest singular value."""

EXTRA = 7
"""Vectors of the working space beyond those asked for."""

MAX_RESTARTS = 1000


@dataclass(frozen=True)
class Triplets:
    """Left vectors (m, d), singular values (d,) descending, right vectors (n, d)."""

    left: Floats
    values: Floats
    right: Floats


def leading_triplets(matrix: Floats, start: Floats, count: int, progress: Progress = SILENT) -> Triplets:
    """Return the `count` leading singular triplets of `matrix`.

    Parameters
    ----------
    matrix
        (m, n) dense.
    start
        (n,) starting vector. Within the tolerance the last triplets depend on it: with close singular values the last
        one may turn by a few degrees.
    count
        Triplets wanted, at most min(m, n) - 1.
    progress
        Told after each restart.

    Returns
    -------
    Triplets
        The `count` largest.

    Notes
    -----
    Baglama and Reichel 2005 (doi 10.1137/04060593X), with the working size and the stopping rule of the R package
    irlba (work = count + 7, tol = 1e-5), which Seurat uses: a tighter tolerance would be as right, but its last axis
    would not be Seurat's.
    """
    size = min(count + EXTRA, *matrix.shape)
    if size >= min(matrix.shape):
        return _complete(matrix, count)
    right, left = np.zeros((matrix.shape[1], size)), np.zeros((matrix.shape[0], size))
    inner = np.zeros((size, size))
    right[:, 0] = start / np.linalg.norm(start)
    kept, before = 0, np.zeros(size)
    for restart in range(MAX_RESTARTS):
        rest = _extend(matrix, right, left, inner, kept)
        length = np.linalg.norm(rest)
        u, values, vt = np.linalg.svd(inner)
        residual = np.abs(length * u[-1])
        settled = np.abs(values - before) < TOLERANCE * values
        converged = int(((residual < TOLERANCE * values[0]) & settled).sum())
        if converged >= count:
            break
        before = values
        kept = min(max(kept, count + converged), size - 3)
        right[:, :kept], left[:, :kept] = right @ vt[:kept].T, left @ u[:, :kept]
        right[:, kept] = rest / length
        inner[:] = 0.0
        inner[range(kept), range(kept)] = values[:kept]
        inner[:kept, kept] = length * u[-1, :kept]
        progress.update(min(converged / count, restart / (restart + 3.0)))
    return Triplets(left @ u[:, :count], values[:count], right @ vt[:count].T)


def _extend(matrix: Floats, right: Floats, left: Floats, inner: Floats, kept: int) -> Floats:
    """Fill the bases from column `kept` on; return what is left over beyond the last right vector."""
    size = right.shape[1]
    left[:, kept] = _without(matrix @ right[:, kept], left[:, :kept])
    for j in range(kept, size):
        inner[j, j] = length = np.linalg.norm(left[:, j])
        left[:, j] /= length
        rest = _without(matrix.T @ left[:, j] - length * right[:, j], right[:, : j + 1])
        if j + 1 < size:
            inner[j, j + 1] = over = np.linalg.norm(rest)
            right[:, j + 1] = rest / over
            left[:, j + 1] = _without(matrix @ right[:, j + 1] - over * left[:, j], left[:, : j + 1])
    return rest


def _without(vector: Floats, basis: Floats) -> Floats:
    return vector - basis @ (basis.T @ vector)


def _complete(matrix: Floats, count: int) -> Triplets:
    u, values, vt = np.linalg.svd(matrix, full_matrices=False)
    return Triplets(u[:, :count], values[:count], vt[:count].T)
