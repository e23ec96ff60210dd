"""The pipeline runs what is stale and nothing else, reports forwards, and stops when asked to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from anchorscope import stages
from anchorscope.declared import Declaration, Parameters
from anchorscope.errors import Cancelled, InputError
from anchorscope.parameters import BLOOD_PANEL, CLUSTER_AND_NAME, NO_TRUTH, AnchorParameters, MarkerPanel, Recipe
from anchorscope.pipeline import STAGES, Pipeline, RunReport, Stage, StageStatus
from anchorscope.progress import SILENT, CancelToken, Progress
from anchorscope.results import Job, Query, Reference

pytestmark = pytest.mark.usefixtures("fast_maps")

NAMES = [stage.name for stage in STAGES]
TOLD = [stage.name for stage in STAGES if not stage.idle(Recipe())]
"""Those with something to do where there is no answer key."""

FOLLOWS = {
    "variable_genes": {"pca", "shared_space"}, "pca": {"labels", "maps"}, "labels": {"transfer", "refine", "grade"},
    "gene_activity": {"shared_space", "anchors"}, "lsi": {"transfer", "refine", "maps"},
    "shared_space": {"anchors", "refine"},
    "anchors": {"transfer", "refine"}, "transfer": {"grade"}, "refine": {"grade"}, "grade": set(), "maps": set(),
}
"""Which stages read a stage's result."""

CLUSTERING = {"labels"}
READ_BY: dict[str, set[str]] = {
    "reference.labels": {"labels"},
    "reference.left_out": {"labels"},
    "reference.resolution": CLUSTERING,
    "reference.naming": CLUSTERING,
    "reference.n_neighbors": CLUSTERING,
    "reference.n_variable_genes": {"pca", "shared_space"},
    "reference.n_components": {"pca"},
    "reference.scale_factor": {"pca", "shared_space", *CLUSTERING},
    "gene_activity.assembly": {"gene_activity"},
    "gene_activity.upstream": {"gene_activity"},
    "gene_activity.downstream": {"gene_activity"},
    "gene_activity.model": {"gene_activity"},
    "gene_activity.archr_decay": {"gene_activity"},
    "gene_activity.archr_reach": {"gene_activity"},
    "gene_activity.archr_boundaries": {"gene_activity"},
    "gene_activity.archr_upstream": {"gene_activity"},
    "gene_activity.archr_length": {"gene_activity"},
    "gene_activity.maestro_half_decay": {"gene_activity"},
    "gene_activity.links_cutoff": {"gene_activity"},
    "gene_activity.links_cells": {"gene_activity"},
    "gene_activity.links_window": {"gene_activity"},
    "gene_activity.links_promoter": {"gene_activity"},
    "gene_activity.scale_factor": {"shared_space"},
    "lsi.n_components": {"lsi"},
    "lsi.first_component": {"lsi"},
    "lsi.last_component": {"lsi"},
    "lsi.min_peak_count": {"lsi"},
    "lsi.scale_factor": {"lsi"},
    "anchors.reduction": {"shared_space"},
    "anchors.n_components": {"shared_space"},
    "anchors.k_anchor": {"anchors"},
    "anchors.k_score": {"anchors"},
    "anchors.k_filter": {"anchors"},
    "transfer.method": {"grade"},
    "transfer.unlike": {"grade"},
    "transfer.k_weight": {"transfer"},
    "transfer.sd_weight": {"transfer"},
    "transfer.weight_space": {"transfer", "refine"},
    "transfer.reference_group": {"transfer", "refine"},
    "transfer.query_group": {"transfer", "refine"},
    "transfer.min_score": set(),
    "grade.truth": {"grade"},
    "umap.n_neighbors": {"maps"},
    "umap.min_distance": {"maps"},
    "clusters.resolution": set(),
    "clusters.n_neighbors": set(),
    "clusters.when": set(),
    "panel": CLUSTERING,
    "names": CLUSTERING,
    "mapping": {"grade"},
    "seed": {"lsi", "shared_space", "refine", "maps", *CLUSTERING},
}
"""Which stages read a setting."""

ONLY_WHEN_CLUSTERING = {"reference.resolution", "reference.naming", "reference.n_neighbors", "panel", "names"}
"""Settings that mean nothing where the labels come from a column."""


