"""A query counted from fragments, over peaks or tiles, and a fragments file joined to a query."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from anchorscope.errors import InputError
from anchorscope.io import read_gene_table, read_query
from anchorscope.io.fragment_query import read_bed, read_fragments_query, with_fragments
from anchorscope.io.peaks import parse_peaks
from anchorscope.progress import CancelToken, Reporting

FRAGMENTS = [("chr2", 4990, 5010, "b"), ("chr1", 100, 200, "a"), ("chr1", 199, 260, "a"),
             ("chr10", 20_000, 20_050, "a"), ("chr1", 250, 300, "b"), ("GL000009", 5, 50, "a"),
             ("chr1", 7000, 7100, "rare")]


def write(folder: Path, fragments=FRAGMENTS) -> Path:
    path = folder / "fragments.tsv.gz"
    path.write_bytes(gzip.compress("".join("\t".join(map(str, row)) + "\n" for row in fragments).encode()))
    return path


def test_counts_over_the_peaks_of_a_bed_file(tmp_path: Path) -> None:
    lines = ["# peaks", "track name=x", "chr1\t150\t251\tp1\t.", "chr2\t0\t4990", "chr10\t19000\t21000"]
    (tmp_path / "peaks.bed").write_text("\n".join(lines))
    query = read_fragments_query(write(tmp_path), tmp_path / "peaks.bed", assembly="GRCh38", min_fragments=2)
    assert query.cells.index.tolist() == ["a", "b"]
    assert query.peaks.names.tolist() == ["chr1:151-251", "chr2:1-4990", "chr10:19001-21000"]
    np.testing.assert_array_equal(query.counts.toarray(), [[2, 0, 1], [1, 0, 0]])
    assert query.fragments == tmp_path / "fragments.tsv.gz"
    seen = query.recognised
    assert (seen.format, seen.kind, seen.values, seen.assembly) == ("fragments", "ATAC", "counts", "GRCh38")
    assert (seen.n_cells, seen.n_features, len(seen.sha256)) == (2, 3, 64)
    assert "Cells are the 2 barcodes with at least 2 fragments." in seen.notes
    assert "Fragments were counted over 3 given peaks." in seen.notes


def test_counts_over_tiles_where_there_are_no_peaks(tmp_path: Path) -> None:
    query = read_fragments_query(write(tmp_path), assembly="GRCh38", min_fragments=2)
    # In the order of the genome; tiles that only a barcode that is no cell touches are left out, odd contigs too.
    assert query.peaks.names.tolist() == ["chr1:1-5000", "chr2:1-5000", "chr2:5001-10000", "chr10:20001-25000"]
    np.testing.assert_array_equal(query.counts.toarray(), [[2, 0, 0, 1], [1, 1, 1, 0]])
    assert "Fragments were counted over 4 tiles of 5,000 bp." in query.recognised.notes


def test_cells_may_be_named(tmp_path: Path) -> None:
    names = np.array(["rare-1", "a-1"], dtype=object)
    query = read_fragments_query(write(tmp_path), barcodes=names, assembly="GRCh38")
    assert query.cells.index.tolist() == ["rare-1", "a-1"]
    np.testing.assert_array_equal(query.counts.toarray().sum(axis=1), [1, 3])
    assert any("matched without prefix or suffix" in note for note in query.recognised.notes)


def test_peaks_and_cells_of_a_matrix(tmp_path: Path, write_h5ad) -> None:
    matrix = write_h5ad(np.ones((2, 2), np.float32), ["chr1:151-251", "chr10-19001-21000"], barcodes=["b", "a"])
    query = read_fragments_query(write(tmp_path), matrix, assembly="GRCh38")
    assert query.cells.index.tolist() == ["b", "a"]
    np.testing.assert_array_equal(query.counts.toarray(), [[1, 0], [2, 1]])
    other = read_fragments_query(write(tmp_path), matrix, barcodes=np.array(["a"], dtype=object), assembly="GRCh38")
    np.testing.assert_array_equal(other.counts.toarray(), [[2, 1]])


def test_the_assembly_is_recognised_by_the_peaks(tmp_path: Path) -> None:
    genes = read_gene_table("GRCh38")
    tss = [(str(genes.chrom[row]), int(genes.tss[row])) for row in range(0, 18_000, 30)]
    (tmp_path / "peaks.bed").write_text("".join(f"{chrom}\t{at - 100}\t{at + 100}\n" for chrom, at in tss))
    path = write(tmp_path, [(chrom, at, at + 10, "a") for chrom, at in tss])
    assert read_fragments_query(path, tmp_path / "peaks.bed", min_fragments=2).recognised.assembly == "GRCh38"


def test_progress_goes_forwards_to_the_end(tmp_path: Path) -> None:
    heard: list[float] = []
    read_fragments_query(write(tmp_path), assembly="GRCh38", min_fragments=1,
                         progress=Reporting(heard.append, CancelToken()))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_a_query_without_cells_or_counts_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    with pytest.raises(InputError, match=r"has 1,000 fragments: found fewer; lower “Fragments of a cell”"):
        read_fragments_query(path)
    (tmp_path / "peaks.bed").write_text("chr7\t1\t100\n")
    with pytest.raises(InputError, match=r"No fragment of fragments\.tsv\.gz touches a peak: found 1 peaks, 4 cells"):
        read_fragments_query(path, tmp_path / "peaks.bed", barcodes=np.array(list("abcd"), dtype=object))


@pytest.mark.parametrize("compressed", [False, True])
def test_bed_files_count_from_zero(tmp_path: Path, compressed: bool) -> None:
    text = b"browser position\n#chr\tstart\tend\n1\t0\t100\nchrX\t99\t100\tname\n"
    path = tmp_path / ("peaks.bed.gz" if compressed else "peaks.bed")
    path.write_bytes(gzip.compress(text) if compressed else text)
    peaks = read_bed(path)
    assert peaks.chrom.tolist() == ["chr1", "chrX"]
    assert (peaks.start.tolist(), peaks.end.tolist()) == ([1, 100], [100, 100])
    assert (parse_peaks(peaks.names)[0].start == peaks.start).all()


@pytest.mark.parametrize(("text", "sentence"), [
    (b"chr1\t5\n", "peaks.bed is no BED file: found the line “chr1 5”"),
    (b"chr1\t50\t50\n", "is no BED file"), (b"chr1\ta\tb\n", "is no BED file"), (b"\xff\xfe\x00", "found no text"),
    (b"\x1f\x8bxx", "found no text"), (b"# nothing\n", "not peaks"),
])
def test_files_that_are_no_bed_are_refused(tmp_path: Path, text: bytes, sentence: str) -> None:
    (tmp_path / "peaks.bed").write_bytes(text)
    with pytest.raises(InputError) as caught:
        read_bed(tmp_path / "peaks.bed")
    assert sentence in str(caught.value)


# ---- joined to a query ------------------------------------------------------------------------------------------


def test_fragments_are_joined_to_a_query(tmp_path: Path, write_h5ad) -> None:
    matrix = write_h5ad(np.ones((2, 2), np.float32), ["chr1:151-251", "chr10-19001-21000"], barcodes=["b-1", "a-1"])
    query = read_query(matrix, "GRCh38")
    assert query.fragments is None
    joined = with_fragments(query, write(tmp_path))
    assert joined.fragments == tmp_path / "fragments.tsv.gz"
    assert joined.counts is query.counts
    assert len(joined.recognised.notes) == len(query.recognised.notes) + 1


def test_fragments_of_other_cells_are_not_joined(tmp_path: Path, write_h5ad) -> None:
    query = read_query(write_h5ad(np.ones((2, 1), np.float32), ["chr1:151-251"]), "GRCh38")
    with pytest.raises(InputError, match=r"No barcode in .* is that of a cell: found cells such as “cell0”"):
        with_fragments(query, write(tmp_path))
