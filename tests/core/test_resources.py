"""Files that travel with the program are found from source, from an installation and from a bundle."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from anchorscope import resources
from anchorscope.io import ASSEMBLIES
from anchorscope.resources import resource


@pytest.mark.parametrize("assembly", ASSEMBLIES)
def test_gene_tables_are_there(assembly: str) -> None:
    assert resource("genes", f"{assembly}.tsv.gz").is_file()


def test_what_is_missing_is_told_with_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match=r"lacks genes/mm39\.tsv\.gz; install Anchorscope again"):
        resource("genes", "mm39.tsv.gz")


def test_a_bundles_own_files_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "mine.txt").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("mine.txt") == tmp_path / "resources" / "mine.txt"
    assert resource("genes").is_dir()


def test_an_installed_package_carries_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "site-packages" / "anchorscope"
    (inside / "_resources" / "genes").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(inside / "resources.py"))
    assert resource("genes") == inside / "_resources" / "genes"
