"""What the stages refuse, and how they put the pieces together."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.parameters import PAIRED_TRUTH, GeneActivityParameters, GradeParameters
from anchorscope.pipeline import STAGES, Pipeline
from anchorscope.progress import SILENT
from anchorscope.results import Job, Labels, Outcome
from anchorscope.stages import check_settings

COMPUTE = {stage.name: stage.compute for stage in STAGES}


def done(outcome: Outcome) -> dict[str, Any]:
    return {"variable_genes": outcome.variable_genes, "pca": outcome.pca, "labels": outcome.reference_labels,
            "gene_activity": outcome.gene_activity, "lsi": outcome.lsi, "shared_space": outcome.shared,
            "anchors": outcome.anchors, "transfer": outcome.prediction}


def with_assembly(job: Job, recognised: str | None, chosen: str = "automatic") -> Job:
    query = dataclasses.replace(
        job.query, recognised=dataclasses.replace(job.query.recognised, assembly=recognised))
    recipe = dataclasses.replace(job.recipe, gene_activity=GeneActivityParameters(assembly=chosen))
    return Job(job.reference, query, recipe)


def test_a_stage_needs_only_stages_before_it() -> None:
    names: list[str] = []
    for stage in STAGES:
        assert set(stage.needs) <= set(names)
        names.append(stage.name)


def test_pca_sees_the_most_variable_genes_scaled(job: Job, outcome: Outcome) -> None:
    recipe = dataclasses.replace(
        job.recipe, reference=job.recipe.reference.replaced(n_variable_genes=20, n_components=4))
    found = COMPUTE["pca"](dataclasses.replace(job, recipe=recipe), done(outcome), SILENT)
    counts = job.reference.counts.toarray().astype(float)
    values = np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)[:, outcome.variable_genes.order[:20]]
    values = np.minimum((values - values.mean(axis=0)) / values.std(axis=0, ddof=1), 10)
    np.testing.assert_allclose(found.sdev, np.linalg.svd(values)[1][:4] / np.sqrt(199), rtol=1e-8)


def test_the_shared_space_uses_variable_genes_that_have_activity_in_order(job: Job, outcome: Outcome) -> None:
    wanted = job.reference.genes[outcome.variable_genes.order[:2000]]
    active = set(outcome.gene_activity.regions.symbols)
    assert [name for name in wanted if name in active] == list(outcome.shared.genes)


def test_data_without_a_common_gene_are_refused(job: Job, outcome: Outcome) -> None:
    renamed = dataclasses.replace(job.reference, genes=np.array([f"x{name}" for name in job.reference.genes], object))
    with pytest.raises(InputError, match="share no gene: found reference genes such as x"):
        COMPUTE["shared_space"](dataclasses.replace(job, reference=renamed), done(outcome), SILENT)


def test_an_unknown_assembly_must_be_chosen(job: Job) -> None:
    with pytest.raises(InputError, match="assembly of the peaks was not recognised: found peaks such as chr"):
        COMPUTE["gene_activity"](with_assembly(job, None), {}, SILENT)
    assert COMPUTE["gene_activity"](with_assembly(job, None, "GRCh38"), {}, SILENT).assembly == "GRCh38"


def test_a_chosen_assembly_is_held_against_the_peaks(job: Job) -> None:
    with pytest.raises(InputError, match=r"do not lie on GRCm38: .* choose GRCh38"):
        COMPUTE["gene_activity"](with_assembly(job, "GRCh38", "GRCm38"), {}, SILENT)


def test_paired_truth_is_the_label_of_the_same_cells_rna(job: Job, outcome: Outcome) -> None:
    pairing = np.arange(len(job.query.cells))[::-1].copy()
    pairing[[0, 5]] = -1
    paired = Job(job.reference, dataclasses.replace(job.query, pairing=pairing),
                 dataclasses.replace(job.recipe, grade=GradeParameters(truth=PAIRED_TRUTH)))
    all_known = outcome.reference_labels.labels
    one_missing = Labels(all_known.types, np.where(np.arange(200) == 3, -1, all_known.codes))
    labels = dataclasses.replace(outcome.reference_labels, labels=one_missing)
    found = COMPUTE["grade"](paired, done(outcome) | {"labels": labels}, SILENT)
    names = labels.labels.names[pairing]
    names[[0, 5]] = ""
    assert list(found.truth.names) == list(names)
    assert found.n_graded == 180 - 3
    assert found.source == PAIRED_TRUTH


def test_paired_truth_without_a_pairing_is_refused_at_once(job: Job) -> None:
    unpaired = dataclasses.replace(
        job, recipe=dataclasses.replace(job.recipe, grade=GradeParameters(truth=PAIRED_TRUTH)))
    with pytest.raises(InputError, match="found two unrelated files; load a multiome"):
        check_settings(unpaired)
    pipeline = Pipeline()
    with pytest.raises(InputError, match="two unrelated files"):
        pipeline.run(unpaired)
    assert pipeline.result("variable_genes") is None


def test_names_given_by_hand_become_the_labels_and_are_recorded(named_job: Job, named_outcome: Outcome) -> None:
    before = named_outcome.reference_labels.naming
    assert before is not None
    renamed = dataclasses.replace(named_job, recipe=dataclasses.replace(named_job.recipe, names=((1, "Mine"),)))
    found = COMPUTE["labels"](renamed, done(named_outcome), SILENT)
    assert found.naming.overridden == ((1, before.names[1], "Mine"),)
    assert set(found.labels.names[found.naming.clusters == 1]) == {"Mine"}
    others = found.naming.clusters != 1
    assert list(found.labels.names[others]) == list(named_outcome.reference_labels.labels.names[others])


def test_a_name_for_a_cluster_that_is_not_there_is_refused(named_job: Job, named_outcome: Outcome) -> None:
    renamed = dataclasses.replace(named_job, recipe=dataclasses.replace(named_job.recipe, names=((99, "Mine"),)))
    with pytest.raises(InputError, match="There is no cluster 99 to be called “Mine”: found clusters 0 to "):
        COMPUTE["labels"](renamed, done(named_outcome), SILENT)


def with_key(job: Job, truth: list[str], mapping: tuple[tuple[str, str], ...] = ()) -> Job:
    cells = job.query.cells.assign(key=truth)
    recipe = dataclasses.replace(job.recipe, grade=GradeParameters(truth="key"), mapping=mapping)
    return Job(job.reference, dataclasses.replace(job.query, cells=cells), recipe)


def test_an_answer_key_of_other_names_is_graded_by_a_table(job: Job, outcome: Outcome) -> None:
    assert outcome.grade is not None
    renamed = {kind: f"my {kind}" for kind in outcome.grade.types}
    theirs = with_key(job, [renamed[kind] for kind in job.query.cells["cell_type"]],
                      tuple((name, kind) for kind, name in renamed.items()))
    check_settings(theirs)
    found = COMPUTE["grade"](theirs, done(outcome), SILENT)
    assert found.counts.tolist() == outcome.grade.counts.tolist()
    assert found.kept == ()


def test_without_the_table_such_a_key_is_refused_at_once(job: Job) -> None:
    theirs = with_key(job, [f"my {kind}" for kind in job.query.cells["cell_type"]])
    with pytest.raises(InputError, match=r"use different names: .* give a table that maps one to the other"):
        check_settings(theirs)


def test_a_name_given_by_hand_may_be_what_the_key_uses(named_job: Job) -> None:
    theirs = with_key(named_job, ["Mine"] * len(named_job.query.cells))
    with pytest.raises(InputError, match="use different names"):
        check_settings(theirs)
    check_settings(dataclasses.replace(theirs, recipe=dataclasses.replace(theirs.recipe, names=((0, "Mine"),))))
