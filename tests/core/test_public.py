"""The public interface: a short list in pipeline order, each name real, nothing imported before it is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import anchorscope
from anchorscope import export, io
from anchorscope.results import Query, Reference


def test_every_public_name_exists_and_is_documented() -> None:
    for name in anchorscope.__all__:
        found = getattr(anchorscope, name)
        assert isinstance(found, str) or found.__doc__, name


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(anchorscope.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imported = {alias.asname or alias.name for node in block.body if isinstance(node, ast.ImportFrom)
                for alias in node.names}
    assert imported == set(anchorscope.__all__)


def test_no_public_name_hides_a_module() -> None:
    folder = Path(anchorscope.__file__).parent
    assert not {path.stem for path in folder.iterdir()} & set(anchorscope.__all__)


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = anchorscope.nonsense


def test_importing_the_package_imports_no_library() -> None:
    code = ("import sys, anchorscope; heavy = {'numpy', 'scipy', 'pandas', 'anndata', 'sklearn', 'numba', 'h5py'}; "
            "sys.exit(bool(heavy & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], check=False, env=_environment()).returncode == 0


def test_anndata_is_read_as_the_file_would_be(tmp_path: Path, pair: tuple[Reference, Query]) -> None:
    reference, query = pair
    rna, atac = export.reference_anndata(reference), export.query_anndata(query)
    for data, name in ((rna, "rna.h5ad"), (atac, "atac.h5ad")):
        data.write_h5ad(tmp_path / name)
    from_object, from_file = anchorscope.reference_from_anndata(rna), io.read_reference(tmp_path / "rna.h5ad")
    assert (from_object.counts != from_file.counts).nnz == 0
    assert from_object.genes.tolist() == from_file.genes.tolist()
    assert from_object.cells.equals(from_file.cells)
    peaks_of_object, peaks_of_file = anchorscope.query_from_anndata(atac), io.read_query(tmp_path / "atac.h5ad")
    assert (peaks_of_object.counts != peaks_of_file.counts).nnz == 0
    np.testing.assert_array_equal(peaks_of_object.peaks.start, peaks_of_file.peaks.start)
    assert peaks_of_object.recognised.assembly == "GRCh38"


def test_anndata_that_is_given_is_not_changed(pair: tuple[Reference, Query]) -> None:
    data = export.reference_anndata(pair[0])
    before = data.copy()
    anchorscope.reference_from_anndata(data)
    assert (data.X != before.X).nnz == 0
    assert data.obs.equals(before.obs)


def _environment() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": str(Path(anchorscope.__file__).parents[1])}
