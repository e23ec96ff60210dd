"""The labelled h5ad, read back with plain anndata and looked at with plain h5py."""

from __future__ import annotations

import dataclasses
import errno
import json
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest

from anchorscope.errors import OutputError
from anchorscope.export import labelled_query, write_h5ad
from anchorscope.export.report import report_html
from anchorscope.palette import UNASSIGNED, UNASSIGNED_COLOUR, type_colours
from anchorscope.results import Job, Labels, Outcome, QueryClusters

PLAIN_ENCODINGS = {"anndata", "dict", "dataframe", "array", "string-array", "categorical", "csr_matrix", "string",
                   "numeric-scalar"}
"""What anndata 0.7 and the readers of other languages know."""


def with_cells(job: Job, columns: dict[str, Any], index: pd.Index | None = None) -> Job:
    """The same job with other columns in the query's cell table."""
    cells = pd.DataFrame(columns, index=job.query.cells.index if index is None else index)
    return dataclasses.replace(job, query=dataclasses.replace(job.query, cells=cells))


def with_unassigned(outcome: Outcome, cells: list[int]) -> Outcome:
    """The same outcome in which some cells got no label."""
    codes = outcome.prediction.labels.codes.copy()
    codes[cells] = -1
    labels = Labels(outcome.prediction.labels.types, codes)
    return dataclasses.replace(outcome, prediction=dataclasses.replace(outcome.prediction, labels=labels))


def written(path: Path, job: Job, outcome: Outcome) -> ad.AnnData:
    write_h5ad(path, job, outcome)
    return ad.read_h5ad(path)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, job: Job, outcome: Outcome) -> Path:
    path = tmp_path_factory.mktemp("export") / "labelled.h5ad"
    write_h5ad(path, job, outcome)
    return path


@pytest.fixture(scope="module")
def data(path: Path) -> ad.AnnData:
    return ad.read_h5ad(path)


def test_counts_barcodes_and_peaks_are_the_querys(data: ad.AnnData, job: Job) -> None:
    assert (job.query.counts != data.X).nnz == 0
    assert data.X.dtype == np.float32
    assert list(data.obs_names) == list(job.query.cells.index)
    assert list(data.var_names) == list(job.query.peaks.names)
    np.testing.assert_array_equal(data.var["start"], job.query.peaks.start)
    np.testing.assert_array_equal(data.var["end"], job.query.peaks.end)
    assert list(data.var["chrom"]) == list(job.query.peaks.chrom)


def test_labels_are_categories_and_scores_float32(data: ad.AnnData, outcome: Outcome) -> None:
    assert isinstance(data.obs["predicted.id"].dtype, pd.CategoricalDtype)
    assert list(data.obs["predicted.id"]) == list(outcome.prediction.labels.names)
    assert data.obs["prediction.score.max"].dtype == np.float32
    np.testing.assert_allclose(data.obs["prediction.score.max"], outcome.prediction.best, rtol=1e-6)


def test_the_whole_score_matrix_is_there_with_its_names(data: ad.AnnData, outcome: Outcome) -> None:
    np.testing.assert_allclose(data.obsm["prediction_scores"], outcome.prediction.scores, rtol=1e-6)
    types = list(data.uns["prediction_scores_types"])
    assert types == list(outcome.prediction.labels.types)
    best = np.array(types)[data.obsm["prediction_scores"].argmax(axis=1)]
    assert list(best) == list(data.obs["predicted.id"])


def test_coordinates_are_there(data: ad.AnnData, outcome: Outcome) -> None:
    np.testing.assert_allclose(data.obsm["X_lsi"], outcome.lsi.embeddings, rtol=1e-6)
    np.testing.assert_allclose(data.obsm["X_umap"], outcome.maps.query, rtol=1e-6)
    assert {values.dtype for values in data.obsm.values()} == {np.dtype(np.float32)}


def test_there_is_one_colour_for_each_category_in_its_order(data: ad.AnnData, outcome: Outcome) -> None:
    table = type_colours(outcome.prediction.labels.types)
    categories = list(data.obs["predicted.id"].cat.categories)
    assert categories == sorted(categories)
    assert list(data.uns["predicted.id_colors"]) == [table[name] for name in categories]


