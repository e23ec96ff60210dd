"""A type that is left out of the reference takes the others' colours from them nowhere."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from anchorscope.declared import joined
from anchorscope.export import labelled_query
from anchorscope.export.report_sections import colours_of
from anchorscope.palette import UNASSIGNED, by_name, type_colours
from anchorscope.results import Job, Outcome


@pytest.fixture
def without(job: Job, outcome: Outcome) -> tuple[Job, Outcome]:
    """A run whose reference lacks the type that comes first, which the answer key has, or not."""
    labels = outcome.reference_labels.labels
    gone = min(labels.types, key=by_name)
    place = labels.types.index(gone)
    reference = job.recipe.reference.replaced(left_out=joined([gone]))
    kept = dataclasses.replace(outcome.reference_labels, labels=labels.without([gone]))
    prediction = dataclasses.replace(outcome.prediction, labels=outcome.prediction.labels.without([gone]),
                                     scores=np.delete(outcome.prediction.scores, place, axis=1))
    return (dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, reference=reference)),
            dataclasses.replace(outcome, reference_labels=kept, prediction=prediction, grade=None))


def test_in_the_labelled_query_types_keep_their_colours(without: tuple[Job, Outcome], outcome: Outcome) -> None:
    before = type_colours(outcome.reference_labels.labels.types)
    data = labelled_query(*without)
    names = data.obs["predicted.id"].cat.categories
    assert set(names) - {UNASSIGNED} < set(outcome.reference_labels.labels.types)
    assert list(data.uns["predicted.id_colors"]) == [before[name] for name in names]


def test_in_the_report_types_keep_their_colours_and_the_one_left_out_is_not_numbered(
        without: tuple[Job, Outcome], outcome: Outcome) -> None:
    job, found = without
    before = type_colours(outcome.reference_labels.labels.types)
    after = colours_of(found, job.colours, job.left_out)
    assert set(before) - set(after) == set(job.left_out)
    assert after.items() <= before.items()
    graded = dataclasses.replace(found, grade=outcome.grade)
    assert colours_of(graded, job.colours, job.left_out).items() >= before.items()
