"""Which types to doubt where no answer key tells: by the scores of their cells, and by cells unlike the reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anchorscope.parameters import REFINED, SEURAT
from anchorscope.results import Floats, Ints, Prediction

LOW_SCORE = {REFINED: 0.8, SEURAT: 0.5}
"""Score below which a label is doubtful, by method.

A refined score is a probability: below 0.8 more than one such label in five is expected to be wrong. A score of the
vote is no probability; below one half all other types together have more of it.
"""


@dataclass(frozen=True)
class TypeDoubts:
    """What there is to doubt of each type; the last entry of each array is of cells without a label.

    Parameters
    ----------
    low
        The score below which a label counts as doubtful.
    mean_score
        (n_types + 1,) mean score of the cells labelled so, of those without a label that of their best guess; NaN where
        there is no cell. A refined one is a probability, and 1 minus it the share expected to be wrong.
    doubtful
        (n_types + 1,) share of the cells labelled so whose score lies below `low`; NaN where there is no cell.
    unlike
        (n_types + 1,) cells unlike the reference whose best guess is the type, whatever label they carry; the last are
        those without a guess.
    """

    low: float
    mean_score: Floats
    doubtful: Floats
    unlike: Ints


def type_doubts(prediction: Prediction, unlike: NDArray[np.bool_], method: str) -> TypeDoubts:
    """Say of each type how sure its cells are, without an answer key.

    Parameters
    ----------
    prediction
        The labels and their scores, doubtful cells left unassigned or not.
    unlike
        (n2,) which cells look like nothing in the reference.
    method
        ``refined`` or ``seurat``, which says what a low score is.
    """
    low, n_types = LOW_SCORE[method], len(prediction.labels.types)
    codes = prediction.labels.codes
    # Cells without a label have the code -1: everything is counted one place later, and these go last.
    places = codes + 1
    n = np.bincount(places, minlength=n_types + 1)
    sums = np.bincount(places, prediction.best, n_types + 1)
    few = np.bincount(places[prediction.best < low], minlength=n_types + 1)
    strangers = np.flatnonzero(unlike)
    guesses = prediction.scores[strangers].argmax(axis=1) if n_types else np.zeros(len(strangers), dtype=np.int64)
    guesses = np.where(prediction.best[strangers] > 0, guesses, n_types)
    return TypeDoubts(low, _shares(sums, n), _shares(few, n), np.bincount(guesses, minlength=n_types + 1))


def _shares(part: Ints | Floats, whole: Ints) -> Floats:
    shares = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return np.asarray(np.roll(shares, -1))
