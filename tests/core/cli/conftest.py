"""The tiny pair as files."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import pandas as pd
import pytest

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
