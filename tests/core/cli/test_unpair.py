"""`anchorscope unpair`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
import pytest

from core.cli.calls import Call, in_one_sentence


def unpair(call: Call, *files: object, **changes: Any) -> tuple[int, str, str]:
    options: dict[str, Any] = {"out_reference": call.out / "rna.h5ad", "out_query": call.out / "atac.h5ad",
                               "key": call.out / "key.csv"}
    return call.run("unpair", *files, **options | changes)


@pytest.fixture
def two(call: Call, tmp_path: Path) -> tuple[Path, Path]:
    """RNA and ATAC file of 200 and 180 cells that share 170 barcodes; the ATAC file has no cell types."""
    rna, atac = (ad.read_h5ad(call.files / name) for name in ("rna.h5ad", "atac.h5ad"))
    rna.obs_names = [f"cell{number}-1" for number in range(200)]
    atac.obs_names = [f"cell{number}-1" for number in range(30, 210)]
    del atac.obs["cell_type"]
    rna.write_h5ad(tmp_path / "one.h5ad")
    atac.write_h5ad(tmp_path / "two.h5ad")
    return tmp_path / "one.h5ad", tmp_path / "two.h5ad"


def test_a_multiome_becomes_two_files_and_a_key(call: Call, multiome: Path) -> None:
    code, out, err = unpair(call, multiome)
    assert code == 0, err
    assert "180 RNA and 180 ATAC cells, 180 of them the same." in out
    assert call.written() == ["atac.h5ad", "key.csv", "rna.h5ad"]
    rna, atac = (ad.read_h5ad(call.out / name) for name in ("rna.h5ad", "atac.h5ad"))
    assert (rna.n_vars, rna.n_obs) == (300, 180)
    assert list(atac.var.columns) == ["chrom", "start", "end"]
    key = pd.read_csv(call.out / "key.csv")
    assert key["query"].tolist() == key["reference"].tolist() == atac.obs_names.tolist()


@pytest.mark.parametrize("turned", [False, True])
def test_two_files_that_share_barcodes(call: Call, two: tuple[Path, Path], turned: bool) -> None:
    code, out, err = unpair(call, *(reversed(two) if turned else two))
    assert code == 0, err
    assert "200 RNA and 180 ATAC cells, 170 of them the same." in out
    rna, atac = (ad.read_h5ad(call.out / name) for name in ("rna.h5ad", "atac.h5ad"))
    assert atac.obs["cell_type"].isna().sum() == 10
    shared = atac.obs_names.intersection(rna.obs_names)
    assert len(shared) == 170
    assert (atac.obs.loc[shared, "cell_type"].astype(str) == rna.obs.loc[shared, "cell_type"].astype(str)).all()


@pytest.mark.usefixtures("fast_maps")
def test_the_parts_can_be_transferred_and_graded(call: Call, multiome: Path) -> None:
    assert unpair(call, multiome, key=None)[0] == 0
    code, out, err = call(reference=call.out / "rna.h5ad", query=call.out / "atac.h5ad", truth="cell_type")
    assert code == 0, err
    assert "(180 cells graded)" in out


def test_bad_input(call: Call, files: Path, multiome: Path) -> None:
    for given, part in (
        ([files / "rna.h5ad"], "is no multiome: found RNA features only"),
        ([files / "rna.h5ad", files / "atac.h5ad"], "barcode"),
        ([multiome] * 3, "A multiome is one file or two: found 3 files"),
        ([multiome.with_name("none.h5")], "none.h5: found no such file"),
    ):
        code, out, err = unpair(call, *given)
        assert code == 2
        assert part in in_one_sentence(err)
        assert (out, call.written()) == ("", [])


def test_no_part_takes_the_place_of_the_multiome_or_of_the_other(call: Call, multiome: Path) -> None:
    before = multiome.read_bytes()
    for changes in ({"out_query": multiome}, {"out_query": call.out / "rna.h5ad"}, {"key": call.out / "rna.h5ad"}):
        code, _, err = unpair(call, multiome, **changes)
        assert code == 2
        assert "among the other files of this run" in in_one_sentence(err)
    assert multiome.read_bytes() == before
    assert call.written() == []