def settings() -> Iterator[tuple[str, Declaration, Any]]:
    """Every declared setting as group.name."""
    for item in dataclasses.fields(Recipe):
        group = getattr(Recipe(), item.name)
        if isinstance(group, Parameters):
            yield from ((f"{item.name}.{name}", declared, default) for name, declared, default in group.declarations())


def another_value(declaration: Declaration, current: Any) -> Any:
    """A permitted value other than the current one, or the same where there is only one."""
    if declaration.choices:
        return next((choice for choice in declaration.choices if choice != current), current)
    if isinstance(current, str):
        return f"{current}2"
    return current + type(current)(1) if current + 1 <= (declaration.high or 0) else current / 2


def changed(recipe: Recipe, setting: str) -> Recipe:
    """The recipe with one setting changed."""
    if setting == "seed":
        return dataclasses.replace(recipe, seed=recipe.seed + 1)
    if setting == "panel":
        return dataclasses.replace(recipe, panel=MarkerPanel("other", BLOOD_PANEL.entries[1:]))
    if setting == "names":
        return dataclasses.replace(recipe, names=((0, "other"),))
    if setting == "mapping":
        return dataclasses.replace(recipe, mapping=(("other", "B"),))
    group_name, name = setting.split(".")
    group = getattr(recipe, group_name)
    declaration = {name: declared for name, declared, _ in group.declarations()}[name]
    return dataclasses.replace(
        recipe, **{group_name: group.replaced(**{name: another_value(declaration, getattr(group, name))})})


def and_all_that_follow(names: set[str]) -> set[str]:
    found = set(names)
    for name in NAMES:
        found |= FOLLOWS[name] if name in found else set()
    return found


def stale(pipeline: Pipeline, job: Job) -> set[str]:
    status = pipeline.status(job.reference, job.query, job.recipe)
    return {name for name, value in status.items() if value is not StageStatus.DONE}


@pytest.fixture(scope="module")
def finished(job: Job) -> Pipeline:
    """A pipeline that has run `job`; not to be run again."""
    return _run(job)


@pytest.fixture(scope="module")
def finished_named(named_job: Job) -> Pipeline:
    """A pipeline that has run `named_job`; not to be run again."""
    return _run(named_job)


def _run(job: Job) -> Pipeline:
    pipeline = Pipeline()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "umaps", lambda spaces, *_: [space[:, :2] for space in spaces])
        pipeline.run(job)
    return pipeline


# ---- what is stale ----------------------------------------------------------------------------------------------


def test_without_data_everything_is_empty() -> None:
    assert set(Pipeline().status(None, None, Recipe()).values()) == {StageStatus.EMPTY}


def test_one_file_makes_its_own_stages_ready(pair: tuple[Reference, Query]) -> None:
    ready = {name for name, value in Pipeline().status(pair[0], None, Recipe()).items() if value is StageStatus.READY}
    assert ready == {"variable_genes", "pca", "labels"}
    ready = {name for name, value in Pipeline().status(None, pair[1], Recipe()).items() if value is StageStatus.READY}
    assert ready == {"gene_activity", "lsi"}
    assert set(Pipeline().status(*pair, Recipe()).values()) == {StageStatus.READY}


def test_a_run_leaves_everything_done(finished: Pipeline, job: Job) -> None:
    assert stale(finished, job) == set()


def test_every_declared_setting_is_in_the_table() -> None:
    assert set(READ_BY) == {name for name, _, _ in settings()} | {"panel", "names", "mapping", "seed"}
    assert set(FOLLOWS) == set(NAMES)


@pytest.mark.parametrize("setting", READ_BY)
def test_a_changed_setting_makes_stale_what_depends_on_it_and_nothing_else(
    finished: Pipeline, job: Job, setting: str
) -> None:
    readers = set() if setting in ONLY_WHEN_CLUSTERING else READ_BY[setting]
    readers = readers - CLUSTERING if setting in ("seed", "reference.scale_factor") else readers
    recipe = changed(job.recipe, setting)
    expected = and_all_that_follow(readers) if recipe != job.recipe else set()
    assert stale(finished, dataclasses.replace(job, recipe=recipe)) == expected


@pytest.mark.parametrize("setting", READ_BY)
def test_and_where_clusters_are_named(finished_named: Pipeline, named_job: Job, setting: str) -> None:
    recipe = changed(named_job.recipe, setting)
    expected = and_all_that_follow(READ_BY[setting]) if recipe != named_job.recipe else set()
    assert stale(finished_named, dataclasses.replace(named_job, recipe=recipe)) == expected


