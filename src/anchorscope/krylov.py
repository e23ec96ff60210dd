"""Leading eigenvectors of a large symmetric operator that is only ever applied to a few vectors at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from anchorscope.machine import one_blas_thread
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Floats

Operator = Callable[[Floats, Progress], Floats]
"""Applies a symmetric matrix without negative eigenvalues to the columns of (m, b)."""

WIDTH = 8
"""Vectors in a block: more would cost fewer applications and more arithmetic."""

ROOM = 12
"""Size of the basis before a restart, in multiples of the eigenvectors asked for; memory is m x 12 count."""

EXTRA = 14
"""Vectors kept at a restart beyond those asked for; they speed up the last ones."""

LOOK = 50
"""Vectors that are added between two looks at how far the eigenvectors have come."""

FLOOR = 1e-8
"""Eigenvalues below this part of the largest are rounding: the operator has no such rank."""

MOST_APPLICATIONS = 1000


@dataclass(frozen=True)
class EigenPairs:
    """Eigenvalues (d,) descending and orthonormal eigenvectors (m, d)."""

    values: Floats
    vectors: Floats


def leading_eigenpairs(
    operator: Operator, start: Callable[[int], Floats], count: int, rank: int, tolerance: Floats,
    progress: Progress = SILENT, *, width: int = WIDTH,
) -> EigenPairs:
    """Return the `count` leading eigenpairs.

    Parameters
    ----------
    operator
        Applied once a step.
    start
        Returns a random block (m, width) of the width asked for, in the range of the operator.
    count
        Pairs wanted; lowered to the rank that is found.
    rank
        Upper bound of the operator's rank.
    tolerance
        (count,) residual of each pair, relative to the geometric mean of its eigenvalue and the largest: for a singular
        triplet that is its residual relative to the largest singular value.
    progress
        Told after every application; the fraction follows the shrinking residual.
    width
        Vectors that the operator is applied to at a time; many where an application is dear.

    Returns
    -------
    EigenPairs
        Signs are arbitrary.

    Notes
    -----
    Block Lanczos with full reorthogonalisation and thick restarts (Golub and Underwood 1977; Wu and Simon 2000).
    """
    with one_blas_thread() if width <= WIDTH else nullcontext():
        return _restarted(_space(operator, start, count, rank, width), count, tolerance, progress)


def _space(operator: Operator, start: Callable[[int], Floats], count: int, rank: int, width: int) -> _Space:
    room = min(max(ROOM * count, 4 * width), rank)
    # A basis that may span everything there is takes one step, as wide as that: exact, and nothing left to restart.
    return _Space(operator, orthonormal(start(rank if room == rank else width)), room, rank)


def _restarted(space: _Space, count: int, tolerance: Floats, progress: Progress) -> EigenPairs:
    worst, first = np.inf, None
    for _ in range(MOST_APPLICATIONS):
        done = _done(first, worst)
        space.extend(Part(progress, done, done + 0.02))
        if not space.worth_a_look(count):
            continue
        eigenvalues, residuals = space.look(count + EXTRA)
        there = eigenvalues[:count] > FLOOR * eigenvalues[0]
        allowed = np.sqrt(eigenvalues[:count][there] * eigenvalues[0]) * tolerance[: len(there)][there]
        worst = float((residuals[:count][there] / np.where(allowed > 0, allowed, 1.0)).max(initial=0.0))
        first = worst if first is None else first
        if worst <= 1.0 or space.complete:
            break
        if space.full:
            space.restart()
    found = max(1, int(there.sum()))
    return EigenPairs(eigenvalues[:found], space.leading(found))


def orthonormal(block: Floats) -> Floats:
    """Return orthonormal columns that span those of `block` (m, b)."""
    return _orthonormal(block)[0]


def _done(first: float | None, worst: float) -> float:
    """Fraction of the decades between the first residual and what is allowed that lie behind."""
    if first is None or first <= 1.0:
        return 0.0
    return 0.9 * float(np.clip(1.0 - np.log(max(worst, 1.0)) / np.log(first), 0.0, 1.0))


class _Space:
    """A growing orthonormal basis (m, r), the operator seen in it, and the block that would come next."""

    def __init__(self, operator: Operator, start: Floats, room: int, rank: int) -> None:
        self._operator, self._next, self._filled, self._rank = operator, start, 0, rank
        size = max(room // start.shape[1], 1) * start.shape[1]
        self._basis = np.empty((len(start), size), order="F")
        self._inner = np.zeros((size, size))
        self._looked = 0

    @property
    def full(self) -> bool:
        """Whether there is no room for another block."""
        return bool(self._filled + self._next.shape[1] > self._basis.shape[1])

    @property
    def complete(self) -> bool:
        """Whether the basis spans everything there is."""
        return self.full and bool(self._basis.shape[1] >= self._rank)

    def worth_a_look(self, count: int) -> bool:
        """Whether the basis is full, or has grown enough since the last look to hold the eigenvectors."""
        enough = max(2 * (count + EXTRA), count + self._next.shape[1], self._looked + LOOK)
        return self.full or self._filled >= enough

    def extend(self, progress: Progress) -> None:
        """Add one block: one application."""
        width = self._next.shape[1]
        here, so_far = slice(self._filled, self._filled + width), slice(0, self._filled + width)
        self._basis[:, here] = self._next
        image = self._operator(self._next, Part(progress, 0.0, 0.6))
        seen = self._basis[:, so_far].T @ image
        self._inner[so_far, here], self._inner[here, so_far] = seen, seen.T
        progress.update(0.6)
        rest = image - self._basis[:, so_far] @ seen
        self._next, self._coupling = _beyond(self._basis[:, so_far], rest, Part(progress, 0.6, 1.0))
        self._filled += width
        progress.update(1.0)

    def look(self, keep: int) -> tuple[Floats, Floats]:
        """Return the `keep` leading eigenvalues as seen in the basis, descending, and their residual norms."""
        width, m = self._next.shape[1], self._filled
        keep = min(keep, m if self.complete else m - width)
        values, vectors = linalg.eigh(self._inner[:m, :m], subset_by_index=(m - keep, m - 1))
        self._looked, self._values, self._mixing = m, values[::-1], np.ascontiguousarray(vectors[:, ::-1])
        return self._values, np.linalg.norm(self._coupling @ self._mixing[m - width :], axis=0)

    def restart(self) -> None:
        """Shrink the basis to the eigenvectors that were looked at last."""
        keep = len(self._values)
        self._basis[:, :keep] = self._basis[:, : self._filled] @ self._mixing
        self._inner[:] = 0.0
        self._inner[range(keep), range(keep)] = self._values
        self._filled = self._looked = keep

    def leading(self, count: int) -> Floats:
        """Return the leading eigenvectors as looked at last: (m, count)."""
        return np.asarray(self._basis[:, : self._filled] @ self._mixing[:, :count])


def _beyond(basis: Floats, block: Floats, progress: Progress) -> tuple[Floats, Floats]:
    """Split `block` into orthonormal columns at right angles to `basis`, and the factor that leads back to it."""
    progress.update(0.0)
    block, factor = _orthonormal(block)
    chance = np.random.default_rng(block.shape)
    # Once is enough as a rule. Where the rank is used up, the block is rounding and leans on the basis: a pinch of
    # chance then leads out of it.
    for _ in range(4):
        overlap = basis.T @ block
        progress.update(0.5)
        leaning = np.abs(overlap).max() > 1e-8
        pinch = 1e-10 * chance.standard_normal(block.shape) if leaning else 0.0
        block, inner = _orthonormal(block - basis @ overlap + pinch)
        factor = inner @ factor
        if not leaning:
            break
    return block, factor


def _orthonormal(block: Floats) -> tuple[Floats, Floats]:
    """Return Q and R of a tall block; by its small Gram matrix, three times as fast, where that is well conditioned."""
    try:
        once, first = _by_gram(block)
        twice, second = _by_gram(once)
    except np.linalg.LinAlgError:
        q, r = np.linalg.qr(block)
        return q, r
    return twice, second @ first


def _by_gram(block: Floats) -> tuple[Floats, Floats]:
    inner = block.T @ block
    scale = np.sqrt(np.diag(inner))
    # Beyond this condition one repetition no longer restores orthogonality to rounding.
    if scale.min() <= 1e-7 * scale.max():
        raise np.linalg.LinAlgError
    factor: Floats = np.asarray(np.linalg.cholesky(inner).T, dtype=np.float64)
    if np.abs(np.diag(factor)).min() <= 1e-7 * scale.max():
        raise np.linalg.LinAlgError
    # A product with the small inverse is faster than a triangular solve, and repeated it is as exact.
    return np.asarray(block @ np.linalg.inv(factor), dtype=np.float64), factor
