"""Seurat's own inputs and outputs, read once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from anchorscope import io
from anchorscope.blocks import InMemory
from anchorscope.preprocess.panel import labels_from_names
from anchorscope.results import Anchors


class Expected:
    """What Seurat wrote for one data set: tables by name, anchors and embeddings as arrays."""

    def __init__(self, folder):
        self.folder = folder

    def table(self, name):
        return pd.read_csv(self.folder / f"{name}.tsv.gz", sep="\t")

    def lines(self, name):
        return pd.read_csv(self.folder / name, header=None, keep_default_na=False)[0].to_numpy(dtype=object)

    def embeddings(self, name):
        return self.table(name).set_index("cell").to_numpy()

    def anchors(self):
        table = self.table("anchors")
        return Anchors(table["cell1"].to_numpy() - 1, table["cell2"].to_numpy() - 1, table["score"].to_numpy())

    def predicted(self, cells):
        return self.table("predictions").set_index("cell").loc[cells, "predicted.id"].to_numpy(dtype=object)


@pytest.fixture(scope="session")
def pbmc(shared_data):
    """The blood data: counts as arrays, names, labels."""
    folder = shared_data / "pbmc_multiome"
    rna, atac = ad.read_h5ad(folder / "rna.h5ad"), ad.read_h5ad(folder / "atac.h5ad")
    return SimpleNamespace(
        rna=InMemory(rna.X), atac=InMemory(atac.X), genes=rna.var_names, peaks=atac.var_names, cells=rna.obs_names,
        labels=labels_from_names(rna.obs["cell_type"].astype(str).to_numpy(dtype=object)))


@pytest.fixture(scope="session")
def expected(seurat_expected):
    """What Seurat computed for the blood data with CCA."""
    return Expected(seurat_expected / "pbmc_multiome_cca")


@pytest.fixture(scope="session")
def annoy():
    """The neighbours that Seurat's approximate search found (see make_annoy_neighbors.py)."""
    with np.load(Path(__file__).with_name("annoy_neighbors.npz")) as stored:
        return {name: stored[name].astype(np.int64) for name in stored}


@pytest.fixture(scope="session")
def files(shared_data, seurat_expected):
    """Loaded reference and query of a data set, and what Seurat made of it."""
    def load(name):
        folder = shared_data / name
        reference, query = io.read_reference(folder / "rna.h5ad"), io.read_query(folder / "atac.h5ad")
        return reference, query, Expected(seurat_expected / f"{name}_cca")
    return load
