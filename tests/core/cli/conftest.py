"""The tiny pair as files."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import pandas as pd
import pytest
from scipy import sparse

from anchorscope import coembedding, stages
from anchorscope.results import Query, Reference
from core.cli.calls import Call


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, pair: tuple[Reference, Query]) -> Path:
    """A folder with the tiny pair as rna.h5ad and atac.h5ad; not to be written to."""
    folder = tmp_path_factory.mktemp("files")
    reference, query = pair
    ad.AnnData(reference.counts, reference.cells, pd.DataFrame(index=reference.genes)).write_h5ad(folder / "rna.h5ad")
    ad.AnnData(query.counts, query.cells, pd.DataFrame(index=query.peaks.names)).write_h5ad(folder / "atac.h5ad")
    return folder


@pytest.fixture
def call(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    return Call(files, tmp_path / "out", capsys)


@pytest.fixture
def fast_joint_maps(fast_maps: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the map of both assays in no time, too."""
    monkeypatch.setattr(coembedding, "umaps", stages.umaps)


@pytest.fixture
def multiome(tmp_path: Path, pair: tuple[Reference, Query]) -> Path:
    """The tiny pair as one file, as if its cells were the same; 180 cells."""
    reference, query = pair
    n = query.counts.shape[0]
    both = sparse.hstack([reference.counts[:n], query.counts], format="csr")
    var = pd.DataFrame({"feature_types": ["Gene Expression"] * 300 + ["Peaks"] * query.counts.shape[1]},
                       index=[*reference.genes, *query.peaks.names])
    ad.AnnData(both, reference.cells.iloc[:n], var).write_h5ad(tmp_path / "both.h5ad")
    return tmp_path / "both.h5ad"
