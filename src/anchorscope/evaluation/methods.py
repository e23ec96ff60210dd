"""A finished run seen by the other method; nothing is computed anew but the grade."""

from __future__ import annotations

import dataclasses

from anchorscope.evaluation.grade import grade
from anchorscope.evaluation.vocabulary import mapped
from anchorscope.parameters import Recipe
from anchorscope.refine.methods import prediction_of
from anchorscope.results import Outcome


def by_method(outcome: Outcome, recipe: Recipe) -> Outcome:
    """Return the outcome with the labels, scores and grade of a method.

    Parameters
    ----------
    outcome
        What a run found, by whichever method.
    recipe
        `TransferParameters.method` and `TransferParameters.unlike` choose the labels, the mapping of type names is that
        of the run; nothing else is read.
    """
    prediction, found = prediction_of(outcome.voted, outcome.refinement, recipe.transfer), outcome.grade
    if found is not None:
        # The truth went through the mapping when it was first graded.
        called = mapped(prediction.labels, recipe.mapping)
        found = dataclasses.replace(grade(called, found.truth, found.source), kept=found.kept)
    return dataclasses.replace(outcome, prediction=prediction, grade=found)
