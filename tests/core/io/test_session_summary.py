"""What a session file is said to hold, and that a file which cannot be read is no obstacle."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from anchorscope.io.session_summary import SessionSummary, summary_of


def write(path: Path, **manifest: object) -> Path:
    with ZipFile(path, "w") as archive:
        archive.writestr("session.json", json.dumps(manifest))
    return path


def test_files_cells_and_runs_are_told(tmp_path: Path) -> None:
    files = {"reference": {"path": "/a/rna.h5ad"}, "query": {"path": "/b/atac.h5ad"}, "peaks": {"path": "/b/p.bed"}}
    path = write(tmp_path / "x", files=files, cells={"reference": 996, "query": 1024}, runs=[{}])
    assert summary_of(path) == SessionSummary(("rna.h5ad", "atac.h5ad"), (996, 1024), 1, folder="/a")
    assert summary_of(path).text == "rna.h5ad and atac.h5ad in a (996 and 1,024 cells, 1 run)"


def test_one_file_for_both_sides_is_named_once_and_cells_may_be_unknown(tmp_path: Path) -> None:
    both = {"path": "/a/both.h5mu"}
    path = write(tmp_path / "x", files={"reference": both, "query": both}, runs=[])
    assert summary_of(path).text == "both.h5mu in a (nothing run yet)"


def test_the_name_of_a_session_is_told_where_it_has_one(tmp_path: Path) -> None:
    files = {"query": {"path": "/b/atac.h5ad"}}
    path = write(tmp_path / "x", files=files, runs=[{}], state={"view": {"path": "/c/mine.anchorscope"}})
    assert summary_of(path).text == "“mine” (1 run)"


@pytest.mark.parametrize("content", [b"", b"no session"])
def test_what_cannot_be_read_has_no_summary(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert summary_of(tmp_path / "x") is None
    assert summary_of(tmp_path / "missing") is None
    assert summary_of(write(tmp_path / "odd", files=[])) is None
