"""Matrices in Matrix Market form: Cell Ranger 2 and 3, ATAC, multiome, GEO's names, and what is wrong with them."""

from __future__ import annotations

import gzip
import hashlib

import numpy as np
import pytest
from scipy import sparse

from anchorscope.errors import Cancelled, InputError
from anchorscope.io import inspect, read_multiome, read_query, read_reference, unpair
from anchorscope.progress import CancelToken, Reporting

GENE, PEAK = "Gene Expression", "Peaks"


def text_of(matrix, kind="integer", across=False):
    entries = sparse.coo_matrix(matrix if across else matrix.T)
    sizes = " ".join(map(str, (*entries.shape, entries.nnz)))
    lines = [f"%%MatrixMarket matrix coordinate {kind} general", "%metadata", sizes]
    for row, column, value in zip(entries.row, entries.col, entries.data, strict=True):
        lines.append(f"{row + 1} {column + 1}" + ("" if kind == "pattern" else f" {value}"))
    return "\n".join(lines) + "\n"


def put(path, text, packed):
    path = path.with_name(path.name + ".gz") if packed else path
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())


@pytest.fixture
def write_mtx(tmp_path):
    """Write matrix, features and barcodes of cells x features into a folder."""
    def write(matrix, features, *, table="features.tsv", packed=False, before="", **more):
        folder = tmp_path / "matrix"
        folder.mkdir(exist_ok=True)
        put(folder / f"{before}matrix.mtx", text_of(matrix, **more), packed)
        put(folder / f"{before}{table}", "".join("\t".join(row) + "\n" for row in features), packed)
        barcodes = "".join(f"AAAC{number}-1\n" for number in range(len(matrix)))
        put(folder / f"{before}barcodes.tsv", barcodes, packed)
        return folder
    return write


def genes(names, *more):
    return [(f"ENSG{number}", name, *more) for number, name in enumerate(names)]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("table", ["features.tsv", "genes.tsv"])
def test_cell_ranger_3_and_2(write_mtx, counts, gene_names, packed, table) -> None:
    rows = genes(gene_names, GENE) if table == "features.tsv" else genes(gene_names)
    folder = write_mtx(counts, rows, table=table, packed=packed)
    reference = read_reference(folder)
    assert np.array_equal(reference.counts.toarray(), counts)
    assert reference.counts.dtype == np.float32
    assert reference.counts.has_canonical_format
    assert list(reference.genes) == gene_names
    assert list(reference.cells.index[:2]) == ["AAAC0-1", "AAAC1-1"]
    assert (reference.recognised.format, reference.recognised.path) == ("10x MTX", folder)
    assert reference.recognised.modalities == ("RNA",)


def test_the_matrix_itself_may_be_given(write_mtx, counts, gene_names) -> None:
    folder = write_mtx(counts, genes(gene_names, GENE), packed=True)
    reference = read_reference(folder / "matrix.mtx.gz")
    assert np.array_equal(reference.counts.toarray(), counts)
    assert reference.recognised.path == folder / "matrix.mtx.gz"


def test_names_that_begin_alike_belong_together(write_mtx, counts, gene_names) -> None:
    write_mtx(counts, genes(gene_names, GENE), before="GSM1_", packed=True)
    folder = write_mtx(counts + 1, genes(gene_names, GENE), before="GSM2_")
    assert np.array_equal(read_reference(folder / "GSM1_matrix.mtx.gz").counts.toarray(), counts)
    assert np.array_equal(read_reference(folder / "GSM2_matrix.mtx").counts.toarray(), counts + 1)
    with pytest.raises(InputError, match=r"holds several matrices: found GSM1_matrix\.mtx\.gz, GSM2_matrix\.mtx; give"):
        read_reference(folder)


def test_checksum_is_that_of_the_three_files(write_mtx, counts, gene_names) -> None:
    folder = write_mtx(counts, genes(gene_names))
    content = b"".join((folder / name).read_bytes() for name in ("matrix.mtx", "features.tsv", "barcodes.tsv"))
    assert inspect(folder).sha256 == hashlib.sha256(content).hexdigest()


def test_one_column_of_names(write_mtx, counts, gene_names) -> None:
    assert list(read_reference(write_mtx(counts, [(name,) for name in gene_names])).genes) == gene_names


def test_peaks_of_cell_ranger_atac(write_mtx, counts, peak_names) -> None:
    places = [tuple(name.replace("-", ":").split(":")) for name in peak_names]
    query = read_query(write_mtx(counts, places, table="peaks.bed"))
    assert np.array_equal(query.counts.toarray(), counts)
    assert list(query.peaks.names) == peak_names


def test_multiome_with_places_of_its_genes(write_mtx, counts, gene_names, peak_names) -> None:
    rows = [*((f"ENSG{n}", name, GENE, "chr1", "1", "2") for n, name in enumerate(gene_names)),
            *((name, name, PEAK, *name.replace("-", ":").split(":")) for name in peak_names)]
    folder = write_mtx(np.c_[counts, counts[::-1]], rows, packed=True)
    reference, query = read_multiome(folder)
    assert np.array_equal(reference.counts.toarray(), counts)
    assert np.array_equal(query.counts.toarray(), counts[::-1])
    assert np.array_equal(query.pairing, np.arange(12))
    assert reference.recognised.format == "10x multiome MTX"
    assert reference.recognised.modalities == ("RNA", "ATAC")


