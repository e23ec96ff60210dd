"""Every model through one function, and what each is refused for."""

from __future__ import annotations

import dataclasses
import gzip

import numpy as np
import pytest

from anchorscope.errors import Cancelled, InputError
from anchorscope.gene_activity.activity import gene_activity
from anchorscope.gene_activity.models import activity_by_model
from anchorscope.gene_activity.regions import gene_regions
from anchorscope.io import read_gene_table
from anchorscope.parameters import GeneActivityParameters, Recipe
from anchorscope.pipeline import STAGES, Pipeline
from anchorscope.progress import SILENT, CancelToken, Reporting
from anchorscope.results import Job, Outcome, Peaks, Query
from core.gene_activity.samples import gene_table, peaks_at

MODELS = {name: declared for name, declared, _ in GeneActivityParameters().declarations()}["model"].choices
ON_PEAKS = [model for model in MODELS if model != "fragments"]
GENES = read_gene_table("GRCh38")
STAGE = {stage.name: stage for stage in STAGES}["gene_activity"]

# Four fragments of cell a, two of b, one of a barcode that is no cell.
FRAGMENTS = [("chr1", 1000, 1200, "a"), ("chr1", 1999, 2100, "a"), ("chr1", 2100, 2200, "b"), ("chr2", 50, 90, "a"),
             ("chr1", 2999, 3001, "b"), ("chr1", 3000, 3001, "a"), ("chr1", 1000, 1200, "other")]


def settings_of(model: str) -> GeneActivityParameters:
    return GeneActivityParameters(model=model, links_cells=10, links_cutoff=0.0)


@pytest.mark.parametrize("model", ON_PEAKS)
def test_activity_is_counts_times_credit(job: Job, outcome: Outcome, model: str) -> None:
    found = activity_by_model(job.query, GENES, settings_of(model), outcome.lsi.space)
    expected = job.query.counts.astype(np.float64) @ found.membership.T
    np.testing.assert_allclose(found.counts.toarray(), expected.toarray(), rtol=1e-12)
    assert found.counts.dtype == found.membership.dtype == np.float64
    assert found.membership.data.min() >= 0
    assert (found.model, found.assembly) == (model, "GRCh38")
    assert np.all(np.asarray(found.counts.sum(axis=0)) > 0)


@pytest.mark.parametrize("model", ON_PEAKS)
def test_credited_peaks_lie_in_the_genes_region_so_that_a_picture_shows_them(
    job: Job, outcome: Outcome, model: str
) -> None:
    found, peaks = activity_by_model(job.query, GENES, settings_of(model), outcome.lsi.space), job.query.peaks
    credit = found.membership.tocoo()
    gene, peak = credit.row[credit.data > 0], credit.col[credit.data > 0]
    assert np.all(found.regions.chrom[gene] == peaks.chrom[peak])
    assert np.all(peaks.start[peak] <= found.regions.end[gene])
    assert np.all(peaks.end[peak] >= found.regions.start[gene])


def test_the_default_is_the_sum_over_body_and_promoter(job: Job) -> None:
    found = activity_by_model(job.query, GENES, GeneActivityParameters())
    expected = gene_activity(job.query.counts, gene_regions(GENES, 2000, 0), job.query.peaks, "GRCh38")
    np.testing.assert_array_equal(found.counts.toarray(), expected.counts.toarray())
    assert found.regions.symbols.tolist() == expected.regions.symbols.tolist()
    assert found.model == expected.model == "body-promoter"


@pytest.mark.parametrize("model", ON_PEAKS)
def test_every_model_can_be_stopped(job: Job, outcome: Outcome, model: str) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        activity_by_model(job.query, GENES, settings_of(model), outcome.lsi.space,
                          progress=Reporting(lambda _: None, token))


def test_co_accessibility_without_coordinates_is_refused(job: Job) -> None:
    with pytest.raises(InputError, match="which cells are similar: found no coordinates"):
        activity_by_model(job.query, GENES, settings_of("co-accessibility"))


# ---- fragments --------------------------------------------------------------------------------------------------


@pytest.fixture
def fragments_query(tmp_path, job: Job) -> Query:
    """Two cells with fragments, and peaks of which the second lies in the gene."""
    import pandas as pd
    from scipy import sparse

    path = tmp_path / "fragments.tsv.gz"
    path.write_bytes(gzip.compress("".join("\t".join(map(str, row)) + "\n" for row in FRAGMENTS).encode()))
    peaks: Peaks = peaks_at(("chr1", 10, 20), ("chr1", 2500, 2600))
    return Query(sparse.csr_matrix(np.ones((3, 2), np.float32)), peaks, pd.DataFrame(index=["b", "a", "none"]),
                 job.query.recognised, fragments=path)