@pytest.mark.parametrize("setting", READ_BY)
def test_every_setting_has_an_alternative(job: Job, setting: str) -> None:
    assert changed(job.recipe, setting) != job.recipe


def test_setting_it_back_makes_nothing_stale(finished: Pipeline, job: Job) -> None:
    there_and_back = dataclasses.replace(
        job.recipe, transfer=job.recipe.transfer.replaced(k_weight=7).replaced(k_weight=50))
    assert stale(finished, dataclasses.replace(job, recipe=there_and_back)) == set()


def test_other_data_make_stale_what_read_the_old(finished: Pipeline, job: Job) -> None:
    reference = dataclasses.replace(job.reference, counts=job.reference.counts.copy())
    query = dataclasses.replace(job.query, counts=job.query.counts.copy())
    assert stale(finished, dataclasses.replace(job, reference=reference)) == set(NAMES) - {"gene_activity", "lsi"}
    assert stale(finished, dataclasses.replace(job, query=query)) == set(NAMES) - {"variable_genes", "pca", "labels"}


class Watched:
    """Stands for a recipe or a group of it, and notes which settings are read."""

    def __init__(self, values: Any, seen: set[str], prefix: str = "") -> None:
        self._values, self._seen, self._prefix = values, seen, prefix

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._values, name)
        if isinstance(value, Parameters):
            return Watched(value, self._seen, f"{name}.")
        self._seen.add(self._prefix + name)
        return value


@pytest.mark.parametrize("clustering", [False, True])
@pytest.mark.parametrize("stage", STAGES, ids=NAMES)
def test_a_stage_reads_no_setting_that_would_not_make_it_stale(
    job: Job, finished: Pipeline, named_job: Job, finished_named: Pipeline, stage: Stage, clustering: bool
) -> None:
    work, pipeline = (named_job, finished_named) if clustering else (job, finished)
    seen: set[str] = set()
    watched = dataclasses.replace(work, recipe=Watched(work.recipe, seen))  # type: ignore[arg-type]
    stage.compute(watched, {name: pipeline.result(name) for name in stage.needs}, SILENT)
    assert seen <= {setting for setting, readers in READ_BY.items() if stage.name in readers}


# ---- running ----------------------------------------------------------------------------------------------------


def test_a_second_run_computes_nothing(job: Job) -> None:
    pipeline = Pipeline()
    first = pipeline.run(job)
    reports: list[RunReport] = []
    second = pipeline.run(job, reports.append)
    assert list(first.seconds) == NAMES
    assert second.seconds == {}
    assert reports == []
    assert all(getattr(second, item.name) is getattr(first, item.name) for item in dataclasses.fields(second)
               if item.name not in ("seconds", "peak_memory_mib"))


def test_a_changed_setting_computes_what_is_stale_and_as_if_from_the_start(job: Job) -> None:
    pipeline = Pipeline()
    pipeline.run(job)
    recipe = dataclasses.replace(job.recipe, anchors=AnchorParameters(k_anchor=9))
    again = pipeline.run(dataclasses.replace(job, recipe=recipe))
    assert list(again.seconds) == ["anchors", "transfer", "refine", "grade"]
    fresh = Pipeline().run(dataclasses.replace(job, recipe=recipe))
    np.testing.assert_array_equal(again.prediction.scores, fresh.prediction.scores)
    assert again.grade is not None
    assert fresh.grade is not None
    assert again.grade.accuracy == fresh.grade.accuracy


def test_the_same_seed_gives_the_same_labels_to_the_last_bit(named_job: Job) -> None:
    one, other = Pipeline().run(named_job), Pipeline().run(named_job)
    np.testing.assert_array_equal(one.prediction.scores, other.prediction.scores)
    np.testing.assert_array_equal(one.lsi.embeddings, other.lsi.embeddings)
    np.testing.assert_array_equal(one.anchors.score, other.anchors.score)
    assert list(one.prediction.labels.names) == list(other.prediction.labels.names)


def test_most_cells_of_the_simulated_pair_get_their_true_type(finished: Pipeline) -> None:
    assert finished.result("grade").accuracy > 0.6


