"""How well the query's own coordinates could be named: a classifier taught its true labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anchorscope.errors import InputError
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints, Labels

FOLDS = 5
"""Parts of the cells; each is named by a classifier that saw the other four."""

_LEAST_CELLS = 2
"""Fewer cells than this teach nothing about a type's spread."""


def ceiling(features: Floats, truth: Labels, seed: int, progress: Progress = SILENT) -> Labels:
    """Name each cell by a classifier that learned the true types from the other folds.

    Parameters
    ----------
    features
        (n_cells, d) coordinates of the query's cells.
    truth
        True type of each cell; cells without one neither teach nor are named.
    seed
        Decides which cells share a fold.
    progress
        Told after each fold.

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
    Linear discriminant analysis with the covariance shrunk by Ledoit and Wolf (2004, J. Multivar. Anal. 88:365), on
    five folds that hold every type in equal parts. Coordinates may have been made from all cells, since neither LSI nor
    the shared space sees a query label; the transfer has the same advantage.
    """
    fold, codes = _folds(truth.codes, seed), np.full(len(truth.codes), -1, dtype=np.int64)
    for number in range(FOLDS):
        taught = _taught(truth.codes, (fold >= 0) & (fold != number))
        asked = fold == number
        if asked.any():
            codes[asked] = _predicted(features, truth.codes, taught, asked)
        progress.update((number + 1) / FOLDS)
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


def _predicted(features: Floats, codes: Ints, taught: NDArray[np.bool_], asked: NDArray[np.bool_]) -> Ints:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(features[taught], codes[taught])
    return np.asarray(model.predict(features[asked]), dtype=np.int64)
