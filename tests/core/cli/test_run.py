"""`anchorscope run`: the same recipe on the same files gives the same labels."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import anndata as ad
import pytest

from anchorscope.cli import main
from anchorscope.io.files import checksum
from anchorscope.io.recipe import read_recipe
from anchorscope.parameters import PAIRED_TRUTH
from core.cli.calls import Call, in_one_sentence

pytestmark = pytest.mark.usefixtures("fast_maps")


@pytest.fixture
def home(files: Path, call: Call) -> Path:
    """The folder of `call` with the data in it, so that a recipe there has relative paths."""
    for name in ("rna.h5ad", "atac.h5ad"):
        shutil.copy(files / name, call.out / name)
    call.files = call.out
    return call.out


def test_a_recipe_gives_the_same_labels_byte_for_byte(home: Path, call: Call) -> None:
    code, out, err = call("--set", "transfer.k_weight=17", "--set", "lsi.n_components=20", "--set",
                          "lsi.last_component=15", csv=home / "labels.csv", recipe=home / "recipe.toml",
                          truth="cell_type", seed=7)
    assert code == 0, err
    assert str(home / "recipe.toml") in out
    first = {name: (home / name).read_bytes() for name in ("labels.csv", "labelled.h5ad", "summary.json")}
    for name in first:
        (home / name).unlink()
    moved = home.rename(home.with_name("moved"))
    code, again, err = call.run("run", moved / "recipe.toml")
    assert code == 0, err
    assert (moved / "labels.csv").read_bytes() == first["labels.csv"]
    assert again.splitlines()[:2] == out.splitlines()[:2]
    old, new = (json.loads(text) for text in (first["summary.json"], (moved / "summary.json").read_bytes()))
    assert {**old, "seconds": 0, "peak_memory_mib": 0} == {**new, "seconds": 0, "peak_memory_mib": 0}
    assert (moved / "report.html").exists()


def test_the_recipe_says_what_was_run(home: Path, call: Call) -> None:
    words = ("--set", "reading_query.case=as-is")
    assert call(*words, recipe=home / "recipe.toml", seed=3, json=None, report=None)[0] == 0
    content = tomllib.loads((home / "recipe.toml").read_text(encoding="utf-8"))
    assert content["seed"] == 3
    assert content["inputs"] == {"reference": "rna.h5ad", "query": "atac.h5ad"}
    assert content["outputs"] == {"h5ad": "labelled.h5ad"}
    assert content["reading_query"]["case"] == "as-is"
    assert content["reading_reference"]["case"] == "automatic"
    recorded = json.loads(ad.read_h5ad(home / "labelled.h5ad").uns["anchorscope"]["recipe"])
    assert {name: content[name] for name in recorded} == recorded


def test_outputs_given_take_the_place_of_the_recipes(home: Path, call: Call, tmp_path: Path) -> None:
    assert call(recipe=home / "recipe.toml", json=None, report=None)[0] == 0
    labelled = (home / "labelled.h5ad").read_bytes()
    code, out, _ = call.run("run", home / "recipe.toml", out=tmp_path / "other.h5ad", csv=tmp_path / "other.csv")
    assert code == 0
    assert (tmp_path / "other.csv").exists()
    assert (tmp_path / "other.h5ad").exists()
    assert (home / "labelled.h5ad").read_bytes() == labelled
    assert str(home / "labelled.h5ad") not in out


def test_files_that_changed_are_told_and_the_run_goes_on(home: Path, call: Call) -> None:
    path = home / "recipe.toml"
    assert call(recipe=path, json=None, report=None)[0] == 0
    assert "changed" not in call.run("run", path)[2]
    query = ad.read_h5ad(home / "atac.h5ad")
    query[:-1].copy().write_h5ad(home / "atac.h5ad")
    code, out, err = call.run("run", path)
    assert code == 0
    assert "anchorscope: atac.h5ad changed since the recipe was saved, so its labels may differ." in err
    assert "rna.h5ad changed" not in err
    assert "query cells labelled" in out


def test_a_file_that_took_the_labels_is_known_again(home: Path, call: Call) -> None:
    assert call("--write-back", recipe=home / "recipe.toml", csv=home / "labels.csv")[0] == 0
    assert "predicted.id" in ad.read_h5ad(home / "atac.h5ad", backed="r").obs
    assert read_recipe(home / "recipe.toml").checksums["query"] == checksum(home / "atac.h5ad")


def recipe(folder: Path, outputs: str, more: str = "") -> Path:
    text = f'schema = 1\n[inputs]\nreference = "rna.h5ad"\nquery = "atac.h5ad"\n[outputs]\n{outputs}\n{more}'
    (folder / "recipe.toml").write_text(text, encoding="utf-8")
    return folder / "recipe.toml"


@pytest.mark.parametrize(("outputs", "more", "part"), [
    ("", "", "The recipe recipe.toml writes nothing: found no path under [outputs]; add one there, or give --out."),
    ('csv = "atac.h5ad"', "", "a file of that name among the other files of this run"),
    ('csv = "recipe.toml"', "", "a file of that name among the other files of this run"),
    ('csv = "a.csv"\njson = "a.csv"', "", "a file of that name among the other files of this run"),
    ('csv = "none/a.csv"', "", "no folder"),
    ('csv = "a.csv"', '[reference]\nlabels = "kind"\n', "The reference has no column “kind”"),
    ('csv = "a.csv"', "[transfer]\nk_weight = 1\n", "must be a whole number between 2 and 1,000 anchors"),
])
def test_a_recipe_that_cannot_be_followed(home: Path, call: Call, outputs: str, more: str, part: str) -> None:
    path = recipe(home, outputs, more)
    before = {each: each.read_bytes() for each in home.iterdir()}
    code, out, err = call.run("run", path)
    assert code == 2
    assert part in in_one_sentence(err)
    assert out == ""
    assert {each: each.read_bytes() for each in home.iterdir()} == before


def test_a_recipe_whose_data_are_gone(home: Path, call: Call) -> None:
    path = recipe(home, 'csv = "a.csv"')
    (home / "rna.h5ad").unlink()
    code, _, err = call.run("run", path)
    assert code == 2
    assert "rna.h5ad: found no such file" in in_one_sentence(err)


def test_what_is_no_recipe(home: Path, call: Call) -> None:
    code, _, err = call.run("run", home / "atac.h5ad")
    assert code == 2
    assert "Cannot read the recipe atac.h5ad: found no text in it" in in_one_sentence(err)


def test_a_paired_answer_key_survives_the_recipe(multiome: Path, call: Call) -> None:
    path = call.out / "recipe.toml"
    assert call(reference=multiome, query=multiome, truth="paired", recipe=path, report=None)[0] == 0
    assert read_recipe(path).recipe.grade.truth == PAIRED_TRUTH
    code, out, err = call.run("run", call.out / "recipe.toml")
    assert code == 0, err
    assert "(180 cells graded)" in out


def test_help_says_where_recipes_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    assert "anchorscope transfer --recipe" in " ".join(capsys.readouterr().out.split())