def test_without_a_truth_there_is_no_grade(named_job: Job) -> None:
    assert named_job.recipe.grade.truth == NO_TRUTH
    assert named_job.recipe.reference.labels == CLUSTER_AND_NAME
    outcome = Pipeline().run(named_job)
    assert outcome.grade is None
    assert outcome.reference_labels.naming is not None


def test_a_bad_column_is_refused_before_anything_is_computed(job: Job) -> None:
    pipeline = Pipeline()
    for group, setting in (("reference", "labels"), ("grade", "truth")):
        recipe = changed(job.recipe, f"{group}.{setting}")
        with pytest.raises(InputError, match="has no column “cell_type2”: found “cell_type”"):
            pipeline.run(dataclasses.replace(job, recipe=recipe))
    assert stale(pipeline, job) == set(NAMES)


def refuse(*_: Any) -> None:
    raise InputError("There are no votes", "none", "vote")


def test_what_was_computed_before_an_error_is_kept(job: Job) -> None:
    pipeline = Pipeline()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "voted", refuse)
        with pytest.raises(InputError, match="no votes"):
            pipeline.run(job)
    assert stale(pipeline, job) == {"transfer", "refine", "grade", "maps"}
    assert list(pipeline.run(job).seconds) == ["transfer", "refine", "grade", "maps"]


def test_the_result_of_a_stage_can_be_asked_for_stale_or_not(job: Job) -> None:
    pipeline = Pipeline()
    assert pipeline.result("pca") is None
    outcome = pipeline.run(job)
    assert pipeline.result("pca") is outcome.pca
    assert pipeline.result("transfer") is outcome.voted


def test_one_stage_is_computed_with_what_it_needs_and_nothing_else(job: Job) -> None:
    pipeline = Pipeline()
    reports: list[RunReport] = []
    grade = pipeline.compute(job, "grade", reports.append)
    assert grade is pipeline.result("grade")
    assert stale(pipeline, job) == {"maps"}
    assert reports[-1].fraction == pytest.approx(1.0)
    assert list(pipeline.run(job).seconds) == ["maps"]


def test_a_stage_that_needs_little_leaves_the_rest(job: Job) -> None:
    pipeline = Pipeline()
    pipeline.compute(job, "pca")
    assert stale(pipeline, job) == set(NAMES) - {"variable_genes", "pca"}
    assert pipeline.seconds("pca") > 0
    assert pipeline.seconds("labels") == 0


def test_what_is_finished_is_told_and_taken_over(finished: Pipeline, job: Job) -> None:
    found, other = finished.finished(job), Pipeline()
    assert set(found) == {stage.name for stage in STAGES}
    other.take(job, {"lsi": found["lsi"]}, {"lsi": 2.5})
    assert other.finished(job) == {"lsi": found["lsi"]}
    assert other.seconds("lsi") == 2.5
    changed = dataclasses.replace(job, recipe=dataclasses.replace(
        job.recipe, lsi=job.recipe.lsi.replaced(scale_factor=2e4)))
    assert other.finished(changed) == {}


def test_what_is_done_is_not_computed_again_for_one_stage(finished: Pipeline, job: Job) -> None:
    pipeline = finished.branched()
    reports: list[RunReport] = []
    assert pipeline.compute(job, "grade", reports.append) is finished.result("grade")
    assert reports == []


def test_a_branch_leaves_the_first_as_it_was(finished: Pipeline, job: Job) -> None:
    branch = finished.branched()
    other = dataclasses.replace(job, recipe=changed(job.recipe, "transfer.k_weight"))
    branch.compute(other, "transfer")
    assert stale(finished, job) == set()
    assert stale(branch, job) == {"transfer"}
    assert branch.result("lsi") is finished.result("lsi")


def test_one_stage_refuses_a_bad_column_before_anything_is_computed(job: Job) -> None:
    pipeline = Pipeline()
    with pytest.raises(InputError, match="has no column"):
        pipeline.compute(dataclasses.replace(job, recipe=changed(job.recipe, "grade.truth")), "grade")
    assert stale(pipeline, job) == set(NAMES)


def with_a_strange_key(job: Job) -> Job:
    """The job with an answer key of names that the reference cannot give."""
    cells = job.query.cells.assign(key="none of these")
    return Job(job.reference, dataclasses.replace(job.query, cells=cells),
               dataclasses.replace(job.recipe, grade=job.recipe.grade.replaced(truth="key")))


