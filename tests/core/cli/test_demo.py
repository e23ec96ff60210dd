"""`anchorscope demo`, the window, and the program as a module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from anchorscope import simulate
from anchorscope.cli import main
from core.cli.calls import in_one_sentence


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
    monkeypatch.setattr(simulate, "simulate_pair", lambda *_: make(200, 180, 1, n_genes=300))
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
