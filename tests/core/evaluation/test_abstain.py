"""Leaving doubtful cells without a label after the run."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from anchorscope.evaluation.abstain import abstaining, n_doubtful, regraded
from anchorscope.evaluation.grade import grade
from anchorscope.evaluation.threshold import with_threshold
from anchorscope.pipeline import Pipeline, StageStatus
from anchorscope.results import Job, Outcome


def test_nothing_changes_without_a_least_score(outcome: Outcome) -> None:
    assert abstaining(outcome, 0.0) is outcome


@pytest.mark.parametrize("least", [0.4, 0.6, 0.9, 1.0])
def test_the_grade_is_that_of_the_labels_that_remain(outcome: Outcome, least: float) -> None:
    found = abstaining(outcome, least)
    labels = with_threshold(outcome.prediction, least)
    np.testing.assert_array_equal(found.prediction.labels.codes, labels.codes)
    expected = grade(labels, outcome.grade.truth, outcome.grade.source)
    assert found.grade.accuracy == expected.accuracy
    assert found.grade.types == expected.types
    np.testing.assert_array_equal(found.grade.counts, expected.counts)
    assert n_doubtful(outcome.prediction, least) == (outcome.prediction.best < least).sum()


def test_twice_is_once(outcome: Outcome) -> None:
    once = abstaining(outcome, 0.6)
    np.testing.assert_array_equal(abstaining(once, 0.6).grade.counts, once.grade.counts)


def test_names_that_the_mapping_kept_are_still_told(outcome: Outcome) -> None:
    found = dataclasses.replace(outcome.grade, kept=("B",))
    assert regraded(found, outcome.prediction, 0.5).kept == ("B",)


def test_no_stage_goes_stale(job: Job, outcome: Outcome, fast_maps: None) -> None:
    pipeline = Pipeline()
    pipeline.run(job)
    recipe = dataclasses.replace(job.recipe, transfer=job.recipe.transfer.replaced(min_score=0.7))
    assert set(pipeline.status(job.reference, job.query, recipe).values()) == {StageStatus.DONE}