def test_clusters_are_named_whatever_the_answer_key(named_job: Job) -> None:
    strange, pipeline = with_a_strange_key(named_job), Pipeline()
    found = pipeline.compute(strange, "labels")
    assert found.naming is not None
    done = stale(pipeline, strange)
    with pytest.raises(InputError, match=r"the marker panel use different names, .*” in the marker panel; choose"):
        pipeline.run(strange)
    assert stale(pipeline, strange) == done


def test_a_key_that_no_cluster_could_match_is_refused_before_anything_is_computed(named_job: Job) -> None:
    strange, pipeline = with_a_strange_key(named_job), Pipeline()
    with pytest.raises(InputError, match="use different names"):
        pipeline.run(strange)
    assert stale(pipeline, strange) == set(NAMES)


@pytest.mark.parametrize(("setting", "name"), [("grade.truth", "labels"), ("reference.labels", "lsi"),
                                               ("transfer.weight_space", "pca")])
def test_one_stage_is_refused_only_for_what_it_reads(job: Job, setting: str, name: str) -> None:
    bad = dataclasses.replace(job, recipe=changed(job.recipe, setting))
    with pytest.raises(InputError):
        Pipeline().run(bad)
    assert Pipeline().compute(bad, name) is not None


# ---- progress and cancel ----------------------------------------------------------------------------------------


def test_reports_go_forwards_through_all_stages(named_job: Job) -> None:
    reports: list[RunReport] = []
    Pipeline().run(named_job, reports.append)
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0
    assert fractions[-1] == pytest.approx(1.0)
    assert list(dict.fromkeys(report.stage for report in reports)) == ["prepare", *TOLD]
    assert {(report.number, report.total) for report in reports} == {(place, 10) for place in range(1, 11)}
    assert all(0 <= report.stage_fraction <= 1 for report in reports)
    for report in reports:
        assert (report.seconds_left is None) == (report.fraction < 0.05)
        assert report.seconds_left is None or report.seconds_left >= 0


def test_each_stage_begins_at_zero_and_ends_at_one(job: Job) -> None:
    reports: list[RunReport] = []
    Pipeline().run(job, reports.append)
    for name in NAMES:
        own = [report.stage_fraction for report in reports if report.stage == name]
        assert (own[0], own[-1]) == (0.0, 1.0)


def test_work_that_reports_backwards_is_not_shown_so(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def wavering(spaces: Any, _: Any, __: int, progress: Progress) -> list[np.ndarray]:
        for fraction in (0.2, 0.6, 0.4, 0.7):
            progress.update(fraction)
        return [space[:, :2] for space in spaces]

    monkeypatch.setattr(stages, "umaps", wavering)
    reports: list[RunReport] = []
    Pipeline().run(job, reports.append)
    assert [report.stage_fraction for report in reports if report.stage == "maps"] == [0.0, 0.2, 0.6, 0.6, 0.7, 1.0]
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)


def test_the_rest_of_a_run_counts_as_a_whole(job: Job) -> None:
    pipeline = Pipeline()
    pipeline.run(job)
    reports: list[RunReport] = []
    pipeline.run(dataclasses.replace(job, recipe=changed(job.recipe, "transfer.k_weight")), reports.append)
    assert {report.total for report in reports} == {2}
    assert reports[0].fraction == 0.0
    assert reports[-1].fraction == pytest.approx(1.0)


@pytest.mark.parametrize("name", TOLD)
def test_a_cancel_keeps_finished_stages_and_the_next_run_does_the_rest(
    named_job: Job, finished_named: Pipeline, name: str
) -> None:
    pipeline, token = Pipeline(), CancelToken()

    def cancel_at(report: RunReport) -> None:
        if report.stage == name:
            token.cancel()

    with pytest.raises(Cancelled):
        pipeline.run(named_job, cancel_at, token)
    rest = NAMES[NAMES.index(name):]
    assert stale(pipeline, named_job) == set(rest)
    outcome = pipeline.run(named_job)
    assert list(outcome.seconds) == rest
    np.testing.assert_array_equal(outcome.prediction.scores, finished_named.result("transfer").scores)


def test_a_raised_token_stops_before_the_first_stage(job: Job) -> None:
    pipeline, token = Pipeline(), CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        pipeline.run(job, token=token)
    assert stale(pipeline, job) == set(NAMES)
