"""Models and reductions compared on the simulated pair."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from anchorscope import compare as module
from anchorscope import stages
from anchorscope.compare import MODELS, REDUCTIONS, UNMEASURED, compare
from anchorscope.counts import blocks_of
from anchorscope.errors import Cancelled, InputError, ParameterError
from anchorscope.evaluation.ceiling import Seen, ceiling
from anchorscope.evaluation.comparison import Comparison, Scores
from anchorscope.evaluation.grade import grade
from anchorscope.parameters import GradeParameters, Recipe
from anchorscope.pipeline import Pipeline, RunReport, StageStatus
from anchorscope.progress import CancelToken
from anchorscope.results import Job, Outcome

TWO_MODELS, TWO_REDUCTIONS = ("archr", "body-promoter"), ("cca", "rpca")


@pytest.fixture(autouse=True)
def no_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing would be a waste here, and is an error."""
    def refuse(*_: object) -> None:
        raise AssertionError("a map was drawn")
    monkeypatch.setattr(stages, "umaps", refuse)


@pytest.fixture(scope="module")
def graded(job: Job) -> Comparison:
    return compare(job, TWO_MODELS, TWO_REDUCTIONS)


def test_every_model_and_reduction_is_known() -> None:
    assert {"body-promoter", "archr", "maestro", "co-accessibility", "fragments"} == set(MODELS)
    assert {"cca", "rpca", "pcaproject"} == set(REDUCTIONS)


def test_a_row_for_each_combination_models_outermost(graded: Comparison) -> None:
    assert [(row.model, row.reduction) for row in graded.rows] == [
        (model, reduction) for model in TWO_MODELS for reduction in TWO_REDUCTIONS]
    assert all(row.reason == "" and row.seconds > 0 and row.n_anchors > 0 for row in graded.rows)


def test_the_jobs_own_settings_give_its_own_grade(graded: Comparison, outcome: Outcome) -> None:
    row = graded.rows[2]
    assert outcome.grade is not None
    assert row.scores == Scores.of(outcome.grade)
    assert row.n_anchors == len(outcome.anchors)
    assert row.mean_score == outcome.prediction.best.mean()
    assert row.agreement == 1.0


def test_another_row_is_what_a_run_with_its_settings_gives(graded: Comparison, job: Job) -> None:
    recipe = dataclasses.replace(job.recipe, gene_activity=job.recipe.gene_activity.replaced(model="archr"),
                                 anchors=job.recipe.anchors.replaced(reduction="rpca"))
    pipeline = Pipeline()
    found = pipeline.compute(dataclasses.replace(job, recipe=recipe), "grade")
    assert graded.rows[1].scores == Scores.of(found)
    assert graded.rows[1].n_anchors == len(pipeline.result("anchors"))


def test_agreement_is_with_the_jobs_own_labels(graded: Comparison, job: Job, outcome: Outcome) -> None:
    pipeline = Pipeline()
    recipe = dataclasses.replace(job.recipe, gene_activity=job.recipe.gene_activity.replaced(model="archr"))
    pipeline.compute(dataclasses.replace(job, recipe=recipe), "transfer")
    same = pipeline.result("transfer").labels.names == outcome.prediction.labels.names
    assert graded.rows[0].agreement == np.mean(same)


def test_the_ceiling_learns_from_lsi_the_shared_axes_and_the_peaks(
    graded: Comparison, job: Job, outcome: Outcome
) -> None:
    assert outcome.grade is not None
    seen = Seen(outcome.lsi.space, outcome.shared.query, blocks_of(job.query.counts))
    named = ceiling(seen, outcome.grade.truth, job.recipe.seed)
    assert graded.ceiling == Scores.of(grade(named, outcome.grade.truth, "cell_type"))
    assert graded.source == "cell_type"


def test_what_needs_neither_model_nor_reduction_is_computed_once(job: Job) -> None:
    reports: list[RunReport] = []
    compare(job, TWO_MODELS, TWO_REDUCTIONS, reports.append)
    started = [report.stage for report in reports if report.stage_fraction == 0.0]
    assert {name: started.count(name) for name in ("variable_genes", "pca", "labels", "lsi")} == {
        "variable_genes": 1, "pca": 1, "labels": 1, "lsi": 1}
    # The job's own settings first, then each model.
    assert started.count("gene_activity") == 3


