"""A finished run whose doubtful cells are left without a label; nothing is computed anew but the grade."""

from __future__ import annotations

import dataclasses

import numpy as np

from anchorscope.evaluation.grade import grade_of
from anchorscope.evaluation.threshold import with_threshold
from anchorscope.results import Grade, Labels, Outcome, Prediction


def abstaining(outcome: Outcome, min_score: float) -> Outcome:
    """Return the outcome as it is if cells with a lower score are left unassigned.

    Parameters
    ----------
    outcome
        What a run found.
    min_score
        Least best score, 0 to 1, with which a cell keeps its label; 0 keeps all.

    Returns
    -------
    Outcome
        The same outcome with other labels and the grade that goes with them; scores and everything else stay. With
        nothing to leave out it is `outcome` itself.
    """
    prediction, found = outcome.prediction, outcome.grade
    if not n_doubtful(prediction, min_score):
        return outcome
    labels = with_threshold(prediction, min_score)
    return dataclasses.replace(
        outcome, prediction=dataclasses.replace(prediction, labels=labels),
        grade=None if found is None else regraded(found, prediction, min_score))


def n_doubtful(prediction: Prediction, min_score: float) -> int:
    """Return how many cells have a label now and would lose it."""
    return int(((prediction.labels.codes >= 0) & (prediction.best < min_score)).sum())


def regraded(found: Grade, prediction: Prediction, min_score: float) -> Grade:
    """Grade anew with cells of a lower score unassigned, which counts them as wrong.

    Parameters
    ----------
    found
        The grade of all labels.
    prediction
        The labels and their scores.
    min_score
        As for `abstaining`.
    """
    called = Labels(found.types, np.where(prediction.best >= min_score, found.predicted.codes, -1))
    return grade_of(called, found.truth, found.source, found.kept)
