"""`anchorscope compare`."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from core.cli.calls import Call, in_one_sentence


def compare(call: Call, *words: object, **changes: Any) -> tuple[int, str, str]:
    options: dict[str, Any] = {
        "reference": call.files / "rna.h5ad", "query": call.files / "atac.h5ad", "labels": "cell_type",
        "models": "body-promoter, maestro", "reductions": "cca"}
    return call.run("compare", *words, **options | changes)


def test_the_table_is_printed_and_written(call: Call) -> None:
    code, out, err = compare(call, truth="cell_type", out=call.out / "table.csv")
    assert code == 0, err
    assert "accuracy" in out
    assert str(call.out / "table.csv") in out
    with (call.out / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["model"], row["reduction"]) for row in rows[:2]] == [("body-promoter", "cca"), ("maestro", "cca")]
    assert all(0.5 < float(row["accuracy"]) <= 1 for row in rows[:2])
    assert call.written() == ["table.csv"]


def test_what_the_data_do_not_allow_is_a_row_with_its_reason(call: Call) -> None:
    code, out, err = compare(call, models="body-promoter,fragments")
    assert code == 0, err
    assert "fragments" in out
    assert "agreement" in out
    assert call.written() == []


@pytest.mark.parametrize(("changes", "part"), [
    ({"models": "arch"}, "archr, maestro, co-accessibility, fragments: found 'arch'"),
    ({"models": ""}, "“Model” must be one of"),
    ({"reductions": "cca,pca"}, "“Shared space” must be one of cca, rpca, pcaproject: found 'pca'"),
    ({"query": "none.h5ad"}, "none.h5ad: found no such file"),
    ({"labels": "kind"}, "The reference has no column “kind”"),
    ({"truth": "kind"}, "The query has no column “kind”"),
    ({"out": "none/table.csv"}, "no folder"),
    ({"mapping": "none.csv"}, "none.csv: found no such file"),
])
def test_what_is_wrong_is_told_before_the_work(call: Call, changes: dict[str, Any], part: str) -> None:
    code, out, err = compare(call, **{"out": call.out / "table.csv"} | changes)
    assert code == 2
    assert part in in_one_sentence(err)
    assert "%" not in err
    assert out == ""
    assert call.written() == []


def test_unknown_models_are_told_before_the_files_are_read(call: Call) -> None:
    assert "“Model” must be" in compare(call, models="x", query="none.h5ad")[2]


def test_settings_of_maps_mean_nothing_here(call: Call) -> None:
    assert "no group of settings “umap” here" in in_one_sentence(compare(call, "--set", "umap.n_neighbors=5")[2])
