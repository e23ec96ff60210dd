"""h5ad files of every kind that is out there."""

from __future__ import annotations

import os
import subprocess
import sys

import h5py
import hdf5plugin
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.io import inspect, read_query, read_reference

LOG = np.log1p


def dense(reference) -> np.ndarray:
    return reference.counts.toarray()


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix, sparse.csc_matrix])
@pytest.mark.parametrize("kind", ["uint8", "int64", "uint16", "float32", "float64"])
def test_every_form_and_type_gives_the_same_counts(write_h5ad, counts, gene_names, form, kind) -> None:
    reference = read_reference(write_h5ad(form(counts.astype(kind)), gene_names))
    assert np.array_equal(dense(reference), counts)
    assert isinstance(reference.counts, sparse.csr_matrix)
    assert reference.counts.dtype == np.float32
    assert reference.counts.has_canonical_format
    assert reference.counts.nnz == np.count_nonzero(counts)
    assert list(reference.genes) == gene_names
    assert list(reference.cells.index[:2]) == ["cell0", "cell1"]
    assert reference.recognised.format == "h5ad"
    assert (reference.recognised.kind, reference.recognised.values) == ("RNA", "counts")  # noqa: PD011
    assert (reference.recognised.n_cells, reference.recognised.n_features) == (12, 9)


def test_more_values_than_are_read_at_a_time(write_h5ad, counts, gene_names, monkeypatch) -> None:
    monkeypatch.setattr("anchorscope.io.matrix._VALUES", 7)
    for form in (np.asarray, sparse.csr_matrix, sparse.csc_matrix):
        assert np.array_equal(dense(read_reference(write_h5ad(form(counts), gene_names))), counts)


def test_fraction_at_the_very_end_is_found(write_h5ad, counts, gene_names, monkeypatch) -> None:
    monkeypatch.setattr("anchorscope.io.matrix._VALUES", 7)
    values = counts.astype(np.float32)
    values[-1, -1] = 0.25
    for form in (np.asarray, sparse.csr_matrix):
        with pytest.raises(InputError, match=r"fractions such as 0\.25 in X"):
            read_reference(write_h5ad(form(values), gene_names))


def test_log_values_after_a_first_piece_of_whole_numbers(write_h5ad, monkeypatch) -> None:
    monkeypatch.setattr("anchorscope.io.matrix._VALUES", 40)
    values = np.random.default_rng(1).poisson(2.0, (12, 9)) + 1.0
    values[:, 0] = 1
    values[5:] = LOG(values[5:] / values[5:].sum(1, keepdims=True) * 1e4)
    with pytest.raises(InputError, match="log-normalised"):
        read_reference(write_h5ad(sparse.csr_matrix(values), [f"gene{number}" for number in range(9)]))


def test_stored_zeros_are_dropped(write_h5ad, counts, gene_names) -> None:
    matrix = sparse.csr_matrix(counts + 1)
    matrix.data -= 1
    reference = read_reference(write_h5ad(matrix, gene_names))
    assert np.array_equal(dense(reference), counts)
    assert reference.counts.nnz == np.count_nonzero(counts) < matrix.nnz


def test_compression_of_other_programs(tmp_path, write_h5ad, counts, gene_names, project_root) -> None:
    import anndata as ad

    path = write_h5ad(sparse.csr_matrix(counts), gene_names)
    ad.read_h5ad(path).write_h5ad(tmp_path / "zstd.h5ad", compression=hdf5plugin.FILTERS["zstd"])
    # In a process of its own: here the compression is known already, because this test wrote with it.
    code = f"from anchorscope.io import *; print(int(read_reference({str(tmp_path / 'zstd.h5ad')!r}).counts.sum()))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                            env={**os.environ, "PYTHONPATH": str(project_root / "src")})
    assert int(answer.stdout) == counts.sum()


