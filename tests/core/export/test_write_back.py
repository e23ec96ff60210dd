"""Labels in the user's own file: everything else stays, and what cannot take them is left byte for byte."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest

from anchorscope.errors import Cancelled, OutputError
from anchorscope.export import check_write_back, labelled_query, write_back, write_h5ad
from anchorscope.io import read_query
from anchorscope.palette import UNASSIGNED, type_colours
from anchorscope.progress import CancelToken, Reporting
from anchorscope.results import Job, Labels, Outcome, QueryClusters

WRITTEN = ("obs/predicted.id", "obs/prediction.score.max", "obs/predicted.unassigned", "obs/prediction.novelty",
           "obsm/prediction_scores", "uns/prediction_scores_types", "uns/predicted.id_colors", "uns/anchorscope")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, job: Job) -> Path:
    """The query in a file with everything that users keep in one; not to be written to."""
    query, rng = job.query, np.random.default_rng(0)
    n, p = query.counts.shape
    cells = query.cells.assign(
        batch=pd.Categorical(["a", "b"] * (n // 2)), n_counts=np.arange(n), ok=[True, False] * (n // 2),
        note=[f"cell {number}" for number in range(n)], score=rng.random(n))
    data = ad.AnnData(query.counts, cells, pd.DataFrame({"width": np.arange(p)}, index=query.peaks.names),
                      uns={"title": "mine", "batch_colors": np.array(["#000000", "#ffffff"], dtype=object)},
                      obsm={"X_mine": rng.random((n, 3))}, layers={"twice": query.counts * 2},
                      obsp={"distances": query.counts @ query.counts.T})
    path = tmp_path_factory.mktemp("original") / "atac.h5ad"
    data.write_h5ad(path, compression="gzip")
    return path


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return Path(shutil.copy(original, tmp_path / "home" / "atac.h5ad"))


def read_from(job: Job, path: Path) -> Job:
    """The same job, its query read from `path`."""
    return dataclasses.replace(job, query=read_query(path))


def dumped(path: Path) -> dict[str, Any]:
    """Every dataset with type, filters and content, and all attributes, by name."""
    found: dict[str, Any] = {}

    def visit(name: str, item: Any) -> None:
        found[f"{name}@"] = sorted((key, str(value)) for key, value in item.attrs.items())
        if isinstance(item, h5py.Dataset):
            found[name] = (item.dtype, item.shape, item.compression, item.chunks, item[()].tobytes()
                           if item.dtype.kind != "O" else str(item[()]))

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def others(path: Path) -> dict[str, Any]:
    return {name: value for name, value in dumped(path).items()
            if not name.startswith(WRITTEN) and name != "obs@"}


def edited(path: Path, change: Callable[[Any], None]) -> None:
    with h5py.File(path, "r+") as file:
        change(file)


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def with_unassigned(outcome: Outcome, cells: list[int]) -> Outcome:
    codes = outcome.prediction.labels.codes.copy()
    codes[cells] = -1
    labels = Labels(outcome.prediction.labels.types, codes)
    return dataclasses.replace(outcome, prediction=dataclasses.replace(outcome.prediction, labels=labels))


# ---- when all is well -------------------------------------------------------------------------------------------


def test_the_labels_are_in_the_file_and_everything_else_is_as_it_was(path: Path, job: Job, outcome: Outcome) -> None:
    before, order = others(path), list(ad.read_h5ad(path).obs.columns)
    assert write_back(read_from(job, path), outcome) == path
    assert others(path) == before
    data, expected = ad.read_h5ad(path), labelled_query(job, outcome)
    assert list(data.obs.columns) == [*order, "predicted.id", "prediction.score.max", "prediction.novelty"]
    for name in ("predicted.id", "prediction.score.max", "prediction.novelty"):
        pd.testing.assert_series_equal(data.obs[name], expected.obs[name])
    assert data.obsm["prediction_scores"].dtype == np.float32
    assert np.array_equal(data.obsm["prediction_scores"], expected.obsm["prediction_scores"])
    for name in ("prediction_scores_types", "predicted.id_colors"):
        assert data.uns[name].tolist() == expected.uns[name].tolist()
    assert data.uns["title"] == "mine"
    assert listed(path.parent) == ["atac.h5ad"]


def test_the_run_is_on_record(path: Path, job: Job, outcome: Outcome) -> None:
    read = read_from(job, path)
    write_back(read, outcome)
    record = ad.read_h5ad(path).uns["anchorscope"]
    assert json.loads(record["recipe"]) == job.recipe.as_dict()
    assert record["inputs"]["query"]["sha256"] == read.query.recognised.sha256
    assert record["anchors"] == len(outcome.anchors)


def test_a_second_write_back_replaces_the_labels_of_the_first(path: Path, job: Job, outcome: Outcome) -> None:
    before = others(path)
    write_back(read_from(job, path), outcome)
    write_back(read_from(job, path), with_unassigned(outcome, [0, 5]))
    data = ad.read_h5ad(path)
    assert list(data.obs.columns).count("predicted.id") == 1
    assert (data.obs["predicted.id"] == UNASSIGNED).to_numpy().nonzero()[0].tolist() == [0, 5]
    types = list(data.obs["predicted.id"].cat.categories)
    colours = type_colours(outcome.prediction.labels.types)
    assert data.uns["predicted.id_colors"].tolist() == [colours[name] for name in types]
    assert others(path) == before


def test_a_labelled_file_of_our_own_takes_new_labels(tmp_path: Path, job: Job, outcome: Outcome) -> None:
    write_h5ad(tmp_path / "labelled.h5ad", job, outcome)
    write_back(read_from(job, tmp_path / "labelled.h5ad"), with_unassigned(outcome, [3]))
    assert ad.read_h5ad(tmp_path / "labelled.h5ad").obs["predicted.id"].iloc[3] == UNASSIGNED


def test_the_file_can_be_read_as_a_query_again(path: Path, job: Job, outcome: Outcome) -> None:
    write_back(read_from(job, path), outcome)
    query = read_query(path)
    assert (query.counts != job.query.counts).nnz == 0
    assert "predicted.id" in [column.name for column in query.recognised.label_columns]


def test_a_file_without_the_groups_gets_them(path: Path, job: Job, outcome: Outcome) -> None:
    def without(file: Any) -> None:
        for name in ("uns", "obsm", "obsp"):
            del file[name]

    edited(path, without)
    write_back(read_from(job, path), outcome)
    assert ad.read_h5ad(path).obsm["prediction_scores"].shape == outcome.prediction.scores.shape
    with h5py.File(path) as file:
        assert file["uns"].attrs["encoding-type"] == "dict"


def test_through_a_link_the_file_itself_is_written(path: Path, tmp_path: Path, job: Job, outcome: Outcome) -> None:
    link = tmp_path / "link.h5ad"
    try:
        link.symlink_to(path)
    except OSError:
        pytest.skip("this system makes no links")
    write_back(read_from(job, link), outcome)
    assert link.is_symlink()
    assert "predicted.id" in ad.read_h5ad(path).obs


def old_style(path: Path) -> None:
    """Turn the cell table into what anndata 0.7 wrote: categories apart, an older version on the table."""
    def change(file: Any) -> None:
        table = file["obs"]
        table.attrs["encoding-version"] = "0.1.0"
        for name in [name for name in table if isinstance(table[name], h5py.Group)]:
            codes, categories = table[name]["codes"][:], table[name]["categories"][:]
            del table[name]
            kept = table.require_group("__categories").create_dataset(
                name, data=categories, dtype=h5py.string_dtype())
            kept.attrs["ordered"] = False
            table.create_dataset(name, data=codes).attrs["categories"] = kept.ref

    edited(path, change)


@pytest.mark.filterwarnings("ignore:Element .* was written without encoding metadata")
def test_a_file_of_anndata_0_7(path: Path, job: Job, outcome: Outcome) -> None:
    old_style(path)
    before = others(path)
    own = ad.read_h5ad(path).obs
    write_back(read_from(job, path), outcome)
    assert others(path) == before
    found = ad.read_h5ad(path).obs
    pd.testing.assert_frame_equal(found[own.columns], own)
    assert found["predicted.id"].tolist() == labelled_query(job, outcome).obs["predicted.id"].tolist()
    # The old anndata knows no categories within the table.
    with h5py.File(path) as file:
        assert isinstance(file["obs/predicted.id"], h5py.Dataset)


# ---- what is refused --------------------------------------------------------------------------------------------


def own_column(file: Any) -> None:
    ad.io.write_elem(file["obs"], "predicted.id", np.array(["mine"] * 180, dtype=object))


def own_scores(file: Any) -> None:
    ad.io.write_elem(file["obsm"], "prediction_scores", np.zeros((180, 2)))


def own_words(file: Any) -> None:
    own_column(file)
    file["uns"].create_dataset("anchorscope", data="a note of mine")


def own_record(file: Any) -> None:
    own_column(file)
    ad.io.write_elem(file["uns"], "anchorscope", {"note": "mine"})


def only_words(file: Any) -> None:
    file["uns"].create_dataset("anchorscope", data="a note of mine")


def only_a_record(file: Any) -> None:
    ad.io.write_elem(file["uns"], "anchorscope", {"note": "mine"})


def own_colours(file: Any) -> None:
    ad.io.write_elem(file["uns"], "predicted.id_colors", np.array(["#000000"], dtype=object))


@pytest.mark.parametrize(("change", "part"), [
    (only_words, "found “anchorscope” of your own in uns; rename it, or write a new file"),
    (only_a_record, "found “anchorscope” of your own in uns"),
    (own_colours, "found “predicted.id_colors” of your own in uns"),
    (own_column, "found “predicted.id” of your own in obs; rename it, or write a new file"),
    (own_scores, "found “prediction_scores” of your own in obsm"),
    (own_words, "found “predicted.id” of your own in obs"),
    (own_record, "found “predicted.id” of your own in obs"),
])
def test_what_is_the_users_own_is_never_replaced(
    path: Path, job: Job, outcome: Outcome, change: Callable[[Any], None], part: str
) -> None:
    edited(path, change)
    refused(path, read_from(job, path), outcome, part)


def refused(path: Path, job: Job, outcome: Outcome, part: str, *, at_once: bool = True) -> None:
    before, names = path.read_bytes(), listed(path.parent)
    if at_once:
        with pytest.raises(OutputError):
            check_write_back(job)
    with pytest.raises(OutputError) as found:
        write_back(job, outcome)
    sentence = str(found.value)
    assert sentence.startswith("Cannot write ")
    assert part in sentence
    assert path.read_bytes() == before
    assert listed(path.parent) == names


def test_a_file_that_changed_since_it_was_read(path: Path, job: Job, outcome: Outcome) -> None:
    read = read_from(job, path)
    edited(path, lambda file: file.attrs.create("later", 1))
    refused(path, read, outcome, "found a file that has changed since it was read; open it again", at_once=False)


def test_a_file_with_other_cells(path: Path, job: Job, outcome: Outcome) -> None:
    read = read_from(job, path)
    ad.read_h5ad(path)[:100].copy().write_h5ad(path)
    refused(path, read, outcome, "found 100 cells where 180 were labelled")


def test_a_file_that_is_no_h5ad(path: Path, job: Job, outcome: Outcome) -> None:
    read = read_from(job, path)
    recognised = dataclasses.replace(read.query.recognised, format="10x h5")
    other = dataclasses.replace(read, query=dataclasses.replace(read.query, recognised=recognised))
    refused(path, other, outcome, "found a file of the format 10x h5; write the labels into a new h5ad file")


def test_a_file_before_anndata_0_7(path: Path, job: Job, outcome: Outcome) -> None:
    read = read_from(job, path)

    def as_one_table(file: Any) -> None:
        index = file["obs"]["_index"][:]
        del file["obs"]
        file["obs"] = np.array([(name,) for name in index], dtype=[("index", "S40")])

    edited(path, as_one_table)
    refused(path, read, outcome, "a cell table as anndata wrote it before version 0.7")


def test_a_file_that_is_gone(path: Path, job: Job, outcome: Outcome) -> None:
    read = read_from(job, path)
    path.unlink()
    with pytest.raises(OutputError, match="found no such file"):
        write_back(read, outcome)
    assert listed(path.parent) == []


@pytest.mark.parametrize(("guarded", "part"), [
    ("file", "found a file that is write-protected"), ("folder", "found no permission to write there")])
def test_a_protected_file_or_folder(
    path: Path, job: Job, outcome: Outcome, monkeypatch: pytest.MonkeyPatch, guarded: str, part: str
) -> None:
    read = read_from(job, path)
    closed = path if guarded == "file" else path.parent
    # Modes keep neither root nor Windows from writing.
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != closed)
    refused(path, read, outcome, part)


@pytest.mark.parametrize("stop_at", [0.0, 0.3, 0.6])
def test_a_cancelled_write_back_leaves_the_file(path: Path, job: Job, outcome: Outcome, stop_at: float) -> None:
    read, before, token = read_from(job, path), path.read_bytes(), CancelToken()

    def stop(fraction: float) -> None:
        if fraction >= stop_at:
            token.cancel()

    with pytest.raises(Cancelled):
        write_back(read, outcome, Reporting(stop, token))
    assert path.read_bytes() == before
    assert listed(path.parent) == ["atac.h5ad"]


def test_a_full_disk_leaves_the_file(
    path: Path, job: Job, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    read = read_from(job, path)
    monkeypatch.setattr(shutil, "copy2", full)
    refused(path, read, outcome, "found a full disk; free some space", at_once=False)


def test_marks_of_doubt_come_and_go_with_the_least_score(path: Path, job: Job, outcome: Outcome) -> None:
    job, least = read_from(job, path), float(np.median(outcome.prediction.best))
    recipe = dataclasses.replace(job.recipe, transfer=job.recipe.transfer.replaced(min_score=least))
    write_back(dataclasses.replace(job, recipe=recipe), outcome)
    marked = ad.read_h5ad(path).obs["predicted.unassigned"]
    np.testing.assert_array_equal(marked.to_numpy(), outcome.prediction.best < least)
    write_back(read_from(job, path), outcome)
    assert "predicted.unassigned" not in ad.read_h5ad(path).obs


def test_the_querys_own_clusters_come_and_go_with_the_run(path: Path, job: Job, outcome: Outcome) -> None:
    clustered = dataclasses.replace(outcome, query_clusters=QueryClusters(np.arange(len(job.query.cells)) % 3, 0.8, 20))
    write_back(read_from(job, path), clustered)
    data = ad.read_h5ad(path)
    assert data.obs["query.cluster"].astype(int).tolist() == clustered.query_clusters.clusters.tolist()
    assert data.uns["query.cluster_colors"].tolist() == [type_colours("012")[name] for name in "012"]
    write_back(read_from(job, path), outcome)
    assert "query.cluster" not in ad.read_h5ad(path).obs
    assert "query.cluster_colors" not in ad.read_h5ad(path).uns


@pytest.mark.parametrize("doubt", [False, True])
def test_a_column_that_the_user_made_after_a_write_back_is_never_replaced_or_removed(
    path: Path, job: Job, outcome: Outcome, doubt: bool
) -> None:
    write_back(read_from(job, path), outcome)  # without a threshold, so without this column
    data = ad.read_h5ad(path)
    data.obs["predicted.unassigned"] = "mine"
    data.write_h5ad(path)
    again = with_unassigned(outcome, [1]) if doubt else outcome
    refused(path, read_from(job, path), again, "“predicted.unassigned” of your own in obs; rename it")


def test_a_column_of_an_earlier_version_without_a_list_of_its_columns_is_replaced(
    path: Path, job: Job, outcome: Outcome
) -> None:
    write_back(read_from(job, path), with_unassigned(outcome, [1]))
    edited(path, lambda file: file["uns/anchorscope"].pop("columns"))
    write_back(read_from(job, path), outcome)
    assert "predicted.unassigned" not in ad.read_h5ad(path).obs


def test_a_column_of_clusters_of_the_users_own_is_never_replaced_or_removed(
    path: Path, job: Job, outcome: Outcome
) -> None:
    write_back(read_from(job, path), outcome)
    data = ad.read_h5ad(path)
    data.obs["query.cluster"] = "mine"
    data.write_h5ad(path)
    write_back(read_from(job, path), outcome)
    assert set(ad.read_h5ad(path).obs["query.cluster"]) == {"mine"}
    before, own = path.read_bytes(), read_from(job, path)
    clusters = QueryClusters(np.zeros(len(job.query.cells), dtype=np.int64), 0.8, 20)
    with pytest.raises(OutputError, match=r"“query\.cluster” of your own in obs"):
        write_back(own, dataclasses.replace(outcome, query_clusters=clusters))
    assert path.read_bytes() == before


def clustered(outcome: Outcome) -> Outcome:
    n = len(outcome.prediction.best)
    return dataclasses.replace(outcome, query_clusters=QueryClusters(np.arange(n) % 3, 0.8, 20))


def my_colours(file: Any) -> None:
    ad.io.write_elem(file["uns"], "query.cluster_colors", np.array(["#000000"] * 3, dtype=object))


@pytest.mark.parametrize("after", [False, True])
def test_colours_of_the_users_own_are_never_replaced_or_removed(
    path: Path, job: Job, outcome: Outcome, after: bool
) -> None:
    if after:
        write_back(read_from(job, path), outcome)  # without clusters, so without these colours
    edited(path, my_colours)
    write_back(read_from(job, path), outcome)
    assert ad.read_h5ad(path).uns["query.cluster_colors"].tolist() == ["#000000"] * 3
    refused(path, read_from(job, path), clustered(outcome),
            "“query.cluster_colors” of your own in uns; rename it, or write a new file", at_once=False)


@pytest.mark.parametrize("lists", [("entries",), ("entries", "columns")])
def test_colours_of_an_earlier_version_without_a_list_of_its_entries_are_replaced(
    path: Path, job: Job, outcome: Outcome, lists: tuple[str, ...]
) -> None:
    write_back(read_from(job, path), clustered(outcome))

    def forget(file: Any) -> None:
        for name in lists:
            file["uns/anchorscope"].pop(name)

    edited(path, forget)
    write_back(read_from(job, path), outcome)
    assert "query.cluster_colors" not in ad.read_h5ad(path).uns
