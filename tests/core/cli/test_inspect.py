"""`anchorscope inspect`."""

from __future__ import annotations

import json
from pathlib import Path

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
    assert found["label_columns"] == [{"name": "cell_type", "n_types": 8, "n_missing": 0, "kind": "category"}]
    assert len(found["sha256"]) == 64


def test_inspect_of_what_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path / "none.h5ad")]) == 2
    assert "none.h5ad" in in_one_sentence(capsys.readouterr().err)
