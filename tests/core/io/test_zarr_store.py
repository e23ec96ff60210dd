"""A Zarr store reads as the h5ad file of the same data."""

from __future__ import annotations

import shutil
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope.counts import in_memory
from anchorscope.errors import InputError
from anchorscope.io import inspect, read_reference
from anchorscope.scratch import VARIABLE, OnDisk, holding_at_most
from core.samples import poisson

pytestmark = pytest.mark.filterwarnings(
    "ignore:Writing zarr v2", "ignore:zarr v3 autosharding", "ignore:Consolidated metadata")


@pytest.fixture
def data() -> ad.AnnData:
    genes = ["CD8A", "MS4A1", "LYZ", "GNLY", "PPBP", "IL7R"]
    return ad.AnnData(sparse.csr_matrix(poisson(30, 6).astype(np.float32)), var=pd.DataFrame(index=genes),
                      obs=pd.DataFrame({"kind": pd.Categorical(["a", "b"] * 15)}, index=[f"c{n}" for n in range(30)]))


@pytest.mark.parametrize("version", [2, 3])
def test_a_store_of_either_format_is_read(tmp_path: Path, data: ad.AnnData, version: int) -> None:
    with ad.settings.override(zarr_write_format=version):
        data.write_zarr(tmp_path / "rna.zarr")
    data.write_h5ad(tmp_path / "rna.h5ad")
    found, expected = read_reference(tmp_path / "rna.zarr"), read_reference(tmp_path / "rna.h5ad")
    assert found.recognised.format == "Zarr"
    assert (found.counts != expected.counts).nnz == 0
    assert found.genes.tolist() == expected.genes.tolist()
    pd.testing.assert_frame_equal(found.cells, expected.cells)
    assert len(found.recognised.sha256) == 64


def test_a_large_store_stays_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: ad.AnnData) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "scratch"))
    data.write_zarr(tmp_path / "rna.zarr")
    with holding_at_most(5):
        found = read_reference(tmp_path / "rna.zarr")
    assert isinstance(found.counts, OnDisk)
    assert (in_memory(found.counts) != data.X).nnz == 0


def test_a_damaged_store_is_refused_in_a_sentence(tmp_path: Path, data: ad.AnnData) -> None:
    data.write_zarr(tmp_path / "rna.zarr")
    shutil.rmtree(tmp_path / "rna.zarr" / "X" / "indptr")
    with pytest.raises(InputError, match=r"Cannot read rna\.zarr: found a Zarr store that is damaged"):
        read_reference(tmp_path / "rna.zarr")


def test_a_store_of_something_else_is_refused(tmp_path: Path) -> None:
    import zarr

    zarr.create_group(tmp_path / "other.zarr")
    with pytest.raises(InputError, match="a Zarr store without cells and features"):
        inspect(tmp_path / "other.zarr")
