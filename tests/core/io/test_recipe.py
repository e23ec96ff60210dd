"""Recipes: what is written is read again, and every other file is refused in one sentence."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anchorscope.cli.settings import GROUPS
from anchorscope.declared import Declaration, Parameters
from anchorscope.errors import AnchorscopeError, InputError, OutputError, ParameterError
from anchorscope.export.summary import write_plan
from anchorscope.io.inputs import FILES, Inputs
from anchorscope.io.recipe import READING, SCHEMA, SETTINGS, Outputs, Plan, read_recipe, recipe_of, write_recipe
from anchorscope.parameters import MarkerPanel, Recipe, Repairs

START = f'schema = {SCHEMA}\n[inputs]\nreference = "rna.h5ad"\nquery = "atac.h5ad"\n'


def other_value(declared: Declaration, default: Any) -> Any:
    """An allowed value that is not the default."""
    if declared.choices:
        return next(choice for choice in declared.choices if choice != default)
    if isinstance(default, str):
        return "naïve “T”\tcells\\1 = #x"
    assert declared.low is not None
    assert declared.high is not None
    return declared.low if declared.low != default else declared.high


def every_setting() -> Iterator[tuple[str, str, Any]]:
    for group, kind in GROUPS.items():
        for name, declared, default in kind.declarations():
            yield group, name, type(default)(other_value(declared, default))


def changed(plan: Plan, group: str, name: str, value: Any) -> Plan:
    if group in READING:
        repairs = getattr(plan.inputs, READING[group]).replaced(**{name: value})
        return dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, **{READING[group]: repairs}))
    settings = getattr(plan.recipe, group).replaced(**{name: value})
    return dataclasses.replace(plan, recipe=dataclasses.replace(plan.recipe, **{group: settings}))


def again(plan: Plan, path: Path) -> Plan:
    write_recipe(path, plan, "0.0")
    return read_recipe(path)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(Inputs(tmp_path / "rna.h5ad", tmp_path / "atac.h5ad"))


def recipe_file(folder: Path, text: str) -> Path:
    (folder / "recipe.toml").write_text(text, encoding="utf-8")
    return folder / "recipe.toml"


# ---- what is written is read ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "name", "value"), list(every_setting()))
def test_every_setting_survives(plan: Plan, tmp_path: Path, group: str, name: str, value: Any) -> None:
    other = changed(plan, group, name, value)
    assert other != plan
    assert again(other, tmp_path / "recipe.toml") == other


def test_all_settings_changed_at_once_survive(plan: Plan, tmp_path: Path) -> None:
    for group, name, value in every_setting():
        plan = changed(plan, group, name, value)
    recipe = dataclasses.replace(
        plan.recipe, panel=MarkerPanel("mine", (("B", "MS4A1"), ("B", "CD79A"), ("γδ T", "TRDC"))),
        names=((0, "CD4 “naïve”"), (7, "B")), mapping=(("CD14 Mono", "Mono"), ("CD16 Mono", "Mono")),
        colours=(("B", "#123456"), ("γδ T", "#ABCDEF")), seed=7)
    full = dataclasses.replace(plan, recipe=recipe)
    assert again(full, tmp_path / "recipe.toml") == full


def test_the_defaults_survive_and_are_all_in_the_file(plan: Plan, tmp_path: Path) -> None:
    assert again(plan, tmp_path / "recipe.toml") == plan
    content = tomllib.loads((tmp_path / "recipe.toml").read_text(encoding="utf-8"))
    assert set(content) == {"schema", "program", "inputs", "outputs", *READING, *SETTINGS}
    for group, kind in GROUPS.items():
        assert list(content[group]) == [name for name, *_ in kind.declarations()]


def test_the_groups_of_the_command_line_are_those_of_a_recipe() -> None:
    assert set(GROUPS) == {*READING, *(name for name, value in SETTINGS.items() if isinstance(value, Parameters))}
    assert all(GROUPS[name] is Repairs for name in READING)


def test_every_path_survives(tmp_path: Path) -> None:
    given = {name: tmp_path / "data" / f"{name}.file" for name in FILES}
    outputs = Outputs(*(tmp_path / f"out.{item.name}" for item in dataclasses.fields(Outputs)))
    full = Plan(Inputs(**given), outputs=outputs)
    assert again(full, tmp_path / "recipe.toml") == full
    assert full.inputs.paths() == list(given.values())
    assert len(full.outputs.paths()) == 4


def test_an_absent_setting_has_its_default_and_a_whole_number_may_stand_for_a_fraction(tmp_path: Path) -> None:
    found = read_recipe(recipe_file(tmp_path, f"seed = 7\n{START}[transfer]\nsd_weight = 2\n")).recipe
    assert found == dataclasses.replace(Recipe(), seed=7, transfer=Recipe().transfer.replaced(sd_weight=2.0))
    assert type(found.transfer.sd_weight) is float


def test_the_recipe_in_a_labelled_file_is_read(plan: Plan) -> None:
    for group, name, value in every_setting():
        plan = changed(plan, group, name, value) if group not in READING else plan
    recipe = dataclasses.replace(plan.recipe, names=((1, "B"),), mapping=(("a", "b"),))
    assert recipe_of(json.loads(json.dumps(recipe.as_dict()))) == recipe


# ---- paths ------------------------------------------------------------------------------------------------------


def test_paths_below_the_recipe_are_relative_and_others_absolute(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    inputs = Inputs(home / "data" / "rna.h5ad", elsewhere / "atac.h5ad")
    write_recipe(home / "recipe.toml", Plan(inputs, outputs=Outputs(csv=home / "labels.csv")), "0.0")
    content = tomllib.loads((home / "recipe.toml").read_text(encoding="utf-8"))
    assert content["inputs"] == {"reference": "data/rna.h5ad", "query": (elsewhere / "atac.h5ad").as_posix()}
    assert content["outputs"] == {"csv": "labels.csv"}
    moved = home.rename(tmp_path / "moved")
    found = read_recipe(moved / "recipe.toml")
    assert found.inputs.reference == moved / "data" / "rna.h5ad"
    assert found.inputs.query == elsewhere / "atac.h5ad"


def test_a_recipe_given_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = again(Plan(Inputs(Path("rna.h5ad"), Path("sub") / "atac.h5ad")), Path("recipe.toml"))
    assert found.inputs.paths() == [tmp_path / "rna.h5ad", tmp_path / "sub" / "atac.h5ad"]


def test_a_byte_order_mark_is_no_part_of_a_recipe(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(START, encoding="utf-8-sig")
    assert read_recipe(tmp_path / "recipe.toml").recipe == Recipe()


# ---- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "part"), [
    ("[inputs", "something that is no TOML (Expected ']' at the end of a table declaration (at end of document))"),
    ("seed = 7\n", "found no line “schema = 1”"),
    (START.replace("schema = 1", "schema = 2"), "found “schema = 2” in place of 1"),
    ("schema = 1\n", "names no data"),
    (START.replace("query", "#"), "names no data"),
    (START + "peak = 3\n", "“peak” under [inputs]; use one of reference, query, peaks"),
    (START + "peaks = 3\n", "“peaks” under [inputs] must be a path: found 3"),
    (START + 'peaks = ""\n', "“peaks” under [inputs] must be a path: found ''"),
    ("inputs = 3\nschema = 1\n", "“inputs” of the recipe must be a table of settings: found 3; write [inputs]"),
    (START + '[outputs]\nxlsx = "a.xlsx"\n', "“xlsx” under [outputs]; use one of h5ad, csv, json, report"),
    (START + "[outputs]\ncsv = true\n", "“csv” under [outputs] must be a path: found True"),
    (START + "[transfers]\nk_weight = 3\n", "“transfers” among the tables and settings; use one of inputs, outputs"),
    (START + "[transfer]\nk_wait = 3\n", "“k_wait” under [transfer]; use one of method, "),
    (START + "[transfer]\nk_weight = 1\n", "“k.weight” must be a whole number between 2 and 1,000 anchors: found 1;"),
    (START + "[transfer]\nk_weight = 30.0\n", "must be a whole number between 2 and 1,000 anchors: found 30.0;"),
    (START + '[transfer]\nk_weight = "30"\n', "must be a whole number between 2 and 1,000 anchors: found '30';"),
    (START + "[transfer]\nsd_weight = nan\n", "must be a number between 0.01 and 100: found nan;"),
    (START + '[anchors]\nreduction = "pca"\n', "must be one of cca, rpca, pcaproject: found 'pca';"),
    (START + "[reading_query]\nvalues = 3\n", "“Values” must be one of automatic, counts, invert-log: found 3;"),
    (START + '[reading_reference]\nlog = "x"\n', "“log” under [reading_reference]; use one of values, matrix"),
    ("transfer = 3\n" + START, "“transfer” of the recipe must be a table of settings: found 3; write [transfer]"),
    ("seed = -1\n" + START, "seed must be a whole number between 0 and 2,147,483,647: found -1"),
    ("seed = true\n" + START, "seed must be a whole number between 0 and 2,147,483,647: found True"),
    ("names = 3\n" + START, "“names” of the recipe must be a list of pairs: found 3"),
    ('names = [["a", "b"]]\n' + START, "Names given to clusters must be pairs"),
    ("mapping = [[1, 2]]\n" + START, "The mapping of type names must be pairs"),
    ('mapping = [["a", "b", "c"]]\n' + START, "“mapping” of the recipe must be a list of pairs"),
    ("panel = 3\n" + START, "“panel” of the recipe must be a table"),
    (START + '[panel]\nname = "x"\n', "“panel.entries” of the recipe must be pairs of cell type and gene: found []"),
    (START + '[panel]\nentries = [["B", 3]]\n', "must be pairs of cell type and gene: found [['B', 3]]"),
    (START + '[panel]\nentries = ["B"]\n', "“panel.entries” of the recipe must be a list of pairs"),
    (START + '[panel]\nmarkers = []\n', "“markers” under [panel]; use one of name, entries"),
])
def test_a_bad_recipe_is_refused_in_one_sentence(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises((InputError, ParameterError)) as refused:
        read_recipe(recipe_file(tmp_path, text))
    sentence = str(refused.value)
    assert part in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(("make", "part"), [
    (lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n\xff"), "found no text in it"),
    (lambda path: path.touch(), "found an empty file"),
    (lambda path: path.mkdir(), "found a folder"),
    (lambda path: None, "found no such file"),
])
def test_what_is_no_text_is_refused(tmp_path: Path, make: Any, part: str) -> None:
    make(tmp_path / "recipe.toml")
    with pytest.raises(InputError) as refused:
        read_recipe(tmp_path / "recipe.toml")
    assert part in str(refused.value)


def test_a_recipe_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = recipe_file(tmp_path, START)

    def refuse(*_: Any, **__: Any) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(InputError, match="found no permission to open it"):
        read_recipe(path)


@pytest.mark.parametrize("values", [{"resolution": 3}, {"transfer": {"resolution": 3}}, {"transfer": None}])
def test_plain_values_that_are_no_recipe(values: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        recipe_of(values)


# ---- what a recipe must not replace -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_recipe_never_takes_the_place_of_a_file_that_was_read(tmp_path: Path, name: str) -> None:
    files = {item: tmp_path / item for item in FILES}
    for path in files.values():
        path.write_bytes(b"mine")
    with pytest.raises(OutputError, match="the file that was read"):
        write_plan(files[name], Plan(Inputs(**files)))
    assert files[name].read_bytes() == b"mine"


def test_an_existing_recipe_is_replaced_and_a_failure_leaves_it(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("older", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("tomli_w.dumps", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_plan(path, plan)
    assert path.read_text(encoding="utf-8") == "older"
    write_plan(path, plan)
    assert read_recipe(path) == plan
    assert [each.name for each in tmp_path.iterdir()] == ["recipe.toml"]


def test_a_recipe_into_no_folder(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(AnchorscopeError, match="no folder"):
        write_plan(tmp_path / "none" / "recipe.toml", plan)


def test_checksums_are_kept_and_an_older_recipe_has_none(plan: Plan, tmp_path: Path) -> None:
    known = dataclasses.replace(plan, checksums={"reference": "ab", "query": "cd"})
    assert again(known, tmp_path / "new.toml") == known
    assert again(plan, tmp_path / "old.toml").checksums == {}
    with pytest.raises(AnchorscopeError, match="“peaks” under"):
        read_recipe(recipe_file(tmp_path, f'{START}[checksums]\npeaks = "ab"\n'))