def test_counts_in_a_layer(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(LOG(counts.astype(np.float32)), gene_names, layers={"counts": counts, "other": counts + 1})
    reference = read_reference(path)
    assert np.array_equal(dense(reference), counts)
    assert reference.recognised.notes[0].startswith("Counts were taken from layers['counts'], because X holds log")


def test_counts_in_a_layer_without_x(write_h5ad, counts, gene_names) -> None:
    assert np.array_equal(dense(read_reference(write_h5ad(None, gene_names, layers={"counts": counts}))), counts)


def test_counts_in_raw_with_more_genes(tmp_path, counts, gene_names) -> None:
    import anndata as ad

    whole = ad.AnnData(counts.astype(np.float32), obs=pd.DataFrame(index=[f"c{i}" for i in range(12)]),
                       var=pd.DataFrame(index=gene_names))
    part = whole[:, :4].copy()
    part.raw = whole
    part.X = (part.X - part.X.mean(0)).astype(np.float32)
    part.write_h5ad(tmp_path / "raw.h5ad")
    reference = read_reference(tmp_path / "raw.h5ad")
    assert np.array_equal(dense(reference), counts)
    assert list(reference.genes) == gene_names
    assert reference.recognised.n_features == 9
    assert "Counts were taken from raw.X, because X holds negative values" in reference.recognised.notes[0]


@pytest.mark.parametrize(("change", "found"), [
    (lambda x: LOG(x / x.sum(1, keepdims=True) * 1e4), r"log-normalised values such as \d"),
    (lambda x: x / x.sum(1, keepdims=True), r"fractions such as 0\.\d+ in X"),
    (lambda x: x - x.mean(0), r"negative values such as -\d.*, as after scaling, in X"),
    (lambda x: np.where(x > 1, np.nan, x), "values that are not finite numbers in X"),
])
def test_values_that_are_not_counts(write_h5ad, counts, gene_names, change, found) -> None:
    path = write_h5ad(sparse.csr_matrix(change(counts.astype(np.float64)).astype(np.float32)), gene_names)
    sentence = f"The values in data.h5ad are not counts: found {found}.*; give the file with raw counts"
    with pytest.raises(InputError, match=sentence):
        read_reference(path)
    recognised = inspect(path)
    assert recognised.values == "log"  # noqa: PD011
    assert recognised.notes[-1].startswith("These are not counts: ")


def test_label_columns(write_h5ad, counts, gene_names) -> None:
    types = ["B", "T", "NK"] * 4
    obs = pd.DataFrame({
        "category": pd.Categorical([*types[:-1], None]), "text": ["", *types[1:]], "number": [1, 2] * 6,
        "yes": [True, False] * 6, "float": np.linspace(0, 1, 12), "one": ["same"] * 12,
        "many": [f"cell {number}" for number in range(12)], "six": list("abcdef") * 2, "seven": list("abcdefgggggg"),
    }, index=[f"cell{number}" for number in range(12)])
    columns = inspect(write_h5ad(counts, gene_names, obs=obs)).label_columns
    assert {(column.name, column.n_types, column.n_missing) for column in columns} == {
        ("category", 3, 1), ("text", 3, 1), ("number", 2, 0), ("yes", 2, 0), ("six", 6, 0)}


def test_cell_table_is_kept(write_h5ad, counts, gene_names) -> None:
    obs = pd.DataFrame({"type": pd.Categorical(["B", "T"] * 6)}, index=[f"cell{number}" for number in range(12)])
    cells = read_reference(write_h5ad(counts, gene_names, obs=obs)).cells
    assert list(cells["type"]) == ["B", "T"] * 6


def test_repeated_names_get_numbers(write_h5ad, counts, gene_names) -> None:
    names = [*gene_names[:5], "LYZ", "LYZ-1", "LYZ", "HLA-A"]
    barcodes = ["a", "a", "b", *"cdefghijk"]
    with pytest.warns(UserWarning, match="not unique"):
        path = write_h5ad(counts, names, barcodes=barcodes)
    reference = read_reference(path)
    assert list(reference.genes) == [*gene_names[:5], "LYZ-2", "LYZ-1", "LYZ-3", "HLA-A"]
    assert list(reference.cells.index[:3]) == ["a", "a-1", "b"]
    assert reference.recognised.notes == ("Repeated cell barcodes got a number (1): a-1.",
                                          "Repeated gene symbols got a number (2): LYZ-2, LYZ-3.")


def test_empty_cells_are_kept(write_h5ad, counts, gene_names) -> None:
    counts[3] = 0
    reference = read_reference(write_h5ad(sparse.csr_matrix(counts), gene_names))
    assert reference.counts.shape[0] == 12
    assert reference.recognised.notes == ("1 cells have no counts at all; they were kept.",)


def test_ensembl_ids_become_symbols(write_h5ad, counts) -> None:
    ids = ["ENSG00000156738", "ENSG00000153563.15", *(f"ENSG9999{number}" for number in range(7))]
    reference = read_reference(write_h5ad(counts, ids))
    assert list(reference.genes[:3]) == ["MS4A1", "CD8A", "ENSG99990"]
    assert "2 of 9 got their symbol" in reference.recognised.notes[0]


def test_symbols_beside_ensembl_ids(write_h5ad, counts, gene_names) -> None:
    var = pd.DataFrame({"feature_name": [*gene_names[:-1], "LYZ"]}, index=[f"ENSG{number}" for number in range(9)])
    reference = read_reference(write_h5ad(counts, None, var=var))
    assert list(reference.genes) == [*gene_names[:-1], "LYZ-1"]
    assert reference.recognised.notes[1] == "Repeated gene symbols got a number (1): LYZ-1 (ENSG8)."


def test_peaks_make_a_query(write_h5ad, counts, peak_names) -> None:
    query = read_query(write_h5ad(sparse.csr_matrix(counts), peak_names))
    assert np.array_equal(query.counts.toarray(), counts)
    assert list(query.peaks.names) == peak_names
    assert query.pairing is None
    assert query.recognised.kind == "ATAC"
    assert query.recognised.assembly == "GRCh38"


def test_assembly_that_cannot_be_told_can_be_chosen(write_h5ad, counts) -> None:
    path = write_h5ad(counts, [f"chr1:{start}-{start + 9}" for start in range(9)])
    assert read_query(path).recognised.assembly is None
    assert read_query(path).recognised.notes == ("The assembly could not be told from the peaks; choose it.",)
    assert read_query(path, "GRCh37").recognised.assembly == "GRCh37"
    assert read_query(path, "GRCh37").recognised.notes == ()


def test_peaks_in_columns(write_h5ad, counts) -> None:
    var = pd.DataFrame({"seqnames": ["1"] * 9, "start": np.arange(9) * 100, "end": np.arange(9) * 100 + 50},
                       index=[f"peak{number}" for number in range(9)])
    query = read_query(write_h5ad(counts, None, var=var))
    assert list(query.peaks.start) == list(range(0, 900, 100))
    assert set(query.peaks.chrom) == {"chr1"}


def test_stray_features_are_left_out(write_h5ad, peak_names) -> None:
    names = [*(f"chr1:{start}-{start + 9}" for start in range(100, 2200, 100)), "total"]
    values = np.ones((12, 22), dtype=np.float32) * np.arange(22)
    query = read_query(write_h5ad(values, names))
    assert query.counts.shape == (12, 21)
    assert query.counts[0, 20] == 20
    assert "1 features that are neither genes nor peaks were left out." in query.recognised.notes


def test_wrong_side(write_h5ad, counts, gene_names, peak_names) -> None:
    with pytest.raises(InputError, match="is no ATAC query: found no peaks but names such as “IL7R”"):
        read_query(write_h5ad(counts, gene_names))
    with pytest.raises(InputError, match="is no RNA reference: found peaks only"):
        read_reference(write_h5ad(counts, peak_names))


def test_peaks_on_no_chromosome(write_h5ad, counts) -> None:
    with pytest.raises(InputError, match="No peak lies on a known chromosome"):
        read_query(write_h5ad(counts, [f"scaffold{number}:1-9" for number in range(9)]))


@pytest.mark.parametrize("side", [read_query, inspect])
def test_peaks_of_another_assembly(write_h5ad, side) -> None:
    from anchorscope.io import read_gene_table

    genes = read_gene_table("GRCh37")
    names = [f"{genes.chrom[row]}:{genes.tss[row]}-{genes.tss[row] + 9}" for row in range(0, 6000, 10)]
    path = write_h5ad(np.ones((3, len(names)), dtype=np.float32), names)
    recognised = side(path)
    assert getattr(recognised, "recognised", recognised).assembly == "GRCh37"
    with pytest.raises(InputError, match="The peaks do not lie on GRCh38"):
        read_query(path, "GRCh38")


@pytest.mark.parametrize(("shape", "found"), [((0, 9), "no cells"), ((12, 0), "no features"), ((12, 9), "no counts")])
def test_empty_query(write_h5ad, peak_names, shape, found) -> None:
    path = write_h5ad(sparse.csr_matrix(np.zeros(shape, dtype=np.float32)), peak_names[:shape[1]])
    with pytest.raises(InputError, match=f"is empty: found {found}"):
        read_query(path)


def test_no_matrix_at_all(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(None, gene_names, obs=pd.DataFrame(index=["a"]))
    with pytest.raises(InputError, match="holds no data: found neither X nor"):
        read_reference(path)


def test_column_from_the_future(write_h5ad, counts, gene_names) -> None:
    path = write_h5ad(counts, gene_names, obs=pd.DataFrame({"a": range(12)}, index=[f"c{i}" for i in range(12)]))
    with h5py.File(path, "a") as file:
        file["obs/a"].attrs["encoding-type"] = "marvel"
    with pytest.raises(InputError, match="table “obs” of the file cannot be read: found a column of unknown encoding"):
        read_reference(path)