def test_a_pipeline_that_was_run_before_is_used_and_left_alone(job: Job) -> None:
    pipeline, reports = Pipeline(), []
    pipeline.compute(job, "grade")
    before = {stage.name: pipeline.result(stage.name) for stage in stages.STAGES}
    compare(job, ("archr",), ("cca",), reports.append, start=pipeline)
    assert all(pipeline.result(name) is result for name, result in before.items())
    assert {"pca", "labels", "lsi"}.isdisjoint(report.stage for report in reports)
    status = pipeline.status(job.reference, job.query, job.recipe)
    assert {name for name, value in status.items() if value is not StageStatus.DONE} == {"maps"}


def test_progress_goes_forwards_to_the_end(job: Job) -> None:
    reports: list[RunReport] = []
    compare(job, TWO_MODELS, ("cca",), reports.append)
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, pytest.approx(1.0))
    assert {report.total for report in reports} == {4}
    assert all((report.seconds_left is None) == (report.fraction < 0.05) for report in reports)
    assert any(report.title.startswith("archr, cca: ") for report in reports)
    assert reports[-1].title == "Ceiling"


def test_the_table_grows_by_a_row_with_each_combination(job: Job, graded: Comparison) -> None:
    tables: list[Comparison] = []
    found = compare(job, TWO_MODELS, TWO_REDUCTIONS, grown=tables.append)
    assert [[(row.model, row.reduction, row.scores) for row in table.rows] for table in tables] == [
        [(row.model, row.reduction, row.scores) for row in graded.rows[:count]] for count in range(1, 5)]
    assert all(table.ceiling is None and table.ceiling_reason == UNMEASURED for table in tables)
    assert (found.rows, found.ceiling) == (tables[-1].rows, graded.ceiling)


@pytest.mark.parametrize("stage", ["pca", "anchors", "ceiling"])
def test_a_cancel_stops_it(job: Job, stage: str) -> None:
    token = CancelToken()

    def cancel_at(report: RunReport) -> None:
        if report.stage == stage:
            token.cancel()

    with pytest.raises(Cancelled):
        compare(job, ("archr",), ("cca",), cancel_at, token)


def test_without_an_answer_key_anchors_scores_and_agreement_are_told(named_job: Job) -> None:
    found = compare(named_job, ("body-promoter", "archr"), ("cca",))
    assert not found.graded
    assert found.ceiling is None
    assert all(row.scores is None for row in found.rows)
    assert found.rows[0].agreement == 1.0
    assert 0 < found.rows[1].agreement < 1
    assert found.header[2:4] == ("mean score", "agreement")


def test_a_combination_that_cannot_be_run_says_why_in_its_row(job: Job) -> None:
    found = compare(job, ("fragments", "body-promoter"), ("cca",))
    assert "fragments" in found.rows[0].reason
    assert found.rows[0].scores is None
    assert found.rows[1].scores is not None


def test_where_nothing_can_be_run_all_rows_say_why(job: Job) -> None:
    recipe = dataclasses.replace(job.recipe, anchors=job.recipe.anchors.replaced(k_anchor=1),
                                 transfer=job.recipe.transfer.replaced(k_weight=len(job.query.cells)))
    found = compare(dataclasses.replace(job, recipe=recipe), ("body-promoter",), ("cca",))
    assert "k.weight" in found.rows[0].reason
    assert (found.ceiling, found.ceiling_reason) == (None, "No combination could be run.")
    assert found.graded


def test_too_little_memory_is_a_reason(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_: object) -> None:
        raise MemoryError
    monkeypatch.setattr(Pipeline, "compute", too_much)
    assert compare(job, ("archr",), ("cca",)).rows[0].reason == "It needs more memory than there is."


def test_an_answer_key_that_teaches_nothing_leaves_the_ceiling_open(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InputError("The ceiling cannot be measured", "one type", "take another")
    monkeypatch.setattr(module, "ceiling", refuse)
    found = compare(job, ("body-promoter",), ("cca",))
    assert found.ceiling is None
    assert found.ceiling_reason == "The ceiling cannot be measured: found one type; take another."


def test_bad_settings_are_refused_before_anything_is_computed(job: Job) -> None:
    reports: list[RunReport] = []
    with pytest.raises(ParameterError, match="Shared space"):
        compare(job, ("body-promoter",), ("ccb",), reports.append)
    wrong = dataclasses.replace(job, recipe=Recipe(grade=GradeParameters(truth="none such")))
    with pytest.raises(InputError, match="no column “none such”"):
        compare(wrong, listener=reports.append)
    assert reports == []
