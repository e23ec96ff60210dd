"""10x HDF5 matrices: layouts 2 and 3, one assay or both."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.io import inspect, is_multiome, read_multiome, read_query, read_reference

GENES, PEAKS = ["Gene Expression"] * 9, ["Peaks"] * 9


def test_layout_3(write_tenx, counts, gene_names) -> None:
    reference = read_reference(write_tenx(counts, gene_names, GENES))
    assert np.array_equal(reference.counts.toarray(), counts)
    assert reference.counts.has_sorted_indices
    assert list(reference.genes) == gene_names
    assert reference.cells.index[0] == "AAAC0-1"
    assert (reference.recognised.format, reference.recognised.kind) == ("10x h5", "RNA")


def test_layout_2(write_tenx_v2, counts, gene_names) -> None:
    reference = read_reference(write_tenx_v2(counts, gene_names))
    assert np.array_equal(reference.counts.toarray(), counts)
    assert list(reference.genes) == gene_names
    assert reference.recognised.notes == ()


def test_layout_2_with_several_genomes_gives_the_larger(write_tenx_v2, counts, gene_names) -> None:
    write_tenx_v2(counts, [f"mouse{number}" for number in range(9)], genome="mm10")
    reference = read_reference(write_tenx_v2(counts + 1, gene_names, genome="hg19"))
    assert np.array_equal(reference.counts.toarray(), counts + 1)
    assert reference.recognised.notes == ("Of several genomes “hg19”, with most counts, was read; not “mm10”.",)


def test_repeated_symbols_keep_their_ids_in_a_note(write_tenx, counts, gene_names) -> None:
    names = [*gene_names[:-1], "LYZ"]
    ids = [f"ENSG{number}" for number in range(9)]
    reference = read_reference(write_tenx(counts, names, GENES, ids=ids))
    assert list(reference.genes) == [*gene_names[:-1], "LYZ-1"]
    assert reference.recognised.notes == ("Repeated gene symbols got a number (1): LYZ-1 (ENSG8).",)


def test_peaks(write_tenx, counts, peak_names) -> None:
    query = read_query(write_tenx(counts, peak_names, PEAKS))
    assert np.array_equal(query.counts.toarray(), counts)
    assert query.recognised.kind == "ATAC"


def test_peaks_that_are_not_understood_are_left_out(write_tenx, counts, peak_names) -> None:
    query = read_query(write_tenx(counts, [*peak_names[:3], "spike-in", *peak_names[4:]], PEAKS))
    assert np.array_equal(query.counts.toarray(), np.delete(counts, 3, axis=1))
    assert list(query.peaks.names) == [*peak_names[:3], *peak_names[4:]]
    assert "1 peaks whose names give no place were left out, such as “spike-in”." in query.recognised.notes


@pytest.fixture
def multiome(write_tenx, counts, gene_names, peak_names):
    """Genes and peaks in turn, and an antibody at the end."""
    names = [name for pair in zip(gene_names, peak_names, strict=True) for name in pair]
    both = np.empty((12, 18), dtype=np.uint8)
    both[:, ::2], both[:, 1::2] = counts, counts[::-1]
    types = ["Gene Expression", "Peaks"] * 9
    return write_tenx(np.c_[both, np.ones(12, np.uint8)], [*names, "CD3"], [*types, "Antibody Capture"])


def test_multiome_is_taken_apart(multiome, counts, gene_names, peak_names) -> None:
    reference, query = read_multiome(multiome)
    assert np.array_equal(reference.counts.toarray(), counts)
    assert np.array_equal(query.counts.toarray(), counts[::-1])
    assert list(reference.genes) == gene_names
    assert list(query.peaks.names) == peak_names
    assert np.array_equal(query.pairing, np.arange(12))
    assert list(reference.cells.index[query.pairing]) == list(query.cells.index)
    for side in (reference, query):
        assert is_multiome(side.recognised)
        assert side.recognised.format == "10x multiome h5"
        assert "1 features that are neither genes nor peaks were left out." in side.recognised.notes


def test_either_side_of_a_multiome(multiome, counts) -> None:
    assert np.array_equal(read_reference(multiome).counts.toarray(), counts)
    assert np.array_equal(read_query(multiome).counts.toarray(), counts[::-1])
    assert read_query(multiome).pairing is None
    assert inspect(multiome).n_features == 19


def test_multiome_in_h5ad(write_h5ad, counts, gene_names, peak_names) -> None:
    path = write_h5ad(np.c_[counts, counts[::-1]], [*gene_names, *peak_names])
    reference, query = read_multiome(path)
    assert np.array_equal(reference.counts.toarray(), counts)
    assert np.array_equal(query.counts.toarray(), counts[::-1])


def test_one_assay_is_no_multiome(write_tenx, counts, gene_names) -> None:
    path = write_tenx(counts, gene_names, GENES)
    assert not is_multiome(inspect(path))
    with pytest.raises(InputError, match="is no multiome: found RNA features only; give the reference and the query"):
        read_multiome(path)


def test_not_counts(write_tenx, counts, gene_names) -> None:
    path = write_tenx(counts, gene_names, GENES)
    with h5py.File(path, "a") as file:
        values = np.full(file["matrix/data"].shape, 1 / 3)
        del file["matrix/data"]
        file["matrix/data"] = values
    with pytest.raises(InputError, match=r"fractions such as 0\.3333 in the matrix"):
        read_reference(path)


@pytest.mark.parametrize(("part", "change"), [("indices", 10**6), ("indices", -5), ("indptr", 10**6)])
def test_indices_that_point_nowhere(write_tenx, counts, gene_names, part, change) -> None:
    path = write_tenx(counts, gene_names, GENES)
    with h5py.File(path, "a") as file:
        file[f"matrix/{part}"][2] = change
    with pytest.raises(InputError, match="is damaged: found indices that do not fit"):
        read_reference(path)


@pytest.mark.parametrize("part", ["barcodes", "features/name"])
def test_names_that_do_not_fit(write_tenx, counts, gene_names, part) -> None:
    path = write_tenx(counts, gene_names, GENES)
    with h5py.File(path, "a") as file:
        names = file[f"matrix/{part}"][:-1]
        del file[f"matrix/{part}"]
        file[f"matrix/{part}"] = names
    with pytest.raises(InputError, match="contradicts itself"):
        read_reference(path)


def test_features_without_names(write_tenx, counts, gene_names) -> None:
    path = write_tenx(counts, gene_names, GENES)
    with h5py.File(path, "a") as file:
        del file["matrix/features/name"]
    with pytest.raises(InputError, match=r"Cannot read matrix\.h5: found a file that is damaged or incomplete"):
        read_reference(path)
