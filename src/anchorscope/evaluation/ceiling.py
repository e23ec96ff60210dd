"""How well the query's own cells could be named: the learners of the refined labels, taught the true types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anchorscope.blocks import CellBlocks
from anchorscope.errors import InputError
from anchorscope.machine import one_blas_thread
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.refine.discriminant import Coordinates, discriminant
from anchorscope.refine.peak_scores import peak_scores
from anchorscope.refine.refine import REPEATS, one_hot
from anchorscope.refine.views import Shortened, log_posterior
from anchorscope.results import Floats, Ints, Labels

FOLDS = 5
"""Parts of the cells; each is named by learners that saw the other four."""

_LEAST_CELLS = 2
"""Fewer cells than this teach nothing about a type's spread."""


@dataclass(frozen=True)
class Seen:
    """All that is known of the query's cells but their names.

    Parameters
    ----------
    space
        (n_cells, d) coordinates in the query's own space, usually LSI.
    genes
        (n_cells, d1) coordinates on the axes shared with the reference.
    counts
        (n_cells, n_peaks) peak counts.
    """

    space: Floats
    genes: Floats
    counts: CellBlocks


def ceiling(seen: Seen, truth: Labels, seed: int, progress: Progress = SILENT) -> Labels:
    """Name each cell by learners that were taught the true types by the other folds.

    Parameters
    ----------
    seen
        The query's cells.
    truth
        True type of each cell; cells without one neither teach nor are named.
    seed
        Decides which cells share a fold, and the weights of the repeats.
    progress
        Told during each fold.

    Returns
    -------
    Labels
        (n_cells,) in the types of `truth`; -1 for cells without an answer. A type with so few cells that a fold leaves
        fewer than two to learn from is never given there.

    Raises
    ------
    InputError
        If fewer than two types have enough cells.

    Notes
    -----
    Two discriminants as in `refine.refine`, one of the own space beside the shared axes and one of the peaks' scores,
    each taught `REPEATS` times by cells weighted anew; the mean of their probabilities names the cell. Five folds hold
    every type in equal parts. Coordinates may have been made from all cells, since neither LSI nor the shared space
    sees a query label; the transfer has the same advantage.
    """
    fold, codes = _folds(truth.codes, seed), np.full(len(truth.codes), -1, dtype=np.int64)
    for number in range(FOLDS):
        taught = _taught(truth.codes, (fold >= 0) & (fold != number))
        asked = fold == number
        part = Part(progress, number / FOLDS, (number + 1) / FOLDS)
        if asked.any():
            lessons = one_hot(np.where(taught, truth.codes, -1), len(truth.types), np.ones(len(fold)))
            codes[asked] = _named(seen, lessons, asked, seed, part)
        part.update(1.0)
    return Labels(truth.types, codes)


def _folds(codes: Ints, seed: int) -> Ints:
    """Fold of each cell: every type is shuffled and dealt out in turn; -1 for cells without a type."""
    rng, fold = np.random.default_rng(seed), np.full(len(codes), -1, dtype=np.int64)
    dealt = 0
    for code in np.unique(codes[codes >= 0]):
        cells = rng.permutation(np.flatnonzero(codes == code))
        fold[cells] = (dealt + np.arange(len(cells))) % FOLDS
        dealt += len(cells)
    return fold


def _taught(codes: Ints, cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    size = np.bincount(codes[cells], minlength=int(codes.max(initial=0)) + 1)
    if np.count_nonzero(size >= _LEAST_CELLS) < 2:
        raise InputError("The ceiling cannot be measured", "fewer than two true types with enough cells",
                         "take an answer key with at least two types of several cells each")
    return cells & (size[codes] >= _LEAST_CELLS)


def _named(seen: Seen, lessons: Floats, asked: NDArray[np.bool_], seed: int, progress: Progress) -> Ints:
    scores = peak_scores(seen.counts, lessons, seed, Part(progress, 0.0, 0.4))
    rng, total = np.random.default_rng(seed), np.zeros((int(asked.sum()), lessons.shape[1]))
    with one_blas_thread():
        for repeat, power in enumerate(np.linspace(0.0, 1.0, REPEATS)):
            weighted = lessons * rng.exponential(size=len(lessons))[:, None]
            components = _Beside((Shortened.of(seen.space, float(power)), seen.genes))
            for space in (components, Shortened.of(scores, float(power))):
                total += np.exp(log_posterior(discriminant(space, weighted).log_joint(space[asked])))
            progress.update(0.4 + 0.6 * (repeat + 1) / REPEATS)
    return np.asarray(total.argmax(axis=1), dtype=np.int64)


@dataclass(frozen=True)
class _Beside:
    """Coordinates of the same cells, one beside the other, put together for the rows that are asked for."""

    spaces: Sequence[Coordinates]

    @property
    def shape(self) -> tuple[int, int]:
        """Cells and coordinates."""
        return len(self), sum(space.shape[1] for space in self.spaces)

    def __len__(self) -> int:
        return len(self.spaces[0])

    def __getitem__(self, rows: slice | NDArray[np.bool_]) -> Floats:
        return np.hstack([space[rows] for space in self.spaces])
