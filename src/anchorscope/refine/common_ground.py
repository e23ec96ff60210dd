"""Whether genes and accessibility speak of the same cells at all."""

from __future__ import annotations

import numpy as np

from anchorscope.machine import one_blas_thread
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.refine.discriminant import Coordinates, discriminant
from anchorscope.refine.folds import FOLDS, folds
from anchorscope.refine.refine import Evidence, one_hot
from anchorscope.refine.views import Shortened, log_posterior
from anchorscope.results import Floats, Ints


def common_ground(evidence: Evidence, seed: int, progress: Progress = SILENT) -> float:
    """Return how often the two views name the same type, beyond chance.

    Parameters
    ----------
    evidence
        What the labels were made from.
    seed
        Decides which cells share a fold.
    progress
        Told after each fold.

    Returns
    -------
    float
        Kappa (Cohen 1960): 1 always, 0 as often as by chance, 0 also where either view knows one type only.

    Notes
    -----
    The accessibility view never saw the cells that it names, so the two can agree only on what both data sets hold.
    """
    codes, n_types = evidence.labels.codes, len(evidence.labels.types)
    space, fold = Shortened.of(evidence.space, 0.5), folds(len(evidence.genes), seed)
    with one_blas_thread():
        by_genes = _by_genes(evidence, one_hot(codes, n_types, np.ones(len(codes))))
        called = np.zeros(len(evidence.genes), dtype=np.int64)
        for number in range(FOLDS):
            asked = fold == number
            lessons = by_genes * ~asked[:, None]
            called[asked] = _named(space, lessons, space[asked], Part(progress, number / FOLDS, number / FOLDS))
    return _kappa(by_genes.argmax(axis=1), called, n_types)


def _by_genes(evidence: Evidence, taught: Floats) -> Floats:
    return np.exp(log_posterior(discriminant(evidence.reference, taught).log_joint(evidence.genes)))


def _named(points: Coordinates, lessons: Floats, asked: Floats, progress: Progress) -> Ints:
    return np.asarray(discriminant(points, lessons, progress).log_joint(asked).argmax(axis=1), dtype=np.int64)


def _kappa(one: Ints, other: Ints, n_types: int) -> float:
    shares = [np.bincount(codes, minlength=n_types) / len(codes) for codes in (one, other)]
    chance = float(shares[0] @ shares[1])
    return (float(np.mean(one == other)) - chance) / (1.0 - chance) if chance < 1.0 else 0.0
