"""What comes out depends neither on the size of the blocks nor on the number of threads, beyond rounding."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from threadpoolctl import threadpool_limits

from anchorscope import scratch, stages
from anchorscope.blocks import InMemory
from anchorscope.export import write_h5ad
from anchorscope.io import read_query, read_reference
from anchorscope.pipeline import Pipeline
from anchorscope.results import Job, Outcome
from anchorscope.scratch import OnDisk, holding_at_most

pytestmark = pytest.mark.usefixtures("fast_maps")


def check_same(found: Outcome, expected: Outcome) -> None:
    np.testing.assert_array_equal(found.prediction.labels.codes, expected.prediction.labels.codes)
    np.testing.assert_allclose(found.prediction.scores, expected.prediction.scores, atol=1e-9)
    np.testing.assert_array_equal(found.anchors.query_cell, expected.anchors.query_cell)
    np.testing.assert_allclose(np.abs(found.lsi.embeddings), np.abs(expected.lsi.embeddings), atol=1e-6)
    np.testing.assert_allclose(np.abs(found.pca.embeddings), np.abs(expected.pca.embeddings), atol=1e-6)


@pytest.mark.parametrize("block_cells", [17, 64])
def test_block_size(monkeypatch: pytest.MonkeyPatch, job: Job, outcome: Outcome, block_cells: int) -> None:
    monkeypatch.setattr(stages, "blocks_of", partial(InMemory, block_cells=block_cells))
    check_same(Pipeline().run(job), outcome)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_number_of_threads(monkeypatch: pytest.MonkeyPatch, job: Job, outcome: Outcome, threads: int) -> None:
    monkeypatch.setattr("anchorscope.engine.os.cpu_count", lambda: threads)
    monkeypatch.setattr(stages, "blocks_of", partial(InMemory, block_cells=40))
    with threadpool_limits(threads):
        check_same(Pipeline().run(job), outcome)


@pytest.fixture
def files(tmp_path: Path, job: Job) -> tuple[Path, Path]:
    """The pair as h5ad."""
    paths = tmp_path / "rna.h5ad", tmp_path / "atac.h5ad"
    features = job.reference.genes, job.query.peaks.names
    for path, side, names in zip(paths, (job.reference, job.query), features, strict=True):
        AnnData(side.counts, obs=side.cells, var=pd.DataFrame(index=names.astype(str))).write_h5ad(path)
    return paths


@pytest.mark.parametrize("block_cells", [50, 8192])
def test_counts_on_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: tuple[Path, Path], job: Job, outcome: Outcome,
    block_cells: int,
) -> None:
    monkeypatch.setenv(scratch.VARIABLE, str(tmp_path / "scratch"))
    with holding_at_most(100):
        reference, query = read_reference(files[0]), read_query(files[1])
    assert isinstance(reference.counts, OnDisk)
    assert isinstance(query.counts, OnDisk)
    for side in (reference, query):
        object.__setattr__(side.counts, "block_cells", block_cells)
    on_disk = Job(reference, query, job.recipe)
    found = Pipeline().run(on_disk)
    check_same(found, outcome)
    write_h5ad(tmp_path / "streamed.h5ad", on_disk, found)
    write_h5ad(tmp_path / "plain.h5ad", Job(read_reference(files[0]), read_query(files[1]), job.recipe), outcome)
    streamed, plain = (ad.read_h5ad(tmp_path / f"{name}.h5ad") for name in ("streamed", "plain"))
    assert (streamed.X != plain.X).nnz == 0
    pd.testing.assert_frame_equal(streamed.obs[["predicted.id"]], plain.obs[["predicted.id"]])
    pd.testing.assert_frame_equal(streamed.var, plain.var)


def test_passes_in_place_of_a_matrix_held(monkeypatch: pytest.MonkeyPatch, job: Job, outcome: Outcome) -> None:
    monkeypatch.setattr("anchorscope.lsi.lsi.MOST_HELD", 0)
    found = Pipeline().run(job)
    agree = np.abs((found.lsi.embeddings * outcome.lsi.embeddings).mean(axis=0))
    # The coordinates have variance 1 with n - 1 in the denominator.
    assert agree[:6].min() > 0.999 * (1 - 1 / len(job.query.cells))
    assert np.mean(found.prediction.labels.codes == outcome.prediction.labels.codes) > 0.95
