"""What can be computed of one side alone, and what a later run makes of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from anchorscope import stages
from anchorscope.checks import check_size
from anchorscope.errors import Cancelled, InputError
from anchorscope.parameters import (
    CO_ACCESSIBILITY,
    WITH_RUN,
    AnchorParameters,
    ClusterParameters,
    Recipe,
    TransferParameters,
    UmapParameters,
)
from anchorscope.pipeline import Pipeline, RunReport
from anchorscope.progress import CancelToken
from anchorscope.results import Job, Query, QueryJob, Reference, ReferenceJob, SideMap
from anchorscope.simulate import simulate_pair
from anchorscope.stages import sides_needed

OF_QUERY, OF_REFERENCE = ("lsi", "gene_activity", "query_map"), ("labels", "reference_map")


def shrunk(side: Any, n_cells: int) -> Any:
    """Return the first cells of a side."""
    return dataclasses.replace(side, counts=side.counts[:n_cells], cells=side.cells.iloc[:n_cells])


def differing(one: Any, other: Any, place: str = "") -> list[str]:
    """Return where two results are not the same to the last bit."""
    if dataclasses.is_dataclass(one):
        return [found for item in dataclasses.fields(one) for found in
                differing(getattr(one, item.name), getattr(other, item.name), f"{place}.{item.name}")]
    if hasattr(one, "tocsr"):
        return [] if (one.tocsr() != other.tocsr()).nnz == 0 else [place]
    if isinstance(one, np.ndarray):
        return [] if np.array_equal(one, other, equal_nan=one.dtype.kind == "f") else [place]
    return [] if one == other else [place]


@pytest.mark.parametrize("model", [Recipe().gene_activity.model, CO_ACCESSIBILITY])
def test_a_run_takes_over_what_was_computed_of_each_side_and_finds_the_same(job: Job, model: str) -> None:
    quick = dataclasses.replace(job.recipe, umap=UmapParameters(n_neighbors=10),
                                gene_activity=job.recipe.gene_activity.replaced(model=model))
    job = dataclasses.replace(job, recipe=quick)
    pipeline, reports = Pipeline(), list[RunReport]()
    pipeline.compute_some(QueryJob(job.query, quick), OF_QUERY)
    pipeline.compute_some(ReferenceJob(job.reference, quick), OF_REFERENCE)
    alone = {name: pipeline.result(name) for name in (*OF_QUERY, *OF_REFERENCE)}
    found = pipeline.run(job, reports.append)
    assert {report.stage for report in reports}.isdisjoint({"variable_genes", "pca", *alone})
    assert (found.lsi, found.gene_activity, found.reference_labels) == (
        alone["lsi"], alone["gene_activity"], alone["labels"])
    assert found.maps.query is alone["query_map"].places
    assert found.maps.reference is alone["reference_map"].places
    at_once = Pipeline().run(job)
    apart = {"seconds": {}, "peak_memory_mib": 0.0}
    assert differing(dataclasses.replace(found, **apart), dataclasses.replace(at_once, **apart)) == []


def test_one_map_at_hand_is_kept_and_the_other_drawn(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def watched(spaces: Any, *_: Any) -> Any:
        drawn.append(len(spaces))
        return [space[:, :2] for space in spaces]

    monkeypatch.setattr(stages, "umaps", watched)
    pipeline = Pipeline()
    own = pipeline.compute(QueryJob(job.query, job.recipe), "query_map")
    found = pipeline.run(job)
    assert drawn == [1, 1]
    assert found.maps.query is own.places
    # And what a run has drawn is each side's own map.
    assert isinstance(pipeline.fresh(QueryJob(job.query, job.recipe), "query_map"), SideMap)
    pipeline.compute(ReferenceJob(job.reference, job.recipe), "reference_map")
    assert drawn == [1, 1]


@pytest.mark.parametrize(("names", "sides"), [
    (("lsi",), ("query",)), (("gene_activity", "query_map"), ("query",)), (("labels",), ("reference",)),
    (("reference_map",), ("reference",)), (("shared_space",), ("reference", "query")),
    (("maps",), ("reference", "query")), (("grade",), ("reference", "query"))])
def test_which_sides_have_to_be_there(names: tuple[str, ...], sides: tuple[str, ...]) -> None:
    assert sides_needed(names, Recipe()) == sides


def test_a_missing_side_is_named(job: Job) -> None:
    with pytest.raises(InputError, match=r"needs a query: found a reference alone; open the query as well\."):
        Pipeline().compute(ReferenceJob(job.reference, job.recipe), "anchors")
    with pytest.raises(InputError, match=r"Choosing variable genes.* needs a reference: found a query alone"):
        Pipeline().compute(QueryJob(job.query, job.recipe), "anchors")


def test_settings_of_the_other_side_do_not_make_a_map_stale(job: Job) -> None:
    pipeline, alone = Pipeline(), QueryJob(job.query, job.recipe)
    pipeline.compute(alone, "lsi")
    other = dataclasses.replace(job.recipe, reference=job.recipe.reference.replaced(n_components=7))
    assert pipeline.fresh(dataclasses.replace(alone, recipe=other), "lsi") is not None
    own = dataclasses.replace(job.recipe, lsi=job.recipe.lsi.replaced(n_components=20))
    assert pipeline.fresh(dataclasses.replace(alone, recipe=own), "lsi") is None


@pytest.mark.usefixtures("fast_maps")
def test_un_pairing_makes_nothing_stale_but_the_grade(job: Job) -> None:
    pipeline = Pipeline()
    pipeline.run(job)
    paired = dataclasses.replace(job.query, pairing=np.zeros(len(job.query.cells), dtype=np.int64))
    status = pipeline.status(job.reference, paired, job.recipe)
    assert {name for name, value in status.items() if value == "stale"} == {"grade"}


@pytest.mark.parametrize("n_cells", [1, 3, 30])
def test_a_hopeless_side_is_told_of_before_and_by_the_run_in_the_same_words(
    pair: tuple[Reference, Query], job: Job, n_cells: int
) -> None:
    few, small = shrunk(pair[0], n_cells), shrunk(pair[1], n_cells)
    alone: tuple[tuple[Any, Job], ...] = (
        (ReferenceJob(few, job.recipe), dataclasses.replace(job, reference=few)),
        (QueryJob(small, job.recipe), dataclasses.replace(job, query=small)))
    for one, both in alone:
        words = f"has too few cells.*found {n_cells}; open a .* with more than 30"
        with pytest.raises(InputError, match=words) as told:
            check_size(one)
        reports: list[RunReport] = []
        with pytest.raises(InputError) as refused:
            Pipeline().run(both, reports.append)
        assert str(told.value) == str(refused.value)
        assert reports == []


def test_what_is_too_small_depends_on_the_settings(pair: tuple[Reference, Query]) -> None:
    small = shrunk(pair[1], 40)
    with pytest.raises(InputError, match=r"voted on by 50 \(k.weight\): found 40; .*lower k.weight to 40 or less"):
        check_size(QueryJob(small))
    check_size(QueryJob(small, Recipe(transfer=TransferParameters(k_weight=40))))
    check_size(ReferenceJob(shrunk(pair[0], 20), Recipe(anchors=AnchorParameters(k_anchor=5, k_score=19))))


def agreement(one: Any, other: Any) -> float:
    """Return the adjusted Rand index of two partitions: 1 for the same, about 0 for what chance gives."""
    table = np.zeros((np.max(one) + 1, np.max(other) + 1))
    np.add.at(table, (one, other), 1)
    pairs, rows, columns = ((sums * (sums - 1) / 2).sum() for sums in (table, table.sum(1), table.sum(0)))
    chance = rows * columns / (len(one) * (len(one) - 1) / 2)
    return float((pairs - chance) / ((rows + columns) / 2 - chance))


@pytest.fixture(scope="module")
def many() -> Query:
    """600 cells of eight types, enough for clusters."""
    return simulate_pair(60, 600, seed=2, n_genes=300)[1]


def test_the_querys_own_clusters_are_its_types(many: Query) -> None:
    found = Pipeline().compute(QueryJob(many), "query_clusters")
    truth = np.unique(many.cells["cell_type"].astype(str), return_inverse=True)[1]
    assert agreement(truth, found.clusters) > 0.9
    assert (found.resolution, found.n_neighbors) == (0.8, 20)
    sizes = np.bincount(found.clusters)
    assert (np.diff(sizes) <= 0).all()
    assert found.labels.types == tuple(map(str, range(len(sizes))))


def test_the_same_seed_gives_the_same_clusters_and_the_order_of_cells_hardly_matters(many: Query) -> None:
    found = Pipeline().compute(QueryJob(many), "query_clusters").clusters
    np.testing.assert_array_equal(Pipeline().compute(QueryJob(many), "query_clusters").clusters, found)
    # Louvain visits cells in random order, so that cells in between may go either way.
    order = np.random.default_rng(0).permutation(len(found))
    mixed = dataclasses.replace(many, counts=many.counts[order], cells=many.cells.iloc[order])
    assert agreement(found[order], Pipeline().compute(QueryJob(mixed), "query_clusters").clusters) > 0.9


def test_a_higher_resolution_gives_more_clusters_and_makes_nothing_else_stale(many: Query) -> None:
    pipeline, alone = Pipeline(), QueryJob(many)
    few = pipeline.compute(alone, "query_clusters")
    finer = dataclasses.replace(alone, recipe=Recipe(clusters=ClusterParameters(resolution=3.0)))
    assert pipeline.fresh(finer, "query_clusters") is None
    assert pipeline.fresh(finer, "lsi") is pipeline.result("lsi")
    assert pipeline.compute(finer, "query_clusters").clusters.max() > few.clusters.max()


@pytest.mark.usefixtures("fast_maps")
def test_a_run_waits_for_clusters_only_where_they_are_asked_for(job: Job) -> None:
    pipeline, reports = Pipeline(), list[RunReport]()
    assert pipeline.run(job, reports.append).query_clusters is None
    assert "query_clusters" not in {report.stage for report in reports}
    wanted = dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, clusters=ClusterParameters(when=WITH_RUN)))
    found = pipeline.run(wanted, reports.append)
    assert {report.stage for report in reports[-2:]} == {"query_clusters"}
    assert found.query_clusters is pipeline.compute(QueryJob(job.query, job.recipe), "query_clusters")
    # On demand, a run takes what is at hand; and so does a pipeline that adopts it.
    assert pipeline.run(job).query_clusters is found.query_clusters
    other = Pipeline()
    other.adopt(job, found)
    assert other.fresh(job, "query_clusters") is found.query_clusters


def test_clustering_is_cancelled(many: Query) -> None:
    token, pipeline = CancelToken(), Pipeline()

    def stop(report: RunReport) -> None:
        if report.stage == "query_clusters" and report.stage_fraction > 0.2:
            token.cancel()

    with pytest.raises(Cancelled):
        pipeline.compute(QueryJob(many), "query_clusters", stop, token)
    assert pipeline.result("query_clusters") is None
    assert pipeline.result("lsi") is not None
