"""The gene tables that travel with the program."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from anchorscope.errors import ParameterError
from anchorscope.io import ASSEMBLIES, read_gene_table
from anchorscope.resources import resource


@pytest.mark.parametrize(("assembly", "genes"), [("GRCh38", 19818), ("GRCh37", 20327), ("GRCm38", 21950)])
def test_number_of_genes(assembly: str, genes: int) -> None:
    table = read_gene_table(assembly)
    assert len(table) == len(table.chrom) == len(table.start) == len(table.end) == len(table.strand) == genes
    assert len(set(table.gene_id)) == genes


def test_known_gene_has_its_known_place() -> None:
    table = read_gene_table("GRCh38")
    row = list(table.symbol).index("MS4A1")
    assert (table.chrom[row], table.start[row], table.end[row], table.strand[row]) == ("chr11", 60455752, 60470760, "+")
    assert table.gene_id[row] == "ENSG00000156738"
    minus = list(table.symbol).index("GNLY"), list(table.symbol).index("CD8A")
    assert [table.strand[gene] for gene in minus] == ["+", "-"]
    assert table.tss[minus[1]] == table.end[minus[1]]
    assert table.tss[minus[0]] == table.start[minus[0]]


@pytest.mark.parametrize("assembly", ASSEMBLIES)
def test_intervals_are_sane_and_read_only(assembly: str) -> None:
    table = read_gene_table(assembly)
    assert np.all((table.start >= 1) & (table.start <= table.end))
    assert set(table.strand) == {"+", "-"}
    assert table.start.dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        table.start[0] = 1


def test_table_is_read_once() -> None:
    assert read_gene_table("GRCh37") is read_gene_table("GRCh37")


def test_unknown_assembly_names_the_known_ones() -> None:
    with pytest.raises(ParameterError, match="choose one of GRCh38, GRCh37, GRCm38"):
        read_gene_table("hg17")


def test_frozen_program_finds_its_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = tmp_path / "resources" / "genes" / "GRCh38.tsv.gz"
    bundled.parent.mkdir(parents=True)
    bundled.touch()
    assert resource("genes", "GRCh38.tsv.gz") != bundled
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("genes", "GRCh38.tsv.gz") == bundled


def test_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="genes/none"):
        resource("genes", "none")


def test_script_keeps_coding_genes_in_order_and_always_writes_the_same(tmp_path: Path, project_root: Path) -> None:
    header = ["gene_id", "symbol", "chrom", "start", "end", "strand", "biotype"]
    rows = [["G3", "B", "chr2", "5", "9", "-", "protein_coding"], ["G1", "A", "chr1", "1", "2", "+", "lincRNA"],
            ["G2", "", "chr1", "1", "2", "+", "protein_coding"], ["G4", "C", "chrUn", "1", "2", "+", "protein_coding"],
            ["G5", "B", "chr1", "1", "2", "+", "protein_coding"]]
    with gzip.open(tmp_path / "all.tsv.gz", "wt", newline="") as file:
        csv.writer(file, delimiter="\t").writerows([header, *rows])
    script = _script(project_root / "resources" / "build_gene_tables.py")
    assert script.build(tmp_path / "all.tsv.gz", tmp_path / "once.tsv.gz") == 2
    script.build(tmp_path / "all.tsv.gz", tmp_path / "twice.tsv.gz")
    assert (tmp_path / "once.tsv.gz").read_bytes() == (tmp_path / "twice.tsv.gz").read_bytes()
    assert gzip.decompress((tmp_path / "once.tsv.gz").read_bytes()).decode() == (
        "gene_id\tsymbol\tchrom\tstart\tend\tstrand\nG3\tB\tchr2\t5\t9\t-\nG5\tB\tchr1\t1\t2\t+\n")


def test_tables_are_what_the_script_makes(shared_data: Path, project_root: Path, tmp_path: Path) -> None:
    script = _script(project_root / "resources" / "build_gene_tables.py")
    for assembly in ASSEMBLIES:
        script.build(shared_data / "genes" / f"{assembly}.ensembl90.tsv.gz", tmp_path / assembly)
        ours = resource("genes", f"{assembly}.tsv.gz").read_bytes()
        assert gzip.decompress(ours) == gzip.decompress((tmp_path / assembly).read_bytes())


def _script(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
