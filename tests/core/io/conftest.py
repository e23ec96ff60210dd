"""Files that the readers' tests write themselves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope.io import read_gene_table

Writer = Callable[..., Path]


@pytest.fixture
def counts() -> np.ndarray:
    """12 cells x 9 features, every cell and feature with counts, uint8."""
    values = np.random.default_rng(0).poisson(1.0, (12, 9)).astype(np.uint8)
    values[:, 0] = 1
    values[0] += 1
    return values


@pytest.fixture
def gene_names() -> list[str]:
    return ["IL7R", "CD8A", "MS4A1", "GNLY", "LYZ", "FCER1A", "PPBP", "MT-ND1", "HLA-A"]


@pytest.fixture
def peak_names() -> list[str]:
    """Peaks at the starts of nine genes of GRCh38."""
    genes = read_gene_table("GRCh38")
    rows = range(0, 900, 100)
    return [f"{genes.chrom[row]}:{genes.tss[row] - 100}-{genes.tss[row] + 100}" for row in rows]


@pytest.fixture
def write_h5ad(tmp_path: Path) -> Writer:
    """Write an h5ad from any matrix, feature names and further parts of an AnnData."""

    def write(matrix, names, *, name: str = "data.h5ad", barcodes: list[str] | None = None, **more) -> Path:
        n_cells = 12 if matrix is None else matrix.shape[0]
        obs = more.pop("obs", pd.DataFrame(index=barcodes or [f"cell{number}" for number in range(n_cells)]))
        var = more.pop("var", None)
        var = pd.DataFrame(index=list(names)) if var is None else var
        ad.AnnData(X=matrix, obs=obs, var=var, **more).write_h5ad(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def write_tenx(tmp_path: Path) -> Writer:
    """Write a 10x HDF5 matrix of layout 3."""

    def write(matrix, names, types, *, ids=None, name: str = "matrix.h5", group: str = "matrix") -> Path:
        with h5py.File(tmp_path / name, "a") as file:
            node = _write_matrix(file.create_group(group), matrix)
            features = {"name": names, "id": ids or names, "feature_type": types, "genome": ["GRCh38"] * len(names)}
            for key, values in features.items():
                node.create_dataset(f"features/{key}", data=np.array(values, dtype="S40"))
        return tmp_path / name

    return write


@pytest.fixture
def write_tenx_v2(tmp_path: Path) -> Writer:
    """Add one genome to a 10x HDF5 matrix of layout 2."""

    def write(matrix, names, *, ids=None, genome: str = "hg19", name: str = "old.h5") -> Path:
        with h5py.File(tmp_path / name, "a") as file:
            node = _write_matrix(file.create_group(genome), matrix)
            node["gene_names"] = np.array(names, dtype="S40")
            node["genes"] = np.array(ids or names, dtype="S40")
        return tmp_path / name

    return write


def _write_matrix(node, matrix):
    rows = sparse.csr_matrix(matrix)
    node["barcodes"] = np.array([f"AAAC{number}-1" for number in range(rows.shape[0])], dtype="S20")
    node["shape"] = np.array(rows.shape[::-1])
    # Cell Ranger does not sort the features of a cell.
    order = np.concatenate([np.arange(start, end)[::-1] for start, end in pairwise(rows.indptr)])
    node["data"], node["indices"] = rows.data[order].astype(np.int32), rows.indices[order].astype(np.int64)
    node["indptr"] = rows.indptr.astype(np.int64)
    return node
