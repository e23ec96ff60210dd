"""`anchorscope inspect`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import anndata as ad
import pytest

from anchorscope.cli import main
from core.cli.calls import in_one_sentence


def test_inspect_in_words(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(files / "atac.h5ad")]) == 0
    out, err = capsys.readouterr()
    lines = {line.split(":")[0]: line.split(":", 1)[1].strip() for line in out.splitlines()}
    assert lines["holds"] == "ATAC"
    assert lines["cells"] == "180"
    assert lines["values"] == "counts"
    assert lines["assembly"] == "GRCh38"
    assert lines["label column"] == "cell_type (8 types)"
    assert err == ""


def test_inspect_in_json(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(files / "rna.h5ad"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["n_cells"], found["n_features"], found["assembly"]) == ("RNA", 200, 300, None)
    (column,) = found["label_columns"]
    assert sorted(column.pop("types")) == ["B", "CD4 T", "CD8 T", "DC", "Mono", "NK", "Plasma", "Platelet"]
    assert column == {"name": "cell_type", "n_types": 8, "n_missing": 0, "kind": "category"}
    assert len(found["sha256"]) == 64


def test_inspect_of_what_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path / "none.h5ad")]) == 2
    assert "none.h5ad" in in_one_sentence(capsys.readouterr().err)


def test_inspect_tells_species_modalities_and_repairs(
    files: Path, tmp_path: Path, multiome: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ad.read_h5ad(files / "atac.h5ad")
    data.var_names = [name.removeprefix("chr") for name in data.var_names]
    data.write_h5ad(tmp_path / "bare.h5ad")
    assert main(["inspect", str(tmp_path / "bare.h5ad")]) == 0
    text = capsys.readouterr().out
    assert re.search(r"repair: +[\d,]+ peaks named like “[^”]+”: read as on chr", text)
    assert "(“chromosomes” may also be as-is)" in text
    assert main(["inspect", str(multiome)]) == 0
    text = capsys.readouterr().out
    assert re.search(r"species: +human", text)
    assert re.search(r"modalities: +RNA, ATAC", text)


def test_inspect_counts_fragments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"chr1\t{1000 + 10 * number}\t{1100 + 10 * number}\tAAAC-1\t1\n" for number in range(1200)]
    (tmp_path / "fragments.tsv").write_text("".join(lines), encoding="utf-8")
    assert main(["inspect", str(tmp_path / "fragments.tsv")]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"format: +fragments", out)
    assert re.search(r"cells: +1\n", out)
    assert "Reading fragments" in err


def test_inspect_describes_a_shallow_fragments_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"chr1\t{1000 + number}\t{1100 + number}\t{cell}-1\n" for number in range(20) for cell in ("AA", "CC")]
    (tmp_path / "fragments.tsv").write_text("".join(lines), encoding="utf-8")
    assert main(["inspect", str(tmp_path / "fragments.tsv")]) == 0
    out = capsys.readouterr().out
    assert re.search(r"cells: +2\n", out)
    assert "with at least 1 fragments" in out


def test_inspect_of_a_text_that_is_no_fragments_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("my notes\n" * 20, encoding="utf-8")
    assert main(["inspect", str(tmp_path / "notes.txt")]) == 2
    assert "notes.txt" in in_one_sentence(capsys.readouterr().err)
