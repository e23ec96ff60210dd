"""The leading singular triplets of a matrix by restarted Lanczos bidiagonalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anchorscope.machine import one_blas_thread
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats

TOLERANCE = 1e-5
"""A triplet has converged when its residual is below this part of the largest singular value."""

EXTRA = 7
"""Vectors of the working space beyond those asked for."""

MAX_RESTARTS = 1000

LARGE = 1_000_000
"""Entries from which on a matrix is kept in single precision."""


@dataclass(frozen=True)
class Triplets:
    """Left vectors (m, d), singular values (d,) descending, right vectors (n, d)."""

    left: Floats
    values: Floats
    right: Floats


def leading_triplets(matrix: NDArray[Any], start: Floats, count: int, progress: Progress = SILENT) -> Triplets:
    """Return the `count` leading singular triplets of `matrix`.

    Parameters
    ----------
    matrix
        (m, n) dense; float64 or float32.
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
    with one_blas_thread():
        return _restarted(_Matrix(matrix), start, count, size, progress)


def precision_of(n_entries: int) -> type[np.float64] | type[np.float32]:
    """Return the precision in which the solver keeps a matrix of so many entries."""
    return np.float32 if n_entries > LARGE else np.float64


class _Matrix:
    """A matrix to be applied to vectors; a large one in single precision, whose rounding is far below the tolerance.

    Each product reads the whole matrix, so half the bytes take half the time.
    """

    def __init__(self, values: NDArray[Any]) -> None:
        self.shape = values.shape
        self._kept: NDArray[Any] = values.astype(precision_of(values.size), copy=False)

    def forth(self, vector: Floats) -> Floats:
        """Return the product with (n,)."""
        return np.asarray(self._kept @ vector.astype(self._kept.dtype), dtype=np.float64)

    def back(self, vector: Floats) -> Floats:
        """Return the transpose's product with (m,)."""
        return np.asarray(vector.astype(self._kept.dtype) @ self._kept, dtype=np.float64)


def _restarted(matrix: _Matrix, start: Floats, count: int, size: int, progress: Progress) -> Triplets:
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


def _extend(matrix: _Matrix, right: Floats, left: Floats, inner: Floats, kept: int) -> Floats:
    """Fill the bases from column `kept` on; return what is left over beyond the last right vector."""
    size = right.shape[1]
    left[:, kept] = _without(matrix.forth(right[:, kept]), left[:, :kept])
    for j in range(kept, size):
        inner[j, j] = length = np.linalg.norm(left[:, j])
        left[:, j] /= length
        rest = _without(matrix.back(left[:, j]) - length * right[:, j], right[:, : j + 1])
        if j + 1 < size:
            inner[j, j + 1] = over = np.linalg.norm(rest)
            right[:, j + 1] = rest / over
            left[:, j + 1] = _without(matrix.forth(right[:, j + 1]) - over * left[:, j], left[:, : j + 1])
    return rest


def _without(vector: Floats, basis: Floats) -> Floats:
    return vector - basis @ (basis.T @ vector)


def _complete(matrix: NDArray[Any], count: int) -> Triplets:
    u, values, vt = np.linalg.svd(matrix, full_matrices=False)
    return Triplets(u[:, :count], values[:count], vt[:count].T)
