"""Marker panels from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from anchorscope.errors import InputError, OutputError
from anchorscope.io import builtin_panels, read_gene_table, read_panel, write_panel
from anchorscope.parameters import BLOOD_PANEL, MarkerPanel


def written(folder: Path, text: str, name: str = "blood.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("text", [
    "type,gene\nB,MS4A1\nB,CD79A\nNK cells,GNLY\n",
    "B,MS4A1\nB,CD79A\nNK cells,GNLY",
    "Type;Gene\nB;MS4A1\n\nB;CD79A\nNK cells;GNLY\n",
    "B\tMS4A1\nB\tCD79A\nNK cells\tGNLY\n",
    "\ufefftype,gene\r\nB, MS4A1 \r\nB,CD79A,,\r\n\"NK cells\",GNLY\r\nB,MS4A1\r\n",
])
def test_all_ways_to_write_one_panel(tmp_path: Path, text: str) -> None:
    panel = read_panel(written(tmp_path, text))
    assert panel.name == "blood"
    assert panel.entries == (("B", "MS4A1"), ("B", "CD79A"), ("NK cells", "GNLY"))


@pytest.mark.parametrize(("text", "message"), [
    ("B,MS4A1\nNK\n", "Line 2 of the marker panel blood.csv is not a type and a gene: found “NK”; give a CSV"),
    ("B,MS4A1,extra\n", "Line 1 .* found “B, MS4A1, extra”"),
    (",MS4A1\n", "Line 1 "),
    ("type,gene\n", "names no marker"),
    ("\n\n", "names no marker"),
    ("", "found an empty file"),
])
def test_refusals(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_panel(written(tmp_path, text))


def test_not_text(tmp_path: Path) -> None:
    (tmp_path / "panel.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match=r"Cannot read panel\.csv as a marker panel"):
        read_panel(tmp_path / "panel.csv")


def test_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_panel(tmp_path / "panel.csv")


@pytest.mark.parametrize("text", [
    "# name: Blood\n# source: a paper, 2020\ntype,gene\nB,MS4A1\n#B,CD19\n  # more\nNK,GNLY\n",
    "# commas, in, a comment\n\ntype;gene\nB;MS4A1\nNK;GNLY\n",
    "type,gene,,\n# source: a paper, 2020,,\nB,MS4A1,,\nNK,GNLY,,\n",
])
def test_comments_are_for_people(tmp_path: Path, text: str) -> None:
    panel = read_panel(written(tmp_path, text))
    assert panel.name == "blood"
    assert panel.entries == (("B", "MS4A1"), ("NK", "GNLY"))


def test_sources_are_kept_and_make_no_other_panel(tmp_path: Path) -> None:
    panel = read_panel(written(tmp_path, "# source: one\n# source: two\nB,MS4A1\n"))
    assert panel.sources == ("one", "two")
    assert panel == MarkerPanel("blood", (("B", "MS4A1"),))


def test_a_line_number_counts_comments_too(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Line 3 of the marker panel a\{b\}\.csv is not a type and a gene"):
        read_panel(written(tmp_path, "# one\nB,MS4A1\nNK\n", "a{b}.csv"))


@pytest.mark.parametrize("entries", [
    (("B", "MS4A1"), ("NK, bright", "GNLY"), ("“T”", "CD3D"), ("Müller", "RLBP1")),
    (("#1", "MS4A1"), ("#2, two", "GNLY")),
    (('"quoted"', "A;B"),),
])
def test_what_is_written_is_read_again(tmp_path: Path, entries: tuple[tuple[str, str], ...]) -> None:
    panel = MarkerPanel("mine", entries, ("a paper, 2020",))
    write_panel(tmp_path / "mine.csv", panel)
    found = read_panel(tmp_path / "mine.csv")
    assert found == panel
    assert found.sources == panel.sources


def test_the_file_is_plain_csv(tmp_path: Path) -> None:
    write_panel(tmp_path / "mine.csv", MarkerPanel("other name", (("B", "MS4A1"), ("B", "CD79A"))))
    assert (tmp_path / "mine.csv").read_bytes() == b"type,gene\nB,MS4A1\nB,CD79A\n"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no folder"):
        write_panel(tmp_path / "none" / "mine.csv", BLOOD_PANEL)


# ---- the panels that travel along -------------------------------------------------------------------------------

BUILT_IN = builtin_panels()
NOT_PROTEIN_CODING = {"TRDC", "TRDV2", "TRGC1", "Tcrg-C1", "Trdv4"}
"""Segments of T cell receptors."""
NEWER_THAN_THE_TABLE = {"MUC2"}
"""Release 90 has it for the human on no standard chromosome."""


@pytest.fixture(scope="module")
def known_genes() -> set[str]:
    return {symbol for assembly in ("GRCh38", "GRCm38") for symbol in read_gene_table(assembly).symbol}


def test_blood_comes_first_and_is_the_chapters() -> None:
    assert next(iter(BUILT_IN.values())) == BLOOD_PANEL
    assert all(panel.name == name for name, panel in BUILT_IN.items())


def test_the_common_tissues_are_there() -> None:
    assert {"Blood, detailed", "Bone marrow", "Brain cortex", "Heart", "Intestine", "Kidney", "Liver", "Lung",
            "Pancreas", "Skin"} <= set(BUILT_IN)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_panel_cites_its_sources_and_names_several_types(name: str) -> None:
    panel = BUILT_IN[name]
    assert all(", doi:10." in source for source in panel.sources)
    assert panel.sources
    assert len(panel.types) >= 7
    assert len(set(panel.entries)) == len(panel.entries)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_gene_of_a_panel_exists_and_every_type_has_several(name: str, known_genes: set[str]) -> None:
    panel = BUILT_IN[name]
    genes = {gene for _, gene in panel.entries}
    assert genes - known_genes - NOT_PROTEIN_CODING - NEWER_THAN_THE_TABLE == set()
    if panel != BLOOD_PANEL:
        assert min(sum(kind == other for other, _ in panel.entries) for kind in panel.types) >= 3


@pytest.mark.parametrize("name", [name for name in BUILT_IN if "Blood" not in name])
def test_every_type_has_a_gene_in_man_and_one_in_mouse(name: str) -> None:
    for assembly in ("GRCh38", "GRCm38"):
        known = {symbol.casefold() for symbol in read_gene_table(assembly).symbol}
        there = {kind for kind, gene in BUILT_IN[name].entries if gene.casefold() in known}
        assert there == set(BUILT_IN[name].types)
