"""What can be wrong with a transfer: one sentence for everything, and nothing left behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
from scipy import sparse

from anchorscope import stages
from anchorscope.io import read_gene_table
from core.cli.calls import Call, in_one_sentence

Wrong = Callable[[Call, Path], tuple[dict[str, Any], str]]
"""Prepares a call that must fail; returns what to change in the call, and a part of the sentence."""


def changed_file(source: Path, target: Path, change: Callable[[ad.AnnData], ad.AnnData]) -> Path:
    change(ad.read_h5ad(source)).write_h5ad(target)
    return target


def logged(data: ad.AnnData) -> ad.AnnData:
    totals = np.asarray(data.X.sum(axis=1))
    data.X = sparse.csr_matrix(data.X.multiply(1e4 / np.maximum(totals, 1))).log1p()
    return data


def renamed_features(data: ad.AnnData, name: Callable[[int], str]) -> ad.AnnData:
    data.var_names = [name(place) for place in range(data.n_vars)]
    return data


def missing(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"query": here / "none.h5ad"}, "none.h5ad: found no such file"


def truncated(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    content = (call.files / "rna.h5ad").read_bytes()
    (here / "cut.h5ad").write_bytes(content[: len(content) // 2])
    return {"reference": here / "cut.h5ad"}, "damaged or incomplete"


def renamed_text(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    (here / "counts.h5").write_text("gene\tcell\n" * 99, encoding="utf-8")
    return {"query": here / "counts.h5"}, "not an HDF5 file"


def log_values(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"reference": changed_file(call.files / "rna.h5ad", here / "log.h5ad", logged)}, "are not counts"


def label_column(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"labels": "celltype"}, "The reference has no column “celltype”: found “cell_type”"


def truth_column(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"truth": "answers"}, "The query has no column “answers”"


def truth_names(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    def with_other_names(data: ad.AnnData) -> ad.AnnData:
        data.obs["answers"] = ["Neuron", "Glia"] * (data.n_obs // 2)
        return data

    named = changed_file(call.files / "atac.h5ad", here / "named.h5ad", with_other_names)
    return {"query": named, "truth": "answers"}, "“Neuron”, “Glia” in the query"


def pairing(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"truth": "paired"}, "two unrelated files"


def shared_gene(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    mouse = changed_file(call.files / "rna.h5ad", here / "mouse.h5ad",
                         lambda data: renamed_features(data, lambda place: f"Unknown{place}"))
    return {"reference": mouse}, "share no gene"


def chromosomes(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    def name(place: int) -> str:
        return f"scaffold7:{place * 500 + 1}-{place * 500 + 300}"

    odd = changed_file(call.files / "atac.h5ad", here / "odd.h5ad", lambda data: renamed_features(data, name))
    return {"query": odd}, "No peak lies on a known chromosome"


def assembly(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    genes = read_gene_table("GRCh37")

    def name(place: int) -> str:
        row = place * 10
        return f"{genes.chrom[row]}:{genes.tss[row] - 100}-{genes.tss[row] + 100}"

    old = changed_file(call.files / "atac.h5ad", here / "old.h5ad", lambda data: renamed_features(data, name))
    return {"query": old, "assembly": "GRCh38"}, "The peaks do not lie on GRCh38"


def empty(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"query": changed_file(call.files / "atac.h5ad", here / "no.h5ad", lambda data: data[:0].copy())}, "no cells"


def few_cells(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    few = changed_file(call.files / "atac.h5ad", here / "few.h5ad", lambda data: data[:20].copy())
    return {"query": few}, "The query has too few cells"


def swapped(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"reference": call.files / "atac.h5ad", "query": call.files / "rna.h5ad"}, "is no RNA reference"


def bad_panel(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    (here / "panel.csv").write_text("B,MS4A1\nT\n", encoding="utf-8")
    return {"labels": None, "panel": here / "panel.csv"}, "Line 2 of the marker panel"


def foreign_panel(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    (here / "panel.csv").write_text("Neuron,Snap25\n", encoding="utf-8")
    return {"labels": None, "panel": here / "panel.csv"}, "No marker of the panel"


def folder(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"out": here / "none" / "labelled.h5ad"}, "no folder"


def report_folder(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"report": here / "none" / "report.html"}, "no folder"


def seed(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"seed": -1}, "seed must be a whole number between 0 and 2,147,483,647: found -1"


def over_the_query(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"out": call.files / "atac.h5ad"}, "atac.h5ad: found a file of that name among the other files of this run"


def over_itself(call: Call, here: Path) -> tuple[dict[str, Any], str]:
    return {"json": call.out / ".." / "out" / "labelled.h5ad"}, "among the other files of this run"


WRONG: list[Wrong] = [missing, truncated, renamed_text, log_values, label_column, truth_column, truth_names, pairing,
                      shared_gene, chromosomes, assembly, empty, few_cells, swapped, bad_panel, foreign_panel, folder,
                      report_folder, seed, over_the_query, over_itself]


@pytest.mark.usefixtures("fast_maps")
@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_told_in_one_sentence_and_nothing_is_left(call: Call, tmp_path: Path, wrong: Wrong) -> None:
    changes, part = wrong(call, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code, out, err = call(**changes)
    assert code == 2
    assert part in in_one_sentence(err)
    assert out == ""
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("fast_maps")
@pytest.mark.parametrize("wrong", [label_column, truth_column, truth_names, pairing, folder, report_folder, bad_panel,
                                   seed, over_the_query, over_itself])
def test_what_can_be_known_at_once_is_told_before_anything_is_computed(
    call: Call, tmp_path: Path, wrong: Wrong
) -> None:
    assert "%" not in call(**wrong(call, tmp_path)[0])[2]


def test_a_read_only_folder(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt" or os.getuid() == 0:  # there, modes do not keep anyone from writing
        monkeypatch.setattr(os, "access", lambda path, mode: path != call.out)
    call.out.chmod(0o500)
    code, _, err = call()
    call.out.chmod(0o700)
    assert code == 2
    assert "no permission to write there" in in_one_sentence(err)
    assert call.written() == []


@pytest.mark.usefixtures("fast_maps")
def test_an_existing_result_survives_a_failure(call: Call) -> None:
    (call.out / "labelled.h5ad").write_bytes(b"older")
    assert call(truth="answers")[0] == 2
    assert (call.out / "labelled.h5ad").read_bytes() == b"older"


@pytest.mark.parametrize(("raised", "code", "words"), [
    (KeyboardInterrupt(), 130, "stopped; nothing was written"),
    (RuntimeError("boom"), 1, "an unexpected failure of the program itself (RuntimeError: boom)"),
    (MemoryError(), 1, "MemoryError"),
])
def test_interruption_and_failures_of_our_own_leave_no_traceback(
    call: Call, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, words: str
) -> None:
    def fail(*_: Any) -> None:
        raise raised

    monkeypatch.setattr(stages, "umaps", fail)
    found, out, err = call()
    assert found == code
    assert words in err
    assert "Traceback" not in err
    assert out == ""
    assert call.written() == []
