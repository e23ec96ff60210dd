"""Marker panels from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from anchorscope.errors import InputError
from anchorscope.io import read_panel


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
