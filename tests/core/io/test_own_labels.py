"""A file that Anchorscope labelled, read again: who was left unassigned has no label, unless that is asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from anchorscope.export.h5ad import write_h5ad
from anchorscope.export.labels import write_labels_csv
from anchorscope.io import read_labels, read_query, read_reference, with_labels
from anchorscope.io.from_anndata import query_from_anndata
from anchorscope.io.labels import labels_from_column
from anchorscope.palette import UNASSIGNED
from anchorscope.parameters import AS_IS, AUTOMATIC, Repairs
from anchorscope.results import Job, Outcome, Query, Reference

COLUMN = "predicted.id"
KEPT = Repairs(unassigned=AS_IS)


@pytest.fixture(scope="module")
def abstained(job: Job, outcome: Outcome) -> Job:
    """A job that leaves about a third of the cells unassigned."""
    least = round(float(np.quantile(outcome.prediction.best, 0.3)), 2)
    transfer = job.recipe.transfer.replaced(min_score=least)
    return dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, transfer=transfer))


@pytest.fixture(scope="module")
def nameless(abstained: Job, outcome: Outcome) -> np.ndarray:
    found = outcome.prediction.best < abstained.recipe.transfer.min_score
    assert 0 < found.sum() < len(found)
    return found


@pytest.fixture
def labelled(abstained: Job, outcome: Outcome, tmp_path: Path) -> Path:
    write_h5ad(tmp_path / "labelled.h5ad", abstained, outcome)
    return tmp_path / "labelled.h5ad"


def names_of(side: Query | Reference, column: str = COLUMN) -> np.ndarray:
    return labels_from_column(side.cells, column, "query").names


def repairs(side: Query | Reference) -> list:
    return [one for one in side.recognised.repairs if one.name == "unassigned"]


def check_unlabelled(side: Query | Reference, nameless: np.ndarray, column: str = COLUMN) -> None:
    np.testing.assert_array_equal(names_of(side, column) == "", nameless)
    assert all(UNASSIGNED not in one.types for one in side.recognised.label_columns)
    sentence = (f"{nameless.sum()} cells called “Unassigned” by Anchorscope in “{column}”: read as cells without a "
                "label.")
    assert side.recognised.notes.count(sentence) == 1
    (repair,) = repairs(side)
    assert (repair.done, repair.choices) == ("read as cells without a label", (AS_IS,))


def check_kept(side: Query | Reference, nameless: np.ndarray, column: str = COLUMN) -> None:
    np.testing.assert_array_equal(names_of(side, column) == UNASSIGNED, nameless)
    assert not any(UNASSIGNED in note for note in side.recognised.notes)
    (repair,) = repairs(side)
    assert (repair.done, repair.choices) == ("", (AUTOMATIC,))


def test_who_was_left_unassigned_has_no_label_and_that_can_be_undone(labelled: Path, nameless: np.ndarray) -> None:
    check_unlabelled(read_query(labelled), nameless)
    check_kept(read_query(labelled, repairs=KEPT), nameless)


@pytest.mark.filterwarnings("ignore:Writing zarr v2", "ignore:zarr v3 autosharding", "ignore:Consolidated metadata")
def test_a_store_and_an_object_in_memory_are_read_alike(labelled: Path, nameless: np.ndarray, tmp_path: Path) -> None:
    data = ad.read_h5ad(labelled)
    check_unlabelled(query_from_anndata(data), nameless)
    data.obs[COLUMN] = data.obs[COLUMN].astype(str).astype(object)
    check_unlabelled(query_from_anndata(data), nameless)
    data.write_zarr(tmp_path / "labelled.zarr")
    check_unlabelled(read_query(tmp_path / "labelled.zarr"), nameless)


def test_as_a_reference_too(
    labelled: Path, nameless: np.ndarray, pair: tuple[Reference, Query], tmp_path: Path
) -> None:
    data, n = ad.read_h5ad(labelled), len(nameless)
    genes = ad.AnnData(pair[0].counts[:n], data.obs, pd.DataFrame(index=pair[0].genes), data.uns)
    genes.write_h5ad(tmp_path / "rna.h5ad")
    check_unlabelled(read_reference(tmp_path / "rna.h5ad"), nameless)


@pytest.mark.parametrize("change", ["no record", "column of another", "record of a table"])
def test_a_column_that_is_not_ours_stays_as_it_is(labelled: Path, nameless: np.ndarray, change: str) -> None:
    data = ad.read_h5ad(labelled)
    if change == "no record":
        del data.uns["anchorscope"]
    elif change == "column of another":
        data.uns["anchorscope"]["columns"] = np.array(["query.cluster"], dtype=object)
    else:
        data.uns["anchorscope"] = {"model": "archr", "assembly": "GRCh38"}  # as gene activity has it
    found = query_from_anndata(data)
    np.testing.assert_array_equal(names_of(found) == UNASSIGNED, nameless)
    assert not repairs(found)


def test_a_record_of_before_columns_were_listed_is_ours(labelled: Path, nameless: np.ndarray) -> None:
    data = ad.read_h5ad(labelled)
    del data.uns["anchorscope"]["columns"]
    check_unlabelled(query_from_anndata(data), nameless)


def test_other_columns_and_a_file_that_named_every_cell_are_left_alone(
    job: Job, outcome: Outcome, tmp_path: Path
) -> None:
    cells = job.query.cells.assign(mine=[UNASSIGNED, "B"] * (len(job.query.cells) // 2))
    named = dataclasses.replace(job, query=dataclasses.replace(job.query, cells=cells))
    write_h5ad(tmp_path / "named.h5ad", named, outcome)
    found = read_query(tmp_path / "named.h5ad")
    assert not repairs(found)
    assert (names_of(found, "mine") == UNASSIGNED).sum() == len(cells) // 2


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_a_table_of_labels_of_ours_is_read_alike(
    abstained: Job, outcome: Outcome, nameless: np.ndarray, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"labels{suffix}"
    write_labels_csv(path, abstained, outcome)
    check_unlabelled(with_labels(abstained.query, read_labels(path)), nameless)
    taken = dataclasses.replace(
        abstained.query, cells=abstained.query.cells.assign(**{COLUMN: "B"}),
        recognised=dataclasses.replace(abstained.query.recognised, settings=KEPT))
    check_kept(with_labels(taken, read_labels(path)), nameless, f"{COLUMN} (labels)")


def test_a_table_of_another_program_stays_as_it_is(job: Job, tmp_path: Path) -> None:
    path = tmp_path / "seurat.csv"
    lines = [f"{name},{UNASSIGNED if place % 3 else 'B'}" for place, name in enumerate(job.query.cells.index)]
    path.write_text("\n".join([f"barcode,{COLUMN}", *lines]))
    found = with_labels(job.query, read_labels(path))
    assert UNASSIGNED in names_of(found)
    assert not repairs(found)
