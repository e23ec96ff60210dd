"""The files of a run, opened together: what belongs to each side reaches it, and what would be ignored is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope.errors import Cancelled, InputError
from anchorscope.io.inputs import FILES, Inputs, is_fragments, open_inputs, open_query, open_reference, same_file
from anchorscope.parameters import Repairs
from anchorscope.progress import CancelToken, Reporting
from anchorscope.results import Query, Reference


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, pair: tuple[Reference, Query]) -> Path:
    """The tiny pair, tables of labels by barcode, genes and fragments on four of its peaks; not to be written to."""
    folder = tmp_path_factory.mktemp("inputs")
    reference, query = pair
    ad.AnnData(reference.counts, reference.cells, pd.DataFrame(index=reference.genes)).write_h5ad(folder / "rna.h5ad")
    ad.AnnData(query.counts, query.cells, pd.DataFrame(index=query.peaks.names)).write_h5ad(folder / "atac.h5ad")
    for side, data in (("rna", reference), ("atac", query)):
        pd.DataFrame({"barcode": data.cells.index, "mine": "x"}).to_csv(folder / f"{side}.csv", index=False)
    peaks = query.peaks
    rows = [(peaks.chrom[number], peaks.start[number] - 1, peaks.end[number]) for number in range(4)]
    (folder / "peaks.bed").write_text("".join(f"{c}\t{s}\t{e}\n" for c, s, e in rows), encoding="utf-8")
    lines = [f"{c}\t{s}\t{e}\t{barcode}\t1\n" for barcode in query.cells.index[:3] for c, s, e in rows * 300]
    (folder / "fragments.tsv").write_text("".join(lines), encoding="utf-8")
    (folder / "genes.bed").write_text("1\t1000\t2000\tMINE\t0\t+\nodd\t1000\t2000\tODD\t0\t+\n", encoding="utf-8")
    return folder


@pytest.fixture
def plain(files: Path) -> Inputs:
    return Inputs(files / "rna.h5ad", files / "atac.h5ad")


def test_two_files_are_unrelated(plain: Inputs, pair: tuple[Reference, Query]) -> None:
    reference, query = open_inputs(plain)
    assert (reference.counts != pair[0].counts).nnz == 0
    assert (query.counts != pair[1].counts).nnz == 0
    assert query.pairing is None
    assert query.fragments is None
    assert query.annotation is None


def test_one_file_given_twice_is_a_multiome(tmp_path: Path, pair: tuple[Reference, Query]) -> None:
    reference, query = pair
    both = sparse.hstack([reference.counts[:180], query.counts], format="csr")
    kinds = ["Gene Expression"] * 300 + ["Peaks"] * query.counts.shape[1]
    var = pd.DataFrame({"feature_types": kinds}, index=[*reference.genes, *query.peaks.names])
    ad.AnnData(both, reference.cells.iloc[:180], var).write_h5ad(tmp_path / "both.h5ad")
    (tmp_path / "sub").mkdir()
    found = open_inputs(Inputs(tmp_path / "both.h5ad", tmp_path / "sub" / ".." / "both.h5ad"))[1]
    assert found.pairing is not None
    assert found.pairing.tolist() == list(range(180))


def test_tables_of_labels_join_their_own_side(plain: Inputs, files: Path) -> None:
    reference, query = open_inputs(dataclasses.replace(plain, reference_labels=files / "rna.csv"))
    assert "mine" in reference.cells
    assert "mine" not in query.cells
    reference, query = open_inputs(dataclasses.replace(plain, query_labels=files / "atac.csv"))
    assert "mine" not in reference.cells
    assert "mine" in query.cells


def test_fragments_as_query_are_counted_over_the_peaks(plain: Inputs, files: Path) -> None:
    inputs = dataclasses.replace(plain, query=files / "fragments.tsv", peaks=files / "peaks.bed")
    query = open_query(inputs)
    assert query.counts.shape == (3, 4)
    assert (query.counts.toarray() >= 300).all()
    assert query.fragments == files / "fragments.tsv"


def test_the_least_number_of_fragments_decides_what_is_a_cell(plain: Inputs, files: Path) -> None:
    fragments = dataclasses.replace(plain, query=files / "fragments.tsv")
    # Each of the three cells has 1,200.
    query = open_query(dataclasses.replace(fragments, query_repairs=Repairs(min_fragments=1200)))
    assert query.counts.shape[0] == 3
    assert query.recognised.settings.min_fragments == 1200
    with pytest.raises(InputError, match=r"has 1,201 fragments: .* \(the setting reading_query\.min_fragments\)"):
        open_query(dataclasses.replace(fragments, query_repairs=Repairs(min_fragments=1201)))


def test_fragments_beside_a_matrix(plain: Inputs, files: Path) -> None:
    query = open_query(dataclasses.replace(plain, fragments=files / "fragments.tsv"))
    assert query.fragments == files / "fragments.tsv"
    assert query.counts.shape[0] == 180


def test_repairs_reach_their_own_side(plain: Inputs) -> None:
    inputs = dataclasses.replace(plain, reference_repairs=Repairs(case="as-is"),
                                 query_repairs=Repairs(chromosomes="as-is"))
    reference, query = open_inputs(inputs)
    assert reference.recognised.settings == inputs.reference_repairs
    assert query.recognised.settings == inputs.query_repairs


def test_genes_are_read_as_the_peaks_are(plain: Inputs, files: Path) -> None:
    mended = open_query(dataclasses.replace(plain, annotation=files / "genes.bed")).annotation
    as_is = open_query(dataclasses.replace(
        plain, annotation=files / "genes.bed", query_repairs=Repairs(chromosomes="as-is"))).annotation
    assert mended is not None
    assert as_is is not None
    assert mended.chrom.tolist() == ["chr1"]
    assert as_is.chrom.tolist() == ["1", "odd"]


def test_the_assembly_that_is_asked_for_is_checked(plain: Inputs) -> None:
    assert open_query(plain, "GRCh38").recognised.assembly == "GRCh38"
    with pytest.raises(InputError, match="GRCm38"):
        open_query(plain, "GRCm38")


def test_what_would_be_ignored_is_refused(plain: Inputs, files: Path) -> None:
    with pytest.raises(InputError, match="only where the query is a fragments file"):
        open_query(dataclasses.replace(plain, peaks=files / "peaks.bed"))
    twice = dataclasses.replace(plain, query=files / "fragments.tsv", fragments=files / "fragments.tsv")
    with pytest.raises(InputError, match="Fragments were given twice"):
        open_query(twice)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_is_named(plain: Inputs, files: Path, name: str) -> None:
    query = files / ("fragments.tsv" if name == "peaks" else "atac.h5ad")
    inputs = dataclasses.replace(plain, query=query, **{name: files / "none.bed"}) if name != "query" else (
        dataclasses.replace(plain, query=files / "none.bed"))
    with pytest.raises(InputError, match=r"none\.bed"):
        open_inputs(inputs)


def test_progress_rises_to_the_end_and_is_obeyed(plain: Inputs, files: Path) -> None:
    full = dataclasses.replace(plain, fragments=files / "fragments.tsv", annotation=files / "genes.bed",
                               reference_labels=files / "rna.csv", query_labels=files / "atac.csv")
    heard: list[float] = []
    open_inputs(full, progress=Reporting(heard.append, CancelToken()))
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)
    for stop_at in np.linspace(0, 0.9, 7):
        token = CancelToken()

        def stop(fraction: float, token: CancelToken = token, stop_at: float = float(stop_at)) -> None:
            if fraction >= stop_at:
                token.cancel()

        with pytest.raises(Cancelled):
            open_inputs(full, progress=Reporting(stop, token))


def test_a_reference_is_opened_alone(plain: Inputs, files: Path) -> None:
    found = open_reference(dataclasses.replace(plain, query=files / "none.h5ad", reference_labels=files / "rna.csv"))
    assert found.cells["mine"].tolist() == ["x"] * 200


@pytest.mark.parametrize(("name", "expected"), [
    ("fragments.tsv.gz", True), ("FRAGMENTS.TSV.GZ", True), ("a.bed", True), ("a.txt.gz", True), ("a.h5ad", False),
    ("a.h5", False), ("matrix.mtx.gz", False), ("folder", False)])
def test_fragments_are_told_by_name(name: str, expected: bool) -> None:
    assert is_fragments(Path(name)) == expected


def test_the_same_file_by_two_names(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    assert same_file(tmp_path / "a", tmp_path / "." / "a")
    assert not same_file(tmp_path / "a", tmp_path / "b")
    assert not same_file(tmp_path / "none", tmp_path / "none")