def test_types_that_no_cell_got_are_no_category_and_have_no_colour(job: Job, outcome: Outcome) -> None:
    labels = outcome.prediction.labels
    kept = Labels(labels.types, np.where(labels.codes == 0, 2, labels.codes))
    prediction = dataclasses.replace(outcome.prediction, labels=kept)
    data = labelled_query(job, dataclasses.replace(outcome, prediction=prediction))
    table = type_colours(labels.types)
    categories = list(data.obs["predicted.id"].cat.categories)
    assert categories == sorted(set(labels.types) - {labels.types[0]})
    assert list(data.uns["predicted.id_colors"]) == [table[name] for name in categories]


def test_the_record_holds_recipe_versions_and_checksums(data: ad.AnnData, job: Job, outcome: Outcome) -> None:
    record = data.uns["anchorscope"]
    assert json.loads(record["recipe"]) == job.recipe.as_dict()
    assert record["versions"]["numpy"] == np.__version__
    assert set(record["inputs"]) == {"reference", "query"}
    assert set(record["inputs"]["query"]) == {"file", "sha256", "format"}
    assert record["assembly"] == "GRCh38"
    assert record["labels_from"] == "column “cell_type”"
    assert record["anchors"] == len(outcome.anchors)
    assert record["features"] == len(outcome.shared.genes)


def test_cells_without_a_label_are_the_last_category_and_grey(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    data = written(tmp_path / "a.h5ad", job, with_unassigned(outcome, [3, 8]))
    assert np.flatnonzero(data.obs["predicted.id"] == UNASSIGNED).tolist() == [3, 8]
    assert data.obs["predicted.id"].cat.categories[-1] == UNASSIGNED
    assert data.uns["predicted.id_colors"][-1] == UNASSIGNED_COLOUR
    assert len(data.uns["predicted.id_colors"]) == len(data.obs["predicted.id"].cat.categories)



def test_own_colours_are_in_the_file_and_the_report(job: Job, outcome: Outcome) -> None:
    name = outcome.prediction.labels.types[0]
    own = dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, colours=((name, "#123456"),)))
    data = labelled_query(own, outcome)
    place = list(data.obs["predicted.id"].cat.categories).index(name)
    assert data.uns["predicted.id_colors"][place] == "#123456"
    assert "#123456" in report_html(own, outcome)
    assert "#123456" not in report_html(job, outcome)


def test_a_type_that_is_itself_called_unassigned(job: Job, outcome: Outcome) -> None:
    outcome = with_unassigned(outcome, [3])
    types = (UNASSIGNED, *outcome.prediction.labels.types[1:])
    labels = Labels(types, outcome.prediction.labels.codes)
    outcome = dataclasses.replace(outcome, prediction=dataclasses.replace(outcome.prediction, labels=labels))
    data = labelled_query(job, outcome)
    assert list(data.obs["predicted.id"].cat.categories).count(UNASSIGNED) == 1
    assert (data.obs["predicted.id"] == UNASSIGNED).sum() == ((labels.codes == 0) | (labels.codes == -1)).sum()


