"""The command line: help, inspect, transfer from files to files, and one sentence for everything that goes wrong."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope import simulate, stages
from anchorscope.cli import main, parser
from anchorscope.embedding import DRAW_COMMAND
from anchorscope.io import read_gene_table
from anchorscope.pipeline import STAGES
from anchorscope.results import Query, Reference

KEYS = {"reference_cells", "query_cells", "features", "anchors", "accuracy", "balanced_accuracy", "recall", "seconds",
        "peak_memory_mib", "versions", "seed"}


def options_of(command: argparse.ArgumentParser) -> Iterator[str]:
    for action in command._actions:
        yield from action.option_strings or [action.metavar if isinstance(action.metavar, str) else ""]


def commands() -> dict[str, argparse.ArgumentParser]:
    choices = next(action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(choices)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, pair: tuple[Reference, Query]) -> Path:
    """A folder with the tiny pair as rna.h5ad and atac.h5ad; not to be written to."""
    folder = tmp_path_factory.mktemp("files")
    reference, query = pair
    ad.AnnData(reference.counts, reference.cells, pd.DataFrame(index=reference.genes)).write_h5ad(folder / "rna.h5ad")
    ad.AnnData(query.counts, query.cells, pd.DataFrame(index=query.peaks.names)).write_h5ad(folder / "atac.h5ad")
    return folder


class Call:
    """`anchorscope transfer` on the tiny pair, with some words replaced; what came of it."""

    def __init__(self, files: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.files, self.out, self._capsys = files, out, capsys
        out.mkdir()

    def __call__(self, **changes: Any) -> tuple[int, str, str]:
        """Return exit code, stdout and stderr; a value of None leaves the option out."""
        words: dict[str, Any] = {
            "reference": self.files / "rna.h5ad", "query": self.files / "atac.h5ad", "labels": "cell_type",
            "out": self.out / "labelled.h5ad", "json": self.out / "summary.json", "report": self.out / "report.html",
        } | changes
        self._capsys.readouterr()
        code = main(["transfer", *(word for name, value in words.items() if value is not None
                                   for word in (f"--{name}", str(value)))])
        return code, *self._capsys.readouterr()

    def written(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir())


@pytest.fixture
def call(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    return Call(files, tmp_path / "out", capsys)


def in_one_sentence(text: str) -> str:
    """The last line of stderr, which must be the only one that is no progress, and a sentence of three parts."""
    lines = [line for line in text.splitlines() if not re.search(r" \d+ %", line)]
    assert len(lines) == 1, text
    sentence = lines[0]
    assert sentence.startswith("anchorscope: ")
    assert sentence.endswith(".")
    assert ": found " in sentence
    assert "; " in sentence
    assert "Traceback" not in text
    assert "Error" not in sentence
    return sentence


# ---- help -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [None, *commands()])
def test_help_names_every_option_and_exits_with_zero(command: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*([command] if command else []), "--help"])
    text = capsys.readouterr().out
    assert left.value.code == 0
    assert all(name in text for name in options_of(commands()[command] if command else parser()))
    assert DRAW_COMMAND not in text


def test_the_commands_are_those_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(commands()) == {"demo", "inspect", "transfer"}
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(f"anchorscope {name}" in text for name in commands())


def test_every_option_of_transfer_says_what_it_is_for() -> None:
    assert all(action.help for action in commands()["transfer"]._actions)


@pytest.mark.parametrize("words", [["transfer"], ["nonsense"], ["inspect"], ["transfer", "--seed", "x"]])
def test_words_that_make_no_command_exit_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage: anchorscope" in capsys.readouterr().err


# ---- inspect ----------------------------------------------------------------------------------------------------


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


# ---- transfer, when all is well ---------------------------------------------------------------------------------


def test_transfer_end_to_end_with_real_maps(call: Call, pair: tuple[Reference, Query]) -> None:
    code, out, err = call(truth="cell_type")
    assert code == 0, err
    assert call.written() == ["labelled.h5ad", "report.html", "summary.json"]
    numbers = json.loads((call.out / "summary.json").read_text(encoding="utf-8"))
    assert set(numbers) == KEYS
    assert list(numbers["seconds"]) == [stage.name for stage in STAGES]
    data = ad.read_h5ad(call.out / "labelled.h5ad")
    right = (data.obs["predicted.id"].astype(str) == data.obs["cell_type"].astype(str)).mean()
    assert numbers["accuracy"] == pytest.approx(right)
    assert data.obsm["X_umap"].shape == (180, 2)
    assert np.isfinite(data.obsm["X_umap"]).all()
    assert "information lost by going unpaired" in (call.out / "report.html").read_text(encoding="utf-8")
    for words in ("180 query cells", "200 reference cells", f"{numbers['anchors']:,} anchors", "accuracy 0.",
                  str(call.out / "labelled.h5ad"), str(call.out / "summary.json"), str(call.out / "report.html")):
        assert words in out
    _check_progress(err)


def _check_progress(err: str) -> None:
    """Every stage, its percents rising, and the time left as minutes and seconds."""
    shown = [re.fullmatch(r"(.+?) +(\d+) %(?:  (\d+:\d\d) left)?", line) for line in err.splitlines()]
    assert all(shown)
    found = [match.groups() for match in shown if match]
    assert list(dict.fromkeys(title for title, _, _ in found)) == [stage.title for stage in STAGES]
    percents = [int(percent) for _, percent, _ in found]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert any(left for _, _, left in found)
    # A log is no place for a line a percent.
    assert len(found) < 40


@pytest.mark.usefixtures("fast_maps")
def test_only_what_was_asked_for_is_written(call: Call) -> None:
    code, out, _ = call(json=None, report=None)
    assert code == 0
    assert call.written() == ["labelled.h5ad"]
    assert "accuracy" not in out


@pytest.mark.usefixtures("fast_maps")
def test_the_options_reach_the_recipe(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("type,gene\nB cells,MS4A1\nT cells,IL7R\nMono,LYZ\n", encoding="utf-8")
    code, _, err = call(labels=None, panel=tmp_path / "mine.csv", seed=7, assembly="GRCh38")
    assert code == 0, err
    data = ad.read_h5ad(call.out / "labelled.h5ad")
    recipe = json.loads(data.uns["anchorscope"]["recipe"])
    assert recipe["seed"] == 7
    assert recipe["reference"]["labels"] == ""
    assert recipe["gene_activity"]["assembly"] == "GRCh38"
    assert recipe["panel"] == {"name": "mine", "entries": [["B cells", "MS4A1"], ["T cells", "IL7R"], ["Mono", "LYZ"]]}
    assert set(data.obs["predicted.id"]) <= {"B cells", "T cells", "Mono", "Unassigned"}


@pytest.mark.usefixtures("fast_maps")
def test_the_same_seed_gives_the_same_labels(call: Call) -> None:
    labels = []
    for name in ("one.h5ad", "other.h5ad"):
        assert call(out=call.out / name, json=None, report=None)[0] == 0
        labels.append(ad.read_h5ad(call.out / name).obs)
    pd.testing.assert_frame_equal(*labels)


@pytest.mark.usefixtures("fast_maps")
def test_a_multiome_is_unpaired_and_graded_by_its_own_rna(
    tmp_path: Path, pair: tuple[Reference, Query], capsys: pytest.CaptureFixture[str]
) -> None:
    reference, query = pair
    n = query.counts.shape[0]
    both = sparse.hstack([reference.counts[:n], query.counts], format="csr")
    var = pd.DataFrame({"feature_types": ["Gene Expression"] * 300 + ["Peaks"] * query.counts.shape[1]},
                       index=[*reference.genes, *query.peaks.names])
    ad.AnnData(both, reference.cells.iloc[:n], var).write_h5ad(tmp_path / "both.h5ad")
    code = main(["transfer", "--reference", str(tmp_path / "both.h5ad"), "--query", str(tmp_path / "both.h5ad"),
                 "--labels", "cell_type", "--truth", "paired", "--out", str(tmp_path / "out.h5ad")])
    out, err = capsys.readouterr()
    assert code == 0, err
    assert f"({n} cells graded)" in out


def test_a_terminal_gets_one_line_that_is_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from anchorscope.cli import _ProgressLine

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    line = _ProgressLine()
    for fraction in (0.0, 0.101, 0.102, 0.5):
        line.show("Finding anchors", fraction, 83.0 if fraction else None)
    line.end()
    text = terminal.getvalue()
    assert text.count("\r") == 3
    assert text.count("\n") == 1
    assert "Finding anchors" in text
    assert " 50 %  1:23 left" in text


# ---- transfer, when something is wrong --------------------------------------------------------------------------

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
    return {"query": few}, "200 reference and 20 query cells"


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


# ---- demo and window --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [[], ["demo"]])
def test_without_a_window_it_says_what_to_do(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "demo --headless" in in_one_sentence(capsys.readouterr().err)


@pytest.mark.parametrize(("words", "example"), [([], False), (["demo"], True)])
def test_the_window_opens_on_the_example_only_when_asked(words: list[str], example: bool) -> None:
    opened: list[bool] = []

    def open_window(on_the_example: bool) -> int:
        opened.append(on_the_example)
        return 5

    assert main(words, open_window) == 5
    assert opened == [example]


@pytest.mark.usefixtures("fast_maps")
def test_the_demo_without_a_window_writes_a_graded_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make = simulate.simulate_pair
    monkeypatch.setattr(simulate, "simulate_pair", lambda n_reference, n_query, seed: make(200, 180, 1, n_genes=300))
    assert main(["demo", "--headless", "--out", str(tmp_path / "new" / "demo")]) == 0
    folder = tmp_path / "new" / "demo"
    assert sorted(path.name for path in folder.iterdir()) == [
        "atac.h5ad", "labelled.h5ad", "report.html", "rna.h5ad", "summary.json"]
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))["accuracy"] > 0.5
    assert "accuracy" in capsys.readouterr().out


def test_the_demo_into_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").touch()
    assert main(["demo", "--headless", "--out", str(tmp_path / "taken")]) == 2
    assert "Cannot make the folder" in in_one_sentence(capsys.readouterr().err)


def test_it_runs_as_a_module_and_knows_no_window(files: Path) -> None:
    source = Path(simulate.__file__).parents[1]
    done = subprocess.run([sys.executable, "-m", "anchorscope", "inspect", str(files / "rna.h5ad"), "--json"],
                          env=os.environ | {"PYTHONPATH": str(source)}, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["kind"] == "RNA"
    assert done.stderr == ""