def test_cells_in_rows_are_turned(write_mtx, counts, gene_names) -> None:
    reference = read_reference(write_mtx(counts, genes(gene_names), across=True))
    assert np.array_equal(reference.counts.toarray(), counts)
    assert "The matrix has cells in rows; it was turned." in reference.recognised.notes


def test_headers_of_the_tables_are_left_out(write_mtx, counts, gene_names) -> None:
    folder = write_mtx(counts, [("id", "name"), *genes(gene_names)])
    (folder / "barcodes.tsv").write_text("barcode\n" + (folder / "barcodes.tsv").read_text())
    reference = read_reference(folder)
    assert (list(reference.genes), reference.cells.index[0]) == (gene_names, "AAAC0-1")


def test_pattern_counts_ones(write_mtx, counts, gene_names) -> None:
    reference = read_reference(write_mtx(counts, genes(gene_names), kind="pattern"))
    assert np.array_equal(reference.counts.toarray(), counts > 0)


def test_many_pieces(write_mtx, counts, gene_names, monkeypatch) -> None:
    monkeypatch.setattr("anchorscope.io.mtx._ENTRIES", 7)
    assert np.array_equal(read_reference(write_mtx(counts, genes(gene_names))).counts.toarray(), counts)


def test_cancel_between_pieces(write_mtx, counts, gene_names, monkeypatch) -> None:
    monkeypatch.setattr("anchorscope.io.mtx._ENTRIES", 5)
    token, heard = CancelToken(), []

    def hear(fraction: float) -> None:
        heard.append(fraction)
        if len(heard) == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        read_reference(write_mtx(counts, genes(gene_names)), Reporting(hear, token))
    assert len(heard) == 3


def test_fractions_are_no_counts(write_mtx, counts, gene_names) -> None:
    folder = write_mtx(counts / 4, genes(gene_names), kind="real")
    with pytest.raises(InputError, match=r"found (fractions|log-normalised values) such as .* in the matrix"):
        read_reference(folder)


@pytest.mark.parametrize(("change", "found"), [
    (lambda text: "\n".join(text.splitlines()[:-2]), "damaged or incomplete"),
    (lambda text: text.replace("general", "symmetric"), "no sparse matrix in Matrix Market form"),
    (lambda text: "x" + text, "no sparse matrix in Matrix Market form"),
    (lambda text: text + "13 1 1\n", "places outside of its size"),
    (lambda text: text + "1 0 1\n", "places outside of its size"),
    (lambda text: text + "a b c\n", "damaged or incomplete"),
    (lambda text: "\n".join(text.splitlines()[:2]) + "\n9 12\n", "damaged or incomplete"),
])
def test_damaged_matrix(write_mtx, counts, gene_names, change, found) -> None:
    folder = write_mtx(counts, genes(gene_names))
    (folder / "matrix.mtx").write_text(change((folder / "matrix.mtx").read_text()))
    with pytest.raises(InputError, match=found):
        read_reference(folder)


def test_gzip_that_breaks_off(write_mtx, counts, gene_names) -> None:
    folder = write_mtx(counts, genes(gene_names), packed=True)
    for name in ("matrix.mtx.gz", "features.tsv.gz"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(InputError, match="damaged or incomplete"):
            read_reference(folder)
        (folder / name).write_bytes(whole)


def test_a_table_that_is_missing_or_of_another_matrix(write_mtx, counts, gene_names) -> None:
    folder = write_mtx(counts, genes(gene_names[:-2]))
    with pytest.raises(InputError, match=r"does not fit the tables beside it: found 9 x 12 for 7 features and 12 barc"):
        read_reference(folder)
    (folder / "features.tsv").unlink()
    with pytest.raises(InputError, match=r"cannot be read alone: found no features\.tsv beside it"):
        read_reference(folder)


def test_folder_without_a_matrix(tmp_path) -> None:
    with pytest.raises(InputError, match=r"found a folder without a matrix\.mtx; give"):
        inspect(tmp_path)


def test_two_folders_of_the_same_cells(write_mtx, tmp_path, counts, gene_names, peak_names) -> None:
    rna = write_mtx(counts, genes(gene_names)).rename(tmp_path / "rna")
    places = [tuple(name.replace("-", ":").split(":")) for name in peak_names]
    atac = write_mtx(counts[::-1], places, table="peaks.bed").rename(tmp_path / "atac")
    reference, query = unpair(atac, rna)
    assert np.array_equal(reference.counts.toarray(), counts)
    assert np.array_equal(query.pairing, np.arange(12))


def test_folder_around_the_folder(write_mtx, counts, gene_names) -> None:
    folder = write_mtx(counts, genes(gene_names))
    with pytest.raises(InputError, match=r"without a matrix\.mtx but with matrix in it; give the folder in it"):
        inspect(folder.parent)