def test_the_users_own_columns_are_untouched(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    n = len(job.query.cells)
    own = {"n_counts": np.arange(n), "share": np.linspace(0, 1, n), "is_good": np.arange(n) % 2 == 0,
           "text": [f"Zelle {place} “ä”" for place in range(n)],
           "cluster": pd.Categorical(np.array(["b", "a", "c"])[np.arange(n) % 3], categories=["c", "b", "a"])}
    job = with_cells(job, own)
    data = written(tmp_path / "a.h5ad", job, outcome)
    pd.testing.assert_frame_equal(
        data.obs[list(own)].astype({"text": object}), job.query.cells, check_names=False, check_index_type=False)
    assert list(data.obs["cluster"].cat.categories) == ["c", "b", "a"]


def test_columns_of_our_name_are_kept_under_another(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    n = len(job.query.cells)
    job = with_cells(job, {"predicted.id": ["mine"] * n, "prediction.score.max": np.full(n, 7.0)})
    data = written(tmp_path / "a.h5ad", job, outcome)
    assert set(data.obs["predicted.id_before"]) == {"mine"}
    assert set(data.obs["prediction.score.max_before"]) == {7.0}
    assert list(data.obs["predicted.id"]) == list(outcome.prediction.labels.names)
    assert list(job.query.cells.columns) == ["predicted.id", "prediction.score.max"]


def test_labelling_a_labelled_file_again_loses_no_column(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    n = len(job.query.cells)
    job = with_cells(job, {"predicted.id": ["second"] * n, "predicted.id_before": ["first"] * n})
    data = written(tmp_path / "a.h5ad", job, outcome)
    assert sorted(str(data.obs[name].iloc[0]) for name in data.obs if name.startswith("predicted.id_")) == [
        "first", "second"]


def test_slashes_leave_column_names_and_none_is_lost_by_that(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    n = len(job.query.cells)
    job = with_cells(job, {"T/NK": [1] * n, "T_NK": [2] * n, "a/b/c": [3] * n})
    data = written(tmp_path / "a.h5ad", job, outcome)
    assert data.obs["a_b_c"].iloc[0] == 3
    assert sorted(int(data.obs[name].iloc[0]) for name in data.obs if name.startswith("T_NK")) == [1, 2]
    assert not any("/" in name for name in data.obs)


def test_nullable_numbers_stay_numbers_and_missing_text_becomes_empty(
    tmp_path: Path, job: Job, outcome: Outcome
) -> None:
    n = len(job.query.cells)
    job = with_cells(job, {
        "whole": pd.array(range(n), dtype="Int64"), "gaps": pd.array([None, *range(1, n)], dtype="Int64"),
        "float": pd.array([None, *range(1, n)], dtype="Float64"), "yes": pd.array([True] * n, dtype="boolean"),
        "perhaps": pd.array([None, *[True] * (n - 1)], dtype="boolean"),
        "text": pd.array([None, *["a"] * (n - 1)], dtype="string"), "object": [None, np.nan, *["b"] * (n - 2)],
        "day": pd.Timestamp("2024-05-01"), "numbered": pd.Categorical([None, *[1, 2] * n][:n])})
    obs = written(tmp_path / "a.h5ad", job, outcome).obs
    np.testing.assert_array_equal(obs["whole"], np.arange(n))
    for name in ("gaps", "float"):
        assert obs[name].dtype == np.float64
        np.testing.assert_array_equal(obs[name], [np.nan, *range(1, n)])
    assert obs["yes"].dtype == np.bool_
    assert list(obs["perhaps"][:2]) == ["", "True"]
    assert list(obs["text"][:2]) == ["", "a"]
    assert list(obs["object"][:3]) == ["", "", "b"]
    assert obs["day"].iloc[0].startswith("2024-05-01")
    assert obs["numbered"].isna().tolist() == [True] + [False] * (n - 1)
    assert list(obs["numbered"].cat.categories) == ["1", "2"]


def test_numbers_as_barcodes_and_as_column_names(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    n = len(job.query.cells)
    columns = {0: [5] * n, 1: pd.Categorical(["x"] * n)}
    data = written(tmp_path / "a.h5ad", with_cells(job, columns, pd.RangeIndex(n, name="cell/id")), outcome)
    assert list(data.obs_names) == [str(place) for place in range(n)]
    assert data.obs["0"].iloc[0] == 5
    assert data.obs["1"].iloc[0] == "x"


@pytest.mark.parametrize("odd", [False, True])
def test_only_encodings_that_every_reader_knows(tmp_path: Path, job: Job, outcome: Outcome, odd: bool) -> None:
    if odd:
        n = len(job.query.cells)
        job = with_cells(job, {"a": pd.array([None] * n, dtype="Int64"), "b": pd.array([None] * n, dtype="string")})
    write_h5ad(tmp_path / "a.h5ad", job, with_unassigned(outcome, [0]))
    found: dict[str, str] = {}
    with h5py.File(tmp_path / "a.h5ad") as file:
        file.visititems(lambda name, node: found.update({name: node.attrs.get("encoding-type", "array")}))
        assert file["X/data"].compression == "gzip"
    assert set(found.values()) <= PLAIN_ENCODINGS
    assert all("null" not in name.lower() for name in found.values())


def test_the_same_run_gives_the_same_values(tmp_path: Path, job: Job, outcome: Outcome, data: ad.AnnData) -> None:
    again = written(tmp_path / "again.h5ad", job, outcome)
    pd.testing.assert_frame_equal(again.obs, data.obs)
    assert again.uns["anchorscope"]["recipe"] == data.uns["anchorscope"]["recipe"]


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(),
                                     MemoryError()])
def test_a_failure_leaves_nothing_behind_and_an_older_file_as_it_was(
    tmp_path: Path, job: Job, outcome: Outcome, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def failing(_: ad.AnnData, path: Path, **__: Any) -> None:
        Path(path).write_bytes(b"half")
        raise failure

    monkeypatch.setattr(ad.AnnData, "write_h5ad", failing)
    (tmp_path / "old.h5ad").write_bytes(b"older")
    expected = OutputError if isinstance(failure, OSError) else type(failure)
    for name in ("old.h5ad", "new.h5ad"):
        with pytest.raises(expected):
            write_h5ad(tmp_path / name, job, outcome)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("old.h5ad", b"older")]


def test_a_full_disk_is_told_in_a_sentence(
    tmp_path: Path, job: Job, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ad.AnnData, "write_h5ad", full)
    with pytest.raises(OutputError, match="found a full disk; free some space"):
        write_h5ad(tmp_path / "a.h5ad", job, outcome)


def test_doubtful_cells_are_marked(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    least = float(np.median(outcome.prediction.best))
    recipe = dataclasses.replace(job.recipe, transfer=job.recipe.transfer.replaced(min_score=least))
    data = written(tmp_path / "out.h5ad", dataclasses.replace(job, recipe=recipe), outcome)
    doubtful = outcome.prediction.best < least
    assert doubtful.any()
    np.testing.assert_array_equal(data.obs["predicted.unassigned"].to_numpy(), doubtful)
    np.testing.assert_array_equal(data.obs["predicted.id"].to_numpy() == UNASSIGNED, doubtful)


def test_without_a_least_score_there_is_no_column_of_doubt(data: ad.AnnData) -> None:
    assert "predicted.unassigned" not in data.obs


def test_how_unlike_the_reference_each_cell_is_stands_beside_its_label(data: ad.AnnData, outcome: Outcome) -> None:
    np.testing.assert_array_equal(data.obs["prediction.novelty"], outcome.refinement.novelty.astype(np.float32))


def test_cells_left_without_a_label_are_marked_without_a_least_score(
    tmp_path: Path, job: Job, outcome: Outcome
) -> None:
    codes = outcome.prediction.labels.codes.copy()
    codes[:3] = -1
    labels = dataclasses.replace(outcome.prediction.labels, codes=codes)
    nameless = dataclasses.replace(outcome, prediction=dataclasses.replace(outcome.prediction, labels=labels))
    data = written(tmp_path / "out.h5ad", job, nameless)
    np.testing.assert_array_equal(data.obs["predicted.unassigned"].to_numpy(), codes < 0)


def test_the_querys_own_clusters_are_a_column_where_they_were_computed(
    tmp_path: Path, job: Job, outcome: Outcome
) -> None:
    assert "query.cluster" not in written(tmp_path / "without.h5ad", job, outcome).obs
    clusters = QueryClusters(np.arange(len(job.query.cells)) % 11, 0.8, 20)
    own = job.query.cells.assign(**{"query.cluster": "mine"})
    kept = dataclasses.replace(job, query=dataclasses.replace(job.query, cells=own))
    assert set(written(tmp_path / "own.h5ad", kept, outcome).obs["query.cluster"]) == {"mine"}
    data = written(tmp_path / "with.h5ad", kept, dataclasses.replace(outcome, query_clusters=clusters))
    column = data.obs["query.cluster"]
    assert list(column.cat.categories) == [str(number) for number in range(11)]
    assert [int(name) for name in column] == clusters.clusters.tolist()
    assert set(data.obs["query.cluster_before"]) == {"mine"}
    assert data.uns["anchorscope"]["query_clusters"] == {"resolution": 0.8, "n_neighbors": 20}
    colours = type_colours(column.cat.categories)
    assert data.uns["query.cluster_colors"].tolist() == [colours[name] for name in column.cat.categories]
    assert "query.cluster" in data.uns["anchorscope"]["columns"]
