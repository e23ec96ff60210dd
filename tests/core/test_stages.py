"""What the stages refuse, and how they put the pieces together."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from anchorscope.anchors.filter import anchors_to_keep
from anchorscope.anchors.find import find_anchors
from anchorscope.blocks import InMemory
from anchorscope.checks import all_types
from anchorscope.declared import joined
from anchorscope.embedding.shared import directions, gene_loadings
from anchorscope.errors import InputError
from anchorscope.parameters import PAIRED_TRUTH, AnchorParameters, GeneActivityParameters, GradeParameters
from anchorscope.pipeline import STAGES, Pipeline
from anchorscope.progress import SILENT
from anchorscope.results import Job, Labels, Outcome
from anchorscope.stages import check_settings

COMPUTE = {stage.name: stage.compute for stage in STAGES}


def done(outcome: Outcome) -> dict[str, Any]:
    return {"variable_genes": outcome.variable_genes, "pca": outcome.pca, "labels": outcome.reference_labels,
            "gene_activity": outcome.gene_activity, "lsi": outcome.lsi, "shared_space": outcome.shared,
            "anchors": outcome.anchors, "transfer": outcome.voted, "refine": outcome.refinement}


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


def leaving_out(job: Job, names: str) -> Job:
    reference = job.recipe.reference.replaced(left_out=names)
    return dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, reference=reference))


def test_types_that_are_left_out_are_given_to_no_cell(job: Job, outcome: Outcome) -> None:
    before = outcome.reference_labels.labels
    gone = before.types[:2]
    without = leaving_out(job, f" {gone[0]};{gone[1]} ; ")
    check_settings(without)
    found = COMPUTE["labels"](without, done(outcome), SILENT).labels
    assert found.types == before.types[2:]
    expected = before.names
    expected[np.isin(expected, gone)] = ""
    assert list(found.names) == list(expected)
    called = Pipeline().run(without)
    for prediction in (called.prediction, called.voted):
        assert prediction.labels.types == found.types
        assert not set(prediction.labels.names) & set(gone)
    # Of all other cells nearly every one keeps its label.
    others = ~np.isin(outcome.prediction.labels.names, gone)
    same = called.prediction.labels.names == outcome.prediction.labels.names
    assert same[others].mean() > 0.9


def test_a_type_whose_name_holds_a_semicolon_can_be_left_out(job: Job, outcome: Outcome) -> None:
    first, second = outcome.reference_labels.labels.types[:2]
    awkward = f"{first}; {second}"
    cells = job.reference.cells.assign(
        cell_type=job.reference.cells["cell_type"].astype(str).replace({first: awkward}))
    there = dataclasses.replace(job, reference=dataclasses.replace(job.reference, cells=cells))
    without = leaving_out(there, joined([awkward]))
    check_settings(without)
    found = COMPUTE["labels"](without, done(outcome), SILENT).labels
    assert found.types == outcome.reference_labels.labels.types[1:]


def test_named_clusters_can_be_left_out(named_job: Job, named_outcome: Outcome) -> None:
    name = named_outcome.reference_labels.labels.types[0]
    found = COMPUTE["labels"](leaving_out(named_job, name), done(named_outcome), SILENT)
    assert name not in found.labels.types
    assert name in found.naming.names


def test_a_cluster_can_get_the_panels_names_and_those_by_hand_each_once(named_job: Job) -> None:
    panel = named_job.recipe.panel.types
    recipe = dataclasses.replace(named_job.recipe, names=((0, panel[1]), (1, "Mine"), (2, "Mine")))
    assert recipe.cluster_names == (*panel, "Mine")
    assert all_types(dataclasses.replace(named_job, recipe=recipe)) == recipe.cluster_names


@pytest.mark.parametrize(("which", "said"), [
    ("Martians", "The reference has no type “Martians” to be left out: found “"),
    ("all", "Every type of the reference is left out: found ")])
def test_what_cannot_be_left_out_is_refused_at_once(job: Job, outcome: Outcome, which: str, said: str) -> None:
    names = ";".join(outcome.reference_labels.labels.types) if which == "all" else which
    with pytest.raises(InputError, match=said):
        check_settings(leaving_out(job, names))


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
    with pytest.raises(InputError, match=r"use different names, .* a table that maps .*“Names that mean the same”"):
        check_settings(theirs)


def test_a_name_given_by_hand_may_be_what_the_key_uses(named_job: Job) -> None:
    theirs = with_key(named_job, ["Mine"] * len(named_job.query.cells))
    with pytest.raises(InputError, match="use different names"):
        check_settings(theirs)
    check_settings(dataclasses.replace(theirs, recipe=dataclasses.replace(theirs.recipe, names=((0, "Mine"),))))


# ---- spaces, filter, groups -------------------------------------------------------------------------------------


def with_settings(job: Job, **changes: Any) -> Job:
    """The job with some settings of anchors or transfer changed."""
    own = {name for name, _, _ in AnchorParameters.declarations()}
    anchors = {name: value for name, value in changes.items() if name in own}
    transfer = {name: value for name, value in changes.items() if name not in own}
    recipe = dataclasses.replace(job.recipe, anchors=job.recipe.anchors.replaced(**anchors),
                                 transfer=job.recipe.transfer.replaced(**transfer))
    return dataclasses.replace(job, recipe=recipe)


def with_columns(job: Job, reference: Any, query: Any) -> Job:
    """The job with a column `part` in both cell tables."""
    return dataclasses.replace(
        job, reference=dataclasses.replace(job.reference, cells=job.reference.cells.assign(part=reference)),
        query=dataclasses.replace(job.query, cells=job.query.cells.assign(part=query)))


@pytest.mark.parametrize("reduction", ["rpca", "pcaproject"])
def test_anchors_are_those_of_the_chosen_space(job: Job, outcome: Outcome, reduction: str) -> None:
    chosen = with_settings(job, reduction=reduction)
    space = COMPUTE["shared_space"](chosen, done(outcome), SILENT)
    found = COMPUTE["anchors"](chosen, done(outcome) | {"shared_space": space}, SILENT)
    there, back = directions(space)
    expected = find_anchors(there.reference, there.query, chosen.recipe.anchors, reciprocal=back)
    np.testing.assert_array_equal(found.reference_cell, expected.reference_cell)
    np.testing.assert_array_equal(found.score, expected.score)
    assert (space.reciprocal is not None) == (reduction == "rpca")


@pytest.mark.parametrize("reduction", ["cca", "rpca", "pcaproject"])
def test_the_filter_sees_the_genes_of_the_space(job: Job, outcome: Outcome, reduction: str) -> None:
    filtered = with_settings(job, reduction=reduction, k_filter=20)
    space = COMPUTE["shared_space"](filtered, done(outcome), SILENT)
    found = COMPUTE["anchors"](filtered, done(outcome) | {"shared_space": space}, SILENT)
    all_of_them = COMPUTE["anchors"](with_settings(job, reduction=reduction),
                                     done(outcome) | {"shared_space": space}, SILENT)
    expression, activity = (
        np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)
        for counts in (job.reference.counts.toarray().astype(float), outcome.gene_activity.counts.toarray()))
    rows = [list(job.reference.genes).index(name) for name in space.genes]
    columns = [list(outcome.gene_activity.regions.symbols).index(name) for name in space.genes]
    one, other = InMemory(expression[:, rows]), InMemory(activity[:, columns])
    kept = anchors_to_keep(one, other, gene_loadings(one, other, space),
                           (all_of_them.reference_cell, all_of_them.query_cell), 20)
    assert 0 < kept.sum() < len(kept)
    np.testing.assert_array_equal(found.query_cell, all_of_them.query_cell[kept])


def test_without_a_filter_the_genes_are_not_looked_at(job: Job, outcome: Outcome) -> None:
    found = COMPUTE["anchors"](job, {"shared_space": outcome.shared}, SILENT)
    np.testing.assert_array_equal(found.score, outcome.anchors.score)


def test_weights_may_be_sought_in_the_querys_own_space(job: Job, outcome: Outcome) -> None:
    own = dataclasses.replace(
        job, query=dataclasses.replace(job.query, obsm={"same": outcome.lsi.space, "flipped": -outcome.lsi.space}))
    for name in ("same", "flipped"):
        found = COMPUTE["transfer"](with_settings(own, weight_space=name), done(outcome), SILENT)
        np.testing.assert_allclose(found.scores, outcome.prediction.scores, atol=1e-12)
    short = dataclasses.replace(own, query=dataclasses.replace(own.query, obsm={"X_one": outcome.lsi.space[:, :2]}))
    found = COMPUTE["transfer"](with_settings(short, weight_space="X_one"), done(outcome), SILENT)
    assert np.abs(found.scores - outcome.prediction.scores).max() > 0.01


def test_coordinates_called_lsi_do_not_replace_ours(job: Job, outcome: Outcome) -> None:
    own = dataclasses.replace(job, query=dataclasses.replace(job.query, obsm={"lsi": np.zeros((180, 2))}))
    found = COMPUTE["transfer"](own, done(outcome), SILENT)
    np.testing.assert_array_equal(found.scores, outcome.prediction.scores)


@pytest.mark.parametrize(("obsm", "message"), [
    ({}, "no coordinates “X_pca” in its obsm: found none at all; choose one of them, or “lsi”"),
    ({"X_lsi": np.zeros((180, 2)), "harmony": np.zeros((180, 2))}, "found “X_lsi”, “harmony”; choose one"),
    ({"X_pca": np.full((180, 2), np.nan)}, "cannot be used: found values that are missing or infinite"),
    ({"X_pca": np.zeros(180)}, "cannot be used: found 1 dimensions"),
    ({"X_pca": np.zeros((180, 0))}, "cannot be used: found no dimension"),
])
def test_a_space_that_cannot_serve_is_refused_at_once(job: Job, obsm: dict[str, Any], message: str) -> None:
    own = dataclasses.replace(job, query=dataclasses.replace(job.query, obsm=obsm))
    with pytest.raises(InputError, match=message):
        check_settings(with_settings(own, weight_space="X_pca"))


def test_coordinates_of_other_cells_are_no_query(job: Job) -> None:
    with pytest.raises(ValueError, match="coordinates do not fit the cells"):
        dataclasses.replace(job.query, obsm={"X_pca": np.zeros((179, 2))})


def test_one_group_for_all_changes_nothing(job: Job, outcome: Outcome) -> None:
    grouped = with_settings(with_columns(job, "all", "all"), reference_group="part", query_group="part")
    found = COMPUTE["transfer"](grouped, done(outcome), SILENT)
    np.testing.assert_array_equal(found.scores, outcome.prediction.scores)


def test_labels_stay_within_groups(job: Job, outcome: Outcome) -> None:
    lymphoid = {"CD4 T", "CD8 T", "B", "NK"}
    part = ["lymphoid" if kind in lymphoid else "myeloid" for kind in job.reference.cells["cell_type"].astype(str)]
    query = np.where(np.arange(180) % 2, "lymphoid", "myeloid")
    grouped = with_settings(with_columns(job, part, query), reference_group="part", query_group="part", k_weight=20)
    check_settings(grouped)
    found = COMPUTE["transfer"](grouped, done(outcome), SILENT).labels.names
    assert {name in lymphoid for name in found[1::2] if name} == {True}
    assert {name in lymphoid for name in found[::2] if name} == {False}


def test_groups_must_be_on_both_sides_and_known(job: Job) -> None:
    both = with_columns(job, "one", "other")
    with pytest.raises(InputError, match=r"only if both sides have them: found a column of the query alone"):
        check_settings(with_settings(both, query_group="part"))
    with pytest.raises(InputError, match=r"found a column of the reference alone"):
        check_settings(with_settings(both, reference_group="part"))
    with pytest.raises(InputError, match="not have: “other”: found “one” in the reference and “other” in the query"):
        check_settings(with_settings(both, reference_group="part", query_group="part"))
    with pytest.raises(InputError, match="The query has no column “donor”"):
        check_settings(with_settings(both, reference_group="part", query_group="donor"))
