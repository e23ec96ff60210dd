"""Data sets and intermediate results as h5ad: what is in them, and that every reader can open them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest

from anchorscope.errors import Cancelled, OutputError
from anchorscope.export import (
    activity_anndata,
    coembedding_anndata,
    query_anndata,
    reference_anndata,
    write_anndata,
    write_key,
)
from anchorscope.io import read_query, read_reference
from anchorscope.palette import UNASSIGNED, UNASSIGNED_COLOUR, type_colours
from anchorscope.progress import CancelToken, Reporting
from anchorscope.results import CoEmbedding, Job, Labels, Outcome

PLAIN_ENCODINGS = {"anndata", "dict", "dataframe", "array", "string-array", "categorical", "csr_matrix", "string",
                   "numeric-scalar"}
"""What anndata 0.7 and the readers of other languages know."""

ODD = {"gaps": [None, "x"] * 90, "switch": pd.array([True, None] * 90, dtype="boolean"),
       "whole": pd.array([1, None] * 90, dtype="Int64"), "text": pd.array(["a", None] * 90, dtype="string"),
       "a/b": ["x"] * 180, "kind": pd.Categorical([1, 2] * 90)}
"""Columns that users have and HDF5, or an old reader, would choke on."""


@pytest.fixture(scope="module")
def joint(job: Job) -> CoEmbedding:
    """A made-up embedding in which two query cells have no place."""
    n_reference, n_query = len(job.reference.cells), len(job.query.cells)
    rng = np.random.default_rng(0)
    placed = np.ones(n_reference + n_query, dtype=bool)
    placed[[n_reference + 1, n_reference + 4]] = False
    pca, places = rng.random((len(placed), 5)), rng.random((len(placed), 2))
    pca[~placed], places[~placed] = np.nan, np.nan
    return CoEmbedding(pca, places, n_reference, np.array(["IL7R", "LYZ"], dtype=object), placed)


def encodings(path: Path) -> set[str]:
    """Every kind of thing in the file."""
    found = set()
    with h5py.File(path) as file:
        file.visititems(lambda _, item: found.add(str(item.attrs.get("encoding-type", "array"))))
    return found


Make = Callable[[Job, Outcome, CoEmbedding], ad.AnnData]

ALL: dict[str, Make] = {
    "reference": lambda job, outcome, joint: reference_anndata(job.reference),
    "query": lambda job, outcome, joint: query_anndata(job.query),
    "activity": lambda job, outcome, joint: activity_anndata(job.query, outcome.gene_activity),
    "both": coembedding_anndata,
}


@pytest.mark.parametrize("kind", ALL)
def test_the_file_holds_only_what_every_reader_knows(
    kind: str, job: Job, outcome: Outcome, joint: CoEmbedding, tmp_path: Path
) -> None:
    odd = pd.DataFrame(ODD, index=job.query.cells.index)
    strange = dataclasses.replace(job, query=dataclasses.replace(job.query, cells=job.query.cells.join(odd)))
    data = ALL[kind](strange, outcome, joint)
    write_anndata(tmp_path / "out.h5ad", data)
    assert encodings(tmp_path / "out.h5ad") <= PLAIN_ENCODINGS
    again = ad.read_h5ad(tmp_path / "out.h5ad")
    assert again.shape == data.shape
    assert again.obs_names.tolist() == data.obs_names.tolist()
    assert again.obs_names.is_unique
    # Words come back as categories; the data that were written are left as they were.
    pd.testing.assert_frame_equal(again.var, data.var.astype(again.var.dtypes), check_index_type=False)
    assert [path.name for path in tmp_path.iterdir()] == ["out.h5ad"]


def test_a_large_matrix_is_written_block_by_block_and_can_be_stopped(job: Job, tmp_path: Path) -> None:
    data, seen = query_anndata(job.query), []
    data.obsm["X_lsi"] = np.ones((len(data), 2), dtype=np.float32)
    write_anndata(tmp_path / "out.h5ad", data, Reporting(seen.append, CancelToken()))
    assert seen == sorted(seen)
    assert any(0.1 < fraction < 1.0 for fraction in seen)
    assert seen[-1] == 1.0
    again = ad.read_h5ad(tmp_path / "out.h5ad")
    assert (again.X != data.X).nnz == 0
    assert again.obsm["X_lsi"].tolist() == data.obsm["X_lsi"].tolist()
    token = CancelToken()
    stopping = Reporting(lambda done: token.cancel() if done > 0.1 else None, token)
    with pytest.raises(Cancelled):
        write_anndata(tmp_path / "other.h5ad", data, stopping)
    assert [path.name for path in tmp_path.iterdir()] == ["out.h5ad"]


def test_a_reference_reads_as_it_was(job: Job, tmp_path: Path) -> None:
    write_anndata(tmp_path / "rna.h5ad", reference_anndata(job.reference))
    found = read_reference(tmp_path / "rna.h5ad")
    assert found.counts.dtype == np.float32
    assert (found.counts != job.reference.counts).nnz == 0
    assert found.genes.tolist() == job.reference.genes.tolist()
    assert found.cells["cell_type"].astype(str).tolist() == job.reference.cells["cell_type"].astype(str).tolist()


def test_a_query_reads_as_it_was_and_tells_where_peaks_lie(job: Job, tmp_path: Path) -> None:
    data = query_anndata(job.query)
    write_anndata(tmp_path / "atac.h5ad", data)
    found = read_query(tmp_path / "atac.h5ad")
    assert (found.counts != job.query.counts).nnz == 0
    assert found.recognised.assembly == "GRCh38"
    peaks = job.query.peaks
    assert list(data.var.columns) == ["chrom", "start", "end"]
    for number in (0, len(peaks) - 1):
        assert data.var_names[number] == f"{peaks.chrom[number]}:{peaks.start[number]}-{peaks.end[number]}"
        assert data.var.iloc[number].tolist() == [peaks.chrom[number], peaks.start[number], peaks.end[number]]


def test_columns_of_the_reference_join_the_query_of_the_same_multiome(job: Job) -> None:
    pairing = np.arange(180)[::-1].copy()
    pairing[3] = -1
    reference = dataclasses.replace(job.reference, cells=job.reference.cells.assign(
        kind=pd.Categorical([f"type {row % 3}" for row in range(200)]), depth=np.arange(200)))
    query = dataclasses.replace(job.query, pairing=pairing)
    data = query_anndata(query, reference)
    assert data.obs["kind"].isna().to_numpy().nonzero()[0].tolist() == [3]
    assert data.obs["kind"].iloc[0] == f"type {179 % 3}"
    assert data.obs["depth"].iloc[[0, 179]].tolist() == [179.0, 0.0]
    # A column that the query has is its own.
    assert data.obs["cell_type"].astype(str).tolist() == job.query.cells["cell_type"].astype(str).tolist()
    assert "kind" not in query_anndata(dataclasses.replace(query, pairing=None), reference).obs
    assert "kind" not in query_anndata(query).obs


def test_gene_activity_comes_with_the_region_of_each_gene(job: Job, outcome: Outcome) -> None:
    activity = outcome.gene_activity
    data = activity_anndata(job.query, activity)
    assert data.shape == (180, len(activity.regions.symbols))
    assert data.X.dtype == np.float32
    assert (activity.counts.astype(np.float32) != data.X).nnz == 0
    assert data.var_names.tolist() == activity.regions.symbols.tolist()
    assert list(data.var.columns) == ["chrom", "strand", "start", "end", "body_start", "body_end"]
    assert (data.var["start"] <= data.var["body_start"]).all()
    assert (data.var["body_end"] <= data.var["end"]).all()
    assert set(data.var["strand"]) <= {"+", "-"}
    assert data.uns["anchorscope"] == {"model": "body-promoter", "assembly": "GRCh38"}


def test_both_assays_in_one_file(job: Job, outcome: Outcome, joint: CoEmbedding) -> None:
    data = coembedding_anndata(job, outcome, joint)
    assert data.shape == (200 + 178, 0)
    assert data.obs["assay"].astype(str).tolist() == ["RNA"] * 200 + ["ATAC"] * 178
    assert data.obs_names[0] == f"RNA_{job.reference.cells.index[0]}"
    assert data.obs_names[201] == f"ATAC_{job.query.cells.index[2]}"
    own = job.reference.cells["cell_type"].astype(str).tolist()
    given = np.delete(outcome.prediction.labels.names, [1, 4]).tolist()
    assert data.obs["joint.label"].tolist() == own + given
    assert data.obs["predicted.id"].isna().tolist() == [True] * 200 + [False] * 178
    assert data.obs["predicted.id"][200:].tolist() == given
    score = data.obs["prediction.score.max"]
    assert score[:200].isna().all()
    assert np.array_equal(score[200:], np.delete(outcome.prediction.best, [1, 4]).astype(np.float32))
    novelty = data.obs["prediction.novelty"]
    assert novelty[:200].isna().all()
    assert np.array_equal(novelty[200:], np.delete(outcome.refinement.novelty, [1, 4]).astype(np.float32))
    for name, values in (("X_pca", joint.pca), ("X_umap", joint.map)):
        assert data.obsm[name].dtype == np.float32
        assert np.array_equal(data.obsm[name], values[joint.placed].astype(np.float32))
    colours = type_colours(outcome.prediction.labels.types)
    for name in ("joint.label", "predicted.id"):
        assert data.uns[f"{name}_colors"].tolist() == [colours[kind] for kind in data.obs[name].cat.categories]
    assert data.uns["anchorscope"]["genes"].tolist() == ["IL7R", "LYZ"]


def test_cells_without_a_type_are_called_unassigned_in_both_assays(
    job: Job, outcome: Outcome, joint: CoEmbedding
) -> None:
    def without(labels: Labels, cell: int) -> Labels:
        codes = labels.codes.copy()
        codes[cell] = -1
        return Labels(labels.types, codes)

    reference_labels = dataclasses.replace(
        outcome.reference_labels, labels=without(outcome.reference_labels.labels, 7))
    prediction = dataclasses.replace(outcome.prediction, labels=without(outcome.prediction.labels, 0))
    data = coembedding_anndata(
        job, dataclasses.replace(outcome, reference_labels=reference_labels, prediction=prediction), joint)
    assert (data.obs["joint.label"] == UNASSIGNED).to_numpy().nonzero()[0].tolist() == [7, 200]
    place = data.obs["joint.label"].cat.categories.get_loc(UNASSIGNED)
    assert data.uns["joint.label_colors"][place] == UNASSIGNED_COLOUR
    assert "" not in data.obs["joint.label"].cat.categories


def test_every_column_of_the_user_says_of_both_assays_what_its_own_file_says(
    job: Job, outcome: Outcome, joint: CoEmbedding, tmp_path: Path
) -> None:
    rna = job.reference.cells.assign(depth=np.arange(200), assay="mine", doublet=np.arange(200) > 3)
    atac = job.query.cells.assign(depth=np.arange(180) / 2, peaks=np.arange(180), **{"predicted.id": "mine"})
    both = dataclasses.replace(job, reference=dataclasses.replace(job.reference, cells=rna),
                               query=dataclasses.replace(job.query, cells=atac))
    write_anndata(tmp_path / "both.h5ad", coembedding_anndata(both, outcome, joint))
    found = ad.read_h5ad(tmp_path / "both.h5ad").obs
    there = np.delete(np.arange(180), [1, 4])
    types = [*rna["cell_type"].astype(str), *atac["cell_type"].astype(str).iloc[there]]
    assert found["cell_type"].astype(str).tolist() == types
    assert found["depth"].tolist() == [*np.arange(200), *there / 2]
    assert found["peaks"].isna().tolist() == [True] * 200 + [False] * 178
    assert found["peaks"][200:].tolist() == there.tolist()
    assert found["doublet"].astype(str).tolist() == ["False"] * 4 + ["True"] * 196 + [""] * 178
    assert found["assay"].astype(str).tolist() == ["RNA"] * 200 + ["ATAC"] * 178
    assert found["assay_before"].astype(str).tolist() == ["mine"] * 200 + [""] * 178
    assert found["predicted.id_before"].astype(str).tolist() == [""] * 200 + ["mine"] * 178
    assert found["predicted.id"][200:].tolist() == outcome.prediction.labels.names[there].tolist()


def test_cells_of_the_same_barcode_stay_apart(job: Job, outcome: Outcome, joint: CoEmbedding) -> None:
    names = job.reference.cells.index[:180]
    same = dataclasses.replace(job, query=dataclasses.replace(job.query, cells=job.query.cells.set_axis(names)))
    assert coembedding_anndata(same, outcome, joint).obs_names.is_unique


def test_the_key_names_the_same_cells(job: Job, tmp_path: Path) -> None:
    pairing = np.full(180, -1)
    pairing[[2, 5]] = [9, 0]
    write_key(tmp_path / "key.csv", job.reference, dataclasses.replace(job.query, pairing=pairing))
    found = pd.read_csv(tmp_path / "key.csv")
    theirs, ours = job.reference.cells.index, job.query.cells.index
    assert found.to_dict("list") == {"query": [ours[2], ours[5]], "reference": [theirs[9], theirs[0]]}


def test_the_key_of_unrelated_data_is_empty(job: Job, tmp_path: Path) -> None:
    write_key(tmp_path / "key.csv", job.reference, job.query)
    assert (tmp_path / "key.csv").read_text(encoding="utf-8").split() == ["query,reference"]


def failing(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_failure_leaves_nothing_and_keeps_what_was_there(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.h5ad").write_bytes(b"older")
    monkeypatch.setattr(ad.AnnData, "write_h5ad", failing)
    with pytest.raises(OutputError, match="a full disk"):
        write_anndata(tmp_path / "out.h5ad", reference_anndata(job.reference))
    assert (tmp_path / "out.h5ad").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1