TABLE = gene_table(("G", "chr1", 2001, 3000, "+"), ("WIDE", "chr1", 1, 500_000, "+"),
                   ("NARROWER", "chr1", 2, 500_000, "+"), ("ELSEWHERE", "chr7", 1, 900, "+"))


def test_fragments_of_the_region_are_counted_line_by_line(fragments_query: Query) -> None:
    bare = GeneActivityParameters(model="fragments", upstream=0)
    found = activity_by_model(fragments_query, TABLE, bare)
    # [2000, 3000) from zero: 1999-2100 and 2100-2200 touch, 2999-3001 touches its last base, 3000-3001 comes after.
    assert found.regions.symbols.tolist() == ["G", "NARROWER"]
    np.testing.assert_array_equal(found.counts.toarray(), [[2, 2], [1, 3], [0, 0]])
    np.testing.assert_array_equal(found.membership.toarray(), [[0, 1], [1, 1]])
    assert found.model == "fragments"


def test_upstream_and_downstream_widen_the_region(fragments_query: Query) -> None:
    wide = GeneActivityParameters(model="fragments", upstream=801, downstream=1)
    found = activity_by_model(fragments_query, TABLE, wide)
    np.testing.assert_array_equal(found.counts.toarray()[:, 0], [2, 3, 0])
    assert (found.regions.start[0], found.regions.end[0]) == (1200, 3001)


def test_a_query_without_fragments_is_refused(job: Job) -> None:
    with pytest.raises(InputError, match=r"no fragments file with the query .*; give the query's fragments file, or"):
        activity_by_model(job.query, GENES, GeneActivityParameters(model="fragments"))


def test_fragments_away_from_all_genes_are_refused(fragments_query: Query) -> None:
    elsewhere = gene_table(("ELSEWHERE", "chr7", 1, 900, "+"))
    with pytest.raises(InputError, match=r"No fragment touches a gene of test: found none in fragments\.tsv\.gz"):
        activity_by_model(fragments_query, elsewhere, GeneActivityParameters(model="fragments"))


# ---- in the pipeline --------------------------------------------------------------------------------------------


def with_model(job: Job, model: str) -> Job:
    return dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, gene_activity=settings_of(model)))


@pytest.mark.usefixtures("fast_maps")
@pytest.mark.parametrize("model", ON_PEAKS)
def test_a_run_uses_the_chosen_model(job: Job, model: str) -> None:
    outcome = Pipeline().run(with_model(job, model))
    assert outcome.gene_activity.model == model
    assert outcome.grade is not None
    assert outcome.grade.accuracy > 0.3


def test_only_co_accessibility_reads_the_lsi_and_the_seed(job: Job) -> None:
    assert STAGE.needed(Recipe()) == ()
    assert STAGE.needed(with_model(job, "co-accessibility").recipe) == ("lsi",)
    for model in MODELS:
        one, other = (STAGE.settings(dataclasses.replace(with_model(job, model).recipe, seed=seed)) for seed in (1, 2))
        assert (one != other) == (model == "co-accessibility")


@pytest.mark.usefixtures("fast_maps")
def test_another_lsi_makes_co_accessibility_stale(job: Job) -> None:
    linked, pipeline = with_model(job, "co-accessibility"), Pipeline()
    pipeline.run(linked)
    recipe = dataclasses.replace(linked.recipe, lsi=linked.recipe.lsi.replaced(last_component=20))
    assert pipeline.status(job.reference, job.query, recipe)["gene_activity"] == "stale"
    seconds = pipeline.run(dataclasses.replace(linked, recipe=recipe)).seconds
    assert {"lsi", "gene_activity", "shared_space"} <= seconds.keys()


def test_the_stage_counts_the_fragments_of_the_query(fragments_query: Query, job: Job) -> None:
    recognised = dataclasses.replace(job.query.recognised, assembly="GRCh38")
    query = dataclasses.replace(fragments_query, recognised=recognised)
    recipe = dataclasses.replace(job.recipe, gene_activity=GeneActivityParameters(model="fragments", upstream=100_000))
    found = STAGE.compute(Job(job.reference, query, recipe), {}, SILENT)
    # The region of the first gene of chromosome 1, extended so far, begins at base 1.
    assert found.regions.symbols.tolist() == ["OR4F5"]
    np.testing.assert_array_equal(found.counts.toarray(), [[2], [3], [0]])
