"""h5mu files: RNA and ATAC of cells that need not be the same."""

from __future__ import annotations

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
from anndata.io import write_elem
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.io import inspect, read_multiome, read_query, read_reference
from anchorscope.parameters import Repairs

CELLS = [f"AAAC{number}-1" for number in range(12)]


@pytest.fixture
def write_h5mu(tmp_path):
    """Write modalities, and the common cell table, as mudata does."""
    def write(common=None, **modalities):
        cells = list(dict.fromkeys(cell for data in modalities.values() for cell in data.obs_names))
        path = tmp_path / "data.h5mu"
        with h5py.File(path, "w") as file:
            for name, data in modalities.items():
                write_elem(file, f"mod/{name}", data)
            write_elem(file, "obs", pd.DataFrame(common or {}, index=cells))
        return path
    return write


def data(values, names, cells=CELLS, **more):
    return ad.AnnData(sparse.csr_matrix(values.astype(np.float32)), pd.DataFrame(more, index=cells),
                      pd.DataFrame(index=list(names)))


def test_both_sides_of_the_same_cells(write_h5mu, counts, gene_names, peak_names) -> None:
    types = ["B", "T"] * 6
    path = write_h5mu({"celltype": types, "rna:own": types}, rna=data(counts, gene_names, own=types),
                      atac=data(counts[::-1], peak_names))
    reference, query = read_multiome(path)
    assert np.array_equal(reference.counts.toarray(), counts)
    assert np.array_equal(query.counts.toarray(), counts[::-1])
    assert np.array_equal(query.pairing, np.arange(12))
    assert (reference.recognised.format, reference.recognised.kind) == ("h5mu", "multiome")
    assert reference.recognised.modalities == ("rna", "atac")
    assert {column.name for column in reference.recognised.label_columns} == {"own", "celltype"}
    assert {column.name for column in query.recognised.label_columns} == {"celltype"}


def test_pairing_is_by_barcode(write_h5mu, counts, gene_names, peak_names) -> None:
    path = write_h5mu(rna=data(counts[:8], gene_names, CELLS[:8]),
                      atac=data(counts[::-1][:10], peak_names, CELLS[::-1][:10]))
    reference, query = read_multiome(path)
    assert list(query.pairing) == [-1, -1, -1, -1, 7, 6, 5, 4, 3, 2]
    assert (reference.recognised.n_cells, query.recognised.n_cells) == (8, 10)
    assert "4 cells are not in the reference and have no answer there." in query.recognised.notes


def test_modalities_of_unusual_names_are_told_by_their_features(write_h5mu, counts, gene_names, peak_names) -> None:
    path = write_h5mu(prot=data(counts[:, :1], ["AB1"]), first=data(counts, peak_names),
                      second=data(counts, gene_names))
    assert inspect(path).modalities == ("second", "first")
    assert "Other modalities were left out: “prot”." in inspect(path).notes


def test_one_modality(write_h5mu, counts, gene_names, peak_names) -> None:
    path = write_h5mu(rna=data(counts, gene_names))
    assert read_reference(path).counts.shape == (12, 9)
    with pytest.raises(InputError, match="is no ATAC query"):
        read_query(path)
    with pytest.raises(InputError, match="is no multiome: found RNA features only"):
        read_multiome(path)


def test_log_values_in_one_modality_leave_the_other(write_h5mu, counts, gene_names, peak_names) -> None:
    path = write_h5mu(rna=data(np.log1p(counts / 3), gene_names), atac=data(counts, peak_names))
    query = read_query(path)
    assert np.array_equal(query.counts.toarray(), counts)
    assert query.recognised.values == "counts"  # noqa: PD011
    with pytest.raises(InputError, match=r"are not counts: found log-normalised values such as .* in X of “rna”"):
        read_reference(path)


def test_embeddings_go_to_the_query(write_h5mu, counts, gene_names, peak_names) -> None:
    atac = data(counts, peak_names)
    atac.obsm["X_harmony"] = np.arange(24, dtype=np.float32).reshape(12, 2)
    assert np.array_equal(read_query(write_h5mu(rna=data(counts, gene_names), atac=atac)).obsm["X_harmony"],
                          atac.obsm["X_harmony"])


def test_a_layer_that_one_modality_has(write_h5mu, counts, gene_names, peak_names) -> None:
    rna = data(counts, gene_names)
    rna.layers["spliced"] = rna.X + rna.X
    path = write_h5mu(rna=rna, atac=data(counts, peak_names))
    reference, query = read_multiome(path, repairs=Repairs(matrix="layers/spliced"))
    assert np.array_equal(reference.counts.toarray(), 2 * counts)
    assert np.array_equal(query.counts.toarray(), counts)
