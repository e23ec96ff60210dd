"""Tables that map names."""

from __future__ import annotations

from pathlib import Path

import pytest

from anchorscope.errors import InputError
from anchorscope.io import read_mapping


def written(folder: Path, text: str) -> Path:
    (folder / "names.csv").write_text(text, encoding="utf-8")
    return folder / "names.csv"


@pytest.mark.parametrize("text", [
    "from,to\nCD14 Mono,Mono\nCD16 Mono,Mono\nB naive,B\n",
    "CD14 Mono,Mono\nCD16 Mono,Mono\nB naive,B",
    "\ufeffFrom;To\r\n# blood\r\nCD14 Mono;Mono\r\n\r\nCD16 Mono;Mono;\r\nB naive;B\r\nB naive;B\r\n",
    "CD14 Mono\tMono\nCD16 Mono\tMono\nB naive\tB\n",
])
def test_all_ways_to_write_one_table(tmp_path: Path, text: str) -> None:
    assert read_mapping(written(tmp_path, text)) == (("CD14 Mono", "Mono"), ("CD16 Mono", "Mono"), ("B naive", "B"))


@pytest.mark.parametrize(("text", "message"), [
    ("from,to\nMAIT\n", "Line 2 of the mapping table names.csv is not two names: found “MAIT”; give a CSV"),
    ("MAIT,\n", "Line 1 "),
    ("a,b,c\n", "Line 1 .* found “a, b, c”"),
    ("from,to\n", "names.csv maps no name"),
    ("a,b\na,c\n", "maps “a” to two names: found “b” and “c”; keep one"),
])
def test_refusals(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_mapping(written(tmp_path, text))


def test_not_text(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match=r"Cannot read names\.csv as a mapping table"):
        read_mapping(tmp_path / "names.csv")
